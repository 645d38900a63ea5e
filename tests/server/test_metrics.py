"""The metrics of `byok-relay serve --metrics-port`, as Prometheus gets them."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families

from attacks.faults import said
from byok_relay.audit import Outcome
from byok_relay.providers import LISTED, entry
from byok_relay.refusal import Code
from byok_relay_server.asgi import create
from byok_relay_server.command import _metrics
from byok_relay_server.metrics import MOST_MODELS, REGISTRY, Metrics
from client import HUNG_SECONDS, Exchange, ask, request
from frames import HANDSHAKE
from providers import CHAT, new_key
from server.command import ENVIRONMENT, ROOT, held_stream, run, serving, wait_until_refused

ROUTE = "/v1/chat/completions"
REALTIME = "/v1/realtime"
TIMES = re.compile(r"\w+_seconds_(?:sum|bucket)\b.*")


@contextmanager
def metered(mock, *arguments, **settings):
    """A server and where its metrics are."""
    with serving("--metrics-port", "0", *arguments, **mock.upstreams(), **settings) as served:
        yield served, served.next_line().removeprefix("byok-relay metrics at ")


def scraped(url):
    """The lines that hold numbers, but those of times."""
    answer = ask(url, "GET", "/metrics")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    return sorted(line for line in answer.body.decode().splitlines() if not line.startswith("#") and not TIMES.fullmatch(line))


def wait_for(url, *lines):
    """Until they are in it: a request is counted when its answer is over, which its client may know first."""
    deadline = time.monotonic() + HUNG_SECONDS
    while not {*lines} <= {*(found := scraped(url))}:
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


def chat(url, key, stream=False, model="gpt"):
    body = json.dumps({"model": model, "stream": stream, "messages": [{"role": "user", "content": "hi"}]}).encode()
    return ask(url, "POST", CHAT["openai"], {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}, body)


def leave(mock, url):
    with held_stream(mock, url) as (key, exchange):
        exchange.reset()
        mock.wait_for(key, "aborted")


def requests(count, status, by="provider", code=""):
    return f'byok_relay_requests_total{{by="{by}",code="{code}",provider="openai",route="{ROUTE}",status="{status}"}} {count}.0'


DEFECTS = 'byok_relay_requests_total{by="relay",code="internal_error",provider="",route="",status="500"}'


@pytest.mark.parametrize("workers", ["1", "2"])
def test_defects_are_counted_from_the_start_so_that_an_alert_sees_the_first(mock, workers):
    with metered(mock, "--workers", workers) as (_, metrics):
        wait_for(metrics, f"{DEFECTS} 0.0")


def test_each_request_is_counted_by_how_it_went(mock):
    unreachable, limited, broken = new_key(), new_key(), new_key()
    mock.script(unreachable, wire=said())
    mock.script(limited, respond={"status": 429, "headers": {"content-type": "application/json"}, "body": "{}"})
    mock.script(broken, truncate=True)
    with metered(mock) as (served, metrics):
        for stream in (False, True):
            assert chat(served.url, new_key(), stream).status == 200
        assert [chat(served.url, key).status for key in ("", unreachable, limited)] == [401, 502, 429]
        with suppress(HTTPException, ConnectionError):
            chat(served.url, broken, stream=True)
        leave(mock, served.url)
        assert ask(served.url, "GET", "/health").status == 200
        expected = [
            "byok_relay_open_sockets 0.0",
            "byok_relay_open_streams 0.0",
            'byok_relay_request_duration_seconds_count{provider="openai"} 5.0',
            f"{DEFECTS} 0.0",
            requests(2, 200),
            requests(1, 429),
            requests(1, 200, code="client_closed"),
            requests(1, 200, code="upstream_closed"),
            requests(1, 401, by="relay", code="missing_key"),
            requests(1, 502, by="relay", code="upstream_unreachable"),
            'byok_relay_response_head_seconds_count{provider="openai"} 5.0',
            'byok_relay_upstream_errors_total{code="upstream_closed",provider="openai"} 1.0',
            'byok_relay_upstream_errors_total{code="upstream_unreachable",provider="openai"} 1.0',
        ]
        assert wait_for(metrics, *expected) == sorted(expected)
        served.end()
        assert served.ended()[1] == ""


def test_a_stream_is_open_from_its_head_to_its_end(mock):
    with metered(mock) as (served, metrics):
        with held_stream(mock, served.url) as (key, exchange):
            wait_for(metrics, "byok_relay_open_streams 1.0")
            for _ in range(40):
                mock.release(key)
            exchange.read_all()
            wait_for(metrics, "byok_relay_open_streams 0.0", requests(1, 200))
        leave(mock, served.url)
        wait_for(metrics, "byok_relay_open_streams 0.0", requests(1, 200, code="client_closed"))


def test_a_websocket_is_open_until_its_end_and_its_length_is_no_time_of_an_answer(mock):
    key = new_key()
    with metered(mock) as (served, metrics):
        for target, status in ((f"/openai{REALTIME}", 101), ("/openai/v1/models", 426)):
            with Exchange(served.url, request(served.url, "GET", target, HANDSHAKE | {"Authorization": f"Bearer {key}"})) as exchange:
                assert exchange.head().status == status
                wait_for(metrics, f"byok_relay_open_sockets {float(status == 101)}")
        ended = f'byok_relay_requests_total{{by="provider",code="",provider="openai",route="{REALTIME}",status="101"}} 1.0'
        assert not any("duration" in line for line in wait_for(metrics, "byok_relay_open_sockets 0.0", ended))


def test_times_are_in_buckets_that_suit_answers_of_models(mock):
    with metered(mock) as (served, metrics):
        chat(served.url, new_key())
        wait_for(metrics, requests(1, 200))
        families = {family.name: family.samples for family in text_string_to_metric_families(ask(metrics, "GET", "/metrics").body.decode())}
    for name in ("byok_relay_request_duration_seconds", "byok_relay_response_head_seconds"):
        buckets = {sample.labels["le"]: sample.value for sample in families[name] if sample.name.endswith("_bucket")}
        assert [*buckets] == [f"{n}" for n in (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0)] + ["+Inf"]
        assert (buckets["10.0"], buckets["+Inf"]) == (1, 1)


def test_the_limiters_decisions_are_counted_by_kind(mock):
    with metered(mock, RATE_LIMIT_PER_MINUTE="1") as (served, metrics):
        key = new_key()
        assert [chat(served.url, each).status for each in (key, key, "")] == [200, 429, 401]
        wait_for(
            metrics,
            requests(1, 429, by="relay", code="rate_limited"),
            *(
                f'byok_relay_limiter_decisions_total{{decision="{decision}",kind="{kind}"}} 1.0'
                for decision, kind in (("allowed", "key"), ("limited", "key"), ("allowed", "address"))
            ),
        )


MARK = "f0rgery"


def test_every_label_is_one_of_a_closed_list(mock):
    with metered(mock, PROVIDERS="all") as (served, metrics):
        odd = {"X-Relay-Provider": MARK, "User-Agent": MARK, "Origin": f"https://{MARK}.example", "OpenAI-Project": MARK}
        for method, target in (
            ("POST", f"/{MARK}/v1"),
            ("GET", f"/openai/v1/models/{MARK}"),
            ("GET", f"/openai/v1/models?{MARK}"),
            ("PROPFIND", f"/{MARK}"),
            ("POST", CHAT["openai"]),
        ):
            for headers in ({}, odd, odd | {"Authorization": f"Bearer {new_key()}"}, {"Authorization": f"Bearer {MARK}"}):
                ask(served.url, method, target, headers, b"{}" if method == "POST" else None)
        chat(served.url, new_key(), model=MARK)
        text = wait_for_all(metrics, 21)
    assert MARK not in text.lower()
    routes = {route.partition(" ")[2] for id in LISTED for surface in entry(id).surfaces for route in surface.routes}
    closed = {
        "provider": {"", *LISTED},
        "route": {"", *routes},
        "status": {"", *map(str, range(200, 600))},
        "by": {"provider", "relay"},
        "code": {"", *get_args(Code), *get_args(Outcome)} - {"ok"},
    }
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    assert len({tuple(sample.labels.items()) for sample in samples if sample.name == "byok_relay_requests_total"}) > 5
    for sample in samples:
        assert {name: value for name, value in sample.labels.items() if name != "le" and value not in closed[name]} == {}


def wait_for_all(url, count):
    """The text, once so many requests are in it."""
    deadline = time.monotonic() + HUNG_SECONDS
    while True:
        text = ask(url, "GET", "/metrics").body.decode()
        counted = sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith("byok_relay_requests_total"))
        if counted == count:
            return text
        assert time.monotonic() < deadline, text
        time.sleep(0.02)


def workers_of(pid):
    """The processes that serve, of a server with several."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def environment_of(pid):
    pairs = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if pair)


linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc")


@linux
def test_several_workers_are_one_sum_in_a_folder_that_lasts_as_long_as_they_do(mock):
    with metered(mock, "--workers", "3") as (served, metrics), ExitStack() as streams:
        for _ in range(6):
            streams.enter_context(held_stream(mock, served.url))
        wait_for(metrics, "byok_relay_open_streams 6.0")
        assert [chat(served.url, "").status for _ in range(20)] == [401] * 20
        wait_for(metrics, requests(20, 401, by="relay", code="missing_key"))
        streams.close()
        wait_for(metrics, "byok_relay_open_streams 0.0", requests(6, 200, code="client_closed"))
        [folder] = {Path(environment_of(pid)["PROMETHEUS_MULTIPROC_DIR"]) for pid in workers_of(served.pid)}
        assert folder.stat().st_mode & 0o777 == 0o700
        served.end()
        assert served.ended() == (0, "")
    assert not folder.exists()


@linux
def test_streams_of_a_worker_that_was_killed_are_open_no_more_and_a_line_says_that_it_is_gone(mock):
    with metered(mock, "--workers", "2") as (served, metrics), ExitStack() as streams:
        for _ in range(6):
            streams.enter_context(held_stream(mock, served.url))
        chat(served.url, "")
        wait_for(metrics, "byok_relay_open_streams 6.0", requests(1, 401, by="relay", code="missing_key"))
        before = workers_of(served.pid)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_for(metrics, "byok_relay_open_streams 0.0")
        wait_for(metrics, requests(1, 401, by="relay", code="missing_key"))  # a counter that goes back would be a new one
        while len({*workers_of(served.pid)} - {*before}) < 2:
            time.sleep(0.05)
        with suppress(ConnectionError):
            chat(served.url, "")
        wait_for(metrics, requests(2, 401, by="relay", code="missing_key"))
        streams.close()
        served.end()
        code, said = served.ended()
        assert (code, said) == (0, "byok-relay: a worker has ended with exit code -9, and another one takes its place\n" * 2)


