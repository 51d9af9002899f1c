"""The whole journal checked once a week, beside the writing: SQLite's full check and the chain.

The quick check at a start after an unclean end sees the last rows only, and no check of SQLite
sees an edited row.
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from db.engine import as_stored, sqlite_module
from db.fault import is_damage
from db.verify import BadRow, verify

FILE = "checked.json"
_STEPS = 4000
"""How many steps of SQLite's machine go by between two looks at whether to stop."""

_FAILURES = (Exception,)
_log = logging.getLogger("db")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found: `damage` in SQLite's words, and the first bad row."""

    rows: int
    damage: str = ""
    bad: BadRow | None = None


class FullCheck:
    """Checks one journal file when that is due. Its methods belong to the writer's thread.

    When it last came to an end is kept in `checked.json`. One that was broken off, or that could
    not read the file then, is made anew a minute later.
    """

    def __init__(self, journal: Path, after_s: float, every_s: float) -> None:
        self._journal = journal
        self._told = journal.with_name(FILE)
        self._every_s = every_s
        self._look_at_s = time.monotonic() + after_s
        self._again_s = max(after_s, 1.0)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._outcome: Outcome | None = None

    def tend(self) -> Outcome | None:
        """Begin a check that is due; what one found that has ended, once."""
        if self._thread is not None:
            if self._thread.is_alive():
                return None
            self._thread = None
            found, self._outcome = self._outcome, None
            return found
        if time.monotonic() < self._look_at_s:
            return None
        self._look_at_s = time.monotonic() + self._again_s
        if self._journal.exists() and time.time() - self._last_s() >= self._every_s:
            self._thread = threading.Thread(target=self._run, name="journal-check", daemon=True)
            self._thread.start()
        return None

    def close(self) -> None:
        """Break off what runs."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _last_s(self) -> float:
        """When it was last checked; a time that is yet to come counts for nothing."""
        try:
            last_s = float(json.loads(self._told.read_bytes())["utc_s"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0.0
        return last_s if last_s <= time.time() else 0.0

    def _run(self) -> None:
        try:
            self._outcome = self._check()
        except _FAILURES as error:
            if is_damage(error):
                self._outcome = Outcome(0, str(error))
            elif not self._stop.is_set():
                _log.info("the journal could not be checked whole now: %s", error)
        if self._outcome is not None:
            told = {"utc_s": time.time(), "rows": self._outcome.rows}
            with contextlib.suppress(OSError):
                self._told.write_text(json.dumps(told), "ascii")

    def _check(self) -> Outcome:
        uri = f"{self._journal.absolute().as_uri()}?mode=ro"
        with closing(sqlite_module().connect(uri, uri=True, isolation_level=None)) as connection:
            connection.text_factory = as_stored
            connection.set_progress_handler(self._stop.is_set, _STEPS)
            connection.execute("BEGIN")
            said = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
            if said != "ok":
                return Outcome(0, said)
            verdict = verify(connection)
            return Outcome(verdict.rows, bad=verdict.bad[0] if verdict.bad else None)
