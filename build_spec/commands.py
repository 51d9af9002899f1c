"""The workshop's commands: what each one prepares, and what it then starts."""

from __future__ import annotations

import argparse
import os
import subprocess
from pathlib import Path

from build_spec import checks, environment, locking, system_libs
from build_spec.environment import DEV, FREEZE, ROOT, RUN, Lock
from db.terminal import at_terminal


def parser() -> argparse.ArgumentParser:
    """The command line of bootstrap.py."""
    top = argparse.ArgumentParser(
        prog="bootstrap.py",
        description="Sets everything up in .venv, then does what is asked.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, what in (
        ("run", "open the console in training mode"),
        ("test", "every check: lint, format, imports, types, tests (more words go to pytest)"),
        ("shots", "render every window and state (more words go to the program: --out DIR)"),
        ("setup", "prepare .venv to run the console, and no more"),
        ("freeze", "build the folder that runs without Python, into dist/"),
    ):
        commands.add_parser(name, help=what, add_help=False)
    lock = commands.add_parser("lock", help="write build_spec/lock/ anew")
    lock.add_argument("--upgrade", action="store_true", help="to the newest versions allowed")
    return top


def parse(words: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """The command, and the words that go on to what it starts."""
    arguments, rest = parser().parse_known_args(words)
    if rest and arguments.command in {"setup", "lock", "freeze"}:
        parser().error(f"{arguments.command} takes no {' '.join(rest)}")
    return arguments, rest


def ready(
    lock: Lock,
    needs: tuple[system_libs.Need, ...],
    venv: Path,
    wishes: tuple[system_libs.Need, ...] = (),
) -> bool:
    """Prepare system and environment; says what to do where it could not."""
    complaint = system_libs.provide(needs, wishes) or environment.prepare(lock, venv)
    if complaint:
        print(complaint, flush=True)
        return False
    environment.compile_sources(venv)
    return True


def become(line: list[str]) -> int:
    """Hand this process over to a program; where that is not possible, wait for it."""
    if os.name != "nt":
        os.execv(line[0], line)  # noqa: S606
    try:
        return subprocess.call(line)
    except KeyboardInterrupt:
        return 130


def main(words: list[str]) -> int:
    """Do what is asked; the exit code, 130 where somebody pressed Ctrl+C."""
    try:
        return at_terminal(lambda: _run(words))
    except KeyboardInterrupt:
        return 130


def _run(words: list[str]) -> int:
    arguments, rest = parse(words)
    venv = environment.venv_path()
    python = str(environment.program(venv, "python"))
    console = [python, "-P", "-m", "console"]  # -P: the folder it is called from is no code
    match arguments.command:
        case "lock":
            return locking.write_locks(arguments.upgrade)
        case "test":
            if not ready(DEV, system_libs.TO_TEST, venv, system_libs.SERVER):
                return 2
            return checks.run_all(venv, rest)
        case "freeze":
            if not ready(FREEZE, system_libs.TO_RUN, venv):
                return 2
            spec = str(ROOT / "build_spec" / "hnth_console.spec")
            work = [
                "--noconfirm",
                "--distpath",
                str(ROOT / "dist"),
                "--workpath",
                str(ROOT / "build"),
            ]
            return become([python, "-m", "PyInstaller", *work, spec])
        case command:
            if not ready(RUN, system_libs.TO_RUN, venv):
                return 2
            if command == "setup":
                print(f"Ready: {environment.program(venv, 'hnth-console')}")
                return 0
            return become([*console, "train" if command == "run" else "shots", *rest])
