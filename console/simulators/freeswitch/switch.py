"""One FreeSWITCH as a device: its conferences, what it hears of the province, its power."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from console.simulators.freeswitch.floors import Floors
from console.simulators.freeswitch.frames import Event
from console.simulators.freeswitch.members import Meeting, Member
from console.simulators.freeswitch.news import News
from console.simulators.model.change import Change, Kind
from console.simulators.model.province import FREESWITCH, Province
from console.simulators.model.site import Conference, Leg, LegState

HEARTBEAT_S = 20.0
MOST_SESSIONS = 1000
VERSION = "1.11.2-dev git cc93a68 2026-08-21 14:10:14Z 64bit"
MUTES = {
    "rx_audio_mute": ("mute-member", "unmute-member"),
    "tx_audio_mute": ("deaf-member", "undeaf-member"),
    "rx_video_mute": ("vmute-member", "unvmute-member"),
}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call on its way out: its channel, what it shows as caller (number, name), and whom to
    tell how it ended, with the conference it came into."""

    channel: str
    uuid: str
    caller: tuple[str, str]
    ended: Callable[[str, Meeting | None], object]


class Switch:
    """The switch's memory, and the events it fires.

    Attributes:
        number: which MCU of the province it is.
        delay_s: the range of seconds (wall) by which what was asked takes effect late.
        ears: called with every event it fires.
        up: whether it has power.
    """

    family = FREESWITCH

    def __init__(
        self, province: Province, number: int, name: str, delay_s: tuple[float, float]
    ) -> None:
        self.province, self.number, self.name, self.delay_s = province, number, name, delay_s
        self._ids, self._delays = province.rng("freeswitch/ids"), province.rng("freeswitch/delays")
        self.ears: list[Callable[[Event], None]] = []
        self.floors = Floors(self)
        self.up = True
        self._returning: list[str] = []
        self._begin()
        province.watch(self._changed)
        province.clock.every(HEARTBEAT_S, self._heartbeat)

    def _begin(self) -> None:
        """What a process has when it starts: no conference, ids from one."""
        self.started_s = self.province.clock.now_s
        self.news = News(self.new_uuid(), self.name)
        self.meetings: dict[str, Meeting] = {}
        self.members: dict[int, Member] = {}
        self._by_leg: dict[int, Member] = {}
        self._last_member = self.sessions_since = self.sessions_most = 0
        self._busy_until: dict[Hashable, float] = {}
        self.outgoing: dict[int, Outgoing] = {}

    def new_uuid(self) -> str:
        """A fresh UUID, the same ones in the same order for the same seed."""
        return str(uuid.UUID(int=self._ids.getrandbits(128), version=4))

    def fire(self, event: Event) -> None:
        """Tell whoever listens."""
        for ear in list(self.ears):
            ear(event)

    def member_of(self, leg: Leg | None) -> Member | None:
        """The member that a leg is here."""
        return None if leg is None else self._by_leg.get(leg.number)

    def with_uuid(self, channel: str) -> Member | None:
        """The member whose channel has this UUID."""
        return next((each for each in self.members.values() if each.uuid == channel), None)

    # -- taking effect -----------------------------------------------------------------------

    def later(self, key: Hashable, effect: Callable[[], object]) -> None:
        """Let what was asked take effect 50–800 ms from now, after what was asked before it."""
        clock = self.province.clock
        due_s = clock.now_s + self._delays.uniform(*self.delay_s) * clock.speed
        due_s = max(due_s, self._busy_until.get(key, 0.0) + 0.001)
        self._busy_until[key] = due_s
        clock.after(due_s - clock.now_s, effect)

    # -- what the province does --------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        leg, site = change.leg, change.site
        match change.kind:
            case Kind.LEG_CHANGED if leg is not None and leg.bridge == self.number:
                self._leg_changed(leg, change.fields)
            case Kind.LEG_REMOVED if leg is not None and leg.bridge == self.number:
                self._leave(leg)
                self._unanswered(leg, change.reason)
            case Kind.ROOM_CHANGED | Kind.SPEECH_CHANGED if site is not None:
                member = self.member_of(site.leg)
                if member is not None:
                    self.floors.listen(member)
            case Kind.CONFERENCE_CHANGED if change.conference is not None:
                self._conference_changed(change.conference, change.fields)
            case _:
                pass

    def _leg_changed(self, leg: Leg, fields: frozenset[str]) -> None:
        member = self.member_of(leg)
        if member is None:
            if leg.state is LegState.CONNECTED:
                self._join(leg)
            return
        if "rx_audio_mute" in fields and leg.rx_audio_mute:
            member.talking = False
        for name in sorted(fields & set(MUTES)):
            self.tell_mute(member, name)
        if "state" in fields:
            held = leg.state is LegState.ON_HOLD
            action = "hold-member" if held else "unhold-member"
            self.fire(self.news.of_member(member, action))
        if fields & {"state", "rx_audio_mute"}:
            self.floors.listen(member)

    def tell_mute(self, member: Member, name: str) -> None:
        """Tell how one of a member's mutes stands."""
        action = MUTES[name][0 if getattr(member.leg, name) else 1]
        self.fire(self.news.of_member(member, action))

    def _conference_changed(self, conference: Conference, fields: frozenset[str]) -> None:
        meeting = self.meetings.get(conference.name)
        if meeting is not None and meeting.conference is conference and "locked" in fields:
            action = "lock" if conference.locked else "unlock"
            self.fire(self.news.of_meeting(meeting, action))

    def _join(self, leg: Leg) -> None:
        meeting = self.meetings.get(leg.conference.name)
        if meeting is None:
            meeting = Meeting(leg.conference, self.new_uuid(), self.province.clock.now_s)
            self.meetings[meeting.name] = meeting
            self.fire(self.news.of_meeting(meeting, "conference-create"))
        self._last_member += 1
        address = leg.site.uri.removeprefix("sip:")
        outgoing = self.outgoing.pop(leg.number, None)
        channel = outgoing.channel if outgoing is not None else f"sofia/internal/{address}"
        if outgoing is not None:
            outgoing.ended("SUCCESS", meeting)
        member = Member(
            number=self._last_member,
            uuid=outgoing.uuid if outgoing is not None else self.new_uuid(),
            leg=leg,
            meeting=meeting,
            joined_s=self.province.clock.now_s,
            joined_us=int(time.time() * 1_000_000),
            channel=channel,
            video=leg.site.level != "stranger" and not channel.startswith("loopback/"),
            dialled_as=outgoing.caller if outgoing is not None else ("", ""),
        )
        meeting.members.insert(0, member)
        self.members[member.number] = self._by_leg[leg.number] = member
        self.sessions_since += 1
        self.sessions_most = max(self.sessions_most, len(self.members))
        self.fire(self.news.of_member(member, "add-member"))
        self.floors.joined(member)

    def _unanswered(self, leg: Leg, reason: str) -> None:
        outgoing = self.outgoing.pop(leg.number, None)
        if outgoing is not None:
            causes = {"ringingTimeout": "NO_ANSWER", "timeout": "RECOVERY_ON_TIMER_EXPIRE"}
            outgoing.ended(causes.get(reason, "NORMAL_CLEARING"), None)

    def _leave(self, leg: Leg) -> None:
        member = self._by_leg.pop(leg.number, None)
        if member is None:
            return
        meeting = member.meeting
        del self.members[member.number]
        meeting.members.remove(member)
        member.talking = False
        self.floors.left(member, lambda: self.fire(self.news.of_member(member, "del-member")))
        if not meeting.members:
            self._destroy(meeting)

    def _destroy(self, meeting: Meeting) -> None:
        """The last one out: the conference is no more, nor what it was told."""
        del self.meetings[meeting.name]
        for path in list(meeting.recordings):
            self.stop_recording(meeting, path)
        self.fire(self.news.of_meeting(meeting, "conference-destroy"))
        self.province.set_conference(meeting.conference, locked=False, recording=False)
        if meeting.conference is not self.province.meetings[FREESWITCH]:
            self.province.close_conference(meeting.conference)

    # -- recordings --------------------------------------------------------------------------

    def stop_recording(self, meeting: Meeting, path: str) -> None:
        """A file is closed."""
        recording = meeting.recordings.pop(path)
        lasted_ms = int((self.province.clock.now_s - recording.began_s) * 1000)
        others = "true" if meeting.recordings else "false"
        figures = [
            ("Path", written_as(path)),
            ("Other-Recordings", others),
            ("Samples-Out", str(lasted_ms * 16)),
            ("Samplerate", "16000"),
            ("Milliseconds-Elapsed", str(lasted_ms)),
            ("Record-File-Size", str(lasted_ms * 32 + 142)),
        ]
        self.fire(self.news.of_meeting(meeting, "stop-recording", *figures))
        self.province.set_conference(meeting.conference, recording=bool(meeting.recordings))

    # -- figures -----------------------------------------------------------------------------

    @property
    def uptime_s(self) -> float:
        """Seconds since the process started."""
        return self.province.clock.now_s - self.started_s

    @property
    def idle_pct(self) -> float:
        """How much of the processor nobody uses: each picture mixed costs some."""
        return max(2.0, 98.0 - 0.35 * len(self.members))

    def uptime(self) -> str:
        """The uptime in the switch's own words."""
        whole = int(self.uptime_s * 1_000_000)
        parts: list[str] = []
        for name, size_us in (
            ("year", 31_536_000_000_000),
            ("day", 86_400_000_000),
            ("hour", 3_600_000_000),
            ("minute", 60_000_000),
            ("second", 1_000_000),
            ("millisecond", 1000),
            ("microsecond", 1),
        ):
            count, whole = divmod(whole, size_us)
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
        return ", ".join(parts)

    def _heartbeat(self) -> None:
        if not self.up:
            return
        most = str(self.sessions_most)
        headers = [
            ("Event-Info", "System Ready"),
            ("Up-Time", self.uptime()),
            ("FreeSWITCH-Version", VERSION.replace(" git ", "+git~").partition(" ")[0]),
            ("Uptime-msec", str(int(self.uptime_s * 1000))),
            ("Session-Count", str(len(self.members))),
            ("Max-Sessions", str(MOST_SESSIONS)),
            ("Session-Per-Sec", "200"),
            ("Session-Per-Sec-Last", "0"),
            ("Session-Per-Sec-Max", most),
            ("Session-Per-Sec-FiveMin", most),
            ("Session-Since-Startup", str(self.sessions_since)),
            ("Session-Peak-Max", most),
            ("Session-Peak-FiveMin", most),
            ("Idle-CPU", f"{self.idle_pct:.6f}"),
        ]
        self.fire(self.news.event("HEARTBEAT", headers))

    # -- power -------------------------------------------------------------------------------

    def go_down(self) -> None:
        """Lose power: every call drops, every id is forgotten."""
        self.up = False
        self.province.bridges_down.add(self.number)
        self.ears.clear()
        for leg in self.province.legs(bridge=self.number):
            self._returning.append(leg.site.code)
            self.province.hang_up(leg, "callDeactivated")

    def come_up(self) -> None:
        """Start again: another core, member ids from one, and the sites call back in."""
        self._begin()
        self.up = True
        province = self.province
        province.bridges_down.discard(self.number)
        rng = province.rng("freeswitch/return")
        for code in self._returning:
            site = province.sites.get(code)
            if site is not None:
                delay_s = rng.uniform(1.0, 6.0)
                province.clock.after(delay_s, lambda site=site: province.call_in(site))
        self._returning.clear()


def written_as(path: str) -> str:
    """A recording's path as events show it."""
    how = "video_time_audio=false,channels=1,samplerate=16000,vw=1280,vh=720,fps=15.15"
    return f"{{{how}}}{path}"
