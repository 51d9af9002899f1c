"""A Link: one device's live session."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

from console.core.clock import Clock
from console.core.exchange import Exchange
from console.core.tasks import IoThread
from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.device import DeviceSpec, LinkHealth
from console.domain.event import Event, stamped
from console.domain.facts import Fact
from console.domain.problem import Problem, Refused
from console.drivers.protocol import Driver, Heard, Round, Talk
from console.wire.feed import FeedPlan, open_feed
from console.wire.http import Credentials
from console.wire.problems import Closed, WireError
from console.wire.tls import Trust

_RANDOM = SystemRandom()
_MISSES = 3
"""So many rounds in a row without an answer, or so many signs of life, and the link is down."""
_LOOKS_S = (0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0)
"""Waits between looks at whether a wish has come true; the last repeats."""
_MARGIN_S = 0.25
"""So long before a wish's deadline the Link says what went wrong, if it knows; at the deadline
the Dispatcher gives up without knowing."""
_FAREWELL_S = 2.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a Link waits before it tries again: from `first_s`, doubling, to `longest_s`."""

    first_s: float = 1.0
    longest_s: float = 15.0


ExchangeMaker = Callable[[Callable[[float], None], Callable[[Sequence[Fact], str], None]], Exchange]
"""Makes the Exchange, given who is told that the device answered, and who is told facts."""


def problem_of(error: WireError, device: str) -> Problem:
    """A wire failure as a Problem of that device."""
    params = {**error.params, "device": device}
    return Problem(error.code, tuple(sorted(params.items())))


