"""Turns: one exchange at a time, and none once the session is closed."""

from __future__ import annotations

import threading

import pytest

from console.wire.deadline import Guard
from console.wire.problems import Closed, DeadlinePassed
from console.wire.turns import Turns


@pytest.mark.parametrize("reaped", [True, False])
def test_waiting_for_an_earlier_exchange_counts_against_the_deadline(reaped: bool):
    turns = Turns(reaped=reaped)
    with turns.take(5.0) as first:
        with pytest.raises(DeadlinePassed) as late, turns.take(0.05):
            pass
        assert late.value.params == {"seconds": 0.05}
        assert turns.guard is first
    with turns.take(5.0) as second:
        assert turns.guard is second
    turns.close(lambda: None)


def use(guard: Guard) -> None:
    """An exchange that would last as long as it may."""
    while True:
        guard.left_s()


@pytest.mark.parametrize("reaped", [True, False])
def test_closing_cuts_what_is_under_way_and_hangs_up_once_after_it(reaped: bool):
    turns = Turns(reaped=reaped)
    done: list[str] = []
    with turns.take(5.0) as guard:
        closer = threading.Thread(target=turns.close, args=(lambda: done.append("hung up"),))
        closer.start()
        with pytest.raises(Closed):
            use(guard)
        done.append("exchange over")
    closer.join(5)
    turns.close(lambda: done.append("twice"))
    assert done == ["exchange over", "hung up"]
    with pytest.raises(Closed), turns.take(5.0):
        pass
