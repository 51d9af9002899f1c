"""`python -m tests.mutants sync` (or `feed`): put each mistake in, and see what finds it.

Each is tried on a copy of the sources, by the tests next to the protocol and then by seeded
stories (`--stories`: by these alone, to see what they are worth). A line for each says what
killed it; the exit code is 1 where one lived, and 2 where the tests fail without any mistake.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from db.terminal import at_terminal
from tests.mutants import feed, sync
from tests.mutants.sync import Mutant

ROOT = Path(__file__).resolve().parent.parent.parent
SUBJECTS = {"sync": sync, "feed": feed}
SEEDS = 20
RUN_S = 240
"""A mistake that makes something go round for ever is found too."""


def killed_by(mutant: Mutant, copy: Path, subject: str, *, stories_only: bool = False) -> str:
    """What found this mistake, "" where nothing did."""
    path = copy / mutant.file
    source = path.read_text(encoding="utf-8")
    assert source.count(mutant.old) == 1, f"{mutant.name}: its place has changed"
    path.write_text(source.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        named = SUBJECTS[subject]
        found = "" if stories_only else _tests(copy, named.TESTS)
        return found or _stories(copy, named.STORIES)
    finally:
        path.write_text(source, encoding="utf-8")


def _tests(copy: Path, words: tuple[str, ...]) -> str:
    """The first test that fails."""
    code, lines = _run(copy, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *words)
    failed = [line for line in lines if line.startswith(("FAILED ", "ERROR tests"))]
    return (failed or lines)[-1].partition(" - ")[0] if code else ""


def _stories(copy: Path, module: str) -> str:
    """The first seed whose story breaks."""
    code, lines = _run(copy, "-m", module, "0", str(SEEDS))
    named = [line for line in lines if line.startswith("seed ")]
    return (named or lines)[-1] if code else ""


def _run(copy: Path, *words: str) -> tuple[int, list[str]]:
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=RUN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 1, [f"came to no end within {RUN_S} s: {' '.join(words[:4])}"]
    return done.returncode, (done.stdout.strip() or done.stderr.strip() or "?").splitlines()


def copied(folder: Path) -> Path:
    """The sources that the mistakes are put into."""
    copy = folder / "copy"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("db", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def main(words: list[str]) -> int:
    """Try every mistake of a subject, or those whose name has a word in it."""
    parser = argparse.ArgumentParser(prog="tests.mutants", description=__doc__)
    parser.add_argument("subject", choices=sorted(SUBJECTS))
    parser.add_argument("word", nargs="?", default="")
    parser.add_argument("--stories", action="store_true")
    arguments = parser.parse_args(words)
    chosen = [
        mutant for mutant in SUBJECTS[arguments.subject].MUTANTS if arguments.word in mutant.name
    ]
    lived = 0
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        os.environ["TMPDIR"] = folder
        copy = copied(Path(folder))
        broken = "" if arguments.stories else _tests(copy, SUBJECTS[arguments.subject].TESTS)
        if broken:
            print(f"without any mistake: {broken}")
            return 2
        for number, mutant in enumerate(chosen, 1):
            started = time.monotonic()
            killer = killed_by(mutant, copy, arguments.subject, stories_only=arguments.stories)
            lived += not killer
            seconds = time.monotonic() - started
            print(f"{number:2} {mutant.name}\n   {killer or 'LIVED'} ({seconds:.0f} s)", flush=True)
    print(f"{len(chosen) - lived} of {len(chosen)} killed")
    return 1 if lived else 0


if __name__ == "__main__":
    sys.exit(at_terminal(lambda: main(sys.argv[1:])))
