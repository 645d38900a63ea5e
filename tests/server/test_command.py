"""What the `byok-relay` command says, and how it ends."""

import json
import signal
import socket
from http.client import IncompleteRead

import pytest

from byok_relay import VERSION
from byok_relay.sealing import parse_key
from client import ask
from server.command import held_stream, run, serving, wait_until_refused

WRONG = {
    "MAX_BODY_BYTES": "canary-many",
    "PUBLIC_ORIGIN": "https://canary.example/",
    "PUBLIC_ORIGINS": "https://canary.example",
    "SHUTDOWN_SECONDS": "-1",
    "SHUT_DOWN_SECONDS": "5",
    "SEALING_KEY": "canary",
    "UPSTREAM_OPENAI": "http://canary.example",
    "ALOWED_ORIGINS": "https://canary.example",
    "RATE_LIMIT_PER_MINUTE": "canary-1",
    "RATE_LIMIT_STORAGE": "redis://:canary@redis:1x",
    "CLIENT_ADDRESS_HEADER": "X-Canary Address",
}


def test_the_version_is_the_relays():
    assert run("--version").stdout == f"byok-relay {VERSION}\n"


def test_the_help_names_every_command():
    said = run("--help").stdout
    assert [name for name in ("serve", "check", "sealing-key", "usage") if f"  {name} " not in said] == []


@pytest.mark.parametrize("command", ["serve", "check"])
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_one_line_without_its_value_and_exit_code_1(command, name):
    ended = run(command, **{name: WRONG[name]})
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"byok-relay: {name} ")
    assert ended.stderr.count("\n") == 1
    assert WRONG[name] not in ended.stderr.removeprefix(f"byok-relay: {name}")


def test_a_port_in_use_is_one_line_and_exit_code_1():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("serve", "--port", str(port))
    assert (ended.returncode, ended.stdout) == (1, "")
    said = f"byok-relay: cannot listen on 127.0.0.1:{port} (Address already in use); try another --port or --host\n"
    assert ended.stderr == said


def test_an_empty_host_is_an_error_and_not_every_address():
    ended = run("serve", "--host", "", "--port", "0")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "--host" in ended.stderr


def test_check_says_what_the_settings_come_to():
    said = run("check", PROVIDERS="openai, mistral", ALLOWED_ORIGINS="https://app.example").stdout
    assert said.splitlines() == [
        "providers: openai, mistral",
        "endpoints: inference, realtime",
        "origins: https://app.example",
        "keys: plain ones only",
        "models: all",
        "limit: none",
        "log: a line for each request",
    ]


LINES = {
    ("models: gpt-5*, claude-*",): {"ALLOWED_MODELS": "gpt-5*, claude-*"},
    ("origins: any",): {},
    ("origins: https://a.example, https://b.example, https://*.app.example",): {
        "ALLOWED_ORIGINS": "https://b.example, https://*.app.example, https://a.example"
    },
    ("log: none",): {"AUDIT": "false"},
    ("log: a line for each request with keys' fingerprints with tokens",): {"AUDIT_SECRET": "0123456789abcdef", "METER_USAGE": "true"},
    ("limit: 60 requests a minute with one key, counted in each process, addresses from x-real-ip",): {
        "RATE_LIMIT_PER_MINUTE": "60",
        "CLIENT_ADDRESS_HEADER": "X-Real-IP",
    },
}


@pytest.mark.parametrize(("lines", "settings"), LINES.items(), ids=[lines[0] for lines in LINES])
def test_check_says_what_is_allowed_counted_and_logged(lines, settings):
    assert {*lines} <= {*run("check", **settings).stdout.splitlines()}


def test_check_says_where_requests_are_counted_and_no_password():
    limited = {"RATE_LIMIT_PER_MINUTE": "60", "AUDIT_SECRET": "0123456789abcdef"}
    stores = ("", "rediss://user:canary@redis.example:6380/1")
    said = [run("check", RATE_LIMIT_STORAGE=store, **limited).stdout.splitlines()[5] for store in stores]
    assert said == [
        f"limit: 60 requests a minute with one key, counted in {where}"
        for where in ("each process", "Redis at redis.example:6380, database 1")
    ]


def test_settings_come_from_a_file_unless_the_environment_has_them(tmp_path):
    file = tmp_path / "settings.env"
    file.write_text("# a comment\nPROVIDERS=openai,anthropic\nALLOWED_ORIGINS='https://app.example'\n")
    said = run("check", "--env-file", str(file), PROVIDERS="mistral").stdout
    assert said.splitlines()[0:3:2] == ["providers: mistral", "origins: https://app.example"]


NO_FILES = {
    "a quote that is not closed": b'ALLOWED_ORIGINS="https://canary.example\n',
    "a colon": b"ALLOWED_ORIGINS: https://canary.example\n",
    "a name alone": b"PROVIDERS=openai\nREQUIRE_ORIGIN\n",
    "no text": b"\xff\xfe",
    "a NUL": b"PROVIDERS=openai\0\n",
}


