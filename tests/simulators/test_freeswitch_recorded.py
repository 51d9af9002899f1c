"""The pretend FreeSWITCH against a recording of a real one: the same commands, six sites."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.conftest import ended
from tests.simulators.esl import Frame, Line, pairs_of, raw
from tests.simulators.peer import Started

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "recorded" / "freeswitch.json").read_text(encoding="utf-8")
)
SITES = {
    "643": "Thành phố Buôn Ma Thuột",
    "644": "Thị xã Buôn Hồ",
    "645": "Huyện Ea H'leo",
    "646": "Huyện Ea Súp",
    "647": "Huyện Buôn Đôn",
    "648": "Huyện Cư M'gar",
}
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
NUMBERED = r"\b(mute|unmute|ID|floor|deaf|undeaf|vmute|unvmute|Energy|IN|kicked|hup) (\d+)"
REPLIES: dict[str, list[str]] = {}
for _command, _frame in RECORDED["replies"]:
    REPLIES.setdefault(_command, []).append(_frame)


def as_asked(command: str, name: str) -> str:
    """A recorded command with this conference's name and the ids its members have here."""
    words = command.split()
    if len(words) > 4 and words[3] != "bgdial" and words[4].isdigit() and words[4] != "99":
        words[4] = str(int(words[4]) - 25)
    if words[:2] == ["api", "conference"] and len(words) > 3 and words[2] == "hnth":
        words[2] = name
    if "bgdial" in words:
        words[4] = "loopback/648/default"
    return " ".join(words)


def shape(body: str, name: str, shift: int) -> str:
    """A body without what differs from run to run: ids, names of hosts, times, figures."""
    body = re.sub(r"@[a-z0-9.]*[a-z0-9]", "@HOST", body)
    body = re.sub(UUID, "UUID", body.replace(name, "NAME").replace("hnth", "NAME"))
    body = re.sub(
        NUMBERED,
        lambda m: f"{m[1]} {int(m[2]) - (shift if m[2] != '99' else 0)}",
        body,
    )
    body = re.sub(r"(?m)^(\d+);", lambda m: f"{int(m[1]) - shift};", body)
    body = re.sub(r'("id":\t|<id>)(\d+)', lambda m: f"{m[1]}{int(m[2]) - shift}", body)
    for figure in ("run_time", "join_time", "last_talking"):
        body = re.sub(rf'(<{figure}>|"{figure}":\t|{figure}=")[\dN/A]+', r"\1#", body)
    return body


def first_difference(ours: str, theirs: str) -> str:
    """For a person: where two texts part."""
    for mine, other in zip(ours.split("\n"), theirs.split("\n"), strict=False):
        if mine != other:
            return f"here {mine!r}, recorded {other!r}"
    return f"here {ours[-80:]!r}, recorded {theirs[-80:]!r}"


def split(frame: str) -> tuple[list[str], str]:
    """A recorded frame: its header names in order, and its body."""
    head, _, body = frame.partition("\n\n")
    return [line.partition(":")[0] for line in head.split("\n")], body


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    roster = tmp_path_factory.mktemp("roster") / "six.csv"
    rows = "".join(f"{code},,district,{name}\n" for code, name in SITES.items())
    roster.write_text("code,parent_code,level,name\n" + rows, encoding="utf-8")
    peer = Started(
        "--roster", str(roster), "--mcus", "freeswitch", "--no-rooms", "--scene", "empty",
        "--delay-ms", "1..20", "--speed", "5",
    )  # fmt: skip
    yield peer
    ended(peer)


def replay(line: Line, command: str) -> tuple[Frame, str]:
    """Send a recorded command; returns the answer here and the recorded one."""
    theirs = REPLIES[command].pop(0)
    sent = as_asked(command, line.name)
    if command.startswith("auth"):
        sent = f"auth {line.at['password']}"
    return line.ask(sent), theirs


