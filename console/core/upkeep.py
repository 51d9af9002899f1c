"""What the console itself stands on: its store, its keyring, its disk; looked at, never changed."""

from __future__ import annotations

import shutil
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from threading import Thread

from console.core.checkup import Check, Verdict
from console.core.vault import Vault
from console.domain.problem import Problem, Refused
from db.engine import journal_mode, sqlite_module, sqlite_version
from db.folder import JOURNAL
from db.health import Limits
from db.verify import verify

_TAIL = 2000
"""So many of the newest rows are followed link by link."""
_KEYRING_S = 15.0
"""The system may ask its user to unlock the keyring."""


def check_sqlite() -> Check:
    """Whether the SQLite at hand is free of the bug that loses rows."""
    version = sqlite_version()
    if journal_mode() == "wal":
        return Check("console", "sqlite", Verdict.GOOD, values=(("version", version),))
    problem = Problem.of("doctor.sqlite", version=version)
    return Check("console", "sqlite", Verdict.WARN, problem)


def check_store(folder: Path) -> list[Check]:
    """Whether the store opens and is whole, and the room on its disk."""
    return [_whole(folder), _room(folder)]


def _whole(folder: Path) -> Check:
    path = folder / JOURNAL
    if not path.exists():
        return Check("console", "store", Verdict.GOOD, values=(("rows", 0),))
    module = sqlite_module()
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(module.connect(uri, uri=True, timeout=5)) as connection:
            sound = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            found = verify(connection, _TAIL)
    except module.Error as error:
        problem = Problem.of("doctor.store", str(error), folder=str(folder))
        return Check("console", "store", Verdict.BAD, problem)
    if sound != "ok" or found.bad:
        words = sound if sound != "ok" else f"{found.bad[0].seq}: {found.bad[0].reason}"
        problem = Problem.of("doctor.store", words, folder=str(folder))
        return Check("console", "store", Verdict.BAD, problem)
    return Check("console", "store", Verdict.GOOD, values=(("rows", found.rows),))


def _room(folder: Path) -> Check:
    there = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    free, limits = shutil.disk_usage(there).free, Limits()
    gigabytes = free / (1 << 30)
    if free >= limits.free_low:
        return Check("console", "disk", Verdict.GOOD, values=(("gb", gigabytes),))
    verdict = Verdict.BAD if free < limits.free_critical else Verdict.WARN
    return Check("console", "disk", verdict, Problem.of("doctor.disk", gb=gigabytes))


def check_keyring(vault: Vault) -> Check:
    """Whether the system's keyring is there, safe, and open."""
    asked: Future[object] = Future()

    def ask() -> None:
        try:
            asked.set_result(vault.password("doctor", ""))
        except Refused as refused:
            asked.set_exception(refused)

    Thread(target=ask, name="hnth-keyring", daemon=True).start()
    try:
        asked.result(_KEYRING_S)
    except TimeoutError:
        return Check("console", "keyring", Verdict.BAD, Problem.of("keyring.locked"))
    except Refused as refused:
        return Check("console", "keyring", Verdict.BAD, refused.problem)
    return Check("console", "keyring", Verdict.GOOD, values=(("name", vault.name),))
