"""The Journal: Events as rows of the store, and what a killed program must take up again."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from hashlib import sha256
from typing import TYPE_CHECKING

from console.core.clock import Clock
from console.domain import facts as f
from console.domain.codec import Unreadable, from_json, to_json
from console.domain.event import Event, stamped
from console.domain.problem import Problem

if TYPE_CHECKING:
    from db.queries import StoredRow
    from db.reading import Store as Readable
    from db.record import JournalRow
    from db.writer import JournalWriter

_TAKEN_UP = (
    f.SessionOpened, f.SessionClosed, f.ScriptLoaded, f.ScriptMoved, f.NextStaged, f.ChairCalled,
    f.PlanTaken, f.TwoWayProven, f.NoteWritten, f.DrillScored, f.CheckRecorded, f.CommandSubmitted,
    f.CommandSent, f.CommandAnswered, f.CommandConfirmed, f.CommandRefused, f.CommandLost,
    f.AlarmRaised, f.AlarmCleared, f.AlarmAcknowledged, f.AlarmShelved,
)  # fmt: skip
"""What people did and what became of it; what devices reported they will report again."""
_BEGINS = 2000
_NO_BYTES = frozenset({"store.full", "store.no_room", "store.readonly"})
"""Faults of which it is certain that nothing was written."""
_WAITING = 50_000
"""So many Events at most wait for a disk that takes no bytes; beyond that the oldest are lost."""
_TOGETHER = 1000
_NO_NUL = "\N{REPLACEMENT CHARACTER}"
"""What stands for NUL in a name or an id: no row's text may hold one."""


class Journal:
    """Writes Events through the store's one writer thread.

    The window is painted before the store is open; what is told until `open` waits, in order.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._writer: JournalWriter | None = None
        self._early: list[tuple[Sequence[Event], Future[int]]] = []
        self._waiting: deque[Event] = deque(maxlen=_WAITING)
        self._lock = threading.Lock()
        self.session = ""
        """Samples are filed under this session's id."""

    def open(self, writer: JournalWriter) -> None:
        """Write from now on, first what has waited."""
        self._writer = writer
        early, self._early = self._early, []
        for events, promised in early:
            self.append(events).add_done_callback(lambda done, p=promised: _pass_on(done, p))

    def append(self, events: Sequence[Event]) -> Future[int]:
        """Write Events; the future resolves to the last row's number once all are durable."""
        if self._writer is None:
            promised: Future[int] = Future()
            self._early.append((events, promised))
            return promised
        return self._writer.append_many(self._rows(events))

    def sink(self, events: Sequence[Event]) -> None:
        """Write what the Store folded. Wishes were written by the Dispatcher, before they left."""
        told = [e for e in events if not isinstance(e.fact, f.CommandSubmitted)]
        for event in told:
            if isinstance(event.fact, f.SessionOpened):
                self.session = event.fact.session
        if told:
            self.keep(told)

    def keep(self, events: Sequence[Event]) -> None:
        """Write what has happened already. What a disk without room did not take waits, and is
        written by `again`; it follows what waits, so that the rows stay in their order."""
        with self._lock:
            if self._waiting:
                self._waiting.extend(events)
                return
        self.append(events).add_done_callback(lambda done: self._kept(done, events))

    def _kept(self, done: Future[int], events: Sequence[Event]) -> None:
        """In the writer's thread."""
        error = done.exception()
        if error is not None and getattr(error, "code", "") in _NO_BYTES:
            with self._lock:
                self._waiting.extend(events)

    def again(self) -> None:
        """Write what waits, once the disk takes bytes again; before that it goes on waiting."""
        if self._writer is None or self._writer.health.figures.fault is not None:
            return
        with self._lock:
            events = sorted(self._waiting, key=lambda event: event.number)
            self._waiting.clear()
        for first in range(0, len(events), _TOGETHER):
            self.keep(events[first : first + _TOGETHER])

    def measured(self, events: Sequence[Event]) -> None:
        """Keep quality samples of the running session."""
        from db.record import Sample

        if self._writer is None or not self.session:
            return
        for event in events:
            fact = event.fact
            if isinstance(fact, f.QualityMeasured):
                q = fact.quality
                self._writer.add_sample(
                    Sample(
                        session=self.session,
                        endpoint=fact.endpoint,
                        t_us=q.at_us,
                        loss_pct=q.loss_pct,
                        jitter_ms=q.jitter_ms,
                        rtt_ms=q.rtt_ms,
                        rx_kbps=q.rx_kbps,
                        tx_kbps=q.tx_kbps,
                        width=q.width,
                        height=q.height,
                    )
                )

    def _rows(self, events: Sequence[Event]) -> list[JournalRow]:
        from db.record import MAX_BODY_BYTES, JournalRow

        rows: list[JournalRow] = []
        for event in events:
            body = to_json(event.fact)
            row = JournalRow(
                kind=type(event.fact).__name__,
                body=body if len(body) <= MAX_BODY_BYTES else _digest(body),
                actor=event.source.replace("\0", _NO_NUL),
                utc_us=event.at_us,
                mono_us=self._clock.mono_us(),
                cause=event.cause.replace("\0", _NO_NUL),
            )
            rows.append(row)
        return rows


