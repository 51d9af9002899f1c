"""VISCA in Sony's framing, against cameras that lose, repeat, drip and lie."""

from __future__ import annotations

import random
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
    Unreachable,
    WireError,
)
from console.wire.session import open_session
from console.wire.tls import Trust
from console.wire.visca import ViscaRequest, ViscaSession
from tests.wire.cameras import (
    ACK,
    DONE,
    HEADER,
    ON,
    POWER,
    RECALL,
    Datagrams,
    abnormal,
    ask,
    datagrams,
    header,
    honest,
    settled,
)

Meet = Callable[..., tuple[ViscaSession, Datagrams]]


@pytest.fixture
def sony(opened: ExitStack) -> Meet:
    """A session with a camera on Sony's framing."""

    def made(act: Callable[[bytes], list[bytes]], **options: bool):
        camera = opened.enter_context(datagrams(act, **options))
        session = ViscaSession(f"visca+udp://127.0.0.1:{camera.port}")
        opened.callback(session.close)
        return session, camera

    return made


# -- Sony's framing ----------------------------------------------------------------------------


def test_bytes_on_the_wire_are_the_documents(sony: Meet):
    session, camera = sony(honest)
    reply = ask(session, RECALL)
    assert reply.acknowledged
    assert not reply.completed
    assert camera.resets == 1
    assert camera.came == [bytes.fromhex("0100 0007 00000001 8101043f0200ff")]
    answer = ask(session)
    assert answer.data == b"\x02"
    assert camera.came[1] == bytes.fromhex("0110 0005 00000002 81090400ff")


def test_a_completion_comes_as_news_with_its_ticket(sony: Meet):
    session, camera = sony(
        lambda data: [header(ACK, HEADER.unpack_from(data)[2])] if data[1] == 0 else honest(data)
    )
    recall = ask(session, RECALL)
    assert ask(session).news == ()
    camera.say(header(DONE, camera.numbers()[0]))
    news = settled(session, lambda reply: bool(reply.news)).news
    assert [(one.ticket, one.packet) for one in news] == [(recall.ticket, DONE)]


def test_both_answers_to_a_command_may_come_in_one_message(sony: Meet):
    def act(data: bytes) -> list[bytes]:
        kind, _, number = HEADER.unpack_from(data)
        return honest(data) if kind == 0x0110 else [header(ACK + DONE, number)]

    session, _ = sony(act)
    reply = ask(session, RECALL)
    assert reply.acknowledged
    (news,) = settled(session, lambda later: bool(later.news)).news
    assert (news.ticket, news.packet) == (reply.ticket, DONE)
    assert session.exchange(ViscaRequest(RECALL, completion=True)).completed


def test_a_completion_is_waited_for_where_it_is_asked_for(sony: Meet):
    session, _ = sony(honest)
    reply = session.exchange(ViscaRequest(RECALL, completion=True))
    assert reply.completed
    assert reply.packet == DONE


def test_a_lost_command_is_sent_again_under_the_same_number(sony: Meet):
    lost: list[bytes] = []

    def act(data: bytes) -> list[bytes]:
        lost.append(data)
        return [] if len(lost) == 1 else honest(data)

    session, camera = sony(act)
    assert ask(session, RECALL).acknowledged
    assert camera.numbers() == [1, 1]


def test_a_command_whose_answer_was_lost_counts_as_done_already(sony: Meet):
    session, camera = sony(lambda data: [] if not camera_saw(camera) else [abnormal(1)])
    reply = ask(session, RECALL)
    assert reply.packet == b""
    assert reply.completed
    assert reply.error is None
    assert camera.numbers() == [1, 1]


def camera_saw(camera: Datagrams) -> bool:
    return len(camera.came) > 1


def test_an_inquiry_whose_answer_was_lost_is_asked_under_a_new_number(sony: Meet):
    def act(data: bytes) -> list[bytes]:
        number = HEADER.unpack_from(data)[2]
        if number > 1:
            return honest(data)
        return [abnormal(1)] if len(camera.came) > 1 else []

    session, camera = sony(act)
    assert ask(session).data == b"\x02"
    assert camera.numbers() == [1, 1, 2]


