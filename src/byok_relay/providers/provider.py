"""The shape of a provider's entry. Each difference between providers is a field here, not code elsewhere."""

import re
from collections.abc import Callable, Iterator, Set
from functools import cached_property
from typing import Any, Literal, NamedTuple, Self, get_args

from ..carriers import CARRIERS, Carrier
from ..paths import RouteTable
from ..refusal import Refusal
from ..secret import Secret

LONGEST = 4096  # characters of a key

# Mistakes in a base URL: the version is there twice, or it is missing.
_DOUBLED_VERSION = re.compile(r"/v1(?:beta|alpha)?(?=/v1)")
_VERSION = re.compile("^/v1(?:beta|alpha)?(?=/)")

_TO_ENCODE = re.compile("[^A-Za-z0-9_.~-]")  # RFC 3986 section 2.3


# What endpoints are for; the setting ENDPOINTS opens groups. `realtime` are WebSockets, `files` the upload, state and content of what a
# request refers to, `batches` requests that are answered hours later. Nothing lists or deletes what others made.
Group = Literal["inference", "realtime", "files", "batches"]
CHECKED_GROUPS = frozenset({"inference"})  # whose requests say for which model they are; where models are limited, the others are closed
GROUPS: tuple[Group, ...] = get_args(Group)


class Surface(NamedTuple):
    """Endpoints of one group that take the key in the same headers."""

    carriers: tuple[Carrier, ...]  # the main one first; a key that comes in another of them stays there
    routes: tuple[str, ...]  # "METHOD /path": no account, billing, deletion or tuning
    group: Group = "inference"


class Endpoint(NamedTuple):
    """An endpoint of a provider."""

    route: str  # its path as the table has it, such as /v1/models/{model}
    group: Group
    carriers: tuple[Carrier, ...]
    own_carriers: tuple[Carrier, ...]  # those that no other provider has


class _Keys(NamedTuple):  # a named tuple itself has no room for cached properties
    looks_like: str = ""  # for people
    url: str = ""  # where people get one
    prefixes: tuple[str, ...] = ()  # of every key; empty: no rule
    characters: str = ""  # after the prefix, as in a regular expression's set; empty: no rule
    shortest: int = 8  # characters; some local model servers take a shorter word
    are_pairs: bool = False  # an id, which is no secret, a colon, and a secret
    bearer_prefixes: tuple[str, ...] = ()  # of tokens that this vendor takes as `Authorization: Bearer` only


class Keys(_Keys):
    """What a provider's API keys look like. Prefixes are case-sensitive. Whose a key is: see vendors.py."""

    # Regular expressions of a whole key, as Python and JavaScript read them.

    @property
    def any_form(self) -> str:
        """Of any vendor's key: printable ASCII without space or comma. A comma joins two header lines (RFC 9110 section 5.3)."""
        return rf"[!-+\--~]{{{self.shortest},{LONGEST}}}"

    @property
    def form(self) -> str:
        """Of this vendor's keys. What matches it matches `any_form` too."""
        if not self.prefixes and not self.characters:
            return self.any_form
        prefix = f"(?:{'|'.join(map(re.escape, self.prefixes))})" if self.prefixes else ""
        return f"(?={self.any_form}$){prefix}[{self.characters or '!-~'}]*{f':[{self.characters}]+' if self.are_pairs else ''}"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """`form`, compiled."""
        return re.compile(self.form)


class _Provider(NamedTuple):
    id: str
    name: str
    base_url: str  # scheme, host and, where an operator sets one, a path prefix; no trailing slash
    surfaces: tuple[Surface, ...]
    keys: Keys
    sdk_base_paths: dict[str, str]  # SDK -> what to append to the provider's base URL on the relay, its own SDK first
    model: str | None = None  # one that chats, to begin with; empty: it is not known; None: this provider does not chat
    # Members of a body that say which model it is for; empty: the parameter `model` of the query does.
    model_members: frozenset[str] = frozenset({"model"})
    note: str = ""  # for people, in docs/providers.md
    resource: str = ""  # what stands for `{resource}` in the base URL, as a regular expression; paths begin with it
    keys_of: str = ""  # the vendor whose keys it takes; its own unless this says otherwise
    sealed_by_host: bool = False  # its sealed keys name the host too, so they do not open for another host under this id
    key_parameter: bool = False  # some clients send the key as `?key=`
    parameters: frozenset[str] | None = frozenset()  # of a query; None: all, except credentials
    headers: frozenset[str] = frozenset()  # request headers of its own
    default_headers: tuple[tuple[str, str], ...] = ()  # sent unless the client sends them
    answer_headers: frozenset[str] = frozenset()  # headers of its answers that clients get, besides the common ones
    answer_families: tuple[str, ...] = ()  # the same, by how they begin
    bad_key_status: int = 401  # its status for a bad key, at which apps ask for another key
    bad_key_details: tuple[Any, ...] = ()  # `error.details` of that answer
    check: Callable[[str, Secret], None] | None = None  # of a path and its key. Raises Refusal
    rewrite: Callable[[dict[str, str], str, str], dict[str, str]] | None = None  # answer headers; its base URL, and what stands for it here


