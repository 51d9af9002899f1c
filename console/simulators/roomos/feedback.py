"""HTTP feedback: four slots per device, each posting what changed to one address on loopback."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp

from console.simulators.roomos.tree import Step

SLOTS = 4
EXPRESSIONS = 15
FAILURES = 3
WAITING = 200
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(slots=True, eq=False)
class Slot:
    """One registration. After three failed deliveries it is off until enabled again."""

    url: str
    expressions: list[str]
    paths: list[list[Step]]
    failures: int = 0
    failed: bool = False
    waiting: deque[str] = field(default_factory=lambda: deque[str](maxlen=WAITING))
    busy: bool = False


def allowed(url: str) -> bool:
    """Whether a pretend device may post there: it talks to its own machine only."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.hostname in LOOPBACK


class Courier:
    """Posts for every room, in order per slot, a few at a time."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, slot: Slot, markup: str) -> None:
        """Post this to a slot's address after whatever waits there."""
        if slot.failed:
            return
        slot.waiting.append(markup)
        if not slot.busy:
            slot.busy = True
            task = asyncio.get_running_loop().create_task(self._deliver(slot))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, slot: Slot) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=3.0), headers={"User-Agent": "Cisco/CE"}
            )
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        try:
            while slot.waiting and not slot.failed:
                body = slot.waiting.popleft().encode()
                try:
                    async with self._session.post(slot.url, data=body, headers=headers) as reply:
                        taken = reply.status < 300
                except (aiohttp.ClientError, TimeoutError, OSError):
                    taken = False
                slot.failures = 0 if taken else slot.failures + 1
                slot.failed = slot.failures >= FAILURES
        finally:
            slot.busy = False

    async def close(self) -> None:
        """Stop posting."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
