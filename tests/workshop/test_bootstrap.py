"""The bootstrap's decisions, without a network and without installing anything."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from build_spec import bootstrap, checks, commands, environment, locking, system_libs
from build_spec.environment import DEV, FREEZE, RUN
from build_spec.system_libs import Need

NEEDS = (Need("libgl1", soname="libGL.so.1"), Need("xvfb", program="Xvfb"))


@pytest.mark.parametrize(
    ("version", "fits"),
    [((3, 10), False), ((3, 11), True), ((3, 12), True), ((3, 13), True), ((3, 14), False)],
)
def test_only_tested_pythons_fit(version: tuple[int, int], fits: bool) -> None:
    assert bootstrap.fits(version) is fits


def test_an_unfitting_python_hands_over_to_a_fitting_one(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []

    def record(line: list[str]) -> int:
        called.append(line)
        return 7

    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "run", "--seed", "2"])
    monkeypatch.setattr(bootstrap, "other_python", lambda: ["python3.12"])
    monkeypatch.setattr(bootstrap.subprocess, "call", record)
    assert bootstrap.main() == 7
    script = str(Path(bootstrap.__file__).resolve())
    assert called == [["python3.12", script, "run", "--seed", "2"]]


def test_with_no_fitting_python_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap, "other_python", lambda: None)
    assert bootstrap.main() == 2
    said = capsys.readouterr().out
    assert "Python 3.9" in said
    assert "apt-get install" in said


@pytest.mark.parametrize(
    ("words", "command", "rest"),
    [
        (["run"], "run", []),
        (["run", "--seed", "2"], "run", ["--seed", "2"]),
        (["test", "-k", "grid", "--help"], "test", ["-k", "grid", "--help"]),
        (["shots", "--out", "here"], "shots", ["--out", "here"]),
        (["lock"], "lock", []),
    ],
)
def test_words_after_the_command_go_on(words: list[str], command: str, rest: list[str]) -> None:
    arguments, passed_on = commands.parse(words)
    assert arguments.command == command
    assert passed_on == rest


@pytest.mark.parametrize("words", [[], ["fly"], ["setup", "--fast"], ["lock", "now"]])
def test_what_is_not_understood_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        commands.parse(words)
    assert refused.value.code == 2


def test_only_what_is_missing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert system_libs.missing_packages(NEEDS, lambda need: need.program == "") == ["xvfb"]
    assert system_libs.missing_packages(NEEDS, lambda _: True) == []


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_need_no_packages(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert system_libs.missing_packages(NEEDS, lambda _: False) == []


def test_a_library_that_cannot_be_loaded_is_missing() -> None:
    assert not system_libs.present(Need("none", soname="libno-such-library.so.0"))
    assert not system_libs.present(Need("none", program="no-such-program"))


@pytest.mark.parametrize(
    ("root", "sudo", "line"),
    [
        (True, True, "apt-get update -qq && apt-get install {rest}"),
        (False, True, "sudo apt-get update -qq && sudo apt-get install {rest}"),
        (False, False, "su - -c 'apt-get update -qq && apt-get install {rest}'"),
    ],
)
def test_the_line_to_type_is_one_line_with_every_package(
    root: bool, sudo: bool, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_libs, "_is_root", lambda: root)
    monkeypatch.setattr(system_libs.shutil, "which", lambda name: f"/bin/{name}" if sudo else None)
    rest = "-y -qq --no-install-recommends libgl1 xvfb"
    assert system_libs.typed_line(["libgl1", "xvfb"]) == line.format(rest=rest)


def an_apt(folder: Path, update: int, install: int) -> None:
    """An apt-get with these exit codes, on a path that has nothing else but `env`."""
    apt, env = folder / "apt-get", shutil.which("env")
    apt.write_text(f'#!/bin/sh\necho "E: $1 $DEBIAN_FRONTEND"\n'
                   f'test "$1" = update && exit {update}\nexit {install}\n')  # fmt: skip
    apt.chmod(0o755)
    assert env
    (folder / "env").symlink_to(env)


@pytest.mark.skipif(os.name == "nt", reason="there is no apt")
@pytest.mark.parametrize(("update", "install"), [(0, 0), (100, 0), (0, 100), (100, 100)])
def test_apt_is_heard_where_it_fails_and_old_lists_may_do(
    update: int,
    install: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    an_apt(tmp_path, update, install)
    monkeypatch.setattr(system_libs, "_is_root", lambda: True)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert system_libs.install(["libgl1"]) is (install == 0)
    told = capsys.readouterr().out
    assert told.startswith("Installing system packages")
    assert ("E: install noninteractive" in told) is (install != 0)


def test_without_the_right_to_install_one_line_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(system_libs, "privilege", lambda: None)
    monkeypatch.setattr(system_libs, "missing_venv_package", lambda: ["python3.11-venv"])
    said = system_libs.provide([Need("none-dev", soname="libno-such-library.so.0")])
    assert "--no-install-recommends python3.11-venv none-dev" in said.splitlines()[-1]
    wish = Need("some-server", file="usr/lib/no-such-server/*/bin/start")
    said = system_libs.provide([Need("none-dev", soname="libno-such-library.so.0")], [wish])
    assert "none-dev some-server" in said.splitlines()[-1]
    assert capsys.readouterr().out == ""


def test_what_is_only_wished_for_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(system_libs, "privilege", lambda: None)
    monkeypatch.setattr(system_libs, "missing_venv_package", list)
    wish = Need("some-server", file="usr/lib/no-such-server/*/bin/start")
    assert system_libs.provide([], [wish]) == ""
    assert "--no-install-recommends some-server" in capsys.readouterr().out


def test_wishes_are_installed_with_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = tmp_path / "15" / "bin" / "start"
    wish = Need("some-server", file=f"{tmp_path.relative_to('/')}/*/bin/start")
    asked: list[str] = []

    def put_there(packages: list[str]) -> bool:
        asked.extend(packages)
        server.parent.mkdir(parents=True)
        server.touch()
        return True

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(system_libs, "install", put_there)
    monkeypatch.setattr(system_libs, "missing_venv_package", list)
    assert system_libs.provide([], [wish]) == ""
    assert asked == ["some-server"]
    assert capsys.readouterr().out == ""


def test_programs_are_found_on_both_kinds_of_system() -> None:
    venv = Path("env")
    assert environment.program(venv, "pip", windows=False) == Path("env/bin/pip")
    assert environment.program(venv, "pip", windows=True) == Path("env/Scripts/pip.exe")


def test_the_fingerprint_follows_lock_and_project_alone() -> None:
    project = b'[project]\nname = "a"\n[tool.ruff]\nline-length = 100\n'
    first = environment.fingerprint(b"lock", project)
    assert first == environment.fingerprint(b"lock", project.replace(b"100", b"99"))
    assert first != environment.fingerprint(b"other", project)
    assert first != environment.fingerprint(b"lock", project.replace(b'"a"', b'"b"'))


@pytest.mark.parametrize(
    ("text", "python"),
    [("home = x\nversion = 3.11.2\n", "3.11"), ("version_info = 3.13.0.final.0", "3.13"), ("", "")],
)
def test_an_environment_tells_its_python(tmp_path: Path, text: str, python: str) -> None:
    (tmp_path / "pyvenv.cfg").write_text(text, encoding="utf-8")
    assert environment.python_of(tmp_path) == python
    assert environment.python_of(tmp_path / "none") == ""


def test_a_damaged_stamp_counts_as_none(tmp_path: Path) -> None:
    assert environment.read_stamp(tmp_path) == {}
    (tmp_path / environment.STAMP).write_text("{", encoding="utf-8")
    assert environment.read_stamp(tmp_path) == {}


def write_stamp(venv: Path, root: str = str(environment.ROOT), **locks: str) -> None:
    text = json.dumps({"root": root, **locks})
    (venv / environment.STAMP).write_text(text, encoding="utf-8")


def test_an_environment_that_was_moved_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[list[object]] = []

    def record(line: list[object]) -> int:
        lines.append(line)
        return 0

    environment.path_file(tmp_path).parent.mkdir(parents=True)
    write_stamp(tmp_path, root="/elsewhere", run=environment.current_fingerprint(RUN))
    monkeypatch.setattr(environment, "usable", lambda _: True)
    monkeypatch.setattr(environment.subprocess, "call", record)
    assert environment.prepare(RUN, tmp_path) == ""
    assert "--clear" in lines[0]
    assert environment.read_stamp(tmp_path)["root"] == str(environment.ROOT)


def test_an_environment_at_its_lock_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_stamp(tmp_path, dev=environment.current_fingerprint(DEV))
    monkeypatch.setattr(environment, "usable", lambda venv: venv == tmp_path)
    monkeypatch.setattr(environment.subprocess, "call", pytest.fail)
    assert environment.prepare(DEV, tmp_path) == ""


def test_installing_checks_hashes_and_stamps_what_it_brought(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[list[object]] = []

    def record(line: list[object]) -> int:
        lines.append(line)
        return 0

    environment.path_file(tmp_path).parent.mkdir(parents=True)
    write_stamp(tmp_path)
    monkeypatch.setattr(environment, "usable", lambda _: True)
    monkeypatch.setattr(environment.subprocess, "call", record)
    assert environment.prepare(DEV, tmp_path) == ""
    assert "--require-hashes" in lines[0]
    assert set(environment.read_stamp(tmp_path)) == {"root", "dev", "run"}


@pytest.mark.parametrize("name", ["hnth", "Tài liệu/bàn 'điều khiển'"])
def test_a_checkout_is_found_whatever_its_folder_is_called(name: str, tmp_path: Path) -> None:
    root, venv = tmp_path / name, tmp_path / "env"
    (root / "found_there").mkdir(parents=True)
    (root / "found_there" / "__init__.py").write_text("print('there')", encoding="utf-8")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], timeout=60, check=True)
    environment.path_file(venv).write_text(environment.path_line(root), encoding="ascii")
    for locale in ({"LC_ALL": "POSIX"}, {"LC_ALL": "C.UTF-8"}):
        done = subprocess.run(
            [environment.program(venv, "python"), "-c", "import found_there"],
            env=os.environ | locale,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "there" in done.stdout, done.stderr


def test_a_failed_installation_leaves_no_stamp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_stamp(tmp_path)
    monkeypatch.setattr(environment, "usable", lambda _: True)
    monkeypatch.setattr(environment.subprocess, "call", lambda _: 1)
    assert "failed" in environment.prepare(RUN, tmp_path)
    assert "run" not in environment.read_stamp(tmp_path)


def test_every_lock_but_the_first_keeps_to_the_first() -> None:
    uv = Path("uv")
    assert "--constraints" not in locking.resolve_line(uv, RUN, upgrade=False)
    for lock in (DEV, FREEZE):
        line = locking.resolve_line(uv, lock, upgrade=True)
        assert line[line.index("--constraints") + 1].endswith("run.txt")
        assert "--upgrade" in line


def test_the_last_line_shown_is_kept(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    line = [sys.executable, "-c", "print('one'); print('= 2 passed ='); raise SystemExit(3)"]
    code, closing = checks.shown(line, {})
    assert (code, closing) == (3, "= 2 passed =")
    assert capfdbinary.readouterr().out.split() == [b"one", b"=", b"2", b"passed", b"="]


def test_a_failed_check_is_said_and_the_tests_line_stays_last(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail_lint(line: tuple[str, ...], **_: object) -> int:
        return 1 if "--check" in line else 0

    monkeypatch.setattr(checks.subprocess, "call", fail_lint)
    monkeypatch.setattr(checks, "shown", lambda *_: (0, "= 2 passed ="))
    assert checks.run_all(Path("env"), []) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[-2:] == ["--- FAILED before the tests: format", "= 2 passed ="]


def test_it_needs_the_standard_library_alone() -> None:
    line = [sys.executable, "-I", "-S", str(Path(bootstrap.__file__)), "--help"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    for command in ("run", "test", "shots", "lock", "freeze"):
        assert command in done.stdout


def test_half_a_standard_library_is_said(tmp_path: Path) -> None:
    (tmp_path / "shutil.py").write_text("raise ModuleNotFoundError('no shutil')", encoding="utf-8")
    line = [sys.executable, "-S", str(Path(bootstrap.__file__)), "run"]
    done = subprocess.run(
        line,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "")
    assert "(no shutil)" in done.stdout
    assert "python3-venv" in done.stdout
