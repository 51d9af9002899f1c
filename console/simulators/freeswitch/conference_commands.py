"""What can be told to a conference as a whole: layout, lock, figures, relations."""

from __future__ import annotations

from collections.abc import Callable

from console.simulators.freeswitch import lists
from console.simulators.freeswitch.asking import Asking, leading_number
from console.simulators.freeswitch.members import PROFILE, Meeting
from console.simulators.freeswitch.recording_commands import RECORDING_COMMANDS
from console.simulators.freeswitch.usage import usage

LAYOUT_WORDS = (
    "2x1-zoom 1x2 8x8 1up_top_left+5 1x1+2x1 5-grid-zoom 2x1 2x1-presenter-zoom 2up_middle+8 "
    "2up_top+8 1x1 presenter-dual-horizontal 3x1-zoom presenter-overlap-large-bot-right 3up+4 "
    "presenter-overlap-small-top-right presenter-dual-vertical 3up+9 5x5 4x4 4x2-zoom overlaps 2x2 "
    "3x2-zoom presenter-overlap-large-top-right 6x6 3x3 1up_top_left+7 7-grid-zoom "
    "presenter-overlap-small-bot-right 2up_bottom+8 1up_top_left+9"
)
LAYOUTS = LAYOUT_WORDS.split()
GROUPS = ("grid", "grid-zoom", "1up_top_left_plus", "3up_plus")
Command = Callable[[Asking], str]


# -- rosters -------------------------------------------------------------------------------------


def list_members(asking: Asking) -> str:
    """`list [delim X|count]`."""
    if asking.arg(2).lower() == "count":
        return str(len(asking.meeting.members))
    delimiter = asking.arg(3) if asking.arg(2).lower() == "delim" and asking.arg(3) else ";"
    return lists.as_lines(asking.members, delimiter)


def json_list(asking: Asking) -> str:
    """`json_list`."""
    return lists.as_json([(asking.meeting, asking.members)], asking.switch.province.clock.now_s)


def xml_list(asking: Asking) -> str:
    """`xml_list`."""
    return lists.as_xml([(asking.meeting, asking.members)], asking.switch.province.clock.now_s)


# -- picture -------------------------------------------------------------------------------------


def vid_layout(asking: Asking) -> str:
    """`vid-layout NAME`, `vid-layout group NAME`, `vid-layout list`."""
    wanted = asking.arg(2)
    if not wanted:
        return "-ERR Invalid input\n"
    if wanted.lower() == "list":
        return "".join(f"{name}\n" for name in LAYOUTS)
    if wanted.lower().startswith("group"):
        group = wanted.partition(":")[2] if ":" in wanted else asking.arg(3)
        if not group:
            return "-ERR Group name not specified.\n"
        if group not in GROUPS:
            return f"-ERR Invalid group layout [{group}]\n"
        asking.to_meeting(lambda meeting: arranged(meeting, meeting.layout, group))
        return f"+OK Change to layout group [{group}]\n"
    if wanted not in LAYOUTS:
        return f"-ERR Invalid layout [{wanted}]\n"
    asking.to_meeting(lambda meeting: arranged(meeting, wanted, ""))
    return f"+OK Change canvas 1 to layout [{wanted}]\n"


def arranged(meeting: Meeting, layout: str, group: str) -> None:
    """Arrange the canvas, of which no event tells."""
    meeting.layout, meeting.group = layout, group


def clear_vid_floor(asking: Asking) -> str:
    """Let the picture follow speech again; the command itself says nothing."""
    asking.to_meeting(asking.switch.floors.unlock)
    return ""


# -- lock ----------------------------------------------------------------------------------------


def lock_of(locked: bool) -> Command:
    """The command that lets nobody in any more, or everybody again."""

    def effect(asking: Asking, meeting: Meeting) -> None:
        if meeting.conference.locked == locked:
            action = "lock" if locked else "unlock"
            asking.switch.fire(asking.switch.news.of_meeting(meeting, action))
        else:
            asking.switch.province.set_conference(meeting.conference, locked=locked)

    def command(asking: Asking) -> str:
        asking.to_meeting(lambda meeting: effect(asking, meeting))
        return f"+OK {asking.words[0]} {'locked' if locked else 'unlocked'}\n"

    return command


def pin(asking: Asking) -> str:
    """`pin NUMBER`, `nopin`."""
    wanted = asking.arg(2)
    if asking.sub == "nopin" and not wanted:
        asking.to_meeting(lambda meeting: setattr(meeting, "pin", ""))
        return f"+OK Pin for conference {asking.words[0]} deleted\n"
    if asking.sub == "pin" and wanted and not asking.arg(3):
        asking.to_meeting(lambda meeting: setattr(meeting, "pin", wanted))
        return f"+OK Pin for conference {asking.words[0]} set: {wanted}\n"
    return "-ERR Invalid parameters:\n" + usage(asking.sub)


