"""A Link: one device's live session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

from console.core.clock import Clock
from console.core.contact import Contact
from console.core.exchange import Exchange
from console.core.fulfilment import Turns, fulfil
from console.core.listening import RANDOM, Listening, Patience
from console.core.tasks import IoThread
from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.device import DeviceSpec, LinkHealth
from console.domain.event import Event, stamped
from console.domain.facts import Fact
from console.domain.problem import Problem, Refused
from console.drivers.protocol import Driver, Round, Talk
from console.wire.http import Credentials
from console.wire.problems import WireError
from console.wire.tls import Trust

_MISSES = 3
"""So many rounds in a row without an answer, or so many signs of life, and the link is down."""
_FAREWELL_S = 2.0
_AHEAD_S = 0.003
"""So long the first of several wishes is ahead of the others: it is on the wire before they are
made ready, since all threads of Python share one lock (decision 140)."""


ExchangeMaker = Callable[[Callable[[float], None], Callable[[Sequence[Fact], str], None]], Exchange]
"""Makes the Exchange, given who is told that the device answered, and who is told facts."""


class Link:
    """Runs a Driver over the wire: connects, observes, keeps asking, hears, performs, retries.

    Lives in the I/O thread; `perform`, `nudge` and `focus` may be called from any thread.
    """

    def __init__(
        self,
        spec: DeviceSpec,
        driver: Driver,
        exchange_of: ExchangeMaker,
        trust: Trust,
        post: Callable[[Iterable[Event]], None],
        still_open: Callable[[str], bool],
        io: IoThread,
        clock: Clock,
        patience: Patience | None = None,
        credentials: Credentials | None = None,
    ) -> None:
        self.spec = spec
        self._driver = driver
        self._exchange = exchange_of(self._heard, self._tell)
        self._contact = Contact(spec, driver, self._exchange, self._tell, io.report)
        self._post = post
        self._still_open = still_open
        self._io = io
        self._clock = clock
        self._patience = patience or Patience()
        self._listening = Listening(self._contact, self._talk, self._patience, trust, credentials)
        self._turns = Turns()
        self._misses = 0
        self._lifeless = 0
        self._failing: dict[str, Problem] = {}
        self._focused = False
        self._wake = asyncio.Event()
        self._focus_changed = asyncio.Event()
        self._lost: asyncio.Future[Problem] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._life: asyncio.Task[None] | None = None

    # -- from any thread -----------------------------------------------------------------------

    def start(self, after_s: float = 0.0) -> None:
        """Begin, after a pause that spreads many links out."""
        if not self._io.call(self._start, after_s):
            self._exchange.close()

    def stop(self) -> None:
        """End for good: say good-bye and close; returns at once."""
        self._io.call(self._stop)

    def perform(self, *commands: Command) -> None:
        """Carry durable wishes to the device, the first a little ahead and the rest side by side,
        but for what sets one thing twice."""
        self._io.call(self._begin, commands)

    def nudge(self) -> None:
        """Try to connect now instead of waiting."""
        self._io.call(self._wake.set)

    def focus(self, on: bool) -> None:
        """Whether the operator is looking at this device: its rounds come more often."""
        self._io.call(self._set_focus, on)

    # -- in the I/O thread ---------------------------------------------------------------------

    def _start(self, after_s: float) -> None:
        task = self._io.spawn(self._live(after_s), f"link {self.spec.id}")
        task.add_done_callback(lambda _: self._exchange.close())
        self._life = task

    def _stop(self) -> None:
        if self._life is not None:
            self._life.cancel()

    def _set_focus(self, on: bool) -> None:
        if on != self._focused:
            self._focused = on
            self._focus_changed.set()
            self._focus_changed.clear()

    def _tell(self, facts: Sequence[Fact], cause: str = "") -> None:
        now = self._clock.now_us()
        self._post([stamped(fact, now, self.spec.id, cause) for fact in facts])

    def _heard(self, rtt_ms: float | None) -> None:
        self._tell([f.DeviceHeard(self.spec.id, rtt_ms)])

    # -- one life after the other ----------------------------------------------------------------

    async def _live(self, after_s: float) -> None:
        wait_s = self._patience.first_s
        try:
            await asyncio.sleep(after_s)
            self._contact.health(LinkHealth.CONNECTING)
            while True:
                problem = await self._contact.attempt(self._driver.probe)
                problem = problem or await self._contact.attempt(self._driver.observe)
                if problem is None:
                    wait_s = self._patience.first_s
                    problem = await self._serve()
                self._contact.health(LinkHealth.DOWN, problem)
                self._forget()
                self._wake.clear()
                try:
                    await asyncio.wait_for(self._wake.wait(), wait_s * RANDOM.uniform(0.8, 1.2))
                except TimeoutError:
                    wait_s = min(wait_s * 2, self._patience.longest_s)
        finally:
            await self._leave()

    async def _serve(self) -> Problem:
        """From the first complete observation to the loss of the link; why it was lost."""
        self._lost = asyncio.get_running_loop().create_future()
        self._misses = self._lifeless = 0
        self._failing.clear()
        self._contact.health(LinkHealth.UP)
        try:
            rounds = self._driver.rounds()
            shortest = min(rounds, key=lambda one: one.period_s, default=None)
            for one in rounds:
                self._beside(self._keep_asking(one, sign_of_life=one is shortest), one.name)
            self._beside(self._listening.run(), "feed")
            return await self._lost
        except Exception as error:  # noqa: BLE001 - whatever a driver does, the link goes on
            return self._contact.fault(error)
        finally:
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks)

    def _beside(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Start what ends with this life of the link at the latest."""
        task = self._io.spawn(work, f"{self.spec.id} {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _forget(self) -> None:
        try:
            self._driver.forget()
        except Exception as error:  # noqa: BLE001 - whatever a driver does, the link goes on
            self._contact.fault(error)

    async def _leave(self) -> None:
        try:
            async with asyncio.timeout(_FAREWELL_S):
                await self._exchange.hold(self._driver.leave(), urgent=True)
        except (WireError, Refused, TimeoutError):
            pass

    # -- rounds --------------------------------------------------------------------------------

    async def _keep_asking(self, one: Round, *, sign_of_life: bool) -> None:
        loop = asyncio.get_running_loop()
        asked = loop.time() - one.period_s * RANDOM.uniform(0.0, 0.95)
        while True:
            await self._rest(one, asked)
            problem = await self._contact.attempt(one.make)
            asked = loop.time()
            if sign_of_life:
                self._lifeless = self._lifeless + 1 if problem else 0
            self._asked(one.name, problem)

    async def _rest(self, one: Round, asked: float) -> None:
        """Until the round is due: sooner once somebody looks at the device, later when he looks
        away."""
        loop = asyncio.get_running_loop()
        while True:
            looked_at = self._focused and one.focus_s is not None
            period_s = one.focus_s if looked_at and one.focus_s is not None else one.period_s
            left_s = asked + period_s - loop.time()
            if left_s <= 0:
                return
            try:
                await asyncio.wait_for(self._focus_changed.wait(), left_s)
            except TimeoutError:
                return

    def _asked(self, name: str, problem: Problem | None) -> None:
        """Count misses; the link is whole only while no round fails."""
        if problem is None:
            self._misses = 0
            if self._failing.pop(name, None) is None:
                return
        else:
            self._misses += 1
            self._failing[name] = problem
            if self._misses >= _MISSES or self._lifeless >= _MISSES:
                if self._lost is not None and not self._lost.done():
                    self._lost.set_result(problem)
                return
        remaining = next(iter(self._failing.values()), None)
        self._contact.health(LinkHealth.DEGRADED if remaining else LinkHealth.UP, remaining)

    # -- what is said beside the rounds ----------------------------------------------------------

    def _talk(self, talk: Talk) -> None:
        """Hold a Talk beside all else. Where it fails, the rounds ask again and count misses."""
        self._beside(self._quietly(talk), "talk")

    async def _quietly(self, talk: Talk) -> None:
        await self._contact.attempt(lambda: talk)

    def _begin(self, commands: Sequence[Command]) -> None:
        for place, command in enumerate(commands):
            after_s = _AHEAD_S if place else 0.0
            work = fulfil(self._contact, command, self._still_open, self._turns, after_s)
            self._io.spawn(work, f"{self.spec.id} {type(command).__name__}")
