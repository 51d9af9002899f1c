"""What can be told to one member, or to all: mutes, floors, places, energy, hanging up."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from console.simulators.freeswitch.asking import Asking, leading_number
from console.simulators.freeswitch.members import Member
from console.simulators.freeswitch.usage import usage

MOST_ENERGY, MOST_VOLUME = 1800, 4
Command = Callable[[Asking, Member, str], str]


def to_members(asking: Asking, command: Command) -> str:
    """Do it to whom the command names: an id, `all`, `non_moderator` or `last`."""
    whom, data = asking.arg(2), asking.arg(3)
    number = leading_number(whom)
    word = "" if number else whom.lower()
    if word in ("all", "non_moderator"):
        chosen = [m for m in asking.members if word == "all" or not m.moderator]
        return "".join(command(asking, member, data) for member in chosen)
    if word == "last":
        newest = max(asking.members, key=lambda each: each.number, default=None)
        return "" if newest is None else command(asking, newest, data)
    if not number:
        return usage(asking.sub)
    member = asking.member(whom)
    if member is None:
        return f"-ERR Non-Existant ID {number % 2**32}\n"
    return command(asking, member, data)


# -- mutes ---------------------------------------------------------------------------------------


def mute_of(field: str, word: str, muted: bool) -> Command:
    """The command that sets one of a member's mutes; it tells of it even if it was so before."""

    def effect(asking: Asking, member: Member) -> None:
        if getattr(member.leg, field) == muted:
            if field != "tx_video_mute":
                asking.switch.tell_mute(member, field)
        else:
            asking.switch.province.set_leg(member.leg, **{field: muted})

    def command(asking: Asking, member: Member, data: str) -> str:
        asking.to_member(member, lambda each: effect(asking, each))
        return f"+OK {word} {member.number}\n"

    return command


def toggle_of(field: str, on: Command, off: Command) -> Command:
    """The command that turns a mute into its opposite."""

    def command(asking: Asking, member: Member, data: str) -> str:
        return (off if getattr(member.leg, field) else on)(asking, member, data)

    return command


MUTE = mute_of("rx_audio_mute", "mute", True)
UNMUTE = mute_of("rx_audio_mute", "unmute", False)
VMUTE = mute_of("rx_video_mute", "vmute", True)
UNVMUTE = mute_of("rx_video_mute", "unvmute", False)
VBLIND = mute_of("tx_video_mute", "vblind", True)
UNVBLIND = mute_of("tx_video_mute", "unvblind", False)


# -- floors --------------------------------------------------------------------------------------


def floor(asking: Asking, member: Member, data: str) -> str:
    """Take the sound's floor, or give it back when one has it."""
    holder, floors = member.meeting.floor, asking.switch.floors
    if holder is member:
        asking.to_meeting(lambda meeting: floors.lead(meeting, None))
        return "+OK floor none\n"
    if holder is not None:
        return f"-ERR floor is held by {holder.number}\n"
    asking.to_member(member, lambda each: floors.lead(each.meeting, each))
    return f"+OK floor {member.number}\n"


def vid_floor(asking: Asking, member: Member, data: str) -> str:
    """Take the picture's floor and keep it; said again to the holder, it follows speech again.

    A member without video is answered with nothing (recorded).
    """
    meeting, floors = member.meeting, asking.switch.floors
    if not member.video:
        return ""
    holder = meeting.video_floor
    if holder is member and meeting.video_lock:
        asking.to_member(member, lambda each: release(asking, each))
        return "+OK floor none\n"
    if holder is not None and "force" not in data.lower():
        return f"-ERR floor is held by {holder.number}\n"
    asking.to_member(member, floors.lock)
    return f"+OK floor {member.number}\n"


def release(asking: Asking, member: Member) -> None:
    """Let the picture follow speech, beginning with who had it."""
    asking.switch.floors.unlock(member.meeting)
    asking.switch.floors.lead(member.meeting, member)


# -- places and decorations ----------------------------------------------------------------------


def place_of(field: str, word: str) -> Command:
    """The command that reserves a place in the layout for a member."""

    def command(asking: Asking, member: Member, data: str) -> str:
        if not member.video:
            return ""
        if not data:
            return "-ERR missing arg\n"
        cleared = data.lower() == "clear" or data == getattr(member, field)
        wanted = "" if cleared else data
        asking.to_member(member, lambda each: setattr(each, field, wanted))
        return f"+OK {word} {'cleared' if cleared else data}\n"

    return command