class Provider(_Provider):
    """A provider's entry. What is derived from it is built when it is first needed."""

    @cached_property
    def routes(self) -> RouteTable[Endpoint]:
        return RouteTable(
            (route, Endpoint(route.partition(" ")[2], group, carriers, tuple(one for one in carriers if one not in CARRIERS)))
            for carriers, routes, group in self.surfaces
            for route in routes
        )

    @cached_property
    def parameter_spellings(self) -> frozenset[str] | None:
        """`parameters`, also as URL libraries write them: `%24alt` for `$alt`."""
        if self.parameters is None:
            return None
        return self.parameters | {_TO_ENCODE.sub(lambda match: f"%{ord(match[0]):02X}", name) for name in self.parameters}

    @property
    def vendor(self) -> str:
        """The id of the vendor whose keys it takes."""
        return self.keys_of or self.id

    @property
    def sealed_as(self) -> str:
        """The `prv` claim of sealed keys for this provider. `{resource}` in it stands for that of the request."""
        return self.sealed_at(self.base_url)

    def sealed_at(self, base_url: str) -> str:
        """The same, for a request to this base URL of the provider's."""
        return f"{self.id}@{base_url.partition('://')[2].partition('/')[0]}" if self.sealed_by_host or self.resource else self.id

    @property
    def openai_path(self) -> str:
        """Where its OpenAI-compatible endpoints are."""
        return self.sdk_base_paths.get("openai", "/v1")

    @property
    def anthropic_path(self) -> str:
        """Where its Anthropic-compatible endpoints are, up to their version."""
        return self.sdk_base_paths.get("@anthropic-ai/sdk", "")

    def at(self, base_url: str) -> Self:
        """The same provider behind another base URL. Raises ValueError, whose text says what that must be."""
        segments = base_url.split("/")[3:][-8:]  # no provider's paths begin with as many
        for end in ("/".join(segments[at:]) for at in range(len(segments))):
            if any(f" /{end}/" in route or route.endswith(f" /{end}") for surface in self.surfaces for route in surface.routes):
                raise ValueError(f"must not end in /{end}, which is a part of the provider's paths")
        return self._replace(base_url=base_url)

    def region(self, name: str, title: str, base_url: str, keys_at: str = "") -> Self:
        """The same provider in another region, as an entry of its own: its keys are others."""
        keys = Keys(*self.keys._replace(url=keys_at or self.keys.url))
        return self._replace(id=f"{self.id}-{name}", name=title, base_url=base_url, keys=keys, keys_of=self.vendor)

    def resolve(self, path: str) -> tuple[str, str]:
        """The base URL of the resource that the path begins with, and the rest of the path. Raises Refusal: path_not_found."""
        resource, _, rest = path[1:].partition("/")
        if not re.fullmatch(self.resource, resource) or self.routes.exists(path):
            words = (
                f"A path of {self.name} begins with a resource's name, in lower-case letters, digits and dashes: /{self.id}/my-resource/…"
            )
            raise Refusal("path_not_found", words)
        return self.base_url.replace("{resource}", resource), "/" + rest.removeprefix("/")

    def endpoint(self, method: str, path: str, groups: Set[str]) -> Endpoint:
        """The endpoint for this method and path, if its group is one of these.

        Raises Refusal: path_not_found, path_not_allowed or method_not_allowed.
        """
        methods = self.routes.methods(path)
        endpoint = methods.get(method)
        if endpoint and endpoint.group in groups:
            return endpoint
        if endpoint:
            words = f"This relay's operator has not opened this path. To open it, add `{endpoint.group}` to the setting ENDPOINTS."
            raise Refusal("path_not_allowed", words)
        if not methods:
            correction = self.correction(path)
            raise Refusal("path_not_found" if correction else "path_not_allowed", correction)
        open_methods = [each for each, endpoint in methods.items() if endpoint.group in groups]
        if not open_methods:
            raise Refusal("path_not_allowed")
        raise Refusal("method_not_allowed", headers={"allow": ", ".join(open_methods)})

    def correction(self, path: str) -> str | None:
        """How to correct the base URL, if that explains this unknown path; else None."""
        return next((words for words, meant in self._corrections(path) if meant != path and self.routes.exists(meant)), None)

    def _corrections(self, path: str) -> Iterator[tuple[str, str]]:
        base_paths = [*dict.fromkeys(filter(None, ("/v1", *self.sdk_base_paths.values())))]
        for doubled in base_paths:
            if path.startswith(doubled * 2):
                yield f"This path has {doubled} twice. Remove it from the base URL.", path.removeprefix(doubled)
        shorter = _DOUBLED_VERSION.sub("", path, count=1)
        if shorter != path:
            yield "This path has the API version twice. Remove it from the base URL.", shorter
        for base_path in base_paths:
            yield f"The base URL is too short. Add {base_path} to it.", base_path + path
        for endpoint in self.routes.literal_paths:
            if path.startswith(f"{endpoint}/"):
                for base_path in self.sdk_base_paths.values():
                    words = f"The base URL must end in {base_path or f'/{self.id}'} here. The SDK adds the endpoint."
                    yield words, base_path + path[len(endpoint) :]
        bare = _VERSION.sub("", path, count=1)
        if bare != path:
            words = f"This path does not exist. For an OpenAI client the base URL must end in {self.openai_path} here."
            yield words, self.openai_path + bare
            yield "This path has no API version here. Remove it from the base URL.", bare
