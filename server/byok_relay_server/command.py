"""The `byok-relay` command."""

import os
import re
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource
from dotenv.parser import Binding, parse_stream

from byok_relay import VERSION
from byok_relay.settings import SettingError

from . import serving
from .sealing_key import new_sealing_key
from .settings import ServerSettings, parse
from .usage import usage

if TYPE_CHECKING:
    from .metrics_server import MetricsServer

ENV_FILE = click.option(
    "--env-file",
    type=click.Path(path_type=Path),
    help="A file of NAME=value lines. The environment wins.",
)

# A line that systemd's EnvironmentFile= does not read otherwise (systemd.exec(5)): it leaves one with `export` out, and with it what the
# operator has set, and takes a comment behind a value for a part of that. So does Docker's --env-file, or it fails.
_ASSIGNMENT = re.compile(r"\w+[ \t]*=[ \t]*(.*)", re.DOTALL)
_QUOTED = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""", re.DOTALL)


def _not_empty(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not value:  # an unset variable of a shell must not open the relay to the network
        raise click.BadParameter("is empty")
    return value


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="byok-relay", message="%(prog)s %(version)s")
def main() -> None:
    """A stateless relay for web apps whose users bring their own API keys.

    Settings come from the environment, such as ALLOWED_ORIGINS=https://app.example. All are optional.
    """


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, callback=_not_empty, help="The address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8787, show_default=True, type=click.IntRange(0, 65535), help="0 is any free one.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 256), help="Processes; one for each core is plenty.")
@click.option("--metrics-port", type=click.IntRange(0, 65535), help="Serve metrics for Prometheus there, at /metrics.")
@click.option("--metrics-host", default="127.0.0.1", show_default=True, callback=_not_empty, help="The address for that.")
@ENV_FILE
def serve(host: str, port: int, workers: int, metrics_port: int | None, metrics_host: str, env_file: Path | None) -> None:
    """Serve the relay and its playground."""
    if metrics_port is None and click.get_current_context().get_parameter_source("metrics_host") is not ParameterSource.DEFAULT:
        raise click.UsageError("--metrics-host needs --metrics-port")
    settings = _settings(env_file)
    listening, url = _listen(host, port)
    metrics = metrics_url = None
    if metrics_port is not None:
        metrics_listening, metrics_url = _listen(metrics_host, metrics_port, "metrics-")
        metrics = _metrics(metrics_listening, workers)
    print(f"byok-relay {VERSION} listening on {url}", flush=True)
    if metrics:
        print(f"byok-relay metrics at {metrics_url}/metrics", flush=True)
    serving.serve(listening, workers, settings.shutdown_seconds, metrics)


@main.command()
@ENV_FILE
def check(env_file: Path | None) -> None:
    """Check the settings, and say what the relay makes of them."""
    settings = _settings(env_file)
    relay = settings.relay
    origins = "any" if relay.cors.any_origin else ", ".join([*sorted(relay.cors.exact), *(written for _, written in relay.cors.wildcards)])
    keys = "plain ones only" if not relay.sealing.keys else "sealed ones only" if relay.sealing.required else "plain and sealed ones"
    store = settings.store
    counted = f"in Redis at {store.host}:{store.port}, database {store.database}" if store else "in each process"
    address = f", addresses from {settings.address_header}" if settings.address_header else ""
    limit = (
        f"{relay.requests_per_minute} requests a minute with one key, counted {counted}{address}" if relay.requests_per_minute else "none"
    )
    parts = [*(["with keys' fingerprints"] if relay.audit_secret else []), *(["with tokens"] if relay.meter_usage else [])]
    said = {
        "providers": ", ".join(relay.providers.ids),
        "endpoints": ", ".join(sorted(relay.groups)),
        "origins": origins,
        "keys": keys,
        "models": ", ".join(relay.models) or "all",
        "limit": limit,
        "log": " ".join(["a line for each request", *parts]) if relay.audit else "none",
    }
    print("\n".join(f"{name}: {what}" for name, what in said.items()))


@main.command()
def sealing_key() -> None:
    """Print a new private key for SEALING_KEY."""
    print(new_sealing_key())


main.add_command(usage)


def _listen(host: str, port: int, option: str = "") -> tuple[socket, str]:
    """A socket that listens there, and its URL. Where that cannot be, the command ends with one line and exit code 1."""
    try:
        listening = serving.listener(host, port)
    except OSError as error:
        problem = os.strerror(error.errno) if error.errno is not None and error.errno > 0 else error.strerror
        words = f"cannot listen on {host}:{port} ({problem}); try another --{option}port or --{option}host"
        raise SystemExit(f"byok-relay: {words}") from None
    shown = f"[{host}]" if ":" in host else host
    return listening, f"http://{shown}:{listening.getsockname()[1]}"


def _metrics(listening: socket, workers: int) -> "MetricsServer":
    try:
        from .metrics_server import MetricsServer  # imported here, because most relays have none

        return MetricsServer(listening, workers)
    except ModuleNotFoundError as error:
        raise SystemExit(f"byok-relay: --metrics-port needs {error.name}, which is missing: pip install prometheus-client") from None
    except OSError as error:
        words = f"--metrics-port with several --workers needs a folder to write in ({error.strerror}); TMPDIR may name one"
        raise SystemExit(f"byok-relay: {words}") from None


def _settings(env_file: Path | None) -> ServerSettings:
    """The settings; a wrong one ends the command with one line and exit code 1."""
    try:
        os.environ.update({name: value for name, value in _read(env_file).items() if name not in os.environ} if env_file else {})
        return parse(os.environ)
    except SettingError as error:
        raise SystemExit(f"byok-relay: {error}") from None


def _read(env_file: Path) -> dict[str, str]:
    """What a file of settings says. A line that is none ends the command: it may have been meant as a protection."""
    found: dict[str, str] = {}
    try:
        with env_file.open(encoding="utf-8") as lines:
            for line in parse_stream(lines):
                if problem := _problem(line, found):
                    text = line.original.string
                    number = line.original.line + text[: len(text) - len(text.lstrip())].count("\n")  # it begins behind empty lines
                    raise SystemExit(f"byok-relay: {env_file}, line {number}: {problem}")
                if line.key is not None:
                    found[line.key] = line.value or ""
    except (OSError, ValueError) as error:
        raise SystemExit(f"byok-relay: {env_file} cannot be read ({getattr(error, 'strerror', None) or 'it is no UTF-8 text'})") from None
    return found


def _problem(line: Binding, before: dict[str, str]) -> str | None:
    """What is wrong with a line of a file of settings, after those before."""
    if line.error or "\0" in line.original.string or (line.key is not None and line.value is None):
        return "must be NAME=value, with quotes that are closed"
    if line.key is None:
        return None
    assignment = _ASSIGNMENT.fullmatch(line.original.string.strip())
    if not assignment or not (assignment[1] == line.value or _QUOTED.fullmatch(assignment[1])):
        return "must be NAME=value alone, without export and without a comment behind it, as systemd reads it"
    return "its name stands in a line above too" if line.key in before else None
