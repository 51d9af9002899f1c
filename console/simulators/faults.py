"""The board of faults in force, asked before every answer."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Fault:
    """One fault in force. `until_s` is a time of the board's own clock."""

    number: int
    kind: str
    target: str
    values: dict[str, Any]
    since_s: float = 0.0
    until_s: float | None = None
    left: int | None = None

    def hits(self, names: tuple[str, ...], method: str, path: str) -> bool:
        """Whether it befalls this request of a device known by these names."""
        if self.target != "*" and self.target not in names:
            return False
        if self.values.get("method", "*") not in ("*", method):
            return False
        pattern = str(self.values.get("path") or "*")
        return fnmatch.fnmatchcase(path, pattern)


@dataclass(slots=True)
class FaultBoard:
    """The faults in force, oldest first. `now` is a monotonic clock in seconds."""

    now: Callable[[], float]
    faults: list[Fault] = field(default_factory=list[Fault])
    last: int = 0

    def put(self, kind: str, target: str, values: dict[str, Any]) -> Fault:
        """Put a lasting fault in force."""
        self.last += 1
        seconds, count = values.get("seconds"), values.get("count")
        fault = Fault(self.last, kind, target, values, self.now())
        fault.until_s = None if seconds is None else self.now() + float(seconds)
        fault.left = None if count is None else int(count)
        self.faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Take a fault out of force; harmless when it already is."""
        if fault in self.faults:
            self.faults.remove(fault)

    def in_force(self) -> Iterator[Fault]:
        """The faults whose time and count are not up."""
        now_s = self.now()
        for fault in list(self.faults):
            if fault.until_s is not None and now_s >= fault.until_s:
                self.remove(fault)
            else:
                yield fault

    def find(
        self, kinds: str | frozenset[str], names: tuple[str, ...], method: str = "*", path: str = ""
    ) -> Fault | None:
        """The oldest fault of these kinds that befalls this request, without using it up."""
        wanted = frozenset({kinds}) if isinstance(kinds, str) else kinds
        for fault in self.in_force():
            if fault.kind in wanted and fault.hits(names, method, path):
                return fault
        return None

    def take(
        self, kinds: str | frozenset[str], names: tuple[str, ...], method: str = "*", path: str = ""
    ) -> Fault | None:
        """Like `find`, and counts it as used once."""
        fault = self.find(kinds, names, method, path)
        if fault is not None and fault.left is not None:
            fault.left -= 1
            if fault.left <= 0:
                self.remove(fault)
        return fault
