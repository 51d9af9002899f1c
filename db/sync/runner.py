"""The threads on which the sync runs: one for the journal's push, one for the feed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

_AFTER_FAULT_S = 30.0
_FAILURES = (Exception,)
"""Whatever a step runs into: it is logged, and the next step is made all the same."""

_log = logging.getLogger("db.sync")


H_co = TypeVar("H_co", covariant=True)


class Steps(Protocol[H_co]):
    """A state machine: OfficeSync, Feed."""

    @property
    def health(self) -> H_co: ...
    def step(self) -> float: ...
    def hurry(self) -> None: ...


class SyncRunner(Generic[H_co]):
    """Runs an OfficeSync or a Feed until it is closed.

    `stop_exchange` ends the exchange under way for good; `interrupt`, where it is given, ends one
    that merely waits for news, when there is something to hurry for.
    """

    def __init__(
        self,
        sync: Steps[H_co],
        stop_exchange: Callable[[], None],
        let_go: Callable[[], None],
        *,
        interrupt: Callable[[], None] = lambda: None,
        name: str = "office-sync",
    ) -> None:
        self._sync = sync
        self._stop_exchange = stop_exchange
        self._let_go = let_go
        self._interrupt = interrupt
        self._wake = threading.Event()
        self._closing = False
        self._hurry = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def hurry(self) -> None:
        """Try at once: the network is back, or a person asks."""
        self._hurry = True
        self._wake.set()
        self._interrupt()

    @property
    def health(self) -> H_co:
        """How the sync is doing; cheap, for any thread."""
        return self._sync.health

    def close(self, timeout: float = 10.0) -> bool:
        """End the exchange under way and the thread; what it sent may be sent once more."""
        self._closing = True
        self._wake.set()
        self._stop_exchange()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._closing:
                if self._hurry:
                    self._hurry = False
                    self._sync.hurry()
                try:
                    wait_s = self._sync.step()
                except _FAILURES:
                    _log.exception("a step of the sync failed")
                    wait_s = _AFTER_FAULT_S
                self._wake.wait(wait_s)
                self._wake.clear()
        finally:
            self._let_go()
