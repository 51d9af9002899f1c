"""Calls out of the switch: `dial`, `bgdial`, `originate`, and members sent elsewhere."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from console.simulators.freeswitch.asking import Asking, leading_number, separated
from console.simulators.freeswitch.members import PROFILE, Meeting, user_of
from console.simulators.freeswitch.switch import Outgoing, Switch
from console.simulators.freeswitch.usage import usage
from console.simulators.model.province import FREESWITCH
from console.simulators.model.site import Conference, Leg, Site

MODULES = ("sofia", "user", "loopback", "verto", "error")
REFUSED_AFTER_S = 0.2
APPLICATION = re.compile(r"^&?conference[:(]([^)]+)\)?$")
VARIABLES = re.compile(r"^(?:\{[^}]*\}|\[[^\]]*\]|<[^>]*>)+")
Ended = Callable[[str, Meeting | None], object]


def conference_named(switch: Switch, name: str) -> Conference:
    """The conference of this name; begun anew when there is none."""
    name = name.partition("@")[0]
    for conference in switch.province.conferences:
        if conference.mcu == FREESWITCH and conference.name == name:
            return conference
    return switch.province.open_conference(name, FREESWITCH)


def callee(endpoint: str) -> str:
    """Whom an endpoint such as `sofia/internal/24121@host` or `loopback/24121/default` names."""
    parts = VARIABLES.sub("", endpoint).split("/")
    place = 1 if parts[0] in ("loopback", "user") else len(parts) - 1
    return user_of(parts[place]) if place < len(parts) else ""


def site_called(switch: Switch, endpoint: str) -> Site | None:
    """The site an endpoint names."""
    wanted = callee(endpoint)
    sites = switch.province.sites.values()
    return next((each for each in sites if wanted and user_of(each.uri) == wanted), None)


def place_call(
    switch: Switch, name: str, endpoint: str, caller: tuple[str, str], ended: Ended
) -> str:
    """Call somebody into a conference; returns the channel's UUID. `ended` hears the outcome."""
    clock, province = switch.province.clock, switch.province
    channel_uuid = switch.new_uuid()
    module = VARIABLES.sub("", endpoint).partition("/")[0]
    site = site_called(switch, endpoint)
    cause = ""
    if module not in MODULES:
        cause = "CHAN_NOT_IMPLEMENTED"
    elif site is None:
        cause = "USER_NOT_REGISTERED" if module == "user" else "UNALLOCATED_NUMBER"
    elif site.leg is not None:
        cause = "USER_BUSY"
    if cause or site is None:
        clock.after_wall(REFUSED_AFTER_S, lambda: ended(cause, None))
        return channel_uuid
    conference = conference_named(switch, name)
    leg = province.seat(site, conference, outgoing=True, bridge=switch.number)
    channel = VARIABLES.sub("", endpoint)
    if channel.startswith("loopback/"):
        channel = f"loopback/{callee(endpoint)}-a"

    def over(cause: str, meeting: Meeting | None) -> None:
        ended(cause, meeting)
        if cause != "SUCCESS":
            close_empty(switch, conference)

    switch.outgoing[leg.number] = Outgoing(channel, channel_uuid, caller, over)
    province.ring(leg)
    return channel_uuid


def close_empty(switch: Switch, conference: Conference) -> None:
    """End a conference that was only begun for a call that came to nothing."""
    province = switch.province
    if conference is province.meetings[FREESWITCH] or conference not in province.conferences:
        return
    if not province.legs(conference):
        province.close_conference(conference)


# -- dial and bgdial -----------------------------------------------------------------------------


def dial(switch: Switch, words: tuple[str, ...], *, dry: bool) -> str | asyncio.Future[str]:
    """`NAME dial ENDPOINT [NUMBER [NAME]]`: answered when the call was, or was not."""
    if len(words) < 3:
        return "-ERR Bad Args\n" + usage("dial")
    if dry:
        return "+OK Call Requested: result: [SUCCESS]\n"
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def ended(cause: str, meeting: Meeting | None) -> None:
        if not answer.done():
            answer.set_result(f"+OK Call Requested: result: [{cause}]\n")

    place_call(switch, words[0], words[2], caller_of(words), ended)
    return answer


