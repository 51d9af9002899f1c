"""Trouble on command at the event socket, seen with a raw socket."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

import pytest

from tests.simulators.esl import Line, esl, raw
from tests.simulators.peer import Started, until

SWITCH = "freeswitch-1"


def port(peer: Started) -> int:
    return int(urlsplit(peer.ready["freeswitch"][0]["url"]).port or 0)


def well(peer: Started) -> bool:
    try:
        with esl(peer, "") as line:
            return line.api("status").startswith("UP")
    except (OSError, EOFError):
        return False


def ended(line: Line) -> bool:
    """Whether the line ends before anything whole comes."""
    try:
        line.frame(5)
    except (EOFError, ConnectionError):
        return True
    return False


def test_hang_takes_the_command_and_holds_back_events_until_it_ends(board: Started) -> None:
    with esl(board) as line, esl(board) as other:
        number = line.number("645")
        board.fault("hang", SWITCH, path="api status", seconds=60)
        other.send("api status\n\n")
        assert line.conference(f"unmute {number}") == f"+OK unmute {number}\n"
        line.hear("unmute-member", number)
        other.hear("unmute-member", number)
        board.fault("hang", SWITCH, seconds=60)
        board.act("self_mute", "645")
        assert line.quiet(0.3)
        board.clear()
        assert ended(other)
        board.act("self_unmute", "645")
        line.hear("unmute-member", number)
        assert line.of("mute-member", number) == []
    board.act("self_mute", "645")


def test_slow_is_late_and_right_and_drip_comes_byte_by_byte(board: Started) -> None:
    with esl(board, "") as line:
        board.fault("slow", SWITCH, count=1, delay_ms=300)
        began_s = time.monotonic()
        assert line.api("hostname") == SWITCH
        assert time.monotonic() - began_s >= 0.3
        for where in ("body", "header"):
            board.fault("drip", SWITCH, count=1, every_s=0.002, where=where)
            line.send("api version\n\n")
            pieces: list[bytes] = []
            while len(pieces) < 12:
                pieces.append(line.socket.recv(1000))
            assert max(map(len, pieces[1:])) < 10
            line.buffer += b"".join(pieces)
            assert line.answer().text.startswith("FreeSWITCH Version")


def test_busy_and_refusals_are_in_its_own_words(board: Started) -> None:
    with esl(board, "") as line:
        board.fault("busy", SWITCH, count=1)
        assert line.api("status") == "-ERR no reply\n"
        board.fault("refuse", SWITCH, count=1, code="permission denied")
        assert line.ask("event plain ALL").reply == "-ERR permission denied"
        board.fault("refuse", SWITCH, method="PUT", seconds=60, code="Conference is gone")
        assert line.conference("list count") == "12"
        assert line.conference("lock") == "-ERR Conference is gone\n"


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"kind": "garbage", "where": "length"}, b"Content-Length: many\n\n"),
        ({"kind": "garbage", "where": "headers"}, b"\nno colon here\n"),
        ({"kind": "garbage", "where": "nul"}, b"\x00\x00"),
        ({"kind": "html"}, b"<form"),
    ],
)
def test_garbage_arrives_as_such(board: Started, values: dict[str, str], part: bytes) -> None:
    with esl(board, "") as line:
        board.fault(
            values["kind"], SWITCH, count=1, **{k: v for k, v in values.items() if k != "kind"}
        )
        line.send("api status\n\n")
        while part not in line.buffer:
            line.buffer += line.socket.recv(65_536)
    assert well(board)


def test_noise_truncation_reset_and_a_cut_end_the_line(board: Started) -> None:
    for kind, values in (("garbage", {"where": "wire"}), ("truncate", {}), ("reset", {})):
        with esl(board, "") as line:
            board.fault(kind, SWITCH, count=1, **values)
            line.send("api status\n\n")
            taken_to_the_end(line)
            if kind == "truncate":
                head, _, body = line.buffer.partition(b"\n\n")
                assert int(head.rpartition(b" ")[2]) > len(body) > 0
    with esl(board, "") as line:
        board.fault("cut", SWITCH)
        assert ended(line)
    assert well(board)


def taken_to_the_end(line: Line) -> None:
    """Take whatever comes until the line ends."""
    try:
        while piece := line.socket.recv(65_536):
            line.buffer += piece
    except ConnectionError:
        return


def test_flood_is_endless(board: Started) -> None:
    board.fault("flood", SWITCH, count=1, path="api status", megabytes=8)
    with esl(board, "") as line:
        assert len(line.api("status")) == 8 * 2**20


def test_a_changed_password_lets_nobody_in_again(board: Started) -> None:
    with esl(board) as line:
        board.fault("unauthorized", "freeswitch", seconds=60)
        assert line.api("hostname") == SWITCH
        board.fault("expire_tokens", SWITCH)
        assert line.frame().kind == "text/disconnect-notice"
        with pytest.raises(EOFError):
            line.frame()
    with raw(board) as line:
        line.frame()
        assert line.ask(f"auth {line.at['password']}").reply == "-ERR invalid"
        assert line.frame().kind == "text/disconnect-notice"
    board.clear()
    assert well(board)


def test_its_list_of_addresses_can_turn_a_caller_away(board: Started) -> None:
    board.fault("refuse", SWITCH, path="connect", count=1)
    with raw(board) as line:
        frame = line.frame()
        assert (frame.kind, frame.text) == ("text/rude-rejection", "Access Denied, go away.\n")
        with pytest.raises(EOFError):
            line.frame()
    assert well(board)


def test_ignored_writes_are_answered_and_not_done(board: Started) -> None:
    with esl(board) as line:
        number = line.number("645")
        board.fault("ignored_write", SWITCH, seconds=60)
        for word in ("unmute", "deaf", "vmute", "kick"):
            assert line.conference(f"{word} {number}").startswith("+OK ")
        assert line.conference("bgdial user/645").startswith("+OK Job-UUID: ")
        assert line.conference("lock").startswith("+OK ")
        assert line.quiet(0.4)
        assert line.number("645") == number
        assert board.site("645")["leg"]["rx_audio_mute"] is True
        assert line.conference("mute 99") == "-ERR Non-Existant ID 99\n"


def test_events_are_lost_doubled_and_overtaken(board: Started) -> None:
    with esl(board) as line:
        one, other = line.number("645"), line.number("646")
        board.fault("lost_event", SWITCH, count=1, event="deaf-member")
        line.conference(f"deaf {one}")
        until(lambda: board.site("645")["leg"]["tx_audio_mute"])
        line.conference(f"undeaf {one}")
        line.hear("undeaf-member", one)
        assert line.of("deaf-member") == []
        board.fault("duplicate_event", SWITCH, count=1)
        line.conference(f"vmute {one}")
        line.until(lambda: len(line.of("vmute-member", one)) == 2)
        first, second = line.of("vmute-member", one)
        assert first["Event-Sequence"] == second["Event-Sequence"]
        board.fault("reorder_events", SWITCH, count=1)
        line.forget()
        line.conference(f"unvmute {one}")
        until(lambda: not board.site("645")["leg"]["rx_video_mute"])
        line.conference(f"unvmute {other}")
        line.hear("unvmute-member", one)
        assert line.events[-1]["Event-Sequence"] < line.events[0]["Event-Sequence"]


def test_unstable_lists(board: Started) -> None:
    with esl(board, "") as line:
        assert len({tuple(line.roster()) for _ in range(4)}) == 1
        board.fault("unstable_order", SWITCH, seconds=60)
        assert len({tuple(line.roster()) for _ in range(4)}) > 1


def test_half_open_carries_nothing_either_way(board: Started) -> None:
    with esl(board) as line:
        number = line.number("645")
        board.fault("half_open", SWITCH, seconds=60)
        line.send("api status\n\n")
        board.act("self_unmute", "645")
        assert line.quiet(0.3)
        with raw(board) as fresh, pytest.raises(TimeoutError):
            fresh.frame(0.3)
        board.clear()
        assert ended(line)
    board.act("self_mute", "645")
    assert number
    assert well(board)


def test_a_restart_begins_with_member_one_and_another_core(board: Started) -> None:
    before = board.state()["freeswitch"][SWITCH]["core"]
    with esl(board) as line:
        board.fault("restart", SWITCH, seconds=0.5)
        assert ended(line)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port(board)), 1.0)
    assert board.state()["freeswitch"][SWITCH]["conferences"] == {}
    until(lambda: well(board))
    until(lambda: board.state()["connected"] == 12, 20)
    with esl(board) as line:
        ids = sorted(each["id"] for each in line.roster().values())
        assert ids == list(range(1, 13))
    assert board.state()["freeswitch"][SWITCH]["core"] != before


def test_strangers_outages_and_renames_reach_the_conference(board: Started) -> None:
    with esl(board) as line:
        board.fault("stranger", SWITCH, uri="sip:1000@203.0.113.9", seconds=0.5)
        event = line.hear("add-member")
        number = int(event["Member-ID"])
        assert (event["Caller-Caller-ID-Number"], event["Video"]) == ("1000", "false")
        assert line.conference(f"vid-floor {number} force") == "-ERR no reply\n"
        line.hear("del-member", number)
        line.forget()
        board.fault("district_outage", "647", seconds=0.3)
        line.hear("del-member")
        until(lambda: "647" in line.roster())
        name = board.site("648")["name"]
        board.fault("rename", "648", name="Xã <b>Ea H'leo</b> & M'Đrắk")
        until(lambda: line.roster().get("648", {}).get("caller_id_name", "").startswith("Xã <b>"))
        board.act("rename", "648", name=name)
        until(lambda: line.roster().get("648", {}).get("caller_id_name", "") == name)


def test_what_this_switch_cannot_have_is_refused_in_words(board: Started) -> None:
    for kind in ("alarm", "dial_scan", "lost_record", "wrong_certificate"):
        said = {"kind": kind, "target": SWITCH}
        reply = board.control("POST", "/fault", said)
        assert reply.status_code == 400
        assert "cms" in reply.json()["error"]
    board.fault("wrong_certificate", "*", seconds=60)
    assert well(board)
