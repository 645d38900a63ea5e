"""Rules about the source itself, so that they hold for what is written next."""

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from byok_relay import settings
from byok_relay.carriers import CARRIERS
from byok_relay.errors import BAD_KEY, ERRORS
from byok_relay.providers import LISTED
from byok_relay.refusal import Code
from byok_relay.settings import TABLE, UPSTREAM_PREFIX, Setting, parse
from byok_relay_server import settings as server_settings

ROOT = Path(__file__).parents[2]
CORE = sorted((ROOT / "src" / "byok_relay").rglob("*.py"))
BOUNDARY = [ROOT / "src" / "entry.py", *sorted((ROOT / "src" / "workers_boundary").glob("*.py"))]
SERVER = sorted((ROOT / "server" / "byok_relay_server").glob("*.py"))
SOURCE = [*BOUNDARY, *CORE, *SERVER]

# The standard library as far as the core needs it: nothing that reads, writes, waits or is random. `importlib` loads entries of the table.
ALLOWED_IMPORTS = set(
    "binascii collections.abc difflib functools hmac importlib ipaddress itertools json json.encoder re time typing".split()
)
OF_TIME = {"gmtime", "strftime"}  # which write a time that they are given

# The only functions in which a secret is in clear. Each checks its shape, takes it apart or writes the one header.
REVEALING = {
    "workers_boundary/limiter.py": {"Limiter.asked"},
    "workers_boundary/opener.py": {"Opener.open"},
    "byok_relay_server/opener.py": {"_private"},
    "byok_relay/audit.py": {"fingerprint"},
    "byok_relay_server/redis_limiter.py": {"RedisLimiter.__init__", "RedisLimiter._ask", "_client"},
    "byok_relay/carriers.py": {"Carrier.write", "keys_in"},
    "byok_relay/guard.py": {"Guard.__init__", "Guard.finds_a_key_in"},
    "byok_relay/keys.py": {"vendor_of", "check"},
    "byok_relay/limits.py": {"Bucket.id"},
    "byok_relay/policy.py": {"_carrier_up"},
    "byok_relay/providers/twilio.py": {"_check_account"},
    "byok_relay/sealing.py": {"is_sealed", "named_provider", "check"},
    "byok_relay/secret.py": {"Secret.__new__"},
}

# What may be said in a log line: names of settings with their rules, the kind and place of a defect, audit lines (`line` is one), that
# nothing is counted and by which kind of error, a host of the operator's, and that a worker has ended. What the command says to its
# operator is no log.
LOGGED = {
    "f'byok-relay: {error}'",
    "described",
    "audit.of_reply",
    "audit.of_answer",
    "line",
    "for_people",
    "f'byok-relay: the binding {BINDING} does not answer, so requests with one key are not limited'",
    "f'byok-relay: Redis at {self._place} cannot be used, so this process counts alone: {kind}'",
    "f'byok-relay: Redis at {self._place} can be used again'",
    "f'byok-relay: {host} has no public address, and is asked at no other: docs/settings.md#custom-providers'",
    "f'byok-relay: a worker has ended with exit code {code}, and another one takes its place'",
}
COMMANDS = {"command.py", "usage.py", "usage_counts.py", "usage_plot.py", "usage_tables.py"}
DESCRIBED = {"type(defect).__name__", "code.co_name", "file", "place.tb_lineno"}


SECRETS = {"AUDIT_SECRET", "SEALING_KEY", "SEALING_KEY_PREVIOUS"}  # no configuration file has them


def parsed(path):
    return ast.parse(path.read_text(), path.name)


def name_in_source(path):
    return "/".join(path.relative_to(ROOT).parts[1:])


def calls(tree, name):
    """Calls of a function or method of this name, each with the qualified name of the function it is in."""

    def visit(node, inside):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inside = (*inside, node.name)
        if isinstance(node, ast.Call) and name == (getattr(node.func, "id", None) or getattr(node.func, "attr", None)):
            yield ".".join(inside), node
        for child in ast.iter_child_nodes(node):
            yield from visit(child, inside)

    return list(visit(tree, ()))


@pytest.mark.parametrize("path", CORE, ids=name_in_source)
def test_the_core_imports_nothing_that_does_io_and_no_javascript(path):
    imported = {
        name
        for node in ast.walk(parsed(path))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and node.level == 0
            else []
        )
    }
    assert imported <= ALLOWED_IMPORTS
    assert {one.name for node in ast.walk(parsed(path)) if getattr(node, "module", "") == "time" for one in node.names} <= OF_TIME
    assert not any(one.name == "time" for node in ast.walk(parsed(path)) if isinstance(node, ast.Import) for one in node.names)


