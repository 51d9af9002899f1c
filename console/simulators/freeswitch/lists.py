"""The rosters a conference gives: `list`, `json_list`, `xml_list` (recorded, byte for byte)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, cast
from xml.sax.saxutils import escape

from console.simulators.freeswitch.frames import encoded
from console.simulators.freeswitch.members import Meeting, Member, said
from console.simulators.model.site import LegState

RATE = 16000
LAYOUT_SIZES = (
    (1, "1x1"),
    (2, "2x1"),
    (4, "2x2"),
    (9, "3x3"),
    (16, "4x4"),
    (25, "5x5"),
    (36, "6x6"),
    (64, "8x8"),
)


def shown_layout(meeting: Meeting) -> str:
    """The layout on the canvas: the one asked for, or the group's that fits the members."""
    if not meeting.group:
        return meeting.layout
    count = sum(1 for member in meeting.members if member.video)
    return next((name for most, name in LAYOUT_SIZES if count <= most), "8x8")


def seconds(member: Member, now_s: float) -> tuple[int, int | None]:
    """For how long it has been in, and how long ago it last spoke; None for never."""
    last = None if member.last_talked_s is None else int(now_s - member.last_talked_s)
    return int(now_s - member.joined_s), 0 if member.talking else last


# -- list ----------------------------------------------------------------------------------------


def as_lines(members: Sequence[Member], delimiter: str = ";") -> str:
    """One line a member: id, channel, UUID, name, number, flags, volumes, energy."""
    return "".join(
        delimiter.join(
            (
                str(each.number),
                each.channel,
                each.uuid,
                each.caller_name,
                each.caller_number,
                "|".join(flags(each)),
                str(each.volume_in),
                str(each.volume_out),
                str(each.energy_level),
            )
        )
        + "\n"
        for each in members
    )


def flags(member: Member) -> list[str]:
    """What a member is and may, in the list's words."""
    leg, meeting = member.leg, member.meeting
    known = {
        "hear": not leg.tx_audio_mute,
        "speak": not leg.rx_audio_mute,
        "talking": member.talking,
        "video": member.video,
        "floor": meeting.floor is member,
        "vid-floor": meeting.video_floor is member,
        "moderator": member.moderator,
    }
    return [name for name, holds in known.items() if holds]


def conference_line(meeting: Meeting) -> str:
    """The line that heads a conference in the list of all."""
    count = len(meeting.members)
    locked = meeting.conference.locked
    known = (["locked"] if locked else []) + ["running", "answered", "enforce_min", "dynamic"]
    known += ["exit_sound", "enter_sound"] + (["recording"] if meeting.recordings else [])
    known += ["video_rfc4579"] + (["video_floor_lock"] if meeting.video_lock else [])
    plural = "" if count == 1 else "s"
    mark = " locked" if locked else ""
    return (
        f"+OK Conference {meeting.name} ({count} member{plural} rate: {RATE}{mark} "
        f"flags: {'|'.join(known)})\n"
    )


# -- json_list -----------------------------------------------------------------------------------


def as_json(meetings: Sequence[tuple[Meeting, Sequence[Member]]], now_s: float) -> str:
    """Conferences with their members, laid out as cJSON prints."""
    return printed([json_meeting(meeting, members, now_s) for meeting, members in meetings])


def json_meeting(meeting: Meeting, members: Sequence[Member], now_s: float) -> dict[str, Any]:
    """One conference. Neither the video mute nor the video floor is in it."""
    return {
        "conference_name": meeting.name,
        "member_count": len(members),
        "ghost_count": 0,
        "rate": RATE,
        "run_time": int(now_s - meeting.began_s),
        "conference_uuid": meeting.uuid,
        "canvas_count": 1,
        "max_bw_in": 0,
        "force_bw_in": 0,
        "video_floor_packets": 0,
        "locked": meeting.conference.locked,
        "destruct": False,
        "wait_mod": False,
        "audio_always": False,
        "running": True,
        "answered": True,
        "enforce_min": True,
        "bridge_to": False,
        "dynamic": True,
        "exit_sound": True,
        "enter_sound": True,
        "recording": bool(meeting.recordings),
        "video_bridge": False,
        "video_floor_only": False,
        "video_rfc4579": True,
        "variables": {},
        "members": [json_member(each, now_s) for each in members],
    }


