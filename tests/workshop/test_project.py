"""The project file keeps its promises: reasons, locks, contracts, and nothing private."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from build_spec.environment import ALL, DEV, FREEZE, RUN
from tests.workshop.project import ROOT, declared, tracked

PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^ ]+)", re.MULTILINE)
NAME = re.compile(r"^[A-Za-z0-9-]+")
# Written in pieces, so that this file does not hold what it forbids.
PRIVATE = [re.compile(word) for word in ("/wo" + r"rk/[a-z]", "/ro" + "ot/", r"\.\./sha" + "red")]
HOSTS = re.compile("|".join(("pypi" + r"\.org", "pythonho" + "sted", "npm" + r"js\.org")))
OWN = {"build_spec", "console", "db", "tests"}
QT_OWN = {"shiboken6"}  # comes with PySide6, in its version
TEXT = {".py", ".toml", ".md", ".txt", ".csv", ".json", ".svg", ".spec", ""}


def contracts() -> dict[str, dict[str, Any]]:
    """Import contracts by id."""
    return {each["id"]: each for each in declared()["tool"]["importlinter"]["contracts"]}


def packages(folder: str) -> set[str]:
    """Python packages right under a folder of the checkout, as dotted names."""
    return {
        ".".join(init.parent.relative_to(ROOT).parts)
        for init in (ROOT / folder).glob("*/__init__.py")
    }


OFFICE = ROOT / "db" / "office"


def imported(folders: tuple[str, ...]) -> set[str]:
    """Top-level names imported anywhere in the Python files of some folders.

    The office server counts only where it is asked for: it has dependencies of its own. Strangers'
    clients run beside packages of their own.
    """
    names: set[str] = set()
    paths = (one for folder in folders for one in (ROOT / folder).rglob("*.py"))
    for path in (one for one in paths if not one.match("third_party/*_client.py")):
        if OFFICE in path.parents and OFFICE not in [ROOT / folder for folder in folders]:
            continue
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names


def requirement_lines() -> list[str]:
    """Lines of pyproject.toml that name a dependency."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if re.match(r'"[A-Za-z0-9\[\]-]+[><=]=', line)]


def test_every_dependency_has_its_reason() -> None:
    project = declared()
    listed = list(project["project"]["dependencies"])
    listed += [one for group in project["dependency-groups"].values() for one in group]
    listed += [
        one for extra in project["project"]["optional-dependencies"].values() for one in extra
    ]
    lines = requirement_lines()
    assert len(lines) == len(listed)
    without = [line for line in lines if len(line.partition("# ")[2].split()) < 2]
    assert without == []


@pytest.mark.parametrize(
    "folders", [("console", "db"), ("db/office",), ("tests",)], ids=lambda each: each[0]
)
def test_what_is_imported_is_declared(folders: tuple[str, ...]) -> None:
    project = declared()
    listed = list(project["project"]["dependencies"])
    listed += project["dependency-groups"]["dev"] if folders == ("tests",) else []
    if folders == ("db/office",):
        listed += project["project"]["optional-dependencies"]["office"]
    known = {match[0].lower() for one in listed if (match := NAME.match(one))}
    owners = packages_distributions()
    strangers = {
        name
        for name in imported(folders)
        if name not in sys.stdlib_module_names and name not in OWN
        if not known & {owner.lower().replace("_", "-") for owner in owners.get(name, [])}
    }
    assert strangers - QT_OWN == set()


@pytest.mark.parametrize("lock", ALL, ids=lambda lock: lock.name)
def test_every_dependency_is_locked_with_hashes(lock: Any) -> None:
    project = declared()
    wanted = list(project["project"]["dependencies"])
    for group in lock.groups:
        wanted += project["dependency-groups"][group]
    text = lock.path.read_text(encoding="utf-8")
    pinned = {name for name, _ in PIN.findall(text)}
    names = {match[0].lower() for one in wanted if (match := NAME.match(one))}
    assert names <= pinned
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)


