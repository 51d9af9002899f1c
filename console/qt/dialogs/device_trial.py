"""A device tried out beside the window: the doctor's look, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event

from console.core.checkup import Check, Report, examine
from console.core.profile import Access
from console.domain.problem import Refused
from console.qt.dialogs.background import Background, Failure

DRAFT = "\0draft"
"""Stands for the device that the form describes, which is not kept yet."""
_LONGEST_S = 25.0


class Trial:
    """What the last trial of each device found, and which is tried out now ("" for none)."""

    def __init__(self, background: Background, moved: Callable[[], None]) -> None:
        self._background, self._moved = background, moved
        self._cancelled = Event()
        self.running = ""
        self.found: dict[str, list[Check]] = {}

    def begin(
        self, device: str, access: Callable[[], Access], ended: Callable[[Report | Failure], None]
    ) -> None:
        """Try a device out, for 25 s at most. `moved` is called with each thing found; `ended`
        with the whole, or with why there was no trial; never once it is cancelled."""
        self.running, self._cancelled = device, Event()
        self.found[device] = []
        cancelled, post = self._cancelled, self._background.post

        def found(check: Check) -> None:
            post(partial(self._found, cancelled), (device, check))

        def work() -> Report:
            (report,) = examine([access()], _LONGEST_S, cancelled, on_check=found)
            return report

        self._background.run(work, partial(self._ended, device, cancelled, ended))

    def _found(self, cancelled: Event, what: tuple[str, Check]) -> None:
        if not cancelled.is_set():
            device, check = what
            self.found[device].append(check)
            self._moved()

    def _ended(
        self,
        device: str,
        cancelled: Event,
        ended: Callable[[Report | Failure], None],
        outcome: Report | Failure,
    ) -> None:
        if cancelled.is_set():
            return
        self.running = ""
        if isinstance(outcome, Report):
            self.found[device] = outcome.checks
        elif isinstance(outcome, Refused):
            self.found.pop(device, None)
        ended(outcome)

    def cancel(self) -> None:
        """Stop; what was found so far stays."""
        self._cancelled.set()
        self.running = ""