def _digest(body: bytes) -> bytes:
    """What stands for a fact that is too large for a row, such as a roster of thousands: enough
    to prove later which one it was."""
    begins = body[:_BEGINS].decode("utf-8", "ignore")
    told = {"_": "Oversized", "bytes": len(body), "sha256": sha256(body).hexdigest()}
    return json.dumps({**told, "begins": begins}, ensure_ascii=False).encode()


def _pass_on(done: Future[int], promised: Future[int]) -> None:
    error = done.exception()
    if error is None:
        promised.set_result(done.result())
    else:
        promised.set_exception(error)


def read_event(row: StoredRow) -> Event | None:
    """A stored row as the Event it was; None where this version can't read it."""
    try:
        fact = from_json(row.body)
    except Unreadable:
        return None
    return Event(row.seq, row.utc_us, row.actor, row.cause, fact)


def events_before(
    store: Readable, at_us: int, kinds: Sequence[type[f.Fact]], count: int
) -> list[Event]:
    """The newest `count` Events of some kinds that happened at a moment (µs UTC, 0: now) or before,
    oldest first, over all sessions. Reads the store: off the window's thread. Raises StoreFault.
    """
    from db.queries import latest

    names = [kind.__name__ for kind in kinds]
    found: list[Event] = []
    rows = latest(store, kinds=names)
    while rows:
        for row in rows:
            event = read_event(row) if not at_us or row.utc_us <= at_us else None
            if event is not None:
                found.append(event)
                if len(found) == count:
                    return found[::-1]
        rows = latest(store, kinds=names, before=rows[-1].position)
    return found[::-1]


def take_up(rows: Iterable[StoredRow], now_us: int) -> tuple[list[Event], list[Event]]:
    """What brings a running session back after the program ended without closing it.

    `rows` begin with the newest SessionOpened. First the Events that the journal has, then new
    ones: a wish that was under way is now unknown.
    """
    events = [e for row in rows if (e := read_event(row)) and isinstance(e.fact, _TAKEN_UP)]
    open_wishes: dict[str, None] = {}
    for event in events:
        fact = event.fact
        if isinstance(fact, f.CommandSubmitted):
            open_wishes[fact.command.id] = None
            if fact.replaces:
                open_wishes[fact.parent] = None
        elif isinstance(fact, (f.CommandConfirmed, f.CommandRefused, f.CommandLost)):
            open_wishes.pop(fact.command, None)
    lost = Problem.of("command.interrupted")
    return events, [
        stamped(f.CommandLost(command, lost), now_us, "console", command) for command in open_wishes
    ]
