"""A Link: one device's live session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import SystemRandom

from console.core.clock import Clock
from console.core.exchange import Exchange
from console.core.tasks import IoThread
from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.device import DeviceSpec, LinkHealth
from console.domain.event import Event, stamped
from console.domain.facts import Fact
from console.domain.problem import Problem, Refused
from console.drivers.protocol import Driver, Heard, Round, SocketPlan, Talk
from console.wire.problems import Closed, WireError
from console.wire.tls import Trust
from console.wire.websocket import open_socket

_RANDOM = SystemRandom()
_MISSES = 3
"""So many rounds in a row without an answer, and the link is down."""
_LOOKS_S = (0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0)
"""Waits between looks at whether a wish has come true; the last repeats."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a Link waits before it tries again: from `first_s`, doubling, to `longest_s`."""

    first_s: float = 1.0
    longest_s: float = 15.0


ExchangeMaker = Callable[[Callable[[float], None], Callable[[Sequence[Fact], str], None]], Exchange]
"""Makes the Exchange, given who is told that the device answered, and who is told facts."""


class _Lost(Exception):
    """Too many rounds failed; `problem` is what the last one met."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def problem_of(error: WireError, device: str) -> Problem:
    """A wire failure as a Problem of that device."""
    params = {**error.params, "device": device}
    return Problem(error.code, tuple(sorted(params.items())))


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
    ) -> None:
        self.spec = spec
        self._driver = driver
        self._exchange = exchange_of(self._heard, self._tell)
        self._trust = trust
        self._post = post
        self._still_open = still_open
        self._io = io
        self._clock = clock
        self._patience = patience or Patience()
        self._misses = 0
        self._focused = False
        self._up = False
        self._wake = asyncio.Event()
        self._focus_changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    # -- from any thread -----------------------------------------------------------------------

    def start(self, after_s: float = 0.0) -> None:
        """Begin, after a pause that spreads many links out."""
        self._io.start(self._live(after_s), f"link {self.spec.id}")

    def perform(self, command: Command) -> None:
        """Carry a durable wish to the device."""
        self._io.call(self._begin, command)

    def nudge(self) -> None:
        """Try to connect now instead of waiting."""
        self._io.call(self._wake.set)

    def focus(self, on: bool) -> None:
        """Whether the operator is looking at this device: its rounds come more often."""
        self._io.call(self._set_focus, on)

    # -- in the I/O thread ---------------------------------------------------------------------

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

    def _health(self, health: LinkHealth, problem: Problem | None = None) -> None:
        self._tell([f.LinkChanged(self.spec.id, health, problem)])

    async def _live(self, after_s: float) -> None:
        wait_s = self._patience.first_s
        await asyncio.sleep(after_s)
        try:
            while True:
                self._health(LinkHealth.CONNECTING)
                problem = await self._once()
                if self._up:
                    wait_s = self._patience.first_s
                self._up = False
                self._health(LinkHealth.DOWN, problem)
                self._driver.forget()
                self._wake.clear()
                try:
                    await asyncio.wait_for(self._wake.wait(), wait_s * _RANDOM.uniform(0.8, 1.2))
                except TimeoutError:
                    wait_s = min(wait_s * 2, self._patience.longest_s)
        finally:
            await self._leave()

    async def _once(self) -> Problem:
        """One life of the link, from the first contact to its loss; why it ended."""
        self._misses = 0
        try:
            await self._exchange.hold(self._driver.probe())
            await self._exchange.hold(self._driver.observe())
            self._up = True
            self._health(LinkHealth.UP)
            await self._serve()
        except WireError as error:
            return problem_of(error, self.spec.name)
        except Refused as refused:
            return refused.problem
        except _Lost as lost:
            return lost.problem
        return Problem.of("link.down", device=self.spec.name)

    async def _serve(self) -> None:
        work = [self._keep_asking(one) for one in self._driver.rounds()]
        self._tasks = [
            self._io.spawn(w, f"{self.spec.id} round") for w in (*work, self._keep_listening())
        ]
        try:
            done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            await self._cancel_rounds()

    async def _cancel_rounds(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._tasks = []

    async def _leave(self) -> None:
        await self._cancel_rounds()
        try:
            async with asyncio.timeout(2.0):
                await self._exchange.hold(self._driver.leave(), urgent=True)
        except (WireError, Refused, TimeoutError):
            pass
        self._exchange.close()

    # -- rounds --------------------------------------------------------------------------------

    async def _keep_asking(self, one: Round) -> None:
        await self._rest(one.period_s * _RANDOM.uniform(0.05, 1.0), one)
        while True:
            try:
                await self._exchange.hold(one.make())
            except (WireError, Refused) as failure:
                self._missed(failure)
            else:
                self._answered()
            await self._rest(one.period_s, one)

    async def _rest(self, seconds: float, one: Round) -> None:
        if one.focus_s is None:
            await asyncio.sleep(seconds)
            return
        if self._focused:
            seconds = min(seconds, one.focus_s)
        try:
            await asyncio.wait_for(self._focus_changed.wait(), seconds)
        except TimeoutError:
            return

    def _missed(self, failure: WireError | Refused) -> None:
        refused = isinstance(failure, Refused)
        problem = failure.problem if refused else problem_of(failure, self.spec.name)
        self._misses += 1
        if self._misses >= _MISSES:
            raise _Lost(problem)
        self._health(LinkHealth.DEGRADED, problem)

    def _answered(self) -> None:
        if self._misses:
            self._misses = 0
            self._health(LinkHealth.UP)

    # -- pushed news ---------------------------------------------------------------------------

    async def _keep_listening(self) -> None:
        wait_s = self._patience.first_s
        first = True
        while True:
            try:
                plan = await self._exchange.converse(self._driver.listen())
                if plan is None:
                    return
                await self._listen(plan, afresh=not first)
            except (WireError, Refused):
                self._tell([f.PushChanged(self.spec.id, False)])
            else:
                wait_s = self._patience.first_s
            first = False
            await asyncio.sleep(wait_s * _RANDOM.uniform(0.8, 1.2))
            wait_s = min(wait_s * 2, self._patience.longest_s)

    async def _listen(self, plan: SocketPlan, *, afresh: bool) -> None:
        """Hear until the feed ends. After a gap all is read again, events meanwhile heard."""
        socket = await open_socket(plan.url, self._trust, headers=plan.headers)
        try:
            for message in plan.greeting:
                await socket.send(message)
            if afresh:
                self._talk(self._driver.observe())
            async for message in socket:
                heard: Heard = self._driver.hear(message)
                for reply in heard.send:
                    await socket.send(reply)
                self._heard(None)
                if heard.facts:
                    self._tell(heard.facts)
                for talk in heard.talks:
                    self._talk(talk)
            raise Closed("wire.closed")
        finally:
            await socket.close()

    def _talk(self, talk: Talk) -> None:
        self._io.spawn(self._quietly(talk), f"{self.spec.id} talk")

    async def _quietly(self, talk: Talk) -> None:
        try:
            await self._exchange.hold(talk)
        except (WireError, Refused):
            pass  # the rounds ask again, and count their own misses

    # -- wishes --------------------------------------------------------------------------------

    def _begin(self, command: Command) -> None:
        self._io.spawn(self._perform(command), f"{self.spec.id} {type(command).__name__}")

    async def _perform(self, command: Command) -> None:
        told = command.id
        self._tell([f.CommandSent(told)], told)
        failure: WireError | None = None
        try:
            await self._exchange.hold(self._driver.perform(command), cause=told, urgent=True)
        except Refused as refused:
            self._tell([f.CommandRefused(told, refused.problem)], told)
            return
        except WireError as error:
            failure = error
        else:
            self._tell([f.CommandAnswered(told)], told)
        await self._look_until_seen(command, failure)

    async def _look_until_seen(self, command: Command, failure: WireError | None) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + command.deadline_s
        looks = 0
        while self._still_open(command.id) and loop.time() < end:
            await asyncio.sleep(_LOOKS_S[min(looks, len(_LOOKS_S) - 1)])
            looks += 1
            if not self._still_open(command.id):
                return
            try:
                await self._exchange.hold(self._driver.look(command), cause=command.id, urgent=True)
            except WireError as error:
                failure = error
            except Refused:
                continue
            else:
                failure = None
        if failure is not None and self._still_open(command.id):
            problem = problem_of(failure, self.spec.name)
            self._tell([f.CommandLost(command.id, problem)], command.id)