@pytest.mark.parametrize("lock", [DEV, FREEZE], ids=lambda lock: lock.name)
def test_the_checks_run_on_what_the_program_runs_on(lock: Any) -> None:
    run = set(PIN.findall(RUN.path.read_text(encoding="utf-8")))
    assert run <= set(PIN.findall(lock.path.read_text(encoding="utf-8")))


def test_qt_stays_below_the_release_that_loses_none() -> None:
    pins = dict(PIN.findall(RUN.path.read_text(encoding="utf-8")))
    assert (6, 8) <= tuple(map(int, pins["pyside6-essentials"].split(".")[:2])) < (6, 12)


def test_the_layers_are_the_designs() -> None:
    layers = contracts()["layers"]
    assert layers["layers"][-8:-6] == ["app", "(opening) : (reporting)"]
    assert layers["layers"][-6:] == ["qt", "core", "drivers", "wire", "reports", "domain"]
    assert layers["exhaustive"]


def test_reports_see_the_domain_alone() -> None:
    kept = set(contracts()["reports-domain"]["forbidden_modules"])
    assert packages("console") - {"console.domain", "console.reports"} | {"db"} <= kept


def test_every_driver_package_stands_apart() -> None:
    assert set(contracts()["drivers-apart"]["modules"]) == packages("console/drivers")


def test_simulators_are_kept_from_all_the_rest() -> None:
    rest = packages("console") - {"console.simulators"} | {"db"}
    assert rest <= set(contracts()["simulators-alone"]["forbidden_modules"])
    assert rest <= set(contracts()["simulators-launched"]["source_modules"])


def test_every_room_but_qt_and_app_is_kept_from_qt() -> None:
    rest = packages("console") - {"console.qt", "console.app"} | {"db"}
    assert rest <= set(contracts()["qt-only-above"]["source_modules"])


def test_db_is_kept_from_the_console() -> None:
    assert contracts()["db-alone"]["forbidden_modules"] == ["console"]
    assert not (ROOT / "db" / "office").exists() or "office-apart" in contracts()


def test_nothing_private_is_tracked() -> None:
    found: list[str] = []
    for path in tracked():
        if path.suffix not in TEXT or path.stat().st_size > 2_000_000:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        words = [pattern.pattern for pattern in [*PRIVATE, HOSTS] if pattern.search(text)]
        found += [f"{path.relative_to(ROOT)}: {word}" for word in words]
    assert found == []


def test_what_is_made_is_not_tracked() -> None:
    made = {".venv", "dist", "build", "__pycache__", "shots"}
    wrong = [path for path in tracked() if made & set(path.relative_to(ROOT).parts[:-1])]
    assert wrong == []


def test_ci_does_what_the_readme_says() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("run", "test"):
        assert f"python3 build_spec/bootstrap.py {command}" in readme
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "python3 build_spec/bootstrap.py test" in script


@pytest.mark.parametrize("document", ["README.md", "CHANGELOG.md", "build_spec/README.md"])
def test_documents_point_at_files_that_exist(document: str) -> None:
    path = ROOT / document
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
    missing = [link for link in links if not (path.parent / Path(link)).exists()]
    assert missing == []


def test_readme_names_commands_that_exist() -> None:
    from build_spec.commands import parser

    text = "".join(
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "build_spec/README.md")
    )
    asked = set(re.findall(r"bootstrap\.py ([a-z]+)", text))
    assert asked
    known = parser().format_help()
    assert [command for command in asked if f"    {command} " not in known] == []


def test_what_is_imported_by_name_is_frozen_too() -> None:
    """PyInstaller sees no module that only a text names."""
    spec = (ROOT / "build_spec" / "hnth_console.spec").read_text(encoding="utf-8")
    paths = (path for folder in ("console", "db") for path in (ROOT / folder).rglob("*.py"))
    named = {
        node.args[0].value.partition(".")[0]
        for path in paths
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("import_module", "importlib.import_module")
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }
    strangers = named - OWN - set(sys.stdlib_module_names)
    assert "pyqtgraph" in strangers, "the plots are imported late"
    assert {name for name in strangers if f'"{name}' not in spec} == set()
