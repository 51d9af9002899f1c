"""The store: opened, and what it knows from before taken up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.app.beside import in_thread
from console.app.parts import Console
from console.core.journal import events_before
from console.core.keeper import Keeper
from console.core.operators import HISTORY
from console.domain import facts as f
from console.domain.event import Event
from console.domain.problem import Problem, Refused

if TYPE_CHECKING:
    from console.core.accounts import Roll
    from db.writer import JournalWriter

_TAKE_UP_S = 12 * 3600
"""A session left open longer ago than this is not taken up again."""
_OLDER_SIGN_INS = 1000
"""So many of the sign-ins before the start are looked at."""


async def open_store(console: Console) -> None:
    """Open the store, write from now on, and take up a session that was left open."""

    def opened() -> JournalWriter:
        from db.fault import StoreFault
        from db.writer import JournalWriter

        try:
            return JournalWriter.open(console.opened.folder / "store")
        except StoreFault as fault:
            raise Refused(Problem(fault.code, tuple(sorted(fault.params.items())))) from fault

    console.writer = await in_thread(opened)
    console.journal.open(console.writer)
    console.keeper = Keeper(console.store, console.clock, console.writer, console.office_offset_us)
    await _admit(console, console.writer)
    if not getattr(console.args, "fresh", False):
        await _take_up(console, console.writer)


async def _admit(console: Console, writer: JournalWriter) -> None:
    """Who may sit here, as the office told last, and who failed to sign in lately: known before
    anything can be wished, with or without the office."""

    def read() -> tuple[list[Event], Roll]:
        from console.core.accounts import read_kept

        return events_before(writer, 0, HISTORY, _OLDER_SIGN_INS), read_kept(writer.folder)[0]

    history, roll = await in_thread(read)
    console.operators.take_up(history)
    console.operators.learn(roll)


async def _take_up(console: Console, writer: JournalWriter) -> None:
    from console.core.journal import take_up
    from db.queries import rows_since_last

    now = console.clock.now_us()

    def read() -> tuple[list[Event], list[Event]]:
        rows = rows_since_last(writer, f.SessionOpened.__name__)
        if not rows or now - rows[0].utc_us > _TAKE_UP_S * 1e6:
            return [], []
        return take_up(rows, now)

    known, lost = await in_thread(read)
    if not any(isinstance(event.fact, f.SessionClosed) for event in known):
        console.store.restore(known)
        console.store.post(lost)