def vid_banner(asking: Asking, member: Member, data: str) -> str:
    """A line of text under the picture: one word, in which blanks are encoded."""
    if not member.video:
        return f"-ERR Channel {member.channel} does not have video capability!\n"
    if not data:
        return "-ERR No text supplied\n"
    text = unquote(data)
    asking.to_member(member, lambda each: setattr(each, "banner", text))
    return "+OK\n"


def vid_logo(asking: Asking, member: Member, data: str) -> str:
    """A picture in the picture."""
    if not member.video:
        return ""
    logo = "" if data.lower() == "clear" else data
    asking.to_member(member, lambda each: setattr(each, "logo", logo))
    return "+OK\n"


def canvas(asking: Asking, member: Member, data: str) -> str:
    """There is one canvas."""
    return "-ERR Only 1 Canvas\n"


# -- levels --------------------------------------------------------------------------------------


def energy(asking: Asking, member: Member, data: str) -> str:
    """From which level on sound counts as speech."""
    level = member.energy_level
    if data:
        step = {"up": level + 200, "down": level - 200}
        level = step.get(data.lower(), leading_number(data))
        level = max(0, min(MOST_ENERGY, level)) if data.lower() in step else level
        set_level(asking, member, "energy_level", level, "energy-level-member", "Energy-Level")
    return f"Energy {member.number} = {level}\n"


def volume_of(field: str, word: str) -> Command:
    """The command that reads or sets a member's volume."""
    action = f"{field.replace('_', '-')}-member"

    def command(asking: Asking, member: Member, data: str) -> str:
        level = int(getattr(member, field))
        if data:
            step = {"up": level + 1, "down": level - 1}
            level = step.get(data.lower(), leading_number(data))
            level = max(-MOST_VOLUME, min(MOST_VOLUME, level))
            set_level(asking, member, field, level, action, "Volume-Level")
        return f"+OK Volume {word} {member.number} = {level}\n"

    return command


def set_level(
    asking: Asking, member: Member, field: str, level: int, action: str, header: str
) -> None:
    """Set it later, and tell."""

    def effect(each: Member) -> None:
        setattr(each, field, level)
        asking.switch.fire(asking.switch.news.of_member(each, action, (header, str(level))))

    asking.to_member(member, effect)


# -- hanging up ----------------------------------------------------------------------------------


def ending_of(action: str, word: str) -> Command:
    """The command that ends a member's call."""

    def effect(asking: Asking, member: Member) -> None:
        switch = asking.switch
        switch.fire(switch.news.of_member(member, action))
        hang_up = switch.province.hang_up
        switch.province.clock.after_wall(0.04, lambda: hang_up(member.leg, "apiInitiated"))

    def command(asking: Asking, member: Member, data: str) -> str:
        asking.to_member(member, lambda each: effect(asking, each))
        return f"+OK {word} {member.number}\n"

    return command


MEMBER_COMMANDS: dict[str, Command] = {
    "mute": MUTE,
    "unmute": UNMUTE,
    "tmute": toggle_of("rx_audio_mute", MUTE, UNMUTE),
    "vmute": VMUTE,
    "unvmute": UNVMUTE,
    "tvmute": toggle_of("rx_video_mute", VMUTE, UNVMUTE),
    "vblind": VBLIND,
    "unvblind": UNVBLIND,
    "tvblind": toggle_of("tx_video_mute", VBLIND, UNVBLIND),
    "deaf": mute_of("tx_audio_mute", "deaf", True),
    "undeaf": mute_of("tx_audio_mute", "undeaf", False),
    "floor": floor,
    "vid-floor": vid_floor,
    "vid-res-id": place_of("reservation_id", "reservation_id"),
    "vid-role-id": place_of("role_id", "role_id"),
    "vid-banner": vid_banner,
    "vid-logo-img": vid_logo,
    "vid-canvas": canvas,
    "vid-watching-canvas": canvas,
    "energy": energy,
    "volume_in": volume_of("volume_in", "IN"),
    "volume_out": volume_of("volume_out", "OUT"),
    "kick": ending_of("kick-member", "kicked"),
    "hup": ending_of("hup-member", "hup"),
}
