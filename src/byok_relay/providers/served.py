"""The providers that a relay serves."""

from collections.abc import Iterator, Mapping

from . import LISTED, Provider, entry


def ids_of(names: Mapping[str, str]) -> tuple[str, ...]:
    """The ids among ids by every name, each once."""
    return tuple(dict.fromkeys(names.values()))


class Served:
    """Providers by id and by alias. An entry is loaded when it is first asked for.

    `names` are ids by every name, in the order of the ids; `own` are the providers that differ from the table, by id.
    """

    def __init__(self, names: Mapping[str, str], own: Mapping[str, Provider], default: str) -> None:
        self.ids = ids_of(names)
        self._names = names
        self._own = own
        self._default = default
        self._loaded: dict[str, Provider] = {}  # by every name

    def get(self, name: str) -> Provider | None:
        """The provider of this id or alias."""
        return self._loaded.get(name) or self._load(name)

    def __getitem__(self, name: str) -> Provider:
        provider = self.get(name)
        if provider is None:
            raise KeyError(name)
        return provider

    def __iter__(self) -> Iterator[Provider]:
        return (self[id] for id in self.ids)

    @property
    def default(self) -> Provider:
        """The one that a path means where nothing else tells it."""
        return self[self._default]

    def owners_of_paths(self) -> list[Provider]:
        """Those that a path without a provider may mean: the default first."""
        default = self._names[self._default]
        return [self.default, *(self[id] for id in self.ids if id != default and id in LISTED and LISTED[id].owns_paths)]

    def _load(self, name: str) -> Provider | None:
        id = self._names.get(name)
        if id is None:
            return None
        provider = self._loaded[id] if id in self._loaded else self._own.get(id) or entry(id)
        self._loaded |= {id: provider, name: provider}
        return provider