def json_member(member: Member, now_s: float) -> dict[str, Any]:
    """One member."""
    leg = member.leg
    joined, last = seconds(member, now_s)
    return {
        "type": "caller",
        "id": member.number,
        "flags": {
            "can_hear": not leg.tx_audio_mute,
            "can_see": not leg.tx_video_mute,
            "can_speak": not leg.rx_audio_mute,
            "hold": leg.state is LegState.ON_HOLD,
            "mute_detect": False,
            "talking": member.talking,
            "has_video": member.video,
            "video_bridge": False,
            "has_floor": member.meeting.floor is member,
            "is_moderator": member.moderator,
            "end_conference": False,
            "mandatory_member_end_conference": False,
            "pass_digits": False,
        },
        "uuid": member.uuid,
        "caller_id_name": member.caller_name,
        "caller_id_number": member.caller_number,
        "join_time": joined,
        "last_talking": last or 0,
        "energy": member.energy_level,
        "volume_in": member.volume_in,
        "volume_out": member.volume_out,
        "output-volume": member.volume_out,
        "input-volume": member.volume_in,
    }


def printed(value: object, depth: int = 0) -> str:
    """A value as cJSON prints it: a tab after the colon, and a tab for each level."""
    if isinstance(value, dict):
        pairs = cast("dict[str, object]", value)
        rows = [f"{json.dumps(name)}:\t{printed(each, depth + 1)}" for name, each in pairs.items()]
        inner = "".join(
            "\t" * (depth + 1) + row + (",\n" if at < len(rows) else "\n")
            for at, row in enumerate(rows, 1)
        )
        return "{\n" + inner + "\t" * depth + "}"
    if isinstance(value, list):
        items = cast("list[object]", value)
        return "[" + ", ".join(printed(each, depth + 1) for each in items) + "]"
    return json.dumps(value, ensure_ascii=False)


# -- xml_list ------------------------------------------------------------------------------------


def as_xml(meetings: Sequence[tuple[Meeting, Sequence[Member]]], now_s: float) -> str:
    """Conferences with their members; names are encoded as in events."""
    body = "".join(xml_meeting(meeting, members, now_s) for meeting, members in meetings)
    return f'<?xml version="1.0"?>\n<conferences>\n{body}</conferences>\n'


def xml_meeting(meeting: Meeting, members: Sequence[Member], now_s: float) -> str:
    """One conference."""
    attributes = {
        "name": meeting.name,
        "member-count": len(members),
        "ghost-count": 0,
        "rate": RATE,
        "uuid": meeting.uuid,
        **({"locked": "true"} if meeting.conference.locked else {}),
        "running": "true",
        "answered": "true",
        "enforce_min": "true",
        "dynamic": "true",
        "exit_sound": "true",
        "enter_sound": "true",
        **({"recording": "true"} if meeting.recordings else {}),
        "video_rfc4579": "true",
        "run_time": int(now_s - meeting.began_s),
    }
    head = "".join(f' {name}="{escape(str(value))}"' for name, value in attributes.items())
    rows = "".join(xml_member(each, now_s) for each in members)
    return (
        f"  <conference{head}>\n    <variables></variables>\n"
        f"    <members>\n{rows}    </members>\n  </conference>\n"
    )


def xml_member(member: Member, now_s: float) -> str:
    """One member."""
    leg = member.leg
    joined, last = seconds(member, now_s)
    holds = {
        "can_hear": not leg.tx_audio_mute,
        "can_see": not leg.tx_video_mute,
        "can_speak": not leg.rx_audio_mute,
        "mute_detect": False,
        "talking": member.talking,
        "hold": leg.state is LegState.ON_HOLD,
        "has_video": member.video,
        "video_bridge": False,
        "has_floor": member.meeting.floor is member,
        "is_moderator": member.moderator,
        "end_conference": False,
        "mandatory_member_end_conference": False,
        "is_ghost": False,
    }
    values = {
        "uuid": member.uuid,
        "caller_id_name": escape(encoded(member.caller_name)),
        "caller_id_number": escape(encoded(member.caller_number)),
        "join_time": joined,
        "last_talking": "N/A" if last is None else last,
        "energy": member.energy_level,
        "volume_in": member.volume_in,
        "volume_out": member.volume_out,
        "output-volume": member.volume_out,
    }
    marks = "".join(f"          <{name}>{said(value)}</{name}>\n" for name, value in holds.items())
    rest = "".join(f"        <{name}>{value}</{name}>\n" for name, value in values.items())
    return (
        f'      <member type="caller">\n        <id>{member.number}</id>\n'
        f"        <flags>\n{marks}        </flags>\n{rest}      </member>\n"
    )