def test_numbering_out_of_step_is_reset_once(sony: Meet):
    session, camera = sony(
        lambda data: honest(data) if camera.resets > 1 else [abnormal(HEADER.unpack_from(data)[2])]
    )
    assert ask(session, RECALL).acknowledged
    assert camera.resets == 2
    assert camera.numbers() == [1, 1]


def test_a_camera_that_never_finds_the_number_right(sony: Meet):
    session, _ = sony(lambda data: [abnormal(HEADER.unpack_from(data)[2])])
    with pytest.raises(NotUnderstood) as caught:
        ask(session)
    assert caught.value.params["reason"] == "visca_sequence"


def test_a_camera_that_does_not_know_reset(sony: Meet):
    session, camera = sony(honest, resets=False)
    assert ask(session, deadline_s=4.0).data == b"\x02"
    assert ask(session).data == b"\x02"
    assert camera.resets == 3


def test_an_answer_to_another_number_is_not_taken(sony: Meet):
    def act(data: bytes) -> list[bytes]:
        number = HEADER.unpack_from(data)[2]
        late = header(bytes.fromhex("905003ff"), number + 7)
        return [late, *honest(data)]

    session, _ = sony(act)
    assert ask(session).data == b"\x02"


def test_answers_twice_and_out_of_order(sony: Meet):
    def act(data: bytes) -> list[bytes]:
        if data[1] == 0x10:
            return honest(data) * 3
        ack, done = honest(data)
        return [done, ack, done]

    session, _ = sony(act)
    assert ask(session, RECALL).completed
    for _ in range(3):
        assert ask(session).data == b"\x02"


@pytest.mark.parametrize(
    "noise",
    [
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        ON,
        header(b"\x90", 1),
        header(bytes.fromhex("9050" + "00" * 20 + "ff"), 1),
        header(ON, 1)[:-1],
        HEADER.pack(0x0111, 0, 1),
        header(bytes.fromhex("905002ff03ff"), 1),
        header(bytes.fromhex("906041"), 1),
        header(bytes.fromhex("9060ff"), 1),
    ],
)
def test_garbage_is_no_answer(sony: Meet, noise: bytes):
    session, _ = sony(lambda data: [noise, *honest(data)])
    assert ask(session).data == b"\x02"


@pytest.mark.parametrize("noise", [b"HTTP/1.1 400 Bad Request", header(ON, 1)[:-1], ON])
def test_nothing_but_garbage_is_named(sony: Meet, noise: bytes):
    session, _ = sony(lambda _: [noise])
    with pytest.raises(NotUnderstood) as caught:
        ask(session, deadline_s=0.3)
    assert caught.value.params["reason"] == "not_visca"


def test_silence_ends_at_the_deadline_and_is_got_over(sony: Meet):
    session, camera = sony(lambda data: honest(data) if len(camera.came) > 3 else [])
    with pytest.raises(DeadlinePassed):
        ask(session, deadline_s=1.0)
    assert len(camera.came) == 2
    assert ask(session, deadline_s=3.0).data == b"\x02"
    assert camera.resets == 2


def test_a_flood_is_cut(sony: Meet):
    session, _ = sony(lambda _: [b"x" * 1000] * 40)
    with pytest.raises(TooLarge):
        ask(session)


def test_the_camera_says_that_the_message_is_wrong(sony: Meet):
    session, _ = sony(lambda data: [header(b"\x0f\x02", HEADER.unpack_from(data)[2], 0x0201)])
    with pytest.raises(NotUnderstood) as caught:
        ask(session)
    assert caught.value.params["reason"] == "visca_message"


def test_errors_are_answers(sony: Meet):
    session, _ = sony(lambda data: [header(bytes.fromhex("906141ff"), HEADER.unpack_from(data)[2])])
    reply = ask(session, RECALL)
    assert reply.error == 0x41
    assert not reply.completed
    assert reply.data == b""


def test_nobody_there():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    session = ViscaSession(f"visca+udp://127.0.0.1:{port}")
    with pytest.raises(Unreachable):
        ask(session)
    session.close()


