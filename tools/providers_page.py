"""Writes docs/providers.md from the provider table (`make docs`). With --check it writes nothing, and fails if the page is stale."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from byok_relay.providers import LISTED, Provider, entry
from byok_relay.providers.provider import GROUPS

PAGE = Path(__file__).parents[1] / "docs" / "providers.md"
RELAY = "https://relay.example"

HEAD = """# Providers

Written by `make docs` from the entries in `src/byok_relay/providers/`. `{relay}` stands for the relay's own origin. The endpoints of a
group are open if the setting [`ENDPOINTS`](settings.md) names the group; everything else is refused. Providers that are not served by
default are if `PROVIDERS` names them. Where one has regions, a key is of one region only. SDKs are npm packages here; one of the same
provider in another language takes the same base URL. `{resource}` is the name of your Azure resource, what stands before
`.openai.azure.com`; `{model}` and `{id}` are one segment of a path, `{model_id}` may hold colons, `{model_name}` also `%2F`, and
`{version}` is `v1`, `v1beta` or `v1alpha`, `{path}` the rest of a path.
""".replace("{relay}", RELAY)


def page() -> str:
    providers = [entry(id) for id in LISTED]
    return "\n".join([HEAD, *_overview(providers), *(line for provider in providers for line in _section(provider))])


def _overview(providers: list[Provider]) -> Iterator[str]:
    yield "| provider | id and aliases | keys | served by default |"
    yield "|---|---|---|---|"
    for provider in providers:
        names = _listed((provider.id, *LISTED[provider.id].aliases))
        default = "yes" if LISTED[provider.id].is_default else "no"
        yield f"| [{provider.name}](#{provider.id}) | {names} | {provider.keys.looks_like}: [get one]({provider.keys.url}) | {default} |"


def _section(provider: Provider) -> Iterator[str]:
    yield f'\n<a id="{provider.id}"></a>\n\n## {provider.name}\n'
    if provider.sdk_base_paths:
        yield "| SDK | base URL |"
        yield "|---|---|"
        for sdk, path in provider.sdk_base_paths.items():
            resource = "/{resource}" if provider.resource else ""
            yield f"| `{sdk}` | `{RELAY}/{provider.id}{resource}{path}` |"
        yield ""
    carriers = dict.fromkeys(f"{one.header}: {one.scheme}".rstrip(": ") for surface in provider.surfaces for one in surface.carriers)
    if provider.note:
        yield f"{provider.note}\n"
    yield f"Takes the key as: {_listed(carriers)}. Query parameters: {_listed(sorted(provider.parameters or ())) or 'none'}.\n"
    for group in GROUPS:
        routes = [route for surface in provider.surfaces if surface.group == group for route in surface.routes]
        if routes:
            yield f"`{group}`: {_listed(routes)}\n"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(f"`{text}`" for text in texts)


if __name__ == "__main__":
    if sys.argv[1:] != ["--check"]:
        PAGE.write_text(page(), "utf-8")
    elif not PAGE.exists() or PAGE.read_text("utf-8") != page():
        sys.exit("docs/providers.md is stale; run `make docs`, and commit what it writes")
