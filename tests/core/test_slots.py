"""A device's sessions, lent one at a time; what a person asked goes first."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.exchange import Slots


def slots(count: int) -> Slots:
    return Slots([f"S{n}" for n in range(count)])  # type: ignore[list-item]


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


async def later(made: Slots, urgent: bool) -> asyncio.Task[Any]:
    """Someone who asks, and has begun to wait if he must."""
    task = asyncio.create_task(made.lend(urgent))
    await asyncio.sleep(0)
    return task


def test_the_last_free_one_is_kept_for_people():
    async def work() -> None:
        made = slots(2)
        first = await made.lend(urgent=False)
        poll = await later(made, urgent=False)
        assert not poll.done()
        person = await made.lend(urgent=True)
        made.give_back(person)
        await asyncio.sleep(0)
        assert not poll.done(), "the last one"
        made.give_back(first)
        await asyncio.sleep(0)
        assert poll.done()

    run(work())


def test_people_overtake_polls():
    async def work() -> None:
        made = slots(2)
        lent = [await made.lend(urgent=True), await made.lend(urgent=True)]
        polls = [await later(made, urgent=False) for _ in range(3)]
        people = [await later(made, urgent=True) for _ in range(2)]
        made.give_back(lent[0])
        made.give_back(lent[1])
        await asyncio.sleep(0)
        assert [p.done() for p in people] == [True, True]
        assert not any(p.done() for p in polls)
        for person in people:
            made.give_back(person.result())
            await asyncio.sleep(0)
        assert [p.done() for p in polls] == [True, False, False]
        for poll in polls:
            poll.cancel()
        await asyncio.gather(*polls, return_exceptions=True)

    run(work())


def test_polls_wait_in_turn():
    async def work() -> None:
        made = slots(2)
        lent = await made.lend(urgent=False)
        polls = [await later(made, urgent=False) for _ in range(3)]
        for turn in range(3):
            made.give_back(lent)
            await asyncio.sleep(0)
            assert [p.done() for p in polls] == [n <= turn for n in range(3)]
            lent = polls[turn].result()

    run(work())


def test_one_session_is_everybodys():
    async def work() -> None:
        made = slots(1)
        poll = await made.lend(urgent=False)
        person = await later(made, urgent=True)
        made.give_back(poll)
        assert await person == poll

    run(work())


@pytest.mark.parametrize("granted", [False, True])
def test_who_stops_waiting_loses_nobody_a_session(granted: bool):
    async def work() -> None:
        made = slots(1)
        lent = await made.lend(urgent=True)
        waiting = await later(made, urgent=True)
        if granted:
            made.give_back(lent)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        if not granted:
            made.give_back(lent)
        async with asyncio.timeout(1):
            assert await made.lend(urgent=True) == lent

    run(work())


@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.sampled_from(("ask", "back", "stop")), st.booleans()), max_size=40),
)
def test_no_session_is_ever_lost_or_lent_twice(count: int, moves: list[tuple[str, bool]]):
    async def work() -> None:
        made = slots(count)
        waiting: list[asyncio.Task[Any]] = []
        lent: list[Any] = []

        def collect() -> None:
            for task in [t for t in waiting if t.done()]:
                waiting.remove(task)
                if not task.cancelled():
                    lent.append(task.result())
            assert len(set(lent)) == len(lent) <= count

        for move, flag in moves:
            if move == "ask":
                waiting.append(await later(made, urgent=flag))
            elif move == "back" and lent:
                made.give_back(lent.pop(0))
            elif waiting:
                waiting[0 if flag else -1].cancel()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            collect()
        while waiting:
            if lent:
                made.give_back(lent.pop(0))
            else:
                assert not waiting, "sessions are free and somebody waits"
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            collect()
        for session in lent:
            made.give_back(session)
        assert len({await made.lend(urgent=True) for _ in range(count)}) == count

    run(work())
