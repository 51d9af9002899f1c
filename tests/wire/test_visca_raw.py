"""VISCA in raw datagrams."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from console.wire.problems import (
    NotUnderstood,
)
from console.wire.visca import ViscaRequest, ViscaSession
from tests.wire.cameras import (
    ACK,
    DONE,
    ON,
    POWER,
    RECALL,
    Datagrams,
    ask,
    datagrams,
)

Meet = Callable[..., tuple[ViscaSession, Datagrams]]


@pytest.fixture
def raw(opened: ExitStack) -> Meet:
    """A session with a camera on raw datagrams."""

    def made(act: Callable[[bytes], list[bytes]]):
        camera = opened.enter_context(datagrams(act))
        session = ViscaSession(f"visca+rawudp://127.0.0.1:{camera.port}")
        opened.callback(session.close)
        return session, camera

    return made


def test_raw_packets_have_no_header(raw: Meet):
    session, camera = raw(lambda data: [ACK] if data == RECALL else [ON])
    assert ask(session, RECALL).acknowledged
    assert ask(session).data == b"\x02"
    assert camera.came == [RECALL, POWER]
    assert camera.resets == 0


def test_a_raw_completion_is_news_by_its_socket(raw: Meet):
    session, _ = raw(lambda data: [ACK] if data == RECALL else [DONE, ON])
    recall = ask(session, RECALL)
    reply = ask(session)
    assert reply.data == b"\x02"
    assert [(one.ticket, one.packet) for one in reply.news] == [(recall.ticket, DONE)]
    assert ask(session).news == ()


def test_the_second_socket(raw: Meet):
    """The end of what runs in one socket is not the answer to what was asked next."""
    answers = {1: [ACK], 2: [DONE, bytes.fromhex("9042ff")]}
    session, camera = raw(lambda data: answers.get(len(camera.came), [ON]))
    first = ask(session, RECALL)
    second = ask(session, RECALL)
    assert second.packet == bytes.fromhex("9042ff")
    assert [one.ticket for one in second.news] == [first.ticket]


def test_a_cancelled_command_is_news_and_no_answer(raw: Meet):
    cancelled = bytes.fromhex("906104ff")
    session, _ = raw(lambda data: [ACK] if data == RECALL else [cancelled, ON])
    ask(session, RECALL)
    reply = ask(session)
    assert reply.data == b"\x02"
    assert [one.packet for one in reply.news] == [cancelled]


def test_a_late_raw_answer_is_not_taken_for_the_next(raw: Meet):
    """What was asked twice is answered twice, the second time to a socket that is gone."""
    late = threading.Event()

    def act(data: bytes) -> list[bytes]:
        if len(camera.came) == 1:
            return []
        if len(camera.came) == 3:
            late.wait(5)
            return [bytes.fromhex("905003ff")]
        return [ON]

    session, camera = raw(act)
    assert ask(session).data == b"\x02"
    camera.say(ON)
    late.set()
    assert ask(session).data == b"\x03"
    assert [port == camera.askers[0] for port in camera.askers] == [True, True, False]


def test_one_datagram_with_two_packets(raw: Meet):
    session, _ = raw(lambda data: [ACK + DONE] if data == RECALL else [ON])
    reply = session.exchange(ViscaRequest(RECALL, completion=True))
    assert reply.completed


def test_an_address_that_is_not_90(raw: Meet):
    session, _ = raw(lambda _: [bytes.fromhex("a041ff")])
    assert ask(session, RECALL).acknowledged


@pytest.mark.parametrize("noise", [b"", b"\xff", b"hello", b"\x90\x50\x02", b"\x30\x38\xff"])
def test_raw_garbage(raw: Meet, noise: bytes):
    session, _ = raw(lambda _: [noise])
    with pytest.raises(NotUnderstood):
        ask(session, deadline_s=0.2)