@pytest.mark.parametrize("path", CORE, ids=name_in_source)
@pytest.mark.parametrize("name", ["print", "open", "input", "exec", "eval", "compile", "getLogger", "breakpoint"])
def test_the_core_writes_and_runs_nothing(path, name):
    found = [inside for inside, call in calls(parsed(path), name) if ast.unparse(call.func) not in ("re.compile",)]
    assert found == []


@pytest.mark.parametrize("path", SOURCE, ids=name_in_source)
def test_a_secret_is_revealed_in_these_functions_only(path):
    found = {inside.partition(".<")[0] for inside, _ in calls(parsed(path), "reveal")}
    assert found == REVEALING.get(name_in_source(path), set())


def test_the_log_lines_hold_no_input():
    sources = [path for path in SOURCE if path.name not in COMMANDS]
    lines = [call for path in sources for name in ("print", "say", "log", "_log") for _, call in calls(parsed(path), name) if call.args]
    assert {ast.unparse(line.args[0]).partition("(")[0] for line in lines} == LOGGED
    assert all(len(line.args) == 1 for line in lines)
    [described] = [node for node in parsed(ROOT / "src/byok_relay/errors.py").body if getattr(node, "name", "") == "described"]
    assert {ast.unparse(node.value) for node in ast.walk(described) if isinstance(node, ast.FormattedValue)} == DESCRIBED


def test_javascript_is_used_inside_functions_only():
    """A deployment snapshots memory after the import, and JavaScript objects cannot be in it."""
    for node in (node for path in BOUNDARY for node in parsed(path).body):
        if not isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            assert not {name.id for name in ast.walk(node) if isinstance(name, ast.Name)} & {"js", "to_js", "create_proxy"}


def rows(document, pattern):
    """The first column of a document's table."""
    return re.findall(pattern, (ROOT / document).read_text(), re.MULTILINE)


def assert_same(place, written, true):
    """That a file says of every name what is true. Where it does not, a line says what to do, and in which file."""
    lines = [f"{name} is in {place} only: remove it there" for name in written.keys() - true.keys()]
    for name, value in true.items():
        if name not in written:
            lines.append(f"{name} is not in {place}: add it")
        elif written[name] != value:
            lines.append(f"{name} is {written[name]!r} in {place}: write {value!r}")
    if lines:
        pytest.fail("\n".join(sorted(lines)), pytrace=False)


def test_every_error_code_has_a_status_and_a_message():
    assert set(ERRORS) == set(get_args(Code))


def test_every_error_code_is_documented_with_its_status():
    documented = dict(rows("docs/errors.md", r"^\| `(\w+)` \| (\d{3}(?: \\\*)?) \|"))
    assert_same(
        "docs/errors.md", documented, {code: f"{status} \\*" if code in BAD_KEY else str(status) for code, (status, _) in ERRORS.items()}
    )


def test_every_error_code_may_be_in_the_log():
    schema = json.loads((ROOT / "docs" / "audit.schema.json").read_text())
    assert_same("docs/audit.schema.json", dict.fromkeys(schema["properties"]["code"]["enum"]), dict.fromkeys([*ERRORS, None]))


def test_every_error_code_is_met_on_the_wire():
    tests = "".join(path.read_text() for folder in ("http", "attacks") for path in (ROOT / "tests" / folder).glob("*.py"))
    met = [code for code in ERRORS if f'"{code}"' in tests]
    assert_same("tests/http or tests/attacks", dict.fromkeys(met), dict.fromkeys(ERRORS))


def test_every_setting_is_documented_with_its_default():
    documented = dict(rows("docs/settings.md", r"^\| `([A-Z_<>]+)` \| (?:`([^`]*)`)?"))
    assert documented.pop(f"{UPSTREAM_PREFIX}<PROVIDER>") == ""
    assert_same("docs/settings.md", documented, {setting.name: setting.default for setting in (*TABLE, *server_settings.TABLE)})


def test_every_setting_but_secrets_is_in_the_configuration_of_wrangler_with_its_default_or_an_example():
    lines = re.findall(r"^# ([A-Z_]+ = .*)$", (ROOT / "wrangler.toml").read_text(), re.MULTILINE)
    shown = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in tomllib.loads("\n".join(lines)).items()}
    own = {setting.name: setting.default or shown.get(setting.name) for setting in TABLE if setting.name not in SECRETS}
    assert_same("wrangler.toml", shown, own | {"UPSTREAM_OPENAI": shown.get("UPSTREAM_OPENAI")})
    for name, value in shown.items():
        assert parse({name: value})


def test_every_setting_is_in_its_table():
    """By the table misspelled ones are known. tests/unit/test_settings.py sees that each in it is read."""
    made = [one for module in (settings, server_settings) for one in vars(module).values() if isinstance(one, Setting)]
    assert [one.name for one in made if one not in (*TABLE, *server_settings.TABLE)] == []