def test_nobody_else_can_reach_them_by_default(mock):
    with metered(mock) as (served, metrics):
        assert metrics.startswith("http://127.0.0.1:")
        with pytest.raises(OSError, match=r"refused|unreachable|assign"):
            socket.create_connection(("127.0.0.2", urlsplit(metrics).port), 1).close()
        assert ask(served.url, "GET", "/metrics").code == "unknown_provider"


@pytest.mark.parametrize(("method", "target", "status"), [("GET", "/", 404), ("GET", "/health", 404), ("POST", "/metrics", 501)])
def test_nothing_else_is_on_their_port(mock, method, target, status):
    with metered(mock) as (_, metrics):
        assert ask(metrics, method, target).status == status
        assert ask(metrics, "GET", "/metrics?a=b").status == 200


def test_a_port_in_use_is_one_line_and_exit_code_1():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("serve", "--port", "0", "--metrics-port", str(port))
    assert (ended.returncode, ended.stdout) == (1, "")
    problem = "(Address already in use); try another --metrics-port or --metrics-host"
    assert ended.stderr == f"byok-relay: cannot listen on 127.0.0.1:{port} {problem}\n"


def test_an_empty_host_is_an_error_and_not_every_address():
    ended = run("serve", "--port", "0", "--metrics-port", "0", "--metrics-host", "")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "--metrics-host" in ended.stderr


@pytest.mark.parametrize("audit", [True, False])
def test_audit_lines_are_written_as_without_metrics(mock, audit):
    with metered(mock, AUDIT=str(audit)) as (served, metrics):
        chat(served.url, new_key())
        wait_for(metrics, requests(1, 200))
        served.end()
        lines = served.ended()[1].splitlines()
    assert [json.loads(line)["status"] for line in lines] == [200] * audit


@pytest.mark.parametrize("workers", ["1", "2"])
def test_they_are_there_until_the_last_stream_is_over(mock, workers):
    with metered(mock, "--workers", workers) as (served, metrics), held_stream(mock, served.url) as (key, exchange):
        wait_for(metrics, "byok_relay_open_streams 1.0")
        served.end()
        wait_until_refused(served.url)
        wait_for(metrics, "byok_relay_open_streams 1.0")
        for _ in range(40):
            mock.release(key)
        assert b"[DONE]" in exchange.read_all()
        code, words = served.ended()
        assert (code in (0, -signal.SIGTERM), words) == (True, "")


def test_numbers_are_not_shared_through_a_folder_of_anybody_elses(mock, tmp_path):
    with metered(mock, PROMETHEUS_MULTIPROC_DIR=str(tmp_path)) as (served, metrics):
        chat(served.url, "")
        wait_for(metrics, requests(1, 401, by="relay", code="missing_key"))
    assert [*tmp_path.iterdir()] == []


def in_python(*lines):
    return subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], env=ENVIRONMENT, capture_output=True, text=True, timeout=HUNG_SECONDS, check=False
    )


