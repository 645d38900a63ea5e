"""An operator adds, moves and removes providers while requests come in: none of them ever reaches a place that no setting names."""

import json
import re
from collections.abc import Callable, Iterable, Iterator

from ada_url import URL, HostType
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from byok_relay.providers import LISTED
from byok_relay.providers.openai import OPENAI
from byok_relay.settings import Settings
from providers import PROVIDERS
from tables.settings import ACME, INVALID, custom
from unit.support import configured

from .choices import SEED, Drawn, Seeded, examples
from .hostile import hostile
from .judge import is_plain, judge
from .mutations import mutated
from .worlds import Given

ALIASES = {id: listed.aliases for id, listed in LISTED.items()}
PARAMETER = re.compile(r"\{\w+\}")
HOSTS = (
    *"https://llm.example https://a-b.c1.example:8443 https://xn--bcher-kva.example https://api.openai.com https://relay.example".split(),
    *"https://llm.example:80 https://localhost:1024 http://localhost:11434 http://127.0.0.1 http://[::1]:65535".split(),
)
ODD_URLS = (
    *(value for name, value in INVALID if name == "UPSTREAM_OPENAI"),
    *"https://user@llm.example https://llm.example/./x https://llm.example/x/. https://llm.example/.x https://llm.example/x;y".split(),
)
METHODS = ("GET", "POST")
PATHS = ("", "/", "/gateway", "/llm/", "/a.b/c-d_e")  # with which no provider's own paths begin
base_urls = st.builds("{}{}".format, st.sampled_from(HOSTS), st.sampled_from(PATHS))
ids = st.sampled_from(["acme", "my-llm", "x1", "v2", "openai2", "health", "azure-mine"])
SEGMENTS = ("{model}", "{model_id}", "{model_name}", "v1", "v1beta", "chat", "models", "a.b-c_d", "health", "x")
routes = st.builds(
    lambda method, path: f"{method} /{'/'.join(path)}",
    st.sampled_from(METHODS),
    st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=4),
)
providers = st.fixed_dictionaries(
    {"base_url": base_urls},
    optional={
        "name": st.sampled_from(["A name", "é"]),
        "carrier": st.sampled_from(["authorization", "x-api-key", "api-key"]),
        "routes": st.lists(routes, min_size=1, max_size=4),
        "keys_of": st.sampled_from(["openai", "anthropic", "google", "mistral", "groq"]),
        "parameters": st.lists(st.sampled_from(["x", "stream", "$alt", "a[]", "a.b_c-d"]), max_size=3),
        "shortest_key": st.integers(1, 8),
    },
)


class Operator(RuleBasedStateMachine):
    @initialize()
    def start(self):
        self.custom: dict[str, dict[str, object]] = {}
        self.upstreams: dict[str, tuple[str, str]] = {}  # by id: the setting, which may name an alias, and its value
        self.enabled: list[str] = []
        self.default = ""

    def names(self) -> list[str]:
        return [*(provider.id for provider in PROVIDERS), *self.custom]

    def served(self) -> list[str]:
        return self.enabled or [name for name in self.names() if name in self.custom or LISTED[name].is_default]

    def given(self) -> Given:
        given = dict(self.upstreams.values())
        given["CUSTOM_PROVIDERS"] = json.dumps(self.custom)
        chosen = {"PROVIDERS": ",".join(self.enabled), "DEFAULT_PROVIDER": self.default}
        return given | {name: value for name, value in chosen.items() if value}

    @rule(id=ids, provider=providers)
    def add(self, id, provider):
        self.custom[id] = provider

    @rule(data=st.data())
    def point_elsewhere(self, data):
        id = data.draw(st.sampled_from(self.names()))
        name = data.draw(st.sampled_from([id, *ALIASES.get(id, ())]))
        self.upstreams[id] = f"UPSTREAM_{name.upper().replace('-', '_')}", data.draw(base_urls)

    @rule(data=st.data())
    def enable_some(self, data):
        self.enabled = data.draw(st.lists(st.sampled_from(self.names()), max_size=4, unique=True))
        self.default = data.draw(st.sampled_from(["", *self.served()]))

    @precondition(lambda self: self.custom)
    @rule(data=st.data())
    def remove(self, data):
        id = data.draw(st.sampled_from(list(self.custom)))
        del self.custom[id]
        self.upstreams.pop(id, None)
        self.enabled = [name for name in self.enabled if name != id]
        self.default = self.default if self.default in self.served() else ""

    @rule(data=st.data())
    def ask(self, data):
        assert isinstance(configured(self.given()), Settings)
        judge(hostile(Drawn(data.draw), [self.given()]))


Operator.TestCase.settings = examples(60, steps=20)
TestOperator = Operator.TestCase


def taken(texts: Iterable[str], given: Callable[[str], Given]) -> Iterator[tuple[str, Settings]]:
    """Those of a setting's values that are taken, with the settings that come of them: enough of them to say something."""
    count = 0
    for text in dict.fromkeys(texts):
        settings = configured(given(text))
        if isinstance(settings, Settings):
            count += 1
            yield text, settings
    assert count > 200


def test_a_base_url_is_refused_or_means_what_it_says():
    choose = Seeded(SEED)
    urls = (mutated(choose.pick((choose.pick(HOSTS) + choose.pick(PATHS), choose.pick(ODD_URLS))), choose) for _ in range(10_000))
    for url, settings in taken(urls, lambda url: {"UPSTREAM_OPENAI": url}):
        base = settings.providers["openai"].base_url
        read = URL(base)
        assert (base, read.href.removesuffix("/")) == (url.strip().removesuffix("/") or OPENAI.base_url, base)
        assert (read.username, read.password, read.search, read.hash) == ("", "", "", "")
        loopback = read.hostname in ("localhost", "127.0.0.1", "[::1]")
        assert loopback or (read.protocol, read.host_type) == ("https:", HostType.DEFAULT)


def test_a_custom_route_is_refused_or_leads_to_plain_paths_only():
    choose = Seeded(SEED)
    plain = (f"{choose.pick(METHODS)} /{'/'.join(choose.pick(SEGMENTS) for _ in range(choose.number(1, 4)))}" for _ in range(10_000))
    for route, _ in taken(
        (mutated(route, choose) for route in plain), lambda route: {"CUSTOM_PROVIDERS": custom(acme=ACME | {"routes": [route]})}
    ):
        method, path = route.split(" ")
        assert method in METHODS
        assert is_plain(PARAMETER.sub("x", path))
