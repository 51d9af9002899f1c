"""What a conference does: every command against the model's truth and the events it fires."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulators.conftest import Start
from tests.simulators.esl import Line, esl
from tests.simulators.peer import Started, until


@pytest.fixture
def line(board: Started) -> Iterator[Line]:
    """A listening connection; everybody is in and muted, and nothing is locked, afterwards."""
    with esl(board) as found:
        yield found
        if board.state()["freeswitch"]["freeswitch-1"]["conferences"]:
            found.conference("unlock")
            found.conference("clear-vid-floor")
        for code, site in board.state()["sites"].items():
            if site["state"] == "absent":
                until(lambda code=code: joined(board, code))


def joined(peer: Started, code: str) -> bool:
    peer.act("join", code)
    return bool(peer.site(code)["state"] == "connected")


def meeting(peer: Started) -> dict[str, Any]:
    conferences = peer.state()["freeswitch"]["freeswitch-1"]["conferences"]
    return dict(conferences[peer.ready["freeswitch"][0]["conference"]])


def leg(peer: Started, code: str) -> dict[str, Any]:
    return dict(peer.site(code)["leg"])


@pytest.mark.parametrize(
    ("do", "undo", "field", "header"),
    [
        ("unmute", "mute", "rx_audio_mute", "Speak"),
        ("deaf", "undeaf", "tx_audio_mute", "Hear"),
        ("vmute", "unvmute", "rx_video_mute", "See"),
    ],
)
def test_mutes_are_done_after_they_are_answered(
    line: Line, board: Started, do: str, undo: str, field: str, header: str
) -> None:
    number, was = line.number("645"), leg(board, "645")[field]
    for word, wanted in ((do, not was), (undo, was)):
        line.forget()
        assert line.conference(f"{word} {number}") == f"+OK {word} {number}\n"
        event = line.hear(f"{word}-member", number)
        assert event[header] == ("false" if wanted else "true")
        assert leg(board, "645")[field] is wanted
    line.forget()
    line.conference(f"{undo} {number}")
    line.hear(f"{undo}-member", number)


def test_toggles_all_last_and_blindness(line: Line, board: Started) -> None:
    number = line.number("646")
    assert line.conference(f"tmute {number}") == f"+OK unmute {number}\n"
    line.hear("unmute-member", number)
    assert line.conference(f"tmute {number}") == f"+OK mute {number}\n"
    line.hear("mute-member", number)
    said = line.conference("unmute non_moderator quiet")
    assert said.count("+OK unmute ") == 12
    line.until(lambda: len({e["Member-ID"] for e in line.of("unmute-member")}) == 12)
    assert line.conference("mute all").count("\n") == 12
    until(lambda: all(leg(board, c)["rx_audio_mute"] for c in board.state()["sites"]))
    newest = max(int(each["id"]) for each in line.roster().values())
    assert line.conference("vblind last") == f"+OK vblind {newest}\n"
    until(lambda: not all(each["flags"]["can_see"] for each in line.roster().values()))
    line.conference("unvblind all")
    until(lambda: all(each["flags"]["can_see"] for each in line.roster().values()))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("mute 99", "-ERR Non-Existant ID 99\n"),
        ("mute", "mute <[member_id|all]|last|non_moderator> [<quiet>]"),
        ("mute nobody", "mute <[member_id|all]|last|non_moderator> [<quiet>]"),
        ("dance 1", "-ERR Conference command 'dance' not found.\n"),
        ("", "-ERR Conference command, not specified.\nTry 'help'\n"),
        ("vid-layout", "-ERR Invalid input\n"),
        ("vid-layout nosuch", "-ERR Invalid layout [nosuch]\n"),
        ("vid-layout group", "-ERR Group name not specified.\n"),
        ("vid-layout group:x", "-ERR Invalid group layout [x]\n"),
        ("vid-watching-canvas last 2", "-ERR Only 1 Canvas\n"),
        ("vid-res-id last", "-ERR missing arg\n"),
        ("clear-vid-floor", "-ERR no reply\n"),
        ("get secrets", "get <parameter-name>"),
        ("get is_locked", "-ERR no reply\n"),
        ("get uuid", None),
        ("play /no/such.wav", "-ERR (play) File: /no/such.wav not found.\n"),
        ("play x 99", "-ERR Member: 99 not found.\nplay <file_path> [async|<member_id> [nomux]]"),
        ("say Xin chào", "-ERR (say) Error!\nsay <text>"),
        ("saymember 99 chào", "-ERR (saymember) Unknown Member 99!\nsaymember <member_id> <text>"),
        ("stop all", "+OK Stopped 0 files.\n"),
        ("relate", "+OK No relationships\n"),
        ("relate 98 99 nohear", "-ERR relationship 98->99 not found.\n"),
        ("chkrecord", "+OK Conference is not being recorded.\n"),
        ("record", "record <filename>"),
        ("norecord /a", "-ERR non-existant recording '/a'\n+OK Stopped recording 0 files\n"),
        ("pause /a", "+OK Pause recording file /a\n-ERR non-existant recording '/a'\n"),
        ("transfer x 99", None),
        ("dial", None),
    ],
)
def test_what_cannot_be_done_is_said_in_its_own_words(
    line: Line, command: str, said: str | None
) -> None:
    answer = line.conference(command)
    if said is not None:
        assert answer == said
    elif command.startswith("get"):
        assert len(answer) == 36
    elif command.startswith("transfer"):
        assert answer == f"-ERR No Member 99 in conference {line.name}.\n"
    else:
        assert answer.startswith("-ERR Bad Args\ndial <endpoint")


def test_the_podium_is_the_locked_video_floor(line: Line, board: Started) -> None:
    first, second = line.number("643"), line.number("650")
    assert line.conference(f"vid-floor {first} force") == f"+OK floor {first}\n"
    until(lambda: board.state()["podium"] == ["643"])
    found = meeting(board)
    assert (found["video_floor"], found["video_floor_locked"]) == ("643", True)
    assert line.conference(f"vid-floor {second}") == f"-ERR floor is held by {first}\n"
    assert line.conference(f"vid-floor {second} force") == f"+OK floor {second}\n"
    line.until(lambda: line.of("video-floor-change")[-1]["New-ID"] == str(second))
    assert line.of("video-floor-change")[-1]["Old-ID"] == str(first)
    assert board.state()["podium"] == ["650"]
    line.conference(f"unmute {second}")
    until(lambda: board.site("650")["audible"])
    line.hear("start-talking", second)
    until(lambda: board.state()["speaker"] == "650")
    roster = line.roster()["650"]
    assert (roster["flags"]["talking"], roster["flags"]["has_floor"]) == (True, True)
    assert line.conference(f"vid-floor {second} force") == "+OK floor none\n"
    until(lambda: board.state()["podium"] == [])
    line.forget()
    line.conference(f"mute {second}")
    assert line.hear("mute-member", second)["Talking"] == "false"
    assert line.of("stop-talking") == []
    until(lambda: board.site("650")["room"]["mic_muted"])


def test_the_sound_leads_where_somebody_talks(line: Line, board: Started) -> None:
    one, other = line.number("644"), line.number("645")
    for code in ("644", "645"):
        board.act("room_unmute", code)
        board.act("self_unmute", code)
    board.act("speak", "644")
    line.hear("start-talking", one)
    line.until(lambda: line.roster()["644"]["flags"]["has_floor"])
    board.act("speak", "645")
    line.hear("start-talking", other)
    assert line.conference(f"floor {other}") == f"-ERR floor is held by {one}\n"
    board.act("quiet", "644")
    line.hear("stop-talking", one)
    line.until(lambda: line.roster()["645"]["flags"]["has_floor"])
    line.until(lambda: line.of("video-floor-change")[-1]["New-ID"] == str(other))
    assert float(line.of("stop-talking", one)[-1]["talking-duration-ms"]) > 0
    board.act("quiet", "645")
    line.hear("stop-talking", other)
    line.conference("mute all")
    until(lambda: leg(board, "645")["rx_audio_mute"])
    for code in ("644", "645"):
        board.act("room_mute", code)


def test_layouts_places_and_banners(line: Line, board: Started) -> None:
    number = line.number("643")
    assert meeting(board)["layout"] == "4x4"
    line.conference("vid-layout 3x3")
    until(lambda: (meeting(board)["layout"], meeting(board)["layout_group"]) == ("3x3", ""))
    said = line.conference("vid-layout group grid")
    assert said == "+OK Change to layout group [grid]\n"
    until(lambda: meeting(board)["layout_group"] == "grid")
    assert line.conference(f"vid-res-id {number} podium force") == "+OK reservation_id podium\n"
    assert line.conference(f"vid-role-id {number} chair") == "+OK role_id chair\n"
    assert line.conference(f"vid-banner {number} Bu%C3%B4n%20H%E1%BB%93 x") == "+OK\n"
    assert line.conference(f"vid-logo-img {number} /logo.png") == "+OK\n"
    until(lambda: leg(board, "643")["banner"] == "Buôn Hồ")
    found = leg(board, "643")
    assert (found["role"], found["reservation"]) == ("chair", "podium")


def test_a_locked_conference_turns_callers_away_but_not_whom_it_dials(
    line: Line, board: Started
) -> None:
    assert line.conference("lock") == f"+OK {line.name} locked\n"
    line.hear("lock")
    assert (meeting(board)["locked"], line.conference("get is_locked")) == (True, "locked")
    assert "locked" in line.api("conference list summary")
    board.act("leave", "647")
    assert not joined(board, "647")
    line.forget()
    job = line.conference("bgdial sofia/internal/647@hnth.example 66 Hoi_truong").split()[-1]
    assert line.hear("bgdial-result")["Job-UUID"] == job
    event = line.hear("add-member")
    assert event["Caller-Caller-ID-Name"] == "Outbound Call"
    assert (event["Caller-Caller-ID-Number"], event["Call-Direction"]) == ("647", "outbound")
    assert event["Caller-Orig-Caller-ID-Name"] == "Hoi_truong"
    line.conference("unlock")
    line.hear("unlock")
    line.conference(f"hup {event['Member-ID']}")
    line.hear("del-member", int(event["Member-ID"]))


def test_dialling_tells_how_it_ended(line: Line, board: Started) -> None:
    result = "+OK Call Requested: result: [{}]\n"
    assert line.conference("dial sofia/internal/643@x") == result.format("USER_BUSY")
    assert line.conference("dial sofia/internal/nobody@x") == result.format("UNALLOCATED_NUMBER")
    assert line.conference("dial nonsense/643") == result.format("CHAN_NOT_IMPLEMENTED")
    assert line.api("originate user/nobody &conference(x)") == "-ERR USER_NOT_REGISTERED\n"
    board.act("leave", "646")
    assert board.control("POST", "/speed", {"speed": 10.0}).status_code == 200
    assert line.conference("dial sofia/internal/646@x 66 Tinh") == result.format("SUCCESS")
    board.act("leave", "646")
    variables = "{origination_caller_id_name='Ea H\\'leo',origination_caller_id_number=645}"
    said = line.api(f"originate {variables}user/646 conference:{line.name}@default inline")
    assert said.startswith("+OK ")
    member = line.number("646")
    line.until(lambda: line.of("add-member", member))
    event = line.of("add-member", member)[-1]
    assert (event["Caller-Orig-Caller-ID-Name"], event["Unique-ID"]) == ("Ea H'leo", said[4:40])
    board.act("leave", "646")
    board.act("no_answer", "646", seconds=20)
    assert line.conference("dial user/646") == result.format("NO_ANSWER")
    assert board.control("POST", "/speed", {"speed": 1.0}).status_code == 200


def test_a_site_that_comes_back_has_another_id_and_the_same_number(
    line: Line, board: Started
) -> None:
    before = line.number("645")
    board.fault("drop", "645", seconds=0.2)
    line.hear("del-member", before)
    came = line.until(lambda: [e for e in line.of("add-member") if e["Caller-ANI"] == "645"])
    after = int(came[0]["Member-ID"])
    assert after > before
    assert came[0]["Caller-Caller-ID-Name"] == "Huyện Ea H'leo"
    assert line.conference(f"mute {before}") == f"-ERR Non-Existant ID {before}\n"
    assert line.number("645") == after


def test_kicked_and_killed_members_go(line: Line, board: Started) -> None:
    number = line.number("646")
    assert line.conference(f"kick {number}") == f"+OK kicked {number}\n"
    line.hear("kick-member", number)
    line.hear("del-member", number)
    channel = line.roster()["647"]["uuid"]
    assert line.api(f"uuid_exists {channel}") == "true"
    assert line.api(f"uuid_kill {channel}") == "+OK\n"
    until(lambda: board.site("647")["state"] == "absent")
    assert line.api(f"uuid_kill {channel}") == "-ERR No such channel!\n"
    assert line.api(f"uuid_exists {channel}") == "false"


def test_holding_and_recording(line: Line, board: Started) -> None:
    number = line.number("644")
    board.act("hold", "644", seconds=0.5)
    assert line.hear("hold-member", number)["Hold"] == "true"
    assert line.roster()["644"]["flags"]["hold"] is True
    line.hear("unhold-member", number)
    assert line.conference("record /a b") == "+OK Record file /a canvas 1\n"
    line.hear("start-recording")
    assert meeting(board)["recordings"] == ["/a"]
    assert line.conference("recording pause /a") == "+OK Pause recording file /a\n"
    line.hear("pause-recording")
    assert line.conference("recording stop") == (
        "Stopped recording file /a\n+OK Stopped recording 0 files\n"
    )
    assert line.hear("stop-recording")["Other-Recordings"] == "false"


def test_levels_and_relations(line: Line, board: Started) -> None:
    one, other = line.number("643"), line.number("644")
    assert line.conference(f"energy {one} 300") == f"Energy {one} = 300\n"
    line.hear("energy-level-member", one)
    assert line.conference(f"volume_out {one} 9") == f"+OK Volume OUT {one} = 4\n"
    line.hear("volume-out-member", one)
    found = leg(board, "643")
    assert (found["energy_level"], found["volume_out"]) == (300, 4)
    said = line.conference(f"relate {one} {other} nospeak")
    assert said == f"+OK {one}->{other} nospeak set\n"
    until(lambda: "NOSPEAK HEAR" in line.conference("relate"))
    line.conference(f"relate {one} {other} clear")
    until(lambda: line.conference("relate") == "+OK No relationships\n")


def test_members_can_be_sent_elsewhere_and_a_new_conference_begins(
    line: Line, board: Started
) -> None:
    number = line.number("646")
    assert line.conference(f"transfer phòng-chờ {number}") == (
        f"+OK Member '{number}' sent to conference phòng-chờ.\n"
    )
    line.until(lambda: "phòng-chờ" in [e["Conference-Name"] for e in line.of("conference-create")])
    assert line.of("transfer", number)[-1]["New-Conference-Name"] == "phòng-chờ"
    assert line.api("conference phòng-chờ list count") == "1"
    assert line.api("conference list").count("+OK Conference ") == 2
    line.api("conference phòng-chờ hup all")
    line.hear("conference-destroy")
    assert line.api("conference phòng-chờ list") == "-ERR Conference phòng-chờ not found\n"


def test_media_figures_are_there_once_they_are_asked_for(line: Line, board: Started) -> None:
    channel = line.roster()["643"]["uuid"]
    name = "rtp_audio_in_packet_count"
    assert line.api(f"uuid_getvar {channel} {name}") == "_undef_"
    board.fault("loss", "643", seconds=30, loss_pct=60)
    until(lambda: board.site("643")["loss_pct"] > 20)
    time.sleep(1.1)

    def lost() -> float:
        assert line.api(f"uuid_set_media_stats {channel}") == "+OK Success\n"
        return float(line.api(f"uuid_getvar {channel} rtp_audio_in_jitter_loss_rate"))

    until(lambda: lost() > 0)
    assert int(line.api(f"uuid_getvar {channel} {name}")) > 0
    assert float(line.api(f"uuid_getvar {channel} rtp_video_in_quality_percentage")) < 100
    assert "variable_rtp_audio_in_mos: " in line.api(f"uuid_dump {channel}")
    assert line.api("uuid_set_media_stats nobody") == "-ERR No such channel!\n"


def test_the_switch_tells_of_itself(line: Line) -> None:
    assert line.api("global_getvar domain") == "hnth.daklak.example"
    assert line.api("global_getvar nosuch") == "-ERR no reply\n"
    assert line.api("show channels count").endswith(" total.\n")
    assert line.api("show channels").startswith("uuid,direction,created,")
    assert '"row_count":' in line.api("show channels count as json")
    assert line.api("sofia status profile internal").startswith("=" * 97)
    assert "<conf name> mute " in line.api("conference help")
    assert line.conference("list delim |").count("|") > 12 * 8


def test_hostile_names_stay_whole(start: Start) -> None:
    peer = start(
        "--mcus", "freeswitch", "--odd-names", "--scene", "calm", "--sites", "30", "--seed", "2",
        "--no-rooms",
    )  # fmt: skip
    names = {code: site["name"] for code, site in peer.state()["sites"].items()}
    with esl(peer) as line:
        assert {c: m["caller_id_name"] for c, m in line.roster().items()} == names
        assert "Xã <b>Ea H'leo</b> & M'Đrắk" in names.values()
        odd = next(code for code, name in names.items() if "\u202e" in name)
        number = line.number(odd)
        line.conference(f"unmute {number}")
        assert line.hear("unmute-member", number)["Caller-Caller-ID-Name"] == names[odd]
        assert "%E2%80%AE" in line.conference("xml_list")


def test_everybody_can_be_hung_up_and_the_conference_ends(start: Start) -> None:
    peer = start("--mcus", "freeswitch", "--scene", "calm", "--sites", "4", "--no-rooms")
    with esl(peer) as line:
        said = line.api("hupall NORMAL_CLEARING")
        assert said == "+OK hangup all channels with cause NORMAL_CLEARING\n"
        line.hear("conference-destroy")
        assert line.api("conference list") == "+OK No active conferences.\n"
        assert line.conference("json_list") == f"-ERR Conference {line.name} not found\n"
        peer.act("join", "643")
        event = line.hear("conference-create")
        assert (
            event["Conference-Unique-ID"]
            != line.of("conference-destroy")[0]["Conference-Unique-ID"]
        )
        assert line.hear("add-member")["Speak"] == "false"
