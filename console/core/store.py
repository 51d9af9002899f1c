"""The Store: sole holder of State, with an inbox for any thread and one drain."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from console.domain.event import Event
from console.domain.facts import QualityMeasured
from console.domain.fold import fold
from console.domain.state import Key, State

JournalSink = Callable[[Sequence[Event]], None]


class Store:
    """Holds the State; `post` from any thread, `drain` from the thread that made it.

    Samples are coalesced as they are posted: of each class and key only the newest is folded.
    What changed something and is no sample goes to `journal`; quality goes to `samples`.
    """

    def __init__(
        self,
        journal: JournalSink | None = None,
        samples: JournalSink | None = None,
        on_post: Callable[[], None] | None = None,
    ) -> None:
        self.state = State()
        self.on_post = on_post
        """Called, from the posting thread, when the inbox stops being empty."""
        self.on_told: Callable[[Sequence[Event]], None] | None = None
        """Told, on the owner's thread, every Event that changed something: for those who read
        what happened and not only what is (journal strip, a site's history)."""
        self._journal = journal
        self._samples = samples
        self._facts: deque[Event] = deque()
        self._measured: dict[tuple[type, str], Event] = {}
        self._lock = threading.Lock()
        self._owner = threading.get_ident()
        self._awake = False

    def post(self, events: Iterable[Event]) -> None:
        """Put Events in the inbox; from any thread, never blocking for longer than a copy."""
        with self._lock:
            measured, facts = self._measured, self._facts
            for event in events:
                fact = event.fact
                if fact.sample:
                    measured[type(fact), fact.key] = event
                else:
                    facts.append(event)
            wake = not self._awake
            self._awake = True
        if wake and self.on_post is not None:
            self.on_post()

    def restore(self, events: Iterable[Event]) -> None:
        """Fold Events that the journal already has; on the owner's thread."""
        folded = [event for event in events if fold(self.state, event)]
        if self.on_told is not None:
            self.on_told(folded)

    @property
    def waiting(self) -> bool:
        """Whether the inbox holds anything."""
        return self._awake

    def drain(self) -> set[Key]:
        """Fold all that waits, hand it to the journal, and return every key touched."""
        if threading.get_ident() != self._owner:
            raise RuntimeError("the Store is drained by the thread that made it")
        with self._lock:
            facts, self._facts = self._facts, deque()
            measured, self._measured = self._measured, {}
            self._awake = False
        touched: set[Key] = set()
        kept: list[Event] = []
        state = self.state
        for event in facts:
            keys = fold(state, event)
            if keys:
                touched.update(keys)
                kept.append(event)
        quality: list[Event] = []
        for event in measured.values():
            touched.update(fold(state, event))
            if type(event.fact) is QualityMeasured:
                quality.append(event)
        if kept and self._journal is not None:
            self._journal(kept)
        if kept and self.on_told is not None:
            self.on_told(kept)
        if quality and self._samples is not None:
            self._samples(quality)
        return touched