def bgdial(switch: Switch, words: tuple[str, ...], *, dry: bool) -> str:
    """`NAME bgdial ENDPOINT [NUMBER [NAME]]`: the outcome comes as an event."""
    if len(words) < 3:
        return "-ERR Bad Args\n" + usage("bgdial")
    job = switch.new_uuid()
    answer = f"+OK Job-UUID: {job}\n"
    if dry:
        return answer
    peer: list[str] = []

    def ended(cause: str, meeting: Meeting | None) -> None:
        found = meeting or switch.meetings.get(words[0])
        if found is None:
            conference = Conference(0, words[0], switch.province.clock.now_s, FREESWITCH)
            found = Meeting(conference, "", switch.province.clock.now_s)
        more = [("Result", cause), ("Job-UUID", job)]
        more += [("Peer-UUID", peer[0])] if cause == "SUCCESS" else []
        switch.fire(switch.news.of_meeting(found, "bgdial-result", *more))

    def begin() -> None:
        peer.append(place_call(switch, words[0], words[2], caller_of(words), ended))

    switch.later(("dial", words[2]), begin)
    return answer


def caller_of(words: tuple[str, ...]) -> tuple[str, str]:
    """Number and name that are shown to whom one dials."""
    number = words[3] if len(words) > 3 else "00000000000"
    return number, words[4] if len(words) > 4 else number


def originate(switch: Switch, arg: str, *, dry: bool) -> str | asyncio.Future[str]:
    """`originate ENDPOINT &conference(NAME)`, or `conference:NAME@default inline`."""
    variables = VARIABLES.match(arg)
    head = variables.group() if variables else ""
    words = separated(arg[len(head) :])
    found = APPLICATION.match(words[1]) if len(words) > 1 else None
    if len(words) < 2:
        return (
            "-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>]\n"
        )
    if found is None:
        return "-ERR DESTINATION_OUT_OF_ORDER\n"
    if dry:
        return f"+OK {switch.new_uuid()}\n"
    name = found.group(1).removesuffix(f"@{PROFILE}")
    shown = dict(re.findall(r"(origination_caller_id_\w+)=('(?:\\.|[^'])*'|[^,}]*)", head))
    number, title = (
        shown.get(f"origination_caller_id_{part}", "").strip("'").replace("\\'", "'")
        for part in ("number", "name")
    )
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    made: list[str] = []

    def ended(cause: str, meeting: Meeting | None) -> None:
        if not answer.done():
            answer.set_result(f"+OK {made[0]}\n" if cause == "SUCCESS" else f"-ERR {cause}\n")

    made.append(place_call(switch, name, words[0], (number, title), ended))
    return answer


# -- transfer ------------------------------------------------------------------------------------


def transfer(asking: Asking) -> str:
    """`transfer CONFERENCE ID…`: each leaves here and comes in there, under a new id."""
    target, ids = asking.arg(2), asking.words[3:]
    if not target or not ids:
        return usage("transfer")
    said = ""
    for word in ids:
        member = asking.member(word)
        if member is None:
            said += f"-ERR No Member {leading_number(word)} in conference {asking.words[0]}.\n"
            continue
        leg = member.leg
        asking.to_member(member, lambda each, leg=leg: moved(asking, leg, target))
        said += f"+OK Member '{member.number}' sent to conference {target}.\n"
    return said


def moved(asking: Asking, leg: Leg, target: str) -> None:
    """Seat a member's site in another conference."""
    switch, province = asking.switch, asking.switch.province
    member = switch.member_of(leg)
    if member is None:
        return
    names = [("Old-Conference-Name", asking.meeting.name), ("New-Conference-Name", target)]
    switch.fire(switch.news.of_member(member, "transfer", before=names))
    site, muted = leg.site, leg.rx_audio_mute
    province.hang_up(leg, "transferred")
    conference = conference_named(switch, target)
    new = province.seat(site, conference, outgoing=leg.outgoing, bridge=switch.number)
    new.rx_audio_mute = muted
    province.answer(new)
