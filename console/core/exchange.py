"""An Exchange: holds a driver's Talks over a device's sessions."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from itertools import count
from typing import Any

from console.core.digest import Digester
from console.domain.facts import Fact
from console.drivers.protocol import Digest, Pause, Report, Talk, Together
from console.wire.problems import Closed, WireError
from console.wire.session import Reply, Request, Session


class Slots:
    """A device's sessions, lent one at a time; what a person asked goes first.

    The last free one is kept for people, so that polling never holds up a key; but where there
    is only one, it is everybody's.
    """

    def __init__(self, sessions: Sequence[Session]) -> None:
        self._free = list(sessions)
        self._kept = 1 if len(self._free) > 1 else 0
        self._waiting: list[tuple[bool, int, asyncio.Future[Session]]] = []
        self._order = count()

    async def lend(self, urgent: bool) -> Session:
        """A session; waits until one is free."""
        if len(self._free) > (0 if urgent else self._kept):
            return self._free.pop()
        turn: asyncio.Future[Session] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (not urgent, next(self._order), turn))
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give_back(turn.result())
            raise

    def give_back(self, session: Session) -> None:
        """Return a session; the next in line gets it."""
        self._free.append(session)
        while self._waiting and len(self._free) > (self._kept if self._waiting[0][0] else 0):
            turn = heapq.heappop(self._waiting)[2]
            if not turn.done():
                turn.set_result(self._free.pop())


class Exchange:
    """Holds Talks: sends what they ask for, feeds them what came of it."""

    def __init__(
        self,
        sessions: Sequence[Session],
        polls: Executor,
        urgent: Executor,
        digester: Digester,
        on_heard: Callable[[float], None],
        on_facts: Callable[[Sequence[Fact], str], None],
    ) -> None:
        self._slots = Slots(sessions)
        self._sessions = sessions
        self._polls = polls
        self._urgent = urgent
        self._digester = digester
        self._on_heard = on_heard
        self._on_facts = on_facts

    async def hold(self, talk: Talk, *, cause: str = "", urgent: bool = False) -> None:
        """Hold a Talk to its end and pass on its facts. Raises WireError or Refused."""
        facts = await self.converse(talk, cause=cause, urgent=urgent)
        if facts:
            self._on_facts(facts, cause)

    async def converse(
        self, talk: Generator[Any, Any, Any], *, cause: str = "", urgent: bool = False
    ) -> Any:
        """Hold any generator of asks to its end; what it returned."""
        answer: Any = None
        error: Exception | None = None
        try:
            while True:
                try:
                    ask = talk.send(answer) if error is None else talk.throw(error)
                except StopIteration as end:
                    return end.value
                answer, error = None, None
                try:
                    answer = await self._answer(ask, cause, urgent)
                except asyncio.CancelledError:
                    raise
                except Exception as failure:  # noqa: BLE001 - raised in the Talk, which knows
                    error = failure
        finally:
            talk.close()

    async def _answer(self, ask: object, cause: str, urgent: bool) -> object:
        match ask:
            case Request():
                return await self._send(ask, urgent or ask.urgent)
            case Together(requests):
                return await asyncio.gather(
                    *(self._attempt(r, urgent or r.urgent) for r in requests)
                )
            case Digest(parse, body):
                return await self._digester.digest(parse, body)
            case Report(facts):
                self._on_facts(facts, cause)
                return None
            case Pause(seconds):
                await asyncio.sleep(seconds)
                return None
            case _:
                raise TypeError(f"a Talk asked for {type(ask).__name__}")

    async def _attempt(self, request: Request, urgent: bool) -> Reply | WireError:
        try:
            return await self._send(request, urgent)
        except WireError as error:
            return error

    async def _send(self, request: Request, urgent: bool) -> Reply:
        """One exchange. Cut short, it is not begun or aborted; its session is lent again when it
        has really ended."""
        session = await self._slots.lend(urgent)
        loop = asyncio.get_running_loop()
        try:
            work = (self._urgent if urgent else self._polls).submit(session.exchange, request)
        except RuntimeError as ended:
            self._slots.give_back(session)
            raise Closed(reason="aborted") from ended

        def free(_: object) -> None:
            with suppress(RuntimeError):  # the loop has ended, and nobody waits any more
                loop.call_soon_threadsafe(self._slots.give_back, session)

        work.add_done_callback(free)
        try:
            reply = await asyncio.wrap_future(work)
        except asyncio.CancelledError:
            if not work.cancel():
                session.abort()
            raise
        self._on_heard(reply.elapsed_s * 1000)
        return reply

    def close(self) -> None:
        """Close every session; what is under way fails."""
        for session in self._sessions:
            session.abort()
            session.close()
