"""Who is in a conference on the switch, and the headers by which events tell it."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.simulators.freeswitch.frames import Headers
from console.simulators.model.site import DOMAIN, Conference, Leg, LegState

PROFILE = "default"


@dataclass(slots=True, eq=False)
class Recording:
    """One file being written; `began_s` is virtual time."""

    path: str
    began_s: float
    paused: bool = False


@dataclass(slots=True, eq=False)
class Member:
    """A leg with what the switch knows of it. `number` never repeats while the switch runs."""

    number: int
    uuid: str
    leg: Leg
    meeting: Meeting
    joined_s: float
    joined_us: int
    channel: str
    video: bool = True
    dialled_as: tuple[str, str] = ("", "")
    talking: bool = False
    talk_began_s: float = 0.0
    last_talked_s: float | None = None
    energy_level: int = 100
    volume_in: int = 0
    volume_out: int = 0
    moderator: bool = False
    role_id: str = ""
    reservation_id: str = ""
    banner: str = ""
    logo: str = ""
    canvas: int = 1
    watching: int = 1
    stats: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def caller_name(self) -> str:
        """Whom the switch shows: a dialled member has the name of nobody (recorded)."""
        return "Outbound Call" if self.leg.outgoing else self.leg.site.display_name

    @property
    def caller_number(self) -> str:
        """The number it called from, or was dialled by."""
        return user_of(self.leg.site.uri)

    @property
    def current_energy(self) -> int:
        """The present level of its sound, 0 when it is silent."""
        return int(100 * 10 ** ((self.leg.site.level_db + 60) / 20)) if self.talking else 0


@dataclass(slots=True, eq=False)
class Meeting:
    """A conference that exists because somebody is in it. Members stand newest first.

    Attributes:
        floor: whose sound leads.
        video_floor: whose picture everybody sees.
        video_lock: whether somebody decided that, so that speech does not.
    """

    conference: Conference
    uuid: str
    began_s: float
    layout: str = "1x1"
    group: str = "grid"
    members: list[Member] = field(default_factory=list[Member])
    floor: Member | None = None
    video_floor: Member | None = None
    video_lock: bool = False
    max_members: int = 0
    pin: str = ""
    recordings: dict[str, Recording] = field(default_factory=dict[str, Recording])
    relations: dict[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])

    @property
    def name(self) -> str:
        """The conference's name, by which commands address it."""
        return self.conference.name


def user_of(uri: str) -> str:
    """The part of an address before the `@`."""
    return uri.removeprefix("sip:").partition("@")[0]


def said(value: bool) -> str:
    """`true` or `false`."""
    return "true" if value else "false"


def meeting_headers(meeting: Meeting) -> Headers:
    """The conference, as every event of it begins."""
    return [
        ("Conference-Name", meeting.name),
        ("Conference-Domain", DOMAIN),
        ("Conference-Size", str(len(meeting.members))),
        ("Conference-Ghosts", "0"),
        ("Conference-Profile-Name", PROFILE),
        ("Conference-Unique-ID", meeting.uuid),
    ]


def member_headers(member: Member) -> Headers:
    """A member with its channel and its caller, in the recorded order."""
    leg = member.leg
    return [
        ("Floor", said(member.meeting.floor is member)),
        *channel_headers(member),
        *caller_headers(member),
        ("Video", said(member.video)),
        ("Hear", said(not leg.tx_audio_mute)),
        ("See", said(not leg.rx_video_mute)),
        ("Speak", said(not leg.rx_audio_mute)),
        ("Talking", said(member.talking)),
        ("Mute-Detect", "false"),
        ("Hold", said(leg.state is LegState.ON_HOLD)),
        ("Member-ID", str(member.number)),
        ("Member-Type", "moderator" if member.moderator else "member"),
        ("Member-Ghost", "false"),
        ("Energy-Level", str(member.energy_level)),
        ("Current-Energy", str(member.current_energy)),
    ]


def channel_headers(member: Member) -> Headers:
    """The member's channel."""
    direction = "outbound" if member.leg.outgoing else "inbound"
    return [
        ("Channel-State", "CS_EXECUTE"),
        ("Channel-Call-State", "HELD" if member.leg.state is LegState.ON_HOLD else "ACTIVE"),
        ("Channel-State-Number", "4"),
        ("Channel-Name", member.channel),
        ("Unique-ID", member.uuid),
        ("Call-Direction", direction),
        ("Presence-Call-Direction", direction),
        ("Channel-HIT-Dialplan", "true"),
        ("Channel-Call-UUID", member.uuid),
        ("Answer-State", "answered"),
        ("Channel-Read-Codec-Name", "L16"),
        ("Channel-Read-Codec-Rate", "8000"),
        ("Channel-Read-Codec-Bit-Rate", "128000"),
        ("Channel-Write-Codec-Name", "PCMU"),
        ("Channel-Write-Codec-Rate", "8000"),
        ("Channel-Write-Codec-Bit-Rate", "64000"),
    ]


def caller_headers(member: Member) -> Headers:
    """Who called, or was dialled."""
    outbound, number = member.leg.outgoing, member.caller_number
    direction = "outbound" if outbound else "inbound"
    name, started = member.caller_name, str(member.joined_us)
    given_number, given_name = member.dialled_as if outbound else (number, name)
    zero = [
        ("Caller-Channel-Progress-Time", "0"),
        ("Caller-Channel-Progress-Media-Time", "0"),
        ("Caller-Channel-Hangup-Time", "0"),
        ("Caller-Channel-Transfer-Time", "0"),
        ("Caller-Channel-Resurrect-Time", "0"),
        ("Caller-Channel-Bridged-Time", "0"),
        ("Caller-Channel-Last-Hold", "0"),
        ("Caller-Channel-Hold-Accum", "0"),
    ]
    callee = [("Caller-Callee-ID-Name", given_name), ("Caller-Callee-ID-Number", given_number)]
    address = member.leg.site.room.address if member.leg.site.room else "127.0.0.1"
    return [
        ("Caller-Direction", direction),
        ("Caller-Logical-Direction", direction),
        *([] if outbound else [("Caller-Username", number)]),
        ("Caller-Dialplan", "xml" if outbound else "XML"),
        ("Caller-Caller-ID-Name", name),
        ("Caller-Caller-ID-Number", number),
        ("Caller-Orig-Caller-ID-Name", given_name),
        ("Caller-Orig-Caller-ID-Number", given_number),
        *(callee if outbound else [("Caller-Network-Addr", address)]),
        ("Caller-ANI", given_number),
        ("Caller-Destination-Number", number if outbound else f"conf-{member.meeting.name}"),
        ("Caller-Unique-ID", member.uuid),
        ("Caller-Source", "mod_sofia"),
        ("Caller-Context", "default"),
        ("Caller-Channel-Name", member.channel),
        ("Caller-Profile-Index", "1"),
        ("Caller-Profile-Created-Time", started),
        ("Caller-Channel-Created-Time", started),
        ("Caller-Channel-Answered-Time", started),
        *zero,
        ("Caller-Screen-Bit", "true"),
        ("Caller-Privacy-Hide-Name", "false"),
        ("Caller-Privacy-Hide-Number", "false"),
    ]
