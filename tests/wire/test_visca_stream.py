"""VISCA over TCP."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from console.wire import visca_line
from console.wire.problems import (
    Closed,
    DeadlinePassed,
    NotUnderstood,
    TooLarge,
)
from console.wire.visca import ViscaSession
from tests.wire.cameras import (
    ACK,
    DONE,
    ON,
    RECALL,
    ask,
)
from tests.wire.peers import Peer, peer


@pytest.fixture
def stream(opened: ExitStack) -> Callable[..., tuple[ViscaSession, Peer]]:
    """A session with a camera on TCP."""

    def made(act: Callable[[socket.socket], None]):
        camera = opened.enter_context(peer(act))
        session = ViscaSession(camera.url("visca+tcp"))
        opened.callback(session.close)
        return session, camera

    return made


def answers(*replies: bytes) -> Callable[[socket.socket], None]:
    """A camera that answers one packet after the other, then says no more."""

    def act(sock: socket.socket) -> None:
        for reply in replies:
            sock.recv(64)
            sock.sendall(reply)
        sock.recv(64)

    return act


def test_one_segment_with_acknowledgement_and_completion(
    stream: Callable[..., tuple[ViscaSession, Peer]],
):
    session, _ = stream(answers(ACK + DONE, ON))
    recall = ask(session, RECALL)
    assert recall.acknowledged
    reply = ask(session)
    assert reply.data == b"\x02"
    assert [one.ticket for one in reply.news] == [recall.ticket]


def test_a_packet_in_pieces(stream: Callable[..., tuple[ViscaSession, Peer]]):
    def act(sock: socket.socket) -> None:
        sock.recv(64)
        for byte in ON:
            sock.sendall(bytes((byte,)))
            time.sleep(0.02)
        sock.recv(64)

    session, _ = stream(act)
    assert ask(session).data == b"\x02"


def test_a_drip_ends_at_the_deadline(stream: Callable[..., tuple[ViscaSession, Peer]]):
    def act(sock: socket.socket) -> None:
        for byte in b"\x90\x50" + b"\0" * 12:
            sock.sendall(bytes((byte,)))
            time.sleep(0.2)

    session, _ = stream(act)
    with pytest.raises(DeadlinePassed):
        ask(session, deadline_s=0.8)


def test_no_terminator(stream: Callable[..., tuple[ViscaSession, Peer]]):
    session, _ = stream(answers(b"\x90\x50" + b"\0" * 30))
    with pytest.raises(NotUnderstood):
        ask(session)


def test_a_stream_that_is_no_visca(stream: Callable[..., tuple[ViscaSession, Peer]]):
    session, _ = stream(answers(b"\x30\x38\xff" * 3))
    with pytest.raises(NotUnderstood):
        ask(session, deadline_s=0.5)
    session, _ = stream(answers(b"\x30\x38\xff" * 2000))
    with pytest.raises(TooLarge):
        ask(session)


def test_a_kept_connection_that_turns_out_dead(stream: Callable[..., tuple[ViscaSession, Peer]]):
    def act(sock: socket.socket) -> None:
        sock.recv(64)
        sock.sendall(ON)

    session, camera = stream(act)
    for _ in range(3):
        assert ask(session).data == b"\x02"
    assert camera.connections == 3


def test_a_connection_cut_in_the_middle(stream: Callable[..., tuple[ViscaSession, Peer]]):
    def act(sock: socket.socket) -> None:
        sock.recv(64)
        sock.sendall(ON[:2])

    session, _ = stream(act)
    with pytest.raises(Closed):
        ask(session)


def test_what_came_before_it_was_asked_is_no_answer(
    stream: Callable[..., tuple[ViscaSession, Peer]],
):
    """The second copy of a refusal is not the next command's."""
    refused = bytes.fromhex("906041ff")
    both = threading.Event()

    def act(sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.recv(64)
        sock.sendall(ACK)
        sock.recv(64)
        sock.sendall(refused)
        sock.sendall(DONE + refused)
        both.set()
        sock.recv(64)
        sock.sendall(ACK)
        sock.recv(64)

    session, _ = stream(act)
    recall = ask(session, RECALL)
    assert ask(session).error == 0x41
    assert both.wait(5)
    line = session._line
    assert isinstance(line, visca_line.TcpLine)
    there = session._came or select.select([line._sock], [], [], 5)[0]
    assert there, "the second copy, before the question"
    again = ask(session, RECALL)
    assert again.acknowledged
    assert [one.ticket for one in again.news] == [recall.ticket]