@pytest.mark.parametrize("how", ["abort", "close"])
def test_given_up_from_another_thread(sony: Meet, how: str):
    session, camera = sony(lambda _: [])
    caught: list[BaseException] = []

    def wait() -> None:
        try:
            session.exchange(ViscaRequest(POWER, deadline_s=30))
        except Closed as error:
            caught.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    end = time.monotonic() + 5
    while not camera.came and time.monotonic() < end:
        time.sleep(0.01)
    getattr(session, how)()
    thread.join(5)
    assert caught
    assert caught[0].params["reason"] == "aborted"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("completes", "phase"), [(True, "completed"), (False, "acknowledged")])
def test_a_completion_that_does_not_come(sony: Meet, completes: bool, phase: str):
    """Asked again under the same number: done already, says the camera, or nothing at all."""

    def act(data: bytes) -> list[bytes]:
        if len(camera.came) == 1:
            return [header(ACK, 1)]
        return [abnormal(1)] if completes else []

    session, camera = sony(act)
    reply = session.exchange(ViscaRequest(RECALL, completion=True, deadline_s=1.0))
    assert getattr(reply, phase)
    assert reply.completed is completes


@pytest.mark.parametrize("scheme", ["visca+udp", "visca+tcp", "visca+rawudp"])
def test_noise_of_every_kind(scheme: str, monkeypatch: pytest.MonkeyPatch):
    """Whatever comes, it ends in an answer that was sent or in a WireError."""
    rng = random.Random(scheme)
    stream = scheme == "visca+tcp"
    for _ in range(60):
        kind = socket.SOCK_STREAM if stream else socket.SOCK_DGRAM
        mine, theirs = socket.socketpair(socket.AF_UNIX, kind)
        pieces = [_noise(rng) for _ in range(rng.randrange(1, 12))]
        for piece in pieces:
            theirs.send(piece)
        monkeypatch.setattr(visca_line, "tcp", lambda *_, mine=mine: mine.dup())
        monkeypatch.setattr(visca_line, "_datagrams", lambda *_, mine=mine: mine.dup())
        session = ViscaSession(f"{scheme}://camera")
        try:
            reply = session.exchange(ViscaRequest(rng.choice((POWER, RECALL)), deadline_s=0.02))
            said = b"".join(pieces) if stream else b"|".join(pieces)
            assert reply.packet in said
        except WireError:
            pass
        session.close()
        mine.close()
        theirs.close()


def _noise(rng: random.Random) -> bytes:
    honest = rng.choice((ACK, DONE, ON, bytes.fromhex("906041ff"), b"\x0f\x01", b"\x01"))
    packet = bytearray(honest)
    if rng.random() < 0.4:
        packet[rng.randrange(len(packet))] = rng.randrange(256)
    kind = rng.choice((0x0111, 0x0111, 0x0201, 0x0100))
    framed = header(bytes(packet), rng.randrange(1, 3), kind)
    return rng.choice((framed, bytes(packet), framed[: rng.randrange(len(framed))] or b"?"))


# -- what is asked -----------------------------------------------------------------------------


@pytest.mark.parametrize("packet", [b"", b"\x81", b"\x81\x09", RECALL[:-1], RECALL * 3, b"a" * 17])
def test_only_whole_packets_are_sent(sony: Meet, packet: bytes):
    session, camera = sony(honest)
    with pytest.raises(ValueError, match="no VISCA packet"):
        session.exchange(ViscaRequest(packet))
    assert camera.came == []


@pytest.mark.parametrize("address", ["visca://h", "http://h", "visca+udp://", "host:52381"])
def test_not_the_address_of_a_camera(address: str):
    with pytest.raises(ValueError, match="address of a camera"):
        ViscaSession(address)


@pytest.mark.parametrize("scheme", ["visca+udp", "visca+tcp", "visca+rawudp"])
def test_an_address_opens_a_session(scheme: str):
    session = open_session(f"{scheme}://127.0.0.1", None, Trust())
    assert isinstance(session, ViscaSession)
    session.close()
    with pytest.raises(Closed):
        session.exchange(ViscaRequest(POWER))
