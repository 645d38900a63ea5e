"""The shape of a provider's entry. Each difference between providers is a field here, not code elsewhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Self

from ..carriers import Carrier
from ..paths import RouteTable
from ..refusal import Refusal

LONGEST = 4096  # characters of a key

# Mistakes in a base URL: the version is there twice, or it is missing.
_DOUBLED_VERSION = re.compile(r"/v1(?:beta|alpha)?(?=/v1)")
_VERSION = re.compile("^/v1(?:beta|alpha)?(?=/)")

_TO_ENCODE = re.compile("[^A-Za-z0-9_.~-]")  # RFC 3986 section 2.3


@dataclass(frozen=True, slots=True)
class Surface:
    """A group of endpoints that take the key in the same headers."""

    routes: tuple[str, ...]  # "METHOD /path": inference only, no account, billing, deletion or tuning
    carriers: tuple[Carrier, ...]  # the main one first; a key that comes in another of them stays there


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint of a provider."""

    route: str  # its path as the table has it, such as /v1/models/{model}
    carriers: tuple[Carrier, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """What is known of a vendor's API keys. Prefixes are case-sensitive."""

    looks_like: str = ""  # for people
    url: str = ""  # where people get one
    prefixes: tuple[str, ...] = ()  # of every key; empty: no rule
    characters: str = ""  # after the prefix, as in a regular expression's set; empty: no rule
    shortest: int = 8  # characters; some local model servers take a shorter word
    unique_prefixes: tuple[str, ...] = ()  # prefixes that no other vendor's keys have
    mark: str = ""  # a text inside many of these keys and in no other vendor's keys
    refused_prefixes: tuple[str, ...] = ()  # of secrets that are never relayed: admin keys, payment keys, session secrets
    bearer_prefixes: tuple[str, ...] = ()  # of tokens that this vendor takes as `Authorization: Bearer` only

    # Regular expressions of a whole key, as Python and JavaScript read them: of any vendor's, and of this one's.
    any_form: str = field(init=False, repr=False)
    form: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Printable ASCII without space or comma. A comma means two header lines, joined (RFC 9110 section 5.3).
        any_form = rf"[!-+\--~]{{{self.shortest},{LONGEST}}}"
        prefix = f"(?:{'|'.join(map(re.escape, self.prefixes))})" if self.prefixes else ""
        own_form = f"(?={any_form}$){prefix}[{self.characters or '!-~'}]*"
        object.__setattr__(self, "any_form", any_form)
        object.__setattr__(self, "form", own_form if prefix or self.characters else any_form)


@dataclass(frozen=True, slots=True)
class Provider:
    id: str
    name: str
    base_url: str  # scheme, host and, where an operator sets one, a path prefix; no trailing slash
    surfaces: tuple[Surface, ...]
    keys: Keys
    sdk_base_paths: dict[str, str]  # SDK -> what to append to the provider's base URL on the relay, its own SDK first
    aliases: tuple[str, ...] = ()
    vendor: str = ""  # whose keys it takes; its own unless this says otherwise
    sealed_by_host: bool = False  # its sealed keys name the host too, so they do not open for another host under this id
    key_parameter: bool = False  # some clients send the key as `?key=`
    parameters: frozenset[str] | None = frozenset()  # of a query; None: all, except credentials
    headers: frozenset[str] = frozenset()  # request headers of its own
    default_headers: dict[str, str] = field(default_factory=dict)  # sent unless the client sends them
    answer_headers: frozenset[str] = frozenset()  # headers of its answers that clients get, besides the common ones
    answer_families: tuple[str, ...] = ()  # the same, by how they begin
    bad_key_status: int = 401  # its status for a bad key, at which apps ask for another key
    bad_key_details: list[Any] = field(default_factory=list)  # `error.details` of that answer
    routes: RouteTable[Endpoint] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        entries = ((route, Endpoint(route.partition(" ")[2], surface.carriers)) for surface in self.surfaces for route in surface.routes)
        object.__setattr__(self, "routes", RouteTable(entries))
        object.__setattr__(self, "vendor", self.vendor or self.id)
        if self.parameters is not None:  # URL libraries write $alt as %24alt
            encoded = {_TO_ENCODE.sub(lambda match: f"%{ord(match[0]):02X}", name) for name in self.parameters if "%" not in name}
            object.__setattr__(self, "parameters", self.parameters | encoded)

    @property
    def sealed_as(self) -> str:
        """The `prv` claim of sealed keys for this provider."""
        return f"{self.id}@{self.base_url.partition('://')[2].partition('/')[0]}" if self.sealed_by_host else self.id

    @property
    def openai_path(self) -> str:
        """Where its OpenAI-compatible endpoints are."""
        return self.sdk_base_paths.get("openai", "/v1")

    def at(self, base_url: str) -> Self:
        """The same provider behind another base URL."""
        return replace(self, base_url=base_url)

    def endpoint(self, method: str, path: str) -> Endpoint:
        """The endpoint for this method and path. Raises Refusal: path_not_found, path_not_allowed or method_not_allowed."""
        methods = self.routes.methods(path)
        if not methods:
            correction = self.correction(path)
            raise Refusal("path_not_found" if correction else "path_not_allowed", correction)
        if method not in methods:
            raise Refusal("method_not_allowed", headers={"allow": ", ".join(methods)})
        return methods[method]

    def correction(self, path: str) -> str | None:
        """How to correct the base URL, if that explains this unknown path; else None."""
        return next((words for words, meant in self._corrections(path) if self.routes.exists(meant)), None)

    def _corrections(self, path: str) -> Iterator[tuple[str, str]]:
        shorter = _DOUBLED_VERSION.sub("", path, count=1)
        if shorter != path:
            yield "This path has the API version twice. Remove it from the base URL.", shorter
        for base_path in dict.fromkeys(filter(None, ("/v1", *self.sdk_base_paths.values()))):
            yield f"This path lacks the API version. Add {base_path} to the base URL.", base_path + path
        bare = _VERSION.sub("", path, count=1)
        if bare != path:
            words = f"This path does not exist. For an OpenAI client the base URL must end in {self.openai_path} here."
            yield words, self.openai_path + bare