@pytest.mark.parametrize("path", [path for path in SOURCE if path.parent.name != "providers"], ids=name_in_source)
def test_only_the_table_knows_a_provider_by_name(path):
    names = {name for id, listed in LISTED.items() for name in (id, *listed.aliases)}
    assert not {node.value for node in ast.walk(parsed(path)) if isinstance(node, ast.Constant)} & names


@pytest.mark.parametrize("path", SOURCE, ids=name_in_source)
def test_only_a_carrier_knows_which_header_a_key_is_in(path):
    headers = {node.value for node in ast.walk(parsed(path)) if isinstance(node, ast.Constant)} & {carrier.header for carrier in CARRIERS}
    assert headers == ({carrier.header for carrier in CARRIERS} if path.name == "carriers.py" else set())


def test_every_dependency_is_pinned_and_the_worker_has_none():
    """`pywrangler deploy` uploads what `dependencies` names, and reads it without building the package: it must be written out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["dependencies"] == []
    assert project["project"]["dynamic"] == ["version"]
    extras = project["project"]["optional-dependencies"]
    groups = [project["build-system"]["requires"], *extras.values(), *project["dependency-groups"].values()]
    pinned = re.compile(r"[a-z0-9-]+==[0-9][0-9a-z.]*(?:; .*)?")
    assert [one for group in groups for one in group if not pinned.fullmatch(one)] == ["byok-relay[server]"]


def test_python_in_the_browser_gets_what_the_project_names():
    wheels = (ROOT / "tests" / "browser" / "wheels.txt").read_text()
    named = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["browser"]
    assert [one for one in named if not re.search(rf"^{re.escape(one)} --hash=sha256:", wheels, re.MULTILINE)] == []


@pytest.mark.parametrize("target", re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
def test_nothing_that_is_said_behind_make_becomes_part_of_a_command(target):
    said = "http://127.0.0.1/?a=1&exit;"
    names = ["PORT", "QUICK", "RUNTIME", "SECONDS", "SEED", "SETTINGS", "URL"]
    commands = subprocess.run(
        ["make", "--dry-run", target, *(f"{name}={said}" for name in names)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said not in commands.stdout


@pytest.mark.parametrize("path", ["README.md", "docs/deploy.md", "tools/deploy.mjs"])
def test_people_deploy_with_the_wrangler_that_is_tested(path):
    tested = json.loads((ROOT / "tests" / "package.json").read_text())["dependencies"]["wrangler"]
    assert {*re.findall(r"wrangler@([0-9.]+)", (ROOT / path).read_text())} == {tested}


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in (ROOT / "package.json", *ROOT.glob("*/package.json"))), ids=lambda folder: folder.name
)
def test_every_npm_package_is_pinned_and_locked_without_an_address(folder):
    package = json.loads((folder / "package.json").read_text())
    versions = {**package.get("dependencies", {}), **package.get("devDependencies", {})}
    assert {name: version for name, version in versions.items() if not re.fullmatch(r"(npm:[@/a-z-]+@)?[0-9][0-9a-z.-]*", version)} == {}
    if versions:  # the npm package of the browser module needs nothing
        assert "resolved" not in (folder / "package-lock.json").read_text()


def test_the_map_names_every_module_of_the_core_and_every_file_of_its_tests():
    there = [path for folder in ("src/byok_relay", "tests/unit") for path in (ROOT / folder).glob("*.py") if path.name[0] != "_"]
    paths = {path.relative_to(ROOT).as_posix() for path in there} - {"tests/unit/conftest.py", "tests/unit/support.py"}
    named = {*re.findall(r"\]\(\.\./([^)#]+)\)", (ROOT / "docs" / "architecture.md").read_text())}
    assert_same("docs/architecture.md", dict.fromkeys(paths & named), dict.fromkeys(paths))


DOCUMENTS = sorted(path for path in (*ROOT.glob("*.md"), *ROOT.glob("*/*.md")) if not {".venv", "node_modules"} & {*path.parts})


def anchors(path):
    """What a link to a part of a document may name: its headings, as GitHub makes anchors of them, and those it sets itself."""
    text = path.read_text()
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings} | {*re.findall(r'<a id="([^"]+)"', text)}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_documents_leads_somewhere(path):
    prose = re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL)
    links = [link.partition("#") for link in re.findall(r"\]\(([^)\s]+)\)", prose) if "://" not in link]
    leads = {f"{file}#{anchor}": path.parent / file if file else path for file, _, anchor in links}
    assert [link for link, to in leads.items() if not to.exists()] == []
    assert [link for link, to in leads.items() if (anchor := link.partition("#")[2]) and anchor not in anchors(to)] == []
