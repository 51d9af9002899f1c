"""Every request the devices received, for whoever compares what was asked with what was done."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from console.simulators.device import Ask

KEPT = 20_000
BODY_CHARS = 2_000


@dataclass(slots=True)
class Received:
    """One request; `at_s` is Unix time with fractions, `status` 0 while unanswered."""

    serial: int
    at_s: float
    device: str
    method: str
    path: str
    query: str
    body: str
    status: int = 0
    fault: str = ""

    def as_json(self) -> dict[str, Any]:
        """The record as the control plane shows it."""
        return {name: getattr(self, name) for name in self.__slots__}


class RequestLog:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self._received: deque[Received] = deque(maxlen=KEPT)
        self._last = 0

    def add(self, device: str, ask: Ask) -> Received:
        """Write down a request; its outcome is filled in by whoever answers."""
        return self.write(
            device,
            ask.method,
            ask.path,
            "&".join(f"{name}={value}" for name, value in ask.query),
            ask.body[:BODY_CHARS].decode("utf-8", "replace"),
        )

    def write(self, device: str, method: str, path: str, query: str, body: str) -> Received:
        """Write down one line, such as a text heard on a WebSocket."""
        self._last += 1
        line = Received(self._last, time.time(), device, method, path, query, body[:BODY_CHARS])
        self._received.append(line)
        return line

    def since(self, serial: int, device: str = "") -> list[Received]:
        """The requests after the one with this serial, of one device or of all."""
        return [
            line
            for line in self._received
            if line.serial > serial and (not device or line.device == device)
        ]