class Link:
    """Runs a Driver over the wire: connects, observes, keeps asking, hears, performs, retries.

    Lives in the I/O thread; `perform`, `nudge` and `focus` may be called from any thread. A
    mistake in the driver costs no more than the device's silence would: it is reported once and
    tried again (`link.driver_fault`).
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
        self._trust = trust
        self._credentials = credentials
        self._post = post
        self._still_open = still_open
        self._io = io
        self._clock = clock
        self._patience = patience or Patience()
        self._misses = 0
        self._lifeless = 0
        self._failing: dict[str, Problem] = {}
        self._faults: set[str] = set()
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

    def _health(self, health: LinkHealth, problem: Problem | None = None) -> None:
        self._tell([f.LinkChanged(self.spec.id, health, problem)])

    def _fault(self, error: Exception) -> Problem:
        """A mistake in the driver, reported the first time that it is met at a place."""
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} {last.filename}:{last.lineno}"
        if place not in self._faults:
            self._faults.add(place)
            self._io.report(f"driver of {self.spec.id}", error)
        return Problem.of("link.driver_fault", device=self.spec.name, error=type(error).__name__)

    async def _attempt(self, talk: Callable[[], Talk]) -> Problem | None:
        """Hold a Talk; what it met, None if nothing."""
        try:
            await self._exchange.hold(talk())
        except WireError as error:
            return problem_of(error, self.spec.name)
        except Refused as refused:
            return refused.problem
        except Exception as error:  # noqa: BLE001 - whatever a driver does, the link goes on
            return self._fault(error)
        return None

    # -- one life after the other ----------------------------------------------------------------

    async def _live(self, after_s: float) -> None:
        wait_s = self._patience.first_s
        try:
            await asyncio.sleep(after_s)
            self._health(LinkHealth.CONNECTING)
            while True:
                problem = await self._attempt(self._driver.probe)
                problem = problem or await self._attempt(self._driver.observe)
                if problem is None:
                    wait_s = self._patience.first_s
                    problem = await self._serve()
                self._health(LinkHealth.DOWN, problem)
                self._forget()
                self._wake.clear()
                try:
                    await asyncio.wait_for(self._wake.wait(), wait_s * _RANDOM.uniform(0.8, 1.2))
                except TimeoutError:
                    wait_s = min(wait_s * 2, self._patience.longest_s)
        finally:
            await self._leave()

    async def _serve(self) -> Problem:
        """From the first complete observation to the loss of the link; why it was lost."""
        self._lost = asyncio.get_running_loop().create_future()
        self._misses = self._lifeless = 0
        self._failing.clear()
        self._health(LinkHealth.UP)
        try:
            rounds = self._driver.rounds()
            shortest = min(rounds, key=lambda one: one.period_s, default=None)
            for one in rounds:
                self._beside(self._keep_asking(one, sign_of_life=one is shortest), one.name)
            self._beside(self._keep_listening(), "feed")
            return await self._lost
        except Exception as error:  # noqa: BLE001 - whatever a driver does, the link goes on
            return self._fault(error)
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
            self._fault(error)

    async def _leave(self) -> None:
        try:
            async with asyncio.timeout(_FAREWELL_S):
                await self._exchange.hold(self._driver.leave(), urgent=True)
        except (WireError, Refused, TimeoutError):
            pass

    # -- rounds --------------------------------------------------------------------------------

    async def _keep_asking(self, one: Round, *, sign_of_life: bool) -> None:
        loop = asyncio.get_running_loop()
        asked = loop.time() - one.period_s * _RANDOM.uniform(0.0, 0.95)
        while True:
            await self._rest(one, asked)
            problem = await self._attempt(one.make)
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
        self._health(LinkHealth.DEGRADED if remaining else LinkHealth.UP, remaining)

    # -- pushed news ---------------------------------------------------------------------------

    async def _keep_listening(self) -> None:
        loop = asyncio.get_running_loop()
        wait_s = self._patience.first_s
        afresh = False
        while True:
            began = loop.time()
            try:
                plan = await self._exchange.converse(self._driver.listen())
                if plan is None:
                    return
                await self._listen(plan, afresh=afresh)
            except (WireError, Refused):
                pass
            except Exception as error:  # noqa: BLE001 - whatever a driver does, the link goes on
                self._fault(error)
            self._tell([f.PushChanged(self.spec.id, False)])
            afresh = True
            if loop.time() - began > self._patience.longest_s:
                wait_s = self._patience.first_s
            await asyncio.sleep(wait_s * _RANDOM.uniform(0.8, 1.2))
            wait_s = min(wait_s * 2, self._patience.longest_s)

    async def _listen(self, plan: FeedPlan, *, afresh: bool) -> None:
        """Hear until the feed ends. After a gap all is read again, events meanwhile heard."""
        feed = await open_feed(plan, self._credentials, self._trust)
        try:
            if afresh:
                self._talk(self._driver.observe())
            async for message in feed:
                heard: Heard = self._driver.hear(message)
                for reply in heard.send:
                    await feed.send(reply)
                self._heard(None)
                if heard.facts:
                    self._tell(heard.facts)
                for talk in heard.talks:
                    self._talk(talk)
            raise Closed("wire.closed")
        finally:
            await feed.close()

    def _talk(self, talk: Talk) -> None:
        """Hold a Talk beside all else. Where it fails, the rounds ask again and count misses."""
        self._beside(self._quietly(talk), "talk")

    async def _quietly(self, talk: Talk) -> None:
        await self._attempt(lambda: talk)

    # -- wishes --------------------------------------------------------------------------------

    def _begin(self, command: Command) -> None:
        self._io.spawn(self._perform(command), f"{self.spec.id} {type(command).__name__}")

    async def _perform(self, command: Command) -> None:
        told = command.id
        end = asyncio.get_running_loop().time() + command.deadline_s - _MARGIN_S
        self._tell([f.CommandSent(told)], told)
        failure: Problem | None = None
        try:
            await self._exchange.hold(self._driver.perform(command), cause=told, urgent=True)
        except Refused as refused:
            self._tell([f.CommandRefused(told, refused.problem)], told)
            return
        except WireError as error:
            failure = problem_of(error, self.spec.name)
        except Exception as error:  # noqa: BLE001 - how far the driver came is not known
            failure = self._fault(error)
        else:
            self._tell([f.CommandAnswered(told)], told)
        failure = await self._look_until_seen(command, failure, end)
        if failure is not None and self._still_open(told):
            self._tell([f.CommandLost(told, failure)], told)

    async def _look_until_seen(
        self, command: Command, failure: Problem | None, end: float
    ) -> Problem | None:
        """Read back until the wish is settled or its time is up; why looking failed at last."""
        loop = asyncio.get_running_loop()
        looks = 0
        while self._still_open(command.id) and (left_s := end - loop.time()) > 0:
            await asyncio.sleep(min(_LOOKS_S[min(looks, len(_LOOKS_S) - 1)], left_s))
            looks += 1
            if not self._still_open(command.id):
                break
            try:
                async with asyncio.timeout_at(end):
                    talk = self._driver.look(command)
                    await self._exchange.hold(talk, cause=command.id, urgent=True)
            except WireError as error:
                failure = problem_of(error, self.spec.name)
            except (Refused, TimeoutError):
                continue
            except Exception as error:  # noqa: BLE001 - whatever a driver does, the link goes on
                return self._fault(error)
            else:
                failure = None
        return failure
