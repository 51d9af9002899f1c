"""A device's pushed news: a stream of texts, whatever carries it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from console.wire.esl import EslPlan, open_esl_feed
from console.wire.http import Credentials
from console.wire.tls import Trust
from console.wire.websocket import SocketPlan, open_socket

FeedPlan = SocketPlan | EslPlan
"""What a driver asks to be opened."""


class Feed(Protocol):
    """An open feed. Iterating yields one message after the other and ends by raising WireError,
    or plainly once we closed it ourselves."""

    def __aiter__(self) -> AsyncIterator[str]: ...

    async def __anext__(self) -> str: ...

    async def send(self, message: str) -> None:
        """Answer the device. Raises Closed, or DeadlinePassed where it reads nothing."""
        ...

    async def close(self) -> None:
        """Say good-bye, and be gone within a second or two either way."""
        ...


async def open_feed(plan: FeedPlan, credentials: Credentials | None, trust: Trust) -> Feed:
    """Open a feed and say what the plan says to begin with. Raises WireError."""
    match plan:
        case EslPlan():
            return await open_esl_feed(plan, credentials)
        case SocketPlan():
            socket = await open_socket(plan.url, trust, headers=plan.headers)
            try:
                for message in plan.greeting:
                    await socket.send(message)
            except BaseException:
                await socket.close()
                raise
            return socket