def test_a_server_without_metrics_does_not_load_the_library():
    found = "print([name for name in sys.modules if 'prometheus' in name or name.startswith('byok_relay_server.metrics')])"
    ended = in_python("import sys, byok_relay_server.command", "from byok_relay_server.asgi import create", "create()", found)
    assert (ended.stdout, ended.stderr) == ("[]\n", "")


def test_a_missing_library_is_one_line_and_exit_code_1():
    serve = "command.main(['serve', '--port', '0', '--metrics-port', '0'])"
    ended = in_python("import sys", "sys.modules['prometheus_client'] = None", "from byok_relay_server import command", serve)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "byok-relay: --metrics-port needs prometheus_client, which is missing: pip install prometheus-client\n"


def test_no_folder_for_several_workers_is_one_line(monkeypatch):
    def fail(**_):
        raise FileNotFoundError(2, "No usable temporary directory")

    monkeypatch.setattr(tempfile, "mkdtemp", fail)
    with pytest.raises(SystemExit, match=r"^byok-relay: --metrics-port with several --workers needs a folder .*No usable temporary"):
        _metrics(None, 2)


LINE = {
    "provider": "p",
    "route": "/r",
    "status": 200,
    "by": "provider",
    "code": None,
    "outcome": "ok",
    "ms_headers": 1.0,
    "ms": 2.0,
    "socket": None,
}


def tokens(provider):
    return {
        (sample.labels["model"], sample.labels["kind"]): sample.value
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name == "byok_relay_tokens_total" and sample.labels["provider"] == provider
    }


def used(metrics, provider, model, **counts):
    usage = {"model": model, "input": None, "output": None, "cached": None, "reasoning": None} | counts
    metrics.line(json.dumps(LINE | {"provider": provider, "usage": usage}))


def test_tokens_are_counted_where_a_line_has_them():
    metrics = Metrics(None)
    metrics.line(json.dumps(LINE | {"provider": "tokens", "usage": None}))
    assert tokens("tokens") == {}
    used(metrics, "tokens", "m", input=10, output=5, cached=4)
    used(metrics, "tokens", "m", input=1, reasoning=2)
    used(metrics, "tokens", None, output=7)
    assert tokens("tokens") == {
        ("m", "input"): 11,
        ("m", "output"): 5,
        ("m", "cached"): 4,
        ("m", "reasoning"): 2,
        ("", "output"): 7,
    }


def test_models_beyond_the_first_are_counted_together():
    metrics = Metrics(None)
    for number in range(MOST_MODELS + 5):
        used(metrics, "many", f"m{number}", input=1)
    used(metrics, "many", "m0", input=1)
    counted = tokens("many")
    assert (len(counted), counted["m0", "input"], counted["other", "input"]) == (MOST_MODELS + 1, 2, 5)


def test_a_defect_is_counted(capfd):
    labels = {"provider": "", "route": "", "status": "500", "by": "relay", "code": "internal_error"}
    before = REGISTRY.get_sample_value("byok_relay_requests_total", labels) or 0

    async def fail():
        async def send(message):
            pass

        await create(metered=True)({"type": "http", "method": "GET", "headers": []}, None, send)

    asyncio.run(fail())
    assert REGISTRY.get_sample_value("byok_relay_requests_total", labels) == before + 1
    assert capfd.readouterr().out.startswith("byok-relay: internal_error, KeyError")


def names():
    """What a query may name: each metric, and what a histogram is made of."""
    for family in REGISTRY.collect():
        yield from [f"{family.name}_{part}" for part in ("bucket", "count", "sum")] if family.type == "histogram" else []
        yield family.name + ("_total" if family.type == "counter" else "")


GRAFANA, OPERATING = (ROOT / "docs" / name for name in ("grafana.json", "operating.md"))


@pytest.mark.parametrize("document", [GRAFANA, OPERATING], ids=lambda path: path.name)
def test_documents_name_metrics_that_there_are(document):
    assert {*re.findall(r"byok_relay_\w+", document.read_text())} - {*names()} == set()


def test_every_metric_is_in_the_dashboard_and_in_the_documentation():
    families = [name for name in names() if not re.search("_(bucket|count|sum)$", name)]
    queries = " ".join(target["expr"] for panel in json.loads(GRAFANA.read_text())["panels"] for target in panel["targets"])
    assert [name for name in families if name not in queries] == []
    assert [name for name in families if f"`{name}" not in OPERATING.read_text()] == []


def test_the_dashboard_asks_the_data_source_that_is_chosen_and_names_each_panel_once():
    dashboard = json.loads(GRAFANA.read_text())
    panels = dashboard["panels"]
    assert {panel["datasource"]["uid"] for panel in panels} == {"${datasource}"}
    assert len({panel["title"] for panel in panels}) == len({panel["id"] for panel in panels}) == len(panels)