# -- figures and the rest ------------------------------------------------------------------------


def get(asking: Asking) -> str:
    """`get NAME`; a name it does not know is answered with the usage."""
    meeting = asking.meeting
    known = {
        "run_time": str(int(asking.switch.province.clock.now_s - meeting.began_s)),
        "count": str(len(meeting.members)),
        "count_ghosts": "0",
        "max_members": str(meeting.max_members),
        "rate": str(lists.RATE),
        "profile_name": PROFILE,
        "is_locked": "locked" if meeting.conference.locked else "",
        "uuid": meeting.uuid,
        "endconference_grace_time": "0",
    }
    return known.get(asking.arg(2).lower(), usage("get"))


def set_value(asking: Asking) -> str:
    """`set max_members N`: the value before is the answer."""
    if asking.arg(2).lower() != "max_members" or leading_number(asking.arg(3)) < 0:
        return usage("set")
    if not asking.arg(3):
        return usage("set")
    before, wanted = asking.meeting.max_members, leading_number(asking.arg(3))
    asking.to_meeting(lambda meeting: setattr(meeting, "max_members", wanted))
    return str(before)


def relate(asking: Asking) -> str:
    """`relate A B nospeak|nohear|clear`: who does not hear whom."""
    meeting = asking.meeting
    first, second, how = asking.arg(2), asking.arg(3), asking.arg(4).lower()
    if not second:
        lines = [f"{a} -> {b} {flags}\n" for (a, b), flags in meeting.relations.items()]
        return "".join(lines) or "+OK No relationships\n"
    pair = (leading_number(first), leading_number(second))
    kinds = {word for word in ("nospeak", "nohear", "sendvideo") if word in how}
    if how != "clear" and not kinds:
        return usage("relate")
    found = asking.member(first) is not None
    if not found or (how != "clear" and asking.member(second) is None):
        return f"-ERR relationship {pair[0]}->{pair[1]} not found.\n"
    if how == "clear":
        asking.to_meeting(lambda each: each.relations.pop(pair, None))
        return f"+OK relationship {pair[0]}->{pair[1]} cleared.\n"
    flags = f"{'NOSPEAK' if 'nospeak' in kinds else 'SPEAK'} "
    flags += f"{'NOHEAR' if 'nohear' in kinds else 'HEAR'} "
    flags += f"{'SENDVIDEO' if 'sendvideo' in kinds else 'NOSENDVIDEO'} "
    asking.to_meeting(lambda each: each.relations.__setitem__(pair, flags))
    return f"+OK {pair[0]}->{pair[1]} {how} set\n"


def play(asking: Asking) -> str:
    """`play FILE [async|ID]`: there is no file here that could be played."""
    path, whom = asking.arg(2), asking.arg(3)
    if not path:
        return usage("play")
    if whom and whom.lower() != "async" and asking.member(whom) is None:
        return f"-ERR Member: {leading_number(whom) % 2**32} not found.\n" + usage("play")
    return f"-ERR (play) File: {path} not found.\n"


def say(asking: Asking) -> str:
    """`say TEXT`: there is no speech engine here."""
    text = asking.text.partition(asking.words[1])[2].strip()
    return ("-ERR (say) Error!\n" if text else "-ERR (say) Error! No text.\n") + usage("say")


def saymember(asking: Asking) -> str:
    """`saymember ID TEXT`."""
    whom = asking.arg(2)
    if not leading_number(whom) or not asking.arg(3):
        problem = "No Text!"
    elif asking.member(whom) is None:
        problem = f"Unknown Member {leading_number(whom)}!"
    else:
        problem = "Error!"
    return f"-ERR (saymember) {problem}\n{usage('saymember')}"


def stop(asking: Asking) -> str:
    """`stop [current|all|async|last] [ID]`: nothing is ever played."""
    if asking.arg(2).lower() not in ("", "current", "all", "async", "last"):
        return usage("stop")
    whom = asking.arg(3)
    if whom and asking.member(whom) is None:
        return f"-ERR Member: {leading_number(whom)} not found.\n"
    return "+OK Stopped 0 files.\n"


CONFERENCE_COMMANDS: dict[str, Command] = {
    "list": list_members,
    "json_list": json_list,
    "xml_list": xml_list,
    "vid-layout": vid_layout,
    "clear-vid-floor": clear_vid_floor,
    "lock": lock_of(True),
    "unlock": lock_of(False),
    "pin": pin,
    "nopin": pin,
    **RECORDING_COMMANDS,
    "get": get,
    "set": set_value,
    "relate": relate,
    "play": play,
    "say": say,
    "saymember": saymember,
    "stop": stop,
}
