"""The event socket's own manners: login, commands, events, frames in pieces."""

from __future__ import annotations

import json
import re

import pytest

from tests.simulators.conftest import Start
from tests.simulators.esl import esl, raw
from tests.simulators.peer import Started, until

UNKNOWN = "-ERR command not found"
GOODBYE = "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"


def test_a_wrong_password_is_refused_and_the_line_closed(switch: Started) -> None:
    with raw(switch) as line:
        line.frame()
        assert line.ask("auth ClueCon").reply == "-ERR invalid"
        assert (line.frame().kind, line.buffer) == ("text/disconnect-notice", b"")
        with pytest.raises(EOFError):
            line.frame()


def test_nothing_is_done_before_the_password(switch: Started) -> None:
    with raw(switch) as line:
        line.frame()
        for command in ("api status", "event plain ALL", "bgapi status", "nonsense"):
            assert line.ask(command).reply == UNKNOWN
        assert line.ask(f"auth {line.at['password']}").reply == "+OK accepted"
        assert line.api("status").startswith("UP 0 years")


def test_exit_says_goodbye(switch: Started) -> None:
    with esl(switch, "") as line:
        assert line.ask("exit").reply == "+OK bye"
        notice = line.frame()
        assert (notice.kind, notice.text) == ("text/disconnect-notice", GOODBYE)
        with pytest.raises(EOFError):
            line.frame()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("nonsense", UNKNOWN),
        ("api", UNKNOWN),
        ("linger", "-ERR not controlling a session"),
        ("nolinger", "-ERR not controlling a session"),
        ("divert_events on", "-ERR not controlling a session."),
        ("event plain", "-ERR no keywords supplied"),
        ("event plain NONSENSE", "-ERR no keywords supplied"),
        ("nixevent", "-ERR no keywords supplied"),
        ("noevents", "-ERR not listening for events"),
        ("filter Action", "-ERR invalid syntax"),
        ("log INFO", "+OK log level INFO [6]"),
        ("nolog", "+OK no longer logging"),
        ("log loudly", "-ERR invalid log level"),
        ("sendmsg 0000", "-ERR invalid session id [0000]"),
        ("EVENT JSON heartbeat", "+OK event listener enabled json"),
        ("nixevent HEARTBEAT", "+OK events nixed"),
        ("noevents", "+OK no longer listening for events"),
    ],
)
def test_replies_to_commands_about_the_line(switch: Started, command: str, said: str) -> None:
    with esl(switch, "") as line:
        if said == "+OK no longer logging":
            line.ask("log")
        if said.startswith("+OK no longer listening"):
            line.ask("event plain ALL")
        frame = line.ask(command)
        assert [name for name, _ in frame.headers] == ["Content-Type", "Reply-Text"]
        assert frame.reply == said


def test_commands_may_come_together_in_pieces_and_with_carriage_returns(switch: Started) -> None:
    with esl(switch, "") as line:
        line.send("api version\n\napi hostname\n\n\n\nnonsense\n\napi echo Đắk Lắk\n\n")
        found = [line.answer() for _ in range(4)]
        assert found[0].text.startswith("FreeSWITCH Version 1.11")
        assert [each.text for each in found[1:2]] == ["freeswitch-1"]
        assert (found[2].reply, found[3].text) == (UNKNOWN, "Đắk Lắk")
        for piece in re.findall(rb".{1,3}", b"api echo Ea H'leo\r\n\r\n", re.DOTALL):
            line.send(piece)
        assert line.answer().text == "Ea H'leo"
        line.send(
            "sendevent CUSTOM\nEvent-Subclass: a::b\nContent-Length: 5\n\nab\n\ncapi echo 1\n\n"
        )
        assert line.answer().reply.startswith("+OK ")
        assert line.answer().text == "1"


def test_a_line_without_end_is_cut_off(switch: Started) -> None:
    with esl(switch, "") as line:
        line.send("api echo " + "x" * 200_000)
        with pytest.raises((EOFError, ConnectionError)):
            line.frame()


@pytest.mark.parametrize("form", ["plain", "json", "xml"])
def test_events_come_in_the_form_asked_for(switch: Started, form: str) -> None:
    with esl(switch, f"{form} CUSTOM conference::maintenance") as line:
        number = line.number("645")
        assert line.conference(f"mute {number}") == f"+OK mute {number}\n"
        event = line.hear("mute-member", number)
        assert line.event_frames[-1].kind == f"text/event-{form}"
        assert event["Caller-Caller-ID-Name"] == "Huyện Ea H'leo"
        assert event["Conference-Name"] == line.name == "Giao-ban-tỉnh-Đắk-Lắk"
        assert event["Speak"] == "false"