def alike(line: Line, command: str) -> Frame:
    """The answer here is the recorded one, but for what differs from run to run."""
    ours, theirs = replay(line, command)
    names, body = split(theirs)
    assert [name for name, _ in ours.headers] == names, command
    if not body:
        recorded = dict(pairs_of(theirs))
        assert ours.reply == recorded.get("Reply-Text", ""), command
        return ours
    mine, other = shape(ours.text, line.name, 0), shape(body, line.name, 25)
    if command.endswith("run_time"):
        assert (mine.isdigit(), other.isdigit()) == (True, True)
        return ours
    if command.endswith("hup all"):
        every = [re.fullmatch(r"(\+OK hup \d+\n)+", each) for each in (mine, other)]
        assert None not in every
        return ours
    assert mine == other, f"{command}: {first_difference(mine, other)}"
    return ours


def relived(line: Line, six: Started) -> int:
    """Six sites come, two of them talk, then every recorded command is sent and its answer
    compared; returns how many were."""
    assert line.frame().headers == (("Content-Type", "auth/request"),)
    for command in list(dict.fromkeys(command for command, _ in RECORDED["replies"]))[:5]:
        alike(line, command)
    for code in SITES:
        six.act("join", code)
        line.until(lambda code=code: any(e["Caller-ANI"] == code for e in line.of("add-member")))
    for code in ("643", "644"):
        six.act("speak", code)
        line.hear("start-talking", list(SITES).index(code) + 1)
    six.act("quiet", "643")
    line.hear("stop-talking", 1)
    line.until(lambda: line.of("floor-change")[-1]["New-ID"] == "2")
    six.act("quiet", "644")
    line.hear("stop-talking", 2)
    checked = 5
    for command, _ in RECORDED["replies"][5:]:
        if command.endswith(("json_list", " list", "xml_list")):
            rosters_alike(line, command)
        elif command.startswith("api show"):
            channels_alike(line, command)
        elif command == "api status":
            ours, theirs = replay(line, command)
            words = [re.sub(r"[\d.]+", "#", each) for each in (ours.text, split(theirs)[1])]
            plain = [re.sub(r"s(?=[,\n])", "", each) for each in words]
            assert [len(each.split("\n")) for each in plain] == [9, 9]
            assert plain[0] == plain[1]
        else:
            alike(line, command)
        settle(line, command)
        checked += 1
    notice = line.frame()
    names, body = split(RECORDED["notice"])
    assert ([name for name, _ in notice.headers], notice.text) == (names, body)
    with pytest.raises(EOFError):
        line.frame()
    return checked


def settle(line: Line, command: str) -> None:
    """Wait for what a command does, where the next one builds on it."""
    last = {
        "mute 26": ("mute-member", 1),
        "unmute 26": ("unmute-member", 1),
        "tmute 27": ("mute-member", 2),
        "mute non_moderator": ("mute-member", 3),
        "unmute all": ("unmute-member", 3),
        "unvmute 27": ("unvmute-member", 2),
        "volume_in 27 2": ("volume-in-member", 2),
        "unlock": ("unlock", None),
        "kick 31": ("del-member", 6),
        "hup 30": ("del-member", 5),
        "record /var/fs/rec.wav": ("start-recording", None),
        "norecord all": ("stop-recording", None),
        "hup all": ("conference-destroy", None),
    }
    for words, (action, number) in last.items():
        if command.endswith(f"hnth {words}"):
            line.hear(action, number)
    if "vid-floor 27 force" in command:
        line.until(lambda: line.peer.state()["podium"] == ["644"])
    if command.endswith("vid-floor 27"):
        line.until(lambda: line.peer.state()["podium"] == [])
    if "bgdial" in command:
        result = line.hear("bgdial-result")
        assert (result["Result"], len(result["Peer-UUID"])) == ("SUCCESS", 36)
        came = line.until(lambda: [e for e in line.of("add-member") if e["Video"] == "false"])
        number = int(came[0]["Member-ID"])
        line.peer.act("speak", "648")
        line.hear("start-talking", number)
        line.hear("floor-change", number)
        line.peer.act("quiet", "648")
        line.hear("stop-talking", number)


def rosters_alike(line: Line, command: str) -> None:
    """Rosters have the same keys, marks and layout; two of the recorded members are no sites."""
    ours, theirs = replay(line, command)
    assert [name for name, _ in ours.headers] == split(theirs)[0]
    if len(line.of("del-member")):
        return
    mine, other = shape(ours.text, line.name, 0), shape(split(theirs)[1], line.name, 25)
    if command.endswith(" list"):
        mine, other = (re.sub(r"\|vid-floor", "", each) for each in (mine, other))
    mine, other = (re.sub(r"<caller_id_number>\d+", "<caller_id_number>", e) for e in (mine, other))
    assert mine == other, f"{command}: {first_difference(mine, other)}"


