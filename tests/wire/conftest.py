"""Sessions and peers for the wire's tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from console.wire.http import Credentials, HttpReply, HttpRequest, HttpSession
from console.wire.problems import WireError
from console.wire.tls import Trust
from tests.wire.peers import Act, Peer, peer

SLACK_S = 1.0
"""An exchange may end so long after its deadline on a busy machine."""


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """Closes what a test opened, newest first."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def meet(opened: ExitStack) -> Callable[..., tuple[HttpSession, Peer]]:
    """A session with a peer that acts in a given way."""

    def made(
        act: Act, trust: Trust | None = None, context: object = None
    ) -> tuple[HttpSession, Peer]:
        other = opened.enter_context(peer(act, context))  # type: ignore[arg-type]
        session = HttpSession(other.url(), Credentials("op", "mật khẩu"), trust or Trust())
        opened.callback(session.close)
        return session, other

    return made


def get(session: HttpSession, deadline_s: float = 5.0, **more: object) -> HttpReply:
    """GET / within a deadline; fails if it takes longer than that and a little."""
    started = time.monotonic()
    try:
        return session.exchange(HttpRequest("GET", "/", deadline_s=deadline_s, **more))  # type: ignore[arg-type]
    finally:
        assert time.monotonic() - started < deadline_s + SLACK_S


def problem(session: HttpSession, deadline_s: float = 5.0, **more: object) -> WireError:
    """The problem that GET / ends in."""
    with pytest.raises(WireError) as caught:
        get(session, deadline_s, **more)
    return caught.value