def test_only_what_was_asked_for_comes(switch: Started) -> None:
    with esl(switch, "plain HEARTBEAT CUSTOM sofia::register") as line:
        number = line.number("646")
        line.conference(f"mute {number}")
        assert line.quiet(0.3)
        line.ask("event plain CUSTOM conference::maintenance")
        line.conference(f"deaf {number}")
        line.hear("deaf-member", number)
        line.ask("nixevent CUSTOM conference::maintenance")
        line.conference(f"undeaf {number}")
        assert line.quiet(0.3)
        line.ask("event plain ALL")
        line.conference(f"mute {number}")
        line.hear("mute-member", number)


def test_filters_let_through_what_matches_and_keep_out_what_must_not(switch: Started) -> None:
    with esl(switch) as line:
        one, other = line.number("643"), line.number("644")
        said = line.ask(f"filter Member-ID {one}").reply
        assert said == f"+OK filter added. [Member-ID]=[{one}]"
        line.conference(f"mute {other}")
        line.conference(f"mute {one}")
        line.hear("mute-member", one)
        assert line.of("mute-member", other) == []
        assert line.ask("filter Action -vmute-member").reply.startswith("+OK filter added")
        line.conference(f"vmute {one}")
        line.conference(f"unvmute {one}")
        line.hear("unvmute-member", one)
        assert line.of("vmute-member") == []
        assert line.ask("filter delete all").reply == "+OK filter deleted. [all][]"
        line.conference(f"mute {other}")
        line.hear("mute-member", other)


def test_a_background_job_is_answered_by_an_event(switch: Started) -> None:
    with esl(switch, "plain BACKGROUND_JOB") as line:
        frame = line.ask("bgapi status")
        assert [n for n, _ in frame.headers] == ["Content-Type", "Reply-Text", "Job-UUID"]
        job = frame["Job-UUID"]
        assert frame.reply == f"+OK Job-UUID: {job}"
        line.until(lambda: "BACKGROUND_JOB" in line.actions())
        event = line.events[-1]
        assert (event["Job-UUID"], event["Job-Command"]) == (job, "status")
        inner = line.event_frames[-1].body.partition(b"\n\n")[2]
        assert len(inner) == int(event["Content-Length"])
        assert inner.startswith(b"UP 0 years")
        line.forget()
        assert line.ask("bgapi conference nosuch list\nJob-UUID: mine-1")["Job-UUID"] == "mine-1"
        line.until(lambda: line.events)
        assert line.events[-1]["Job-Command-Arg"] == "nosuch list"
        assert line.event_frames[-1].text.endswith("\n\n-ERR Conference nosuch not found\n")
    with esl(switch, "json BACKGROUND_JOB") as line:
        line.ask("bgapi echo Đắk Lắk")
        line.until(lambda: line.events)
        assert line.events[-1]["_body"] == "Đắk Lắk"


def test_the_heartbeat_carries_figures(start: Start) -> None:
    peer = start(
        "--mcus", "freeswitch", "--sites", "4", "--scene", "calm", "--no-rooms", "--speed", "60"
    )  # fmt: skip
    with esl(peer, "json HEARTBEAT") as line:
        line.until(lambda: line.actions().count("HEARTBEAT") >= 2)
        first, second = line.events[:2]
        assert first["Session-Count"] == "4"
        assert first["Max-Sessions"] == "1000"
        assert 0 < float(first["Idle-CPU"]) < 100
        assert int(second["Uptime-msec"]) - int(first["Uptime-msec"]) >= 19_000
        assert int(second["Event-Sequence"]) > int(first["Event-Sequence"])
        assert re.fullmatch(r"0 years, 0 days, .* microseconds?", first["Up-Time"])


def test_two_callers_hear_the_same(switch: Started) -> None:
    with esl(switch) as one, esl(switch, "json CUSTOM conference::maintenance") as other:
        number = one.number("647")
        other.conference(f"mute {number}")
        same = ("Event-Sequence", "Unique-ID", "Action", "Caller-Caller-ID-Name")
        first, second = one.hear("mute-member", number), other.hear("mute-member", number)
        assert [first[name] for name in same] == [second[name] for name in same]


def test_what_was_asked_is_in_the_log_without_the_password(switch: Started) -> None:
    with esl(switch, "") as line:
        line.api("conference nosuch mute 1")
        log = switch.control("GET", "/log?device=freeswitch-1").json()["requests"]
        asked = [each for each in log if each["path"] == "api conference nosuch mute 1"]
        assert (asked[-1]["status"], asked[-1]["method"]) == (400, "LINE")
        assert any(each["path"] == "auth *" for each in log)
        assert line.at["password"] not in json.dumps(log)


def test_callers_who_leave_are_forgotten(switch: Started) -> None:
    with raw(switch) as line:
        line.frame()
        line.send("api con")
    with esl(switch) as line:
        line.close()
    until(lambda: switch.state()["freeswitch"]["freeswitch-1"]["up"])
    with esl(switch) as line:
        assert line.api("uptime").strip().isdigit()