@pytest.mark.parametrize("written", NO_FILES.values(), ids=NO_FILES.keys())
@pytest.mark.parametrize("command", ["serve", "check"])
def test_a_file_of_settings_that_is_none_is_one_line_and_exit_code_1(command, tmp_path, written):
    file = tmp_path / "settings.env"
    file.write_bytes(written)
    ended = run(command, "--env-file", str(file))
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert ended.stderr.startswith(f"byok-relay: {file}")
    assert "canary" not in ended.stderr


READ_OTHERWISE = {
    "export": "export ALLOWED_ORIGINS=https://canary.example\n",
    "a comment behind a value": "ALLOWED_ORIGINS=https://canary.example # mine\n",
    "a comment that is like the value": "PROVIDERS=openai # openai\n",
    "a comment behind quotes": "ALLOWED_ORIGINS='https://canary.example' # 'mine'\n",
    "a comment in place of a value": "PROVIDERS= # mine\n",
    "quotes around the name": "'ALLOWED_ORIGINS'=https://canary.example\n",
    "a name that stands twice": "ENDPOINTS=files\n",
}


@pytest.mark.parametrize("written", READ_OTHERWISE.values(), ids=READ_OTHERWISE.keys())
def test_a_line_that_systemd_reads_otherwise_is_refused_by_its_number(tmp_path, written):
    file = tmp_path / "settings.env"
    file.write_text(f"# a comment\nENDPOINTS=inference\n\n{written}")
    ended = run("check", "--env-file", str(file))
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert ended.stderr.startswith(f"byok-relay: {file}, line 4: ")
    assert "canary" not in ended.stderr


@pytest.mark.parametrize("written", ["a#b", "'a # b'", '"a # b"', "'a\\'b'", "'a\nb'", "", "  a b  "])
def test_a_line_that_systemd_reads_alike_is_none_of_these(tmp_path, written):
    file = tmp_path / "settings.env"
    file.write_text(f"NOT_A_SETTING={written}\r\nPROVIDERS = mistral\n")
    assert run("check", "--env-file", str(file)).stdout.startswith("providers: mistral\n")


def test_a_file_of_settings_that_is_not_there_is_one_line_and_exit_code_1():
    ended = run("serve", "--env-file", "nowhere.env")
    assert (ended.returncode, ended.stderr) == (1, "byok-relay: nowhere.env cannot be read (No such file or directory)\n")


def test_each_sealing_key_is_a_new_one_that_the_relay_takes():
    one, other = (run("sealing-key").stdout for _ in range(2))
    assert parse_key(one).kid != parse_key(other).kid
    assert len(json.loads(one)["kid"]) == 16


def test_it_says_in_one_line_where_it_listens():
    with serving() as served:
        assert served.line.startswith(f"byok-relay {VERSION} listening on http://127.0.0.1:")
        assert ask(served.url, "GET", "/health").status == 200
        served.end()
        assert served.ended()[1] == ""


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_stream_that_is_open_at_the_end_is_finished_first(mock, workers, how):
    with serving("--workers", workers, **mock.upstreams()) as served, held_stream(mock, served.url) as (key, exchange):
        served.end(how)
        wait_until_refused(served.url)
        for _ in range(40):
            mock.release(key)
        assert b"[DONE]" in exchange.read_all()
        code, said = served.ended()
    assert (code in (0, -how), said) == (True, "")


def test_a_worker_says_nothing_of_a_client_that_leaves(mock):
    with serving("--workers", "2", **mock.upstreams()) as served:
        with held_stream(mock, served.url) as (key, exchange):
            exchange.reset()
            mock.wait_for(key, "aborted")
        served.end()
        assert served.ended()[1] == ""


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_stream_that_goes_on_for_longer_than_the_limit_is_broken_off_and_its_line_says_so(mock, workers):
    settings = {"SHUTDOWN_SECONDS": "1", "AUDIT": "true"}
    with serving("--workers", workers, **settings, **mock.upstreams()) as served, held_stream(mock, served.url) as (key, exchange):
        served.end()
        with pytest.raises((IncompleteRead, ConnectionError)):
            exchange.read_all()
        mock.wait_for(key, "aborted")
        said = served.ended()[1]
    assert (json.loads(said)["outcome"], said.count("\n")) == ("shutdown", 1)


def test_a_client_that_leaves_while_the_server_ends_is_no_stream_that_it_broke_off(mock):
    with serving(AUDIT="true", **mock.upstreams()) as served, held_stream(mock, served.url) as (key, exchange):
        served.end()
        wait_until_refused(served.url)
        exchange.reset()
        mock.wait_for(key, "aborted")
        assert json.loads(served.ended()[1])["outcome"] == "client_closed"
