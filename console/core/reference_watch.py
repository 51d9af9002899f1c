"""ReferenceWatch: what the office gives (contacts, rosters, plans), what was asked of it, as facts.

The directory is read in a thread, once it has changed; each fact is journalled when it differs
from the one that the journal has, and not once for each start.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from console.core.clock import Clock
from console.core.reference_facts import Given, Key, body_of, changes, given, key_of, newest
from console.core.store import Store
from console.domain import facts as f
from console.domain.commands.office import ProposeContact, ProposeRemoval
from console.domain.event import Event, stamped
from console.domain.problem import Problem

if TYPE_CHECKING:
    from db.directory import Directory

_log = logging.getLogger(__name__)
_S = 1_000_000
KNOWN = 5_000
"""So many facts are read back from the journal at the most."""


class Office(Protocol):
    """Who has the directory (an OfficeLink)."""

    @property
    def directory(self) -> Directory | None: ...

    def account(self) -> Any: ...

    def hurry(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one reading came to: what the journal has already, and what is new."""

    known: Sequence[Event]
    fresh: Sequence[Event]


class ReferenceWatch:
    """`look` and `hear` on the main thread; `recall` gives, in the watch's own thread, the Events
    of KINDS that the journal has, the oldest first."""

    def __init__(
        self,
        office: Office,
        store: Store,
        clock: Clock,
        recall: Callable[[], Sequence[Event]] = lambda: (),
    ) -> None:
        self._office = office
        self._store = store
        self._clock = clock
        self._recall = recall
        self._pool = ThreadPoolExecutor(1, "reference")
        self._told: dict[Key, Given] | None = None
        self._seen: tuple[int, int] | None = None
        self._second = 0
        self._read: deque[_Batch] = deque()
        self._reading = False

    # -- the main thread -----------------------------------------------------------------------

    def look(self, now_us: int) -> None:
        """Take what was read, and once a second see whether there is something to read."""
        while self._read:
            batch = self._read.popleft()
            if batch.known:
                self._store.remember(batch.known)
            self._store.post(batch.fresh)
        if now_us // _S == self._second or self._reading:
            return
        self._second = now_us // _S
        directory = self._office.directory
        left = directory is None and self._seen is not None and self._office.account() is None
        if directory is not None:
            seen = (id(directory), directory.changes)
            if seen != self._seen:
                self._seen = seen
                self._begin(directory)
        elif left:
            self._seen = None
            self._begin(None)

    def hear(self, events: Iterable[Event]) -> None:
        """Ask of the office what somebody here wishes; in the watch's thread."""
        for event in events:
            fact = event.fact
            command = fact.command if isinstance(fact, f.CommandSubmitted) else None
            if isinstance(command, ProposeContact | ProposeRemoval):
                self._pool.submit(self._propose, command, event.source)

    def close(self) -> None:
        """End; what is being written is written."""
        self._pool.shutdown(wait=True)

    # -- its own thread ------------------------------------------------------------------------

    def _begin(self, directory: Directory | None) -> None:
        self._reading = True
        self._pool.submit(self._take, directory)

    def _take(self, directory: Directory | None) -> None:
        from db.fault import StoreFault

        try:
            self._compare(directory)
        except StoreFault as fault:  # the store's own alarm tells of it
            _log.warning("the directory can't be read: %s", fault)
        except (ValueError, TypeError, AttributeError):
            _log.exception("a record is not what the office's rules say")
        finally:
            self._reading = False

    def _compare(self, directory: Directory | None) -> None:
        known: list[Event] = []
        told = self._told
        if told is None:
            known = newest(self._recall())
            told = self._told = {
                key_of(event.fact): event.fact for event in known if isinstance(event.fact, Given)
            }
        account = self._office.account()
        office = str(account.office.office_id) if account is not None else ""
        now = given(directory, office) if directory is not None else {}
        if directory is not None and not directory.cursor().server_epoch:
            # made anew: the office has said nothing yet, and takes nothing back
            now = {k: v for k, v in told.items() if k[0] is not f.ContactsProposed} | now
        fresh = list(changes(told, now))
        for fact in fresh:
            told[key_of(fact)] = fact
        at_us = self._clock.now_us()
        self._read.append(_Batch(known, [stamped(fact, at_us, "office") for fact in fresh]))
        self._store.post(())

    def _propose(self, command: ProposeContact | ProposeRemoval, operator: str) -> None:
        from db.fault import StoreFault

        problem: Problem | None = None
        directory = self._office.directory
        try:
            if directory is None:
                problem = Problem.of("office.none")
            else:
                removal = isinstance(command, ProposeRemoval)
                directory.propose(
                    "contact",
                    command.record,
                    None if removal else body_of(command.endpoint, command.contact),
                    operator=operator,
                    base_version=command.version or None,  # of a deleted one, its last
                )
                self._office.hurry()
        except StoreFault as fault:
            problem = Problem(fault.code, tuple(sorted(fault.params.items())))
        except ValueError as error:
            problem = Problem.of("contact.unwritable", str(error))
        if problem is not None:
            at_us = self._clock.now_us()
            refused = f.CommandRefused(command.id, problem)
            self._store.post([stamped(refused, at_us, "console", command.id)])
        elif directory is not None:
            self._take(directory)
