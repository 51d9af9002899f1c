"""The guard and the reaper."""

from __future__ import annotations

import socket
import threading

import pytest

from console.wire.deadline import Guard, Reaper
from console.wire.problems import Closed, DeadlinePassed


@pytest.fixture
def pair():
    one, other = socket.socketpair()
    yield one, other
    one.close()
    other.close()


def test_the_reaper_cuts_what_is_overdue_and_leaves_the_rest(pair):
    reaper = Reaper()
    reaper.attach()
    late, soon = Guard(60), Guard(0.05)
    soon.watch(pair[0])
    reaper.add(late)
    reaper.add(soon)
    assert pair[0].recv(1) == b""
    with pytest.raises(DeadlinePassed):
        soon.check()
    late.check()
    late.finish()
    soon.finish()
    reaper.detach()


def test_the_thread_lives_while_somebody_needs_it():
    reaper = Reaper()

    def running() -> bool:
        return any(thread.name == "hnth-reaper" for thread in threading.enumerate())

    before = running()
    reaper.attach()
    reaper.attach()
    reaper.detach()
    assert running()
    reaper.detach()
    assert running() == before
    reaper.attach()
    assert running()
    reaper.detach()


def test_a_finished_exchange_is_never_cut(pair):
    guard = Guard(0.01)
    guard.watch(pair[0])
    guard.finish()
    guard.expire()
    guard.abort()
    guard.check()
    pair[1].sendall(b"x")
    assert pair[0].recv(1) == b"x"


def test_a_socket_shown_after_the_cut_is_cut_at_once(pair):
    guard = Guard(5)
    guard.abort()
    with pytest.raises(Closed):
        guard.watch(pair[0])
    assert pair[1].recv(1) == b""
    guard.finish()


def test_the_first_verdict_stands(pair):
    guard = Guard(5)
    guard.abort()
    guard.expire()
    with pytest.raises(Closed):
        guard.left_s()
    guard.finish()


def test_closing_the_original_does_not_reach_a_stranger(pair):
    guard = Guard(5)
    third, fourth = socket.socketpair()
    guard.watch(third)
    number = third.fileno()
    third.close()
    stranger = socket.socket()
    assert stranger.fileno() == number
    guard.abort()
    assert fourth.recv(1) == b""
    stranger.bind(("127.0.0.1", 0))
    guard.finish()
    for one in (stranger, fourth):
        one.close()
