"""Admission: what the office says of people and certificates, looked at while the console runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from console.core.accounts import Roll, propose_pin, read_directory
from console.core.operators import Operators
from console.core.pins import Pin
from console.domain import facts as f

if TYPE_CHECKING:
    from db.directory import Directory

_EVERY_US = 2_000_000
Beside = Callable[[Callable[[], Any], Callable[[Any], None]], None]
"""Does something in a thread and tells the main one what came of it."""


class Admission:
    """Tells the operators of accounts, and the equipment of pins. On the main thread, but for
    `heard` and `propose`.

    `directory` is the office's reference data, None while there is none to be read.
    """

    def __init__(
        self,
        operators: Operators,
        directory: Callable[[], Directory | None],
        believe: Callable[[Mapping[str, Pin]], None],
        beside: Beside,
    ) -> None:
        self._operators, self._directory = operators, directory
        self._believe, self._beside = believe, beside
        self._next_us = 0
        self._left = self._reading = False

    def heard(self, facts: tuple[f.Fact, ...]) -> None:
        """What the console tells of itself: where it leaves its office, accounts are gone."""
        if any(isinstance(fact, f.OfficeLeft) for fact in facts):
            self._left = True

    def look(self, now_us: int) -> None:
        """See what the office told meanwhile, every two seconds."""
        if now_us < self._next_us or self._reading:
            return
        self._next_us = now_us + _EVERY_US
        directory = self._directory()
        if directory is not None:
            self._reading = True
            self._beside(lambda: read_directory(directory), self._came)
        elif self._left:
            self._came((Roll(), {}))
        self._left = self._left and directory is not None

    def _came(self, told: tuple[Roll, Mapping[str, Pin]]) -> None:
        self._reading = False
        roll, pins = told
        self._operators.learn(roll)
        if roll.problem is None:
            self._believe(pins)

    def propose(self, address: str, pin: Pin, approver: str) -> None:
        """A certificate that a supervisor agreed to, for the office to have every console believe.
        Where there is no office, or its file can't be written, it is believed here alone."""
        from db.fault import StoreFault

        directory, current = self._directory(), self._operators.current
        if directory is None:
            return
        try:
            propose_pin(directory, address, pin, approver, current.name if current else approver)
        except StoreFault:
            return
