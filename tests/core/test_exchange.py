"""An Exchange: holds a driver's Talks over a device's sessions."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from console.core.digest import Digester
from console.core.exchange import Exchange
from console.domain import facts as f
from console.domain.problem import Problem, Refused
from console.drivers.protocol import Digest, Pause, Report, Together
from console.wire.http import HttpReply, HttpRequest, HttpSession
from console.wire.problems import Closed, DeadlinePassed, WireError
from console.wire.tls import Trust
from tests.core.device import Device
from tests.core.parsing import process_of

NOTE = f.NoteWritten("từ thiết bị")


class Held:
    """An Exchange and what it told."""

    def __init__(self, url: str, sessions: int = 2, threads: int = 4) -> None:
        self.sessions = [HttpSession(url, None, Trust()) for _ in range(sessions)]
        self.pool = ThreadPoolExecutor(threads, "test-exchange")
        self.digester = Digester()
        self.heard: list[float] = []
        self.told: list[tuple[list[f.Fact], str]] = []
        self.exchange = Exchange(
            self.sessions,
            self.pool,
            self.pool,
            self.digester,
            self.heard.append,
            lambda facts, cause: self.told.append((list(facts), cause)),
        )

    def close(self) -> None:
        self.exchange.close()
        self.pool.shutdown(wait=True)
        self.digester.close()


@pytest.fixture
def held(peer: Device) -> Iterator[Held]:
    made = Held(peer.url)
    yield made
    made.close()


@contextmanager
def narrow(peer: Device) -> Iterator[Held]:
    """One session, one thread."""
    made = Held(peer.url, sessions=1, threads=1)
    try:
        yield made
    finally:
        made.close()


def run(work: Coroutine[Any, Any, Any]) -> Any:
    async def bounded() -> Any:
        async with asyncio.timeout(20):
            return await work

    return asyncio.run(bounded())


def get(path: str = "/x", deadline_s: float = 5.0) -> HttpRequest:
    return HttpRequest("GET", path, deadline_s=deadline_s)


def test_a_talk_is_held_to_its_end_and_its_facts_told(held: Held):
    def talk() -> Generator[Any, Any, list[f.Fact]]:
        reply: HttpReply = yield get()
        assert reply.status == 200
        return [NOTE]

    run(held.exchange.hold(talk(), cause="C1"))
    assert held.told == [([NOTE], "C1")]
    assert len(held.heard) == 1


def test_without_facts_nothing_is_told(held: Held):
    def talk() -> Generator[Any, Any, tuple[()]]:
        yield get()
        return ()

    run(held.exchange.hold(talk()))
    assert held.told == []


def test_what_should_not_wait_is_told_at_once(held: Held):
    def talk() -> Generator[Any, Any, tuple[()]]:
        yield Report([NOTE])
        assert held.told == [([NOTE], "C1")]
        yield Pause(0.01)
        return ()

    run(held.exchange.hold(talk(), cause="C1"))


def test_requests_side_by_side_answered_in_order(held: Held, peer: Device):
    peer.hanging.add("/never")

    def talk() -> Generator[Any, Any, list[Any]]:
        return (yield Together((get("/a"), get("/never", 0.3), get("/b"))))

    first, second, third = run(held.exchange.converse(talk(), urgent=True))
    assert first.status == third.status == 200
    assert isinstance(second, DeadlinePassed)


def test_what_the_wire_met_is_raised_at_the_yield(held: Held, peer: Device):
    peer.cutting.add("/cut")

    def talk() -> Generator[Any, Any, str]:
        try:
            yield HttpRequest("POST", "/cut")
        except WireError as error:
            caught = error.code
        reply: HttpReply = yield get()
        return f"{caught} {reply.status}"

    assert run(held.exchange.converse(talk())) == "wire.closed 200"


def test_what_a_talk_does_not_catch_comes_out(held: Held, peer: Device):
    peer.cutting.add("/cut")

    def cut() -> Generator[Any, Any, None]:
        yield HttpRequest("POST", "/cut")

    def declining() -> Generator[Any, Any, None]:
        yield Pause(0)
        raise Refused(Problem.of("test.no"))

    with pytest.raises(Closed):
        run(held.exchange.hold(cut()))  # type: ignore[arg-type]
    with pytest.raises(Refused):
        run(held.exchange.hold(declining()))  # type: ignore[arg-type]


def test_bytes_are_digested_and_what_parsing_raised_is_raised(held: Held):
    def failing(body: bytes) -> None:
        raise ValueError(body.decode())

    def talk() -> Generator[Any, Any, list[Any]]:
        small = yield Digest(process_of, b"x")
        large = yield Digest(process_of, b"x" * 200_000)
        try:
            yield Digest(failing, b"odd")
        except ValueError as error:
            return [small, large, str(error)]
        return []

    small, large, said = run(held.exchange.converse(talk()))
    assert small == (os.getpid(), 1)
    assert large[0] != os.getpid()
    assert said == "odd"


def test_what_nobody_knows_how_to_do_is_a_mistake(held: Held):
    def talk() -> Generator[Any, Any, None]:
        yield "please"

    with pytest.raises(TypeError):
        run(held.exchange.converse(talk()))


def test_a_talk_is_closed_however_it_ends(held: Held, peer: Device):
    ended: list[str] = []

    def talk(ask: object, name: str) -> Generator[Any, Any, None]:
        try:
            yield ask
        finally:
            ended.append(name)

    async def cut_short() -> None:
        task = asyncio.create_task(held.exchange.converse(talk(Pause(60), "cancelled")))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(held.exchange.converse(talk(get(), "done")))
    with pytest.raises(TypeError):
        run(held.exchange.converse(talk(5, "mistaken")))
    run(cut_short())
    assert ended == ["done", "mistaken", "cancelled"]


# -- cut short -------------------------------------------------------------------------------------


def one(ask: HttpRequest) -> Generator[Any, Any, Any]:
    return (yield ask)


async def until(holds: Callable[[], object]) -> None:
    for _ in range(2000):
        if holds():
            return
        await asyncio.sleep(0.005)
    raise TimeoutError


def test_a_request_under_way_is_aborted_and_its_session_lent_again(peer: Device):
    peer.hanging.add("/never")

    async def work(held: Held) -> None:
        task = asyncio.create_task(held.exchange.converse(one(get("/never", 30.0))))
        await until(lambda: peer.counts["/never"])
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        reply = await held.exchange.converse(one(get("/x", 2.0)))
        assert reply.status == 200

    with narrow(peer) as held:
        run(work(held))


def test_a_request_not_yet_begun_is_never_sent(peer: Device):
    """The one thread is busy elsewhere; a wish nobody waits for any more must not go out later."""
    peer.hanging.add("/never")

    async def work(held: Held) -> None:
        busy = held.pool.submit(held.sessions[0].exchange, get("/never", 1.0))
        await until(lambda: peer.counts["/never"])
        task = asyncio.create_task(held.exchange.converse(one(HttpRequest("POST", "/mute"))))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert isinstance(await asyncio.to_thread(busy.exception), DeadlinePassed)
        assert (await held.exchange.converse(one(get("/x")))).status == 200
        assert peer.counts["/mute"] == 0

    with narrow(peer) as held:
        run(work(held))


def test_after_the_threads_have_ended_it_is_a_closed_wire(held: Held):
    held.pool.shutdown()
    with pytest.raises(Closed):
        run(held.exchange.converse(one(get())))
    with pytest.raises(Closed):
        run(held.exchange.converse(one(get())))  # and the session was given back


def test_closing_fails_what_is_under_way(held: Held, peer: Device):
    peer.hanging.add("/never")

    async def work() -> None:
        task = asyncio.create_task(held.exchange.converse(one(get("/never", 30.0))))
        await until(lambda: peer.counts["/never"])
        await asyncio.to_thread(held.exchange.close)
        with pytest.raises(Closed):
            await task

    run(work())
