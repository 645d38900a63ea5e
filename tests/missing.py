"""What is missing where a provider was added: a line for each, which says what to add and in which file."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from byok_relay.carriers import CARRIERS
from byok_relay.paths import _PARAMETERS
from byok_relay.providers import LISTED, VENDORS, Provider
from canary import sighting

ROOT = Path(__file__).parents[1]
FOLDER = "src/byok_relay/providers"
LIST = f"LISTED in {FOLDER}/__init__.py"
ROWS = "tests/providers.json"
# Where the headers that may bring a key are written once more -> the list there.
CARRIED = {
    "the row `carrier` in docs/settings.md": r"^\| `carrier` .*",
    "CARRIERS in tests/mock/strict.mjs": r"^const CARRIERS = [^;]*",
    "CARRIED in tests/attacks/words.py": r"^CARRIED = [^]]*",
    "CARRIERS in tests/fuzz/keys.py": r"^CARRIERS = [^)]*",
}
ROUTE = re.compile(r"[A-Z]+ (/[^/\s?#]+)+")


def missing(rows: dict[str, Any], examples: dict[str, list[str]]) -> Iterator[str]:
    """What no test can begin without: in the table, in the tests' rows, and in their examples of a route's parameters."""
    modules = {path.stem: import_module(f"byok_relay.providers.{path.stem}") for path in sorted((ROOT / FOLDER).glob("[!_]*.py"))}
    entries = {name: getattr(module, "ENTRIES", ()) for name, module in modules.items()}
    written = [
        (one.id, one, name)
        for name, module in modules.items()
        for one in entries[name] or [one for one in vars(module).values() if isinstance(one, Provider)]
    ]
    for id, (name, *_) in LISTED.items():
        if name not in modules:
            yield f"{id} has no entry: write {FOLDER}/{name}.py, or correct {LIST}"
        elif id not in [provider.id for provider in entries[name]]:
            yield f"{id} is not in ENTRIES of {FOLDER}/{name}.py: add it there, or correct {LIST}"
    for id, provider, name in written:
        if id not in LISTED:
            yield f'{id} is not listed: add `"{id}": Listed("{name}")` to {LIST}'
        elif name != LISTED[id].module:
            yield f"{id} is listed as one of {LISTED[id].module}.py: give that of {FOLDER}/{name}.py an id of its own, or correct {LIST}"
        if provider.vendor not in [vendor.id for vendor in VENDORS]:
            yield f'{id} has no vendor: add `_vendor("{provider.vendor}", "{provider.name}")` to VENDORS in {FOLDER}/vendors.py'
        if id not in rows:
            yield f'{id} has no made-up key: add `"{id}": {{ "key": "canary" }}` to {ROWS}, with how its keys begin before `canary`'
        elif not (sighting(key := rows[id].get("key", "")) and provider.keys.pattern.fullmatch(key + "0" * 26)):
            yield f"{id} has a made-up key without `canary`, or unlike its keys: correct its row in {ROWS}, or `keys` of its entry"
        for header in {carrier.header for surface in provider.surfaces for carrier in surface.carriers}:
            if header not in [carrier.header for carrier in CARRIERS]:
                yield f"{id} takes its key in {header}, where no key is looked for: add it to CARRIERS in src/byok_relay/carriers.py"
        yield from _of_routes(provider, f"{FOLDER}/{name}.py", examples)
    for id in rows:
        if id not in LISTED and id not in [id for id, *_ in written]:
            yield f"{id} is no provider: remove its row from {ROWS}, or write {FOLDER}/{id}.py"


def _of_routes(provider: Provider, place: str, examples: dict[str, list[str]]) -> Iterator[str]:
    for route in (route for surface in provider.surfaces for route in surface.routes):
        if not ROUTE.fullmatch(route):
            yield f'{provider.id} has the route "{route}": write it like "POST /v1/models/{{model}}" in {place}'
        for parameter in re.findall(r"\{.*?\}", route):
            if parameter not in _PARAMETERS:
                yield f'{provider.id} has {parameter} in "{route}": write one of {" ".join(_PARAMETERS)} in {place}'
            elif parameter not in examples:
                yield f"{parameter} of {provider.id} has no example: add one to EXAMPLES in tests/providers.py"


def missing_of_carriers() -> Iterator[str]:
    """Where a header is not known yet that may bring a key."""
    for place, pattern in CARRIED.items():
        [names] = re.findall(pattern, (ROOT / place.split()[-1]).read_text("utf-8").lower(), re.MULTILINE | re.IGNORECASE)
        for carrier in CARRIERS:
            if not re.search(rf"(?<![\w-]){carrier.header}(?![\w-])", names):
                yield f"{carrier.header} may bring a key: add it to {place}"


# SDKs whose entries in tests/clients are made by a function -> its name.
MADE_BY = {"@ai-sdk/openai-compatible": "compatible", "@sendgrid/mail": "sendgrid"}


def missing_of_sdks(provider: Provider, row: dict[str, Any]) -> Iterator[str]:
    """What the SDKs need that an entry names. JavaScript is searched as text: what is there but wrong is left to `make test`."""
    files = "tests/mock/*.mjs", "tests/clients/s*s.mjs", "public/playground/snippets.js"
    mock, tests, snippets = ("\n".join(path.read_text("utf-8") for path in ROOT.glob(each)) for each in files)
    clients = "SDKS in tests/clients/sdks.mjs" if LISTED[provider.id].is_default else "SERVICES in tests/clients/services.mjs"
    named = re.compile(rf"(?<![\w@/-]){provider.id}(?![\w/-])")  # a package may have the same name
    entries = re.split(r"\n(?=  [^ }])|\n(?! )", tests)  # each begins at an indentation of two
    tried = [entry for entry in entries if named.search(entry) and not entry.startswith("import ")]
    if not row.keys() & {"chat", "asked"}:
        yield f"{provider.id} names SDKs: add `asked`, a path of it that the mock has, to its row in {ROWS}"
    if not named.search(mock):
        yield f"{provider.id} names SDKs, and the mock does not know it: add it to ROWS in tests/mock/others.mjs"
    for sdk in provider.sdk_base_paths:
        name = sdk.rpartition("/")[2]
        called = rf'"{re.escape(sdk)}[" ]|\b{MADE_BY.get(sdk, "-")}\('
        if not any(re.search(called, entry) for entry in tried):
            yield f"{provider.id} names {sdk}, which no test tries with it: add it to {clients}"
        if f'"{sdk}"' not in snippets and not re.search(rf'(aiSdk|langChain)\("{re.escape(name)}"', snippets):
            yield f"{provider.id} names {sdk}, which has no snippet: add one to SDKS in {files[-1]}"
