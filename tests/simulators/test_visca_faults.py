"""Trouble with cameras on command, over every transport that can have it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulators.conftest import ended
from tests.simulators.peer import Started, until
from tests.simulators.visca_peer import POWER, VERSION, Line, line_to, recall, sites, slowly

TRANSPORTS = ("udp", "tcp", "rawudp")
OPTIONS = ("--sites", "6", "--cameras", "3", "--scene", "calm", "--seed", "3", "--speed", "10")


@pytest.fixture(scope="module")
def province() -> Iterator[Started]:
    started = Started(*OPTIONS)
    yield started
    ended(started)


@pytest.fixture
def peer(province: Started) -> Iterator[Started]:
    yield province
    province.clear()


@pytest.fixture(params=TRANSPORTS)
def code(peer: Started, request: pytest.FixtureRequest) -> str:
    """A site with a camera, of each transport in turn."""
    return sites(peer)[request.param]


@pytest.fixture
def line(peer: Started, code: str) -> Iterator[Line]:
    with line_to(peer, code) as opened:
        yield opened


def moved(peer: Started, code: str, memory: int) -> bool:
    """Whether the camera came to rest at a memory."""
    room = peer.site(code)["room"]
    there = room["visca"]["memories"][str(memory)]
    return not room["camera"]["moving"] and room["camera"]["pan"] == there["pan"]


def test_a_lost_request_is_never_heard_of(peer: Started, code: str, line: Line) -> None:
    peer.fault("lost_request", f"camera:{code}", count=1)
    before = peer.site(code)["room"]["camera"]
    line.say(recall(1))
    assert line.quiet()
    assert peer.site(code)["room"]["camera"] == before
    log = peer.control("GET", f"/log?device=camera:{code}").json()["requests"]
    assert (log[-2]["fault"], log[-2]["status"]) == ("lost_request", 0)


def test_a_lost_acknowledgement_and_a_lost_completion(peer: Started, code: str, line: Line) -> None:
    peer.fault("lost_reply", f"camera:{code}", path="ack/8101043f*", count=1)
    line.say(recall(3))
    assert line.hear() == "90 51 FF"
    peer.fault("no_completion", f"camera:{code}", count=1)
    assert line.ask(recall(2)) == "90 41 FF"
    until(lambda: moved(peer, code, 2))
    assert line.quiet()
    assert line.do(recall(3)) == "90 51 FF"


def test_replies_come_twice_and_overtake_one_another(peer: Started, code: str, line: Line) -> None:
    peer.fault("duplicate_reply", f"camera:{code}", path="ack/*", count=1)
    assert line.do(recall(1)) == "90 41 FF"
    assert line.hear() == "90 51 FF"
    peer.fault("reorder_replies", f"camera:{code}", path="ack/*", count=1)
    line.say("81 01 04 38 02 FF")
    assert line.hear() == "90 51 FF"
    assert line.hear() == "90 41 FF"


def test_a_reply_with_nothing_to_overtake_it_comes_late(
    peer: Started, code: str, line: Line
) -> None:
    peer.fault("reorder_replies", f"camera:{code}", count=1)
    assert line.ask(POWER) == "90 50 02 FF"


def test_hang_and_half_open_are_silent(peer: Started, code: str, line: Line) -> None:
    assert line.do(recall(1)) == "90 51 FF"
    for kind in ("hang", "half_open"):
        peer.fault(kind, f"camera:{code}", seconds=60)
        with line_to(peer, code) as other:
            other.say(recall(4))
            assert peer.site(code)["room"]["visca"]["recalled"] == 1
        peer.clear()
    with line_to(peer, code) as again:
        assert again.ask(POWER) == "90 50 02 FF"
    assert moved(peer, code, 1)


def test_late_replies(peer: Started, code: str, line: Line) -> None:
    peer.fault("slow", f"camera:{code}", delay_ms=700, path="answer/81090400ff", count=1)
    first = line.say(POWER)
    line.say(VERSION)
    assert line.hear().startswith("90 50 0")
    line.sequence = first
    assert line.hear() == "90 50 02 FF"


def test_busy_refused_and_said_to_be_done(peer: Started, code: str, line: Line) -> None:
    peer.fault("busy", f"camera:{code}", path="request/8101*", count=1)
    assert line.ask(recall(4)) == "90 60 03 FF"
    peer.fault("refuse", f"camera:{code}", count=1)
    assert line.ask(recall(4)) == "90 61 41 FF"
    peer.fault("ignored_write", f"camera:{code}", count=1)
    assert line.do(recall(4)) == "90 51 FF"
    assert not moved(peer, code, 4)
    assert line.do(recall(4)) == "90 51 FF"
    assert moved(peer, code, 4)


def test_a_memory_that_is_not_stored(peer: Started, code: str, line: Line) -> None:
    assert line.do(recall(5)) == "90 51 FF"
    before = peer.site(code)["room"]["visca"]["memories"]
    peer.fault("memory_lost", f"camera:{code}", count=1)
    assert line.do("81 01 04 3F 01 07 FF") == "90 51 FF"
    assert peer.site(code)["room"]["visca"]["memories"] == before
    assert line.do("81 01 04 3F 01 07 FF") == "90 51 FF"
    assert "7" in peer.site(code)["room"]["visca"]["memories"]
    assert line.do("81 01 04 3F 00 07 FF") == "90 51 FF"


def test_the_remote_in_the_room(peer: Started, code: str, line: Line) -> None:
    assert line.do(recall(0)) == "90 51 FF"
    with slowly(peer):
        assert line.ask(recall(3)) == "90 41 FF"
        peer.act("camera_moved", code)
        assert line.hear() == "90 61 04 FF"
    until(lambda: not peer.site(code)["room"]["camera"]["moving"])
    assert not moved(peer, code, 3)


def test_power_lost(peer: Started, code: str, line: Line) -> None:
    assert line.do(recall(3)) == "90 51 FF"
    number = peer.fault("restart", f"camera:{code}", seconds=60)
    if line.transport == "tcp":
        assert line.hung_up()
        with pytest.raises(ConnectionRefusedError):
            line_to(peer, code)
    else:
        line.say(VERSION)
    assert peer.control("POST", "/clear", {"fault": number}).status_code == 200
    with line_to(peer, code) as again:
        again.say(VERSION)
        assert again.hear().startswith("90 50 0")
        assert again.ask("81 09 04 3F FF") == "90 50 7F FF"
    until(lambda: not peer.site(code)["room"]["visca"]["starting"])
    if line.transport != "tcp":
        assert line.quiet()


def test_an_outage_of_the_line_is_silent(peer: Started, code: str, line: Line) -> None:
    peer.fault("district_outage", code, seconds=86_000)
    line.say(POWER)
    until(lambda: peer.site(code)["cut"])
    peer.clear()
    assert line.quiet()


def test_numbers_after_power_begin_anew(peer: Started) -> None:
    code = sites(peer)["udp"]
    with line_to(peer, code) as line:
        line.say(VERSION, 50)
        assert line.hear().startswith("90 50")
        number = peer.fault("restart", f"camera:{code}", seconds=60)
        assert peer.control("POST", "/clear", {"fault": number}).status_code == 200
        line.say(VERSION, 1)
        assert line.hear().startswith("90 50")


# -- bytes -----------------------------------------------------------------------------------------


def spoilt(peer: Started, code: str, line: Line, flaw: str) -> str:
    peer.fault("garbled_reply", f"camera:{code}", flaw=flaw, count=1)
    line.say(POWER)
    return line.receive()


def test_bytes_gone_wrong(peer: Started, code: str, line: Line) -> None:
    framed = line.transport == "udp"
    head = "01 11 00 {:02X} 00 00 00 01 " if framed else ""
    assert spoilt(peer, code, line, "no_end") == head.format(3) + "90 50 02"
    line.sequence = 0
    with line_to(peer, code) as other:
        assert spoilt(peer, code, other, "address") == head.format(4) + "A0 50 02 FF"
        assert other.quiet()
    with line_to(peer, code) as other:
        wrong = spoilt(peer, code, other, "length").split()
        assert len(wrong) == (8 if framed else 0) + 4 + 3
    with line_to(peer, code) as other:
        big = spoilt(peer, code, other, "oversize").split()
        assert len(big) == (8 if framed else 0) + 603
        assert other.quiet()
    with line_to(peer, code) as other:
        assert "FF" not in spoilt(peer, code, other, "noise").split()[8:]


def test_noise_instead_of_a_reply(peer: Started, code: str, line: Line) -> None:
    peer.fault("garbage", f"camera:{code}", count=1)
    line.say(POWER)
    assert len(line.receive().split()) == 32


def test_another_messages_number(peer: Started) -> None:
    code = sites(peer)["udp"]
    with line_to(peer, code) as line:
        peer.fault("wrong_sequence", "cameras", count=1)
        line.say(POWER, 8)
        assert line.receive() == "01 11 00 04 00 00 00 09 90 50 02 FF"


def test_a_connection_is_cut(peer: Started) -> None:
    code = sites(peer)["tcp"]
    with line_to(peer, code) as line:
        peer.fault("reset", f"camera:{code}", count=1)
        line.say(POWER)
        assert line.hung_up()
    with line_to(peer, code) as line:
        assert line.ask(POWER) == "90 50 02 FF"


@pytest.mark.parametrize(
    ("kind", "target", "part"),
    [
        ("lost_reply", "cms-1", "no such device"),
        ("lost_reply", "room:66", "no such device"),
        ("lost_reply", "camera:nowhere", "no such device"),
        ("garbled_reply", "cameras", "must be one of"),
    ],
)
def test_nonsense_is_refused_in_words(peer: Started, kind: str, target: str, part: str) -> None:
    values = {"flaw": "sideways"} if kind == "garbled_reply" else {}
    reply = peer.control("POST", "/fault", {"kind": kind, "target": target, **values})
    assert reply.status_code == 400
    assert part in reply.json()["error"]