def channels_alike(line: Line, command: str) -> None:
    """The same columns in the same order."""
    ours, theirs = replay(line, command)
    rows = [json.loads(each)["rows"] for each in (ours.text, split(theirs)[1])]
    assert ours.text.endswith("}\n")
    assert [list(row) for row in rows[0]] == [list(rows[1][0])] * len(rows[0])
    direction = {row["direction"]: row for row in rows[1]}
    for row in rows[0]:
        known = direction[row["direction"]]
        for name in ("state", "application", "context", "callee_direction", "dialplan"):
            assert row[name] == known[name]


@pytest.fixture(scope="module")
def story(six: Started) -> Iterator[Line]:
    """The connection on which the recorded meeting was lived through again, with its events."""
    with raw(six) as line:
        assert relived(line, six) == len(RECORDED["replies"])
        yield line


def test_the_recorded_meeting_runs_the_same_here(story: Line) -> None:
    assert story.actions()[0] == "conference-create"
    assert story.actions()[-1] == "conference-destroy"
    assert not any(REPLIES.values())


@pytest.mark.parametrize("kind", sorted(RECORDED["events"]))
def test_events_have_the_recorded_headers_in_the_recorded_order(story: Line, kind: str) -> None:
    action, _, variant = kind.partition("/")
    recorded = RECORDED["events"][kind]
    found = [
        frame
        for frame, event in zip(story.event_frames, story.events, strict=True)
        if event["Action"] == action
        and (event.get("New-ID") == "none") == (variant == "none")
        and (event.get("Call-Direction") == "outbound") == (variant == "outbound")
    ]
    assert found, f"no {kind} was fired"
    for frame in found:
        assert [name for name, _ in frame.headers] == ["Content-Length", "Content-Type"]
        pairs = pairs_of(frame.text)
        names = [name for name, _ in pairs]
        wanted = list(recorded["names"])
        if variant == "outbound" and "Caller-Transfer-Source" in wanted:
            wanted.remove("Caller-Transfer-Source")
        assert names == wanted
        event = dict(pairs)
        place = ("Event-Calling-File", "Event-Calling-Function", "Event-Calling-Line-Number")
        assert [event[name] for name in place] == recorded["place"]


def test_values_are_encoded_as_recorded(story: Line) -> None:
    for kind in ("mute-member", "floor-change"):
        theirs = RECORDED["events"][kind]["frame"]
        frame = next(
            frame
            for frame, event in zip(story.event_frames, story.events, strict=True)
            if event["Action"] == kind and event.get("Member-ID") == "1"
        )
        for name in ("Event-Subclass", "FreeSWITCH-IPv6", "Caller-Caller-ID-Name"):
            wanted = next(each for each in theirs.split("\n") if each.startswith(name + ":"))
            assert wanted in frame.text.split("\n")
    assert any("Huy%E1%BB%87n%20C%C6%B0%20M'gar" in f.text for f in story.event_frames)
    dates = re.findall(r"Event-Date-GMT: (.*)", story.event_frames[0].text)
    assert re.fullmatch(r"\w{3},%20\d\d%20\w{3}%20\d{4}%20\d\d%3A\d\d%3A\d\d%20GMT", dates[0])


def test_json_events_have_the_recorded_keys_twice_where_recorded(story: Line, six: Started) -> None:
    with raw(six) as line:
        line.login("json CUSTOM conference::maintenance")
        six.act("join", "645")
        line.until(lambda: line.of("floor-change"))
        for action in ("conference-create", "add-member", "floor-change"):
            theirs = split(RECORDED["json"][action])[1]
            at = line.actions().index(action)
            keys = [
                re.findall(r'"([\w-]+)":"', text) for text in (line.event_frames[at].text, theirs)
            ]
            assert keys[0] == keys[1]
        assert line.of("add-member")[0]["Caller-Caller-ID-Name"] == "Huyện Ea H'leo"
        assert line.conference("hup all").startswith("+OK hup ")
        line.hear("conference-destroy")
