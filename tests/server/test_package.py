"""The package: built as pip builds it, installed into an empty environment, and served from there."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from client import HUNG_SECONDS, ask
from server.command import ROOT, held_stream, serving

SOURCES = ("src", "server", "public")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy, because pip builds where the sources are."""
    folder = tmp_path_factory.mktemp("package")
    for name in SOURCES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    pip("wheel", "--no-deps", "--wheel-dir", str(folder / "out"), str(folder))
    return next((folder / "out").glob("byok_relay-*.whl"))


def pip(*arguments: str, python: str = sys.executable) -> None:
    subprocess.run([python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments], check=True, capture_output=True)


def test_the_wheel_holds_the_core_the_server_and_the_playground(wheel):
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    core = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src" / "byok_relay").rglob("*.py")}
    server = {path.relative_to(ROOT / "server").as_posix() for path in (ROOT / "server" / "byok_relay_server").rglob("*.py")}
    public = {f"byok_relay_server/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "public").rglob("*") if path.is_file()}
    assert packed == core | server | public


def test_it_serves_the_relay_and_the_playground_from_an_empty_environment(wheel, mock, tmp_path):
    venv.create(tmp_path / "empty", with_pip=True)
    scripts = tmp_path / "empty" / ("Scripts" if os.name == "nt" else "bin")
    pip("install", f"{wheel}[server]", python=str(scripts / "python"))
    with serving(command=[str(scripts / "byok-relay")], PYTHONPATH="", **mock.upstreams()) as served:
        assert ask(served.url, "GET", "/").headers["content-type"] == "text/html; charset=utf-8"
        assert ask(served.url, "GET", "/playground/mark.svg").status == 200
        with held_stream(mock, served.url) as (key, exchange):
            for _ in range(40):
                mock.release(key)
            assert exchange.read_all().endswith(b"data: [DONE]\n\n")


def test_without_its_extra_the_command_says_what_is_missing(wheel, tmp_path):
    venv.create(tmp_path / "empty", with_pip=True)
    scripts = tmp_path / "empty" / ("Scripts" if os.name == "nt" else "bin")
    pip("install", str(wheel), python=str(scripts / "python"))
    ended = subprocess.run([str(scripts / "byok-relay"), "serve"], capture_output=True, text=True, timeout=HUNG_SECONDS, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "byok-relay: click is missing; install the package with its extra: pip install '.[server]'\n"
