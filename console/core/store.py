"""The Store: sole holder of State, with an inbox for any thread and one drain."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from console.domain.event import Event
from console.domain.facts import ConferenceSeen, QualityMeasured
from console.domain.fold import FOLDERS, fold
from console.domain.state import Key, State

JournalSink = Callable[[Sequence[Event]], None]
Measured = dict[type, dict[str, Event]]
"""The newest sample by class and key, in the order in which they came."""
SAMPLES_S = 0.0012
"""So long samples are folded in one drain; the others have their turn in the next."""
_AT_ONCE = 32
"""So many are folded before the time is looked at again."""


class Store:
    """Holds the State; `post` from any thread, all else from the thread that made it.

    Samples are coalesced as they are posted: of each class and key only the newest is folded. One
    drain folds them for 1.2 ms, those first that have waited longest; facts are never held up
    (decisions 051, 124).
    What changed something and is no sample goes to `journal`; quality goes to `samples`.
    """

    def __init__(
        self,
        journal: JournalSink | None = None,
        samples: JournalSink | None = None,
        on_post: Callable[[], None] | None = None,
        state: State | None = None,
    ) -> None:
        self.state = state if state is not None else State()
        self.on_post = on_post
        """Called, from the posting thread, when the inbox stops being empty."""
        self.on_podium: Callable[[], None] | None = None
        """Called, from the posting thread, when a device reports another podium: the one news
        that everybody waits for."""
        self.on_told: Callable[[Sequence[Event]], None] | None = None
        """Told, on the owner's thread, every Event that changed something: for those who read
        what happened and not only what is (journal strip, a site's history)."""
        self._journal = journal
        self._samples = samples
        self._facts: deque[Event] = deque()
        self._measured: Measured = defaultdict(dict)
        self._lock = threading.Lock()
        self._owner = threading.get_ident()
        self._awake = False
        self._touched: set[Key] = set()

    def post(self, events: Iterable[Event]) -> None:
        """Put Events in the inbox; from any thread, never blocking for longer than a copy."""
        with self._lock:
            measured, facts = self._measured, self._facts
            podium = False
            for event in events:
                fact = event.fact
                if fact.sample:
                    measured[type(fact)][fact.key] = event
                else:
                    facts.append(event)
                    if type(fact) is ConferenceSeen and not podium:
                        podium = self._moves_podium(fact)
            wake = not self._awake
            self._awake = True
        if wake and self.on_post is not None:
            self.on_post()
        if podium and self.on_podium is not None:
            self.on_podium()

    def _moves_podium(self, fact: ConferenceSeen) -> bool:
        known = self.state.conferences.get(fact.conference.id)
        return known is not None and known.podium != fact.conference.podium

    def tell(self, events: Sequence[Event]) -> None:
        """Fold the owner's own Events at once: what a person did is so before his next key.

        The keys touched come with the next `drain`.
        """
        self._check_owner()
        try:
            self._fold(events, ())
        finally:
            self.post(())

    def restore(self, events: Iterable[Event]) -> None:
        """Fold Events that the journal already has; on the owner's thread."""
        folded = [event for event in events if fold(self.state, event)]
        if self.on_told is not None:
            self.on_told(folded)

    def remember(self, events: Iterable[Event]) -> None:
        """Fold Events that are no news: the journal has them already, and nobody is told of them
        but by the keys of the next `drain`. On the owner's thread."""
        self._check_owner()
        for event in events:
            self._touched.update(fold(self.state, event))
        self.post(())

    @property
    def waiting(self) -> bool:
        """Whether there is anything to drain."""
        return self._awake

    def drain(self) -> set[Key]:
        """Fold what waits, hand it to the journal, and return every key touched. Where samples
        are left for the next drain, `on_post` asks for it.

        An Event that the fold can't take raises; it alone is lost, the others wait for the next
        drain.
        """
        self._check_owner()
        end = time.perf_counter() + SAMPLES_S
        with self._lock:
            facts, self._facts = self._facts, deque()
            measured, self._measured = self._measured, defaultdict(dict)
            self._awake = False
        waiting, samples = iter(facts), _turns(measured, end)
        try:
            self._fold(waiting, samples)
        except BaseException:
            for event in samples:
                measured[type(event.fact)][event.fact.key] = event
            with self._lock:
                self._facts.extendleft(reversed([*waiting]))
            self._put_back(measured)
            raise
        if any(measured.values()):
            self._put_back(measured)
        touched, self._touched = self._touched, set()
        return touched

    def empty(self) -> None:
        """Drain until nothing waits: before the end."""
        while self.waiting:
            self.drain()

    def _check_owner(self) -> None:
        if threading.get_ident() != self._owner:
            raise RuntimeError("the Store is drained by the thread that made it")

    def _fold(self, facts: Iterable[Event], samples: Iterable[Event]) -> None:
        touched, state, folders = self._touched, self.state, FOLDERS
        kept: list[Event] = []
        quality: list[Event] = []
        try:
            for event in facts:
                fact = event.fact
                keys = folders[type(fact)](state, event, fact)
                if keys:
                    touched.update(keys)
                    kept.append(event)
            for event in samples:
                fact = event.fact
                keys = folders[type(fact)](state, event, fact)
                if keys:
                    touched.update(keys)
                    if type(fact) is QualityMeasured:
                        quality.append(event)
        finally:
            if kept and self._journal is not None:
                self._journal(kept)
            if kept and self.on_told is not None:
                self.on_told(kept)
            if quality and self._samples is not None:
                self._samples(quality)

    def _put_back(self, measured: Measured) -> None:
        """Samples that are to be folded in the next drain, before what was posted meanwhile; a
        newer one stands."""
        with self._lock:
            for kind, waiting in measured.items():
                self._measured[kind] = waiting | self._measured[kind]
        self.post(())


def _turns(measured: Measured, end: float) -> Iterator[Event]:
    """Samples, those first that have waited longest and of each class its share, taken out of
    `measured` until their time is over."""
    count = sum(map(len, measured.values()))
    while count:
        taken: list[Event] = []
        for waiting in measured.values():
            share = -(-len(waiting) * _AT_ONCE // count)
            taken += map(waiting.pop, list(islice(waiting, share)))
        yield from taken
        count -= len(taken)
        if time.perf_counter() >= end:
            return
