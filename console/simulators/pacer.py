"""Moves the story's clock along with the wall's."""

from __future__ import annotations

import asyncio

from console.simulators.model.clock import Clock


class Pacer:
    """Runs a Clock in real time times its speed, waking only when something is due."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._woken = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._began_s = self._loop.time()
        self._from_s = clock.now_s
        clock.woken = self._woken.set

    def present_s(self) -> float:
        """The virtual time the wall has reached."""
        return self._from_s + (self._loop.time() - self._began_s) * self._clock.speed

    def catch_up(self) -> None:
        """Bring the story to the present, before somebody looks at it."""
        self._clock.advance_to(self.present_s())

    def set_speed(self, speed: float) -> None:
        """Change the pace from now on."""
        self.catch_up()
        self._from_s, self._began_s = self._clock.now_s, self._loop.time()
        self._clock.speed = speed
        self._woken.set()

    async def run(self) -> None:
        """Keep pace until cancelled."""
        while True:
            self.catch_up()
            self._woken.clear()
            due_s = self._clock.next_due_s()
            wait_s = None if due_s is None else (due_s - self.present_s()) / self._clock.speed
            try:
                async with asyncio.timeout(wait_s):
                    await self._woken.wait()
            except TimeoutError:
                continue
