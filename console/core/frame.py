"""A frame's work without its paint: fold what waits, settle wishes, look for alarms."""

from __future__ import annotations

from collections.abc import Callable

from console.core.dispatcher import Dispatcher
from console.core.store import Store
from console.core.watch import Watch
from console.domain.state import Key


class Frame:
    """What the frame clock calls to drain: one set of touched keys, everything settled."""

    def __init__(self, store: Store, dispatcher: Dispatcher, watch: Watch) -> None:
        self._store = store
        self._dispatcher = dispatcher
        self._watch = watch
        self.again: Callable[[], None] = lambda: None
        """Asks for another frame soon; set to the frame clock's `wake`."""
        self._unseen = False

    def drain(self) -> set[Key]:
        """Fold, review, look; every key touched. Asks for another tick where it was too early
        to look for alarms."""
        keys = self._store.drain()
        while self._dispatcher.review():
            keys |= self._store.drain()
        self._unseen = self._unseen or bool(keys)
        if not self._watch.look():
            if self._unseen:
                self.again()
            return keys
        self._unseen = False
        if self._store.waiting:
            keys |= self._store.drain()
        return keys
