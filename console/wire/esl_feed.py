"""Events pushed over FreeSWITCH's event socket (`wire/mcu.md` §3)."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from console.wire.esl import (
    CHUNK,
    MIB,
    EslPlan,
    answer_in,
    as_line,
    let_in,
    login_line,
    place_of,
)
from console.wire.esl_frames import Frame, Framer
from console.wire.http import Credentials
from console.wire.problems import Closed, DeadlinePassed, NotUnderstood, Unreachable, WireError

_QUIET_S = 10.0
"""A feed so long without a word is asked for one; without it for as long again, it is dead."""
_SIGN_OF_LIFE = "api uptime"


class EslFeed(AsyncIterator[str]):
    """A connection that hears events. Iterating yields what each subscription was answered, then
    each event's text, and ends by raising WireError, or plainly once we closed it ourselves.

    Where nothing happens for a while, it asks for a sign of life: a line that is cut without a
    word would otherwise look like silence for ever.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, deadline_s: float
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._deadline_s = deadline_s
        self._framer = Framer(MIB)
        self._first: deque[str] = deque()
        self._closing = False

    async def begin(self, login: bytes, subscriptions: tuple[str, ...]) -> None:
        """Log in and subscribe; the events that come meanwhile are no loss: all is read afresh."""
        while (frame := await self._next(self._deadline_s)).kind != "auth/request":
            answer_in(frame)
        let_in(await self._ask(login))
        for line in subscriptions:
            answer = (await self._ask(as_line(line))).decode("utf-8", "replace")
            if not answer.startswith("+OK"):
                raise NotUnderstood(reason="not_esl")
            self._first.append(answer)

    async def send(self, message: str) -> None:
        """Send one command line; its reply is not waited for."""
        await self._write(as_line(message))

    async def __anext__(self) -> str:
        if self._first:
            return self._first.popleft()
        while not self._closing:
            try:
                frame = await self._alive()
            except (WireError, OSError):
                if self._closing:
                    break
                raise
            if frame.kind.startswith("text/event-"):
                return frame.body.decode("utf-8", "replace")
            answer_in(frame)
        raise StopAsyncIteration

    async def close(self) -> None:
        """Be gone at once."""
        self._closing = True
        self._writer.transport.abort()

    async def _alive(self) -> Frame:
        try:
            return await self._next(_QUIET_S)
        except DeadlinePassed:
            await self.send(_SIGN_OF_LIFE)
            return await self._next(_QUIET_S)

    async def _ask(self, line: bytes) -> bytes:
        await self._write(line)
        while (answer := answer_in(await self._next(self._deadline_s))) is None:
            pass
        return answer

    async def _write(self, line: bytes) -> None:
        try:
            async with asyncio.timeout(self._deadline_s):
                self._writer.write(line)
                await self._writer.drain()
        except TimeoutError as error:
            self._writer.transport.abort()
            raise DeadlinePassed(seconds=self._deadline_s) from error
        except OSError as error:
            raise Closed(reason="reset") from error

    async def _next(self, within_s: float) -> Frame:
        """The next frame; a byte now and then does not stretch the time it may take."""
        try:
            async with asyncio.timeout(within_s):
                while (frame := self._framer.take()) is None:
                    data = await self._reader.read(CHUNK)
                    if not data:
                        self._framer.end()
                        raise Closed(reason="reset")
                    self._framer.feed(data)
                return frame
        except TimeoutError as error:
            raise DeadlinePassed(seconds=within_s) from error
        except OSError as error:
            raise Closed(reason="reset") from error


async def open_esl_feed(
    plan: EslPlan, credentials: Credentials | None, *, deadline_s: float = 8.0
) -> EslFeed:
    """Connect, log in and subscribe, all within `deadline_s`. Raises WireError."""
    host, port = place_of(plan.address)
    login = login_line(credentials)
    feed: EslFeed | None = None
    try:
        async with asyncio.timeout(deadline_s):
            reader, writer = await asyncio.open_connection(host, port)
            feed = EslFeed(reader, writer, deadline_s)
            await feed.begin(login, plan.subscriptions)
            opened, feed = feed, None
            return opened
    except TimeoutError as error:
        raise DeadlinePassed(seconds=deadline_s) from error
    except OSError as error:
        refused = isinstance(error, ConnectionRefusedError)
        raise Unreachable(reason="refused" if refused else "route") from error
    finally:
        if feed is not None:
            await feed.close()
