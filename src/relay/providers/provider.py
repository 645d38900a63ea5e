"""The shape of a provider's entry in the table. Data; what differs between providers is a field here, not code elsewhere."""

from dataclasses import dataclass, field, replace
from typing import Self

from ..paths import RouteTable


@dataclass(frozen=True, slots=True)
class Surface:
    """A group of endpoints that take the key in the same headers."""

    routes: tuple[str, ...]  # "METHOD /path"; deny by default: inference yes, account, billing, deletion and tuning no
    carriers: tuple[str, ...]  # the main one first; a key in another of them stays where it is


@dataclass(frozen=True, slots=True)
class Provider:
    id: str
    name: str
    base_url: str  # scheme, host and, where UPSTREAM_<PROVIDER> says so, a path prefix; no trailing slash
    surfaces: tuple[Surface, ...]
    key_hint: str  # how a key looks, for people
    key_url: str  # where people get one
    sdk_base_paths: dict[str, str]  # SDK -> what to append to the provider's base URL on the relay
    aliases: tuple[str, ...] = ()
    key_prefixes: tuple[str, ...] = ()  # how every key begins; empty where there is no rule
    bearer_prefixes: tuple[str, ...] = ()  # tokens that this provider takes as `Authorization: Bearer` only
    key_parameter: bool = False  # clients exist that send `?key=`
    headers: frozenset[str] = frozenset()  # request headers of its own
    header_families: tuple[str, ...] = ()
    default_headers: dict[str, str] = field(default_factory=dict)  # sent when the client does not say
    openai_prefix: str = "/v1"  # where its OpenAI-compatible endpoints are
    routes: RouteTable[Surface] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        entries = ((route, surface) for surface in self.surfaces for route in surface.routes)
        object.__setattr__(self, "routes", RouteTable(entries))

    def at(self, base_url: str) -> Self:
        """The same provider behind another base URL."""
        return replace(self, base_url=base_url)
