"""An operator adds, moves and removes providers while requests come in: none of them ever reaches a place that no setting names."""

import json
import re

from ada_url import URL, HostType
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from byok_relay.providers import PROVIDERS
from byok_relay.providers.openai import OPENAI
from byok_relay.settings import Settings
from tables.settings import INVALID
from unit.support import configured

from .choices import Drawn, Seeded
from .effort import SEED, examples
from .hostile import hostile
from .judge import is_plain, judge
from .mutations import mutated
from .worlds import Given

ALIASES = {provider.id: provider.aliases for provider in PROVIDERS}
PARAMETER = re.compile(r"\{\w+\}")
HOSTS = (
    *"https://llm.example https://a-b.c1.example:8443 https://xn--bcher-kva.example https://api.openai.com https://relay.example".split(),
    *"https://llm.example:80 https://localhost:1024 http://localhost:11434 http://127.0.0.1 http://[::1]:65535".split(),
)
ODD_URLS = (
    *(value for name, value in INVALID if name == "UPSTREAM_OPENAI"),
    *"https://user@llm.example https://llm.example/./x https://llm.example/x/. https://llm.example/.x https://llm.example/x;y".split(),
)
PATHS = ("", "/", "/v1", "/openai/", "/a.b/c-d_e")
base_urls = st.builds("{}{}".format, st.sampled_from(HOSTS), st.sampled_from(PATHS))
ids = st.sampled_from(["acme", "my-llm", "x1", "v2", "openai2", "health", "azure-openai"])
SEGMENTS = ("{model}", "{model_id}", "{model_name}", "v1", "v1beta", "chat", "models", "a.b-c_d", "health", "x")
routes = st.builds(
    lambda method, path: f"{method} /{'/'.join(path)}",
    st.sampled_from(["GET", "POST"]),
    st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=4),
)
providers = st.fixed_dictionaries(
    {"base_url": base_urls},
    optional={
        "name": st.sampled_from(["A name", "é"]),
        "carrier": st.sampled_from(["authorization", "x-api-key", "api-key"]),
        "routes": st.lists(routes, min_size=1, max_size=4),
        "keys_of": st.sampled_from(["openai", "anthropic", "google", "mistral"]),
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
        self.default = data.draw(st.sampled_from(["", *(self.enabled or self.names())]))

    @precondition(lambda self: self.custom)
    @rule(data=st.data())
    def remove(self, data):
        id = data.draw(st.sampled_from(list(self.custom)))
        del self.custom[id]
        self.upstreams.pop(id, None)
        self.enabled = [name for name in self.enabled if name != id]
        self.default = self.default if self.default in (self.enabled or self.names()) else ""

    @rule(data=st.data())
    def ask(self, data):
        assert isinstance(configured(self.given()), Settings)
        judge(hostile(Drawn(data.draw), [self.given()]))


Operator.TestCase.settings = examples(60, steps=20)
TestOperator = Operator.TestCase


def test_a_base_url_is_refused_or_means_what_it_says():
    choose, taken = Seeded(SEED), set()
    for _ in range(10_000):
        url = mutated(choose.pick((choose.pick(HOSTS) + choose.pick(PATHS), choose.pick(ODD_URLS))), choose)
        settings = configured({"UPSTREAM_OPENAI": url})
        if isinstance(settings, Settings):
            base = settings.by_name["openai"].base_url
            read = URL(base)
            assert (base, read.href.removesuffix("/")) == (url.strip().removesuffix("/") or OPENAI.base_url, base)
            assert (read.username, read.password, read.search, read.hash) == ("", "", "", "")
            loopback = read.hostname in ("localhost", "127.0.0.1", "[::1]")
            assert loopback or (read.protocol, read.host_type) == ("https:", HostType.DEFAULT)
            taken.add(base)
    assert len(taken) > 200


def test_a_custom_route_is_refused_or_leads_to_plain_paths_only():
    choose, taken = Seeded(SEED), set()
    for _ in range(10_000):
        segments = [choose.pick(SEGMENTS) for _ in range(choose.number(1, 4))]
        route = mutated(f"{choose.pick(('GET', 'POST'))} /{'/'.join(segments)}", choose)
        settings = configured({"CUSTOM_PROVIDERS": json.dumps({"my-llm": {"base_url": HOSTS[0], "routes": [route]}})})
        if isinstance(settings, Settings):
            method, path = route.split(" ")
            assert method in ("GET", "POST")
            assert is_plain(PARAMETER.sub("x", path))
            taken.add(route)
    assert len(taken) > 200
