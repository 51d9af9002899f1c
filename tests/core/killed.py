"""A console that is killed in mid-session; run as a process of its own by test_journal."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from console.core.clock import Clock
from console.core.dispatcher import Dispatcher
from console.core.journal import Journal
from console.core.store import Store
from console.domain import facts as f
from console.domain.commands.own import LoadScript, NoteChairCall, OpenSession, WriteNote
from console.domain.commands.take import TakeToPodium
from console.domain.event import stamped
from console.domain.state import Phase
from db.writer import JournalWriter
from tests.core.desk import Line
from tests.db.rows import SMALL
from tests.domain.meeting import CALL, CHAIR, NEXT, SCRIPT, SPEAKER, Meeting


def run(folder: Path) -> None:
    """A session with a TAKE that is done and another that is under way; then the end."""
    clock = Clock()
    journal = Journal(clock)
    store = Store(journal.sink, journal.measured)
    meeting = Meeting()
    store.state = meeting.state
    dispatcher = Dispatcher(store, journal, {"m1": Line(), "room-651": Line()}, clock)
    journal.open(JournalWriter.open(folder, limits=SMALL))
    opened = OpenSession(
        session="S9", title="Giao ban", phase="session", chair=CHAIR, conference=CALL
    )
    for wish in (
        opened,
        LoadScript(lines=SCRIPT, line=1),
        WriteNote(text="micro 2 hết pin"),
        NoteChairCall(endpoint=NEXT),
    ):
        assert dispatcher.submit(wish).accepted
    take = TakeToPodium(endpoint=NEXT, expected=SPEAKER)
    assert dispatcher.submit(take).accepted
    for step in store.state.commands[take.id].steps:
        store.post([stamped(f.CommandAnswered(step), clock.now_us(), "m1", step)])
    meeting.at_s = clock.now_us() / 1e6
    for fact in (
        meeting.conference(podium=NEXT),
        meeting.leg(NEXT, mic_muted=False),
        meeting.leg(SPEAKER, mic_muted=True),
        meeting.leg(CHAIR, layout=take.screen),
    ):
        store.post([stamped(fact, clock.now_us(), "m1")])
    store.drain()
    while dispatcher.review():
        store.drain()
    assert store.state.commands[take.id].phase is Phase.CONFIRMED
    back = TakeToPodium(endpoint=SPEAKER, expected=NEXT)
    assert dispatcher.submit(back).accepted
    store.drain()
    journal.append([stamped(f.NoteWritten("hết"), clock.now_us(), "operator")]).result(10)
    time.sleep(0.05)
    print(take.id, back.id, flush=True)
    os._exit(9)


if __name__ == "__main__":
    run(Path(sys.argv[1]))
