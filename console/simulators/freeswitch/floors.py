"""Who talks, whose sound leads and whose picture everybody sees.

The first who comes has both floors; whoever talks while the holder does not takes the sound's,
and the picture follows it unless a command has locked it (recorded; mcu.md §3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.simulators.freeswitch.frames import Headers
from console.simulators.freeswitch.members import Meeting, Member
from console.simulators.freeswitch.news import number

if TYPE_CHECKING:
    from console.simulators.freeswitch.switch import Switch

TICK_S = 0.02
HEARD_AFTER_S = 0.2
HANG_OVER_S = 0.6
PACKET_MS = 20


class Floors:
    """The talk in the conferences of one switch."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch

    def _soon(self, member: Member, delay_s: float, call: Callable[[Member], None]) -> None:
        """In a moment, if the member is still there."""

        def due() -> None:
            if member in member.meeting.members:
                call(member)

        self._switch.province.clock.after(delay_s, due)

    # -- coming and going --------------------------------------------------------------------

    def joined(self, member: Member) -> None:
        """A member came: the first one leads."""
        meeting = member.meeting
        if meeting.video_floor is None and member.video:
            self.show(meeting, member)
        if meeting.floor is None:
            self._soon(member, TICK_S, self._lead_if_nobody)
        self.listen(member)

    def _lead_if_nobody(self, member: Member) -> None:
        if member.meeting.floor is None:
            self.lead(member.meeting, member)

    def left(self, member: Member, gone: Callable[[], None]) -> None:
        """A member went (it stands in no list any more); `gone` tells so, in its place."""
        meeting = member.meeting
        if meeting.floor is member:
            meeting.floor = None
            talkers = [each for each in meeting.members if each.talking]
            heir = next(iter(talkers or meeting.members), None)
            meeting.floor = heir
            self._switch.fire(self._switch.news.of_floor(meeting, None, heir))
        gone()
        if meeting.video_floor is member:
            meeting.video_floor = None
            self.unlock(meeting)
            heir = next((each for each in meeting.members if each.video), None)
            if heir is not None:
                self.show(meeting, heir)

    # -- talk --------------------------------------------------------------------------------

    def listen(self, member: Member) -> None:
        """What is heard of a member changed, or its mute did."""
        if member.leg.rx_audio_mute:
            member.talking = False
        elif member.leg.site.audible and not member.talking:
            self._soon(member, HEARD_AFTER_S, self._begins)
        elif not member.leg.site.audible and member.talking:
            self._soon(member, HANG_OVER_S, self._ends)

    def _begins(self, member: Member) -> None:
        if member.talking or not member.leg.site.audible:
            return
        now_s = self._switch.province.clock.now_s
        member.talking, member.talk_began_s = True, now_s - HEARD_AFTER_S
        self._switch.fire(self._switch.news.of_member(member, "start-talking"))
        holder = member.meeting.floor
        if holder is None or not holder.talking:
            self.lead(member.meeting, member)

    def _ends(self, member: Member) -> None:
        if not member.talking or member.leg.site.audible:
            return
        now_s = self._switch.province.clock.now_s
        member.talking, member.last_talked_s = False, now_s
        measured = talk_figures(now_s - member.talk_began_s)
        event = self._switch.news.of_member(member, "stop-talking", before=measured)
        self._switch.fire(event)
        others = [each for each in member.meeting.members if each.talking]
        if member.meeting.floor is member and others:
            self.lead(member.meeting, max(others, key=lambda each: each.talk_began_s))

    # -- the two floors ----------------------------------------------------------------------

    def lead(self, meeting: Meeting, member: Member | None) -> None:
        """Give the sound's floor to a member, or take it from everybody."""
        old = meeting.floor
        if old is member:
            return
        meeting.floor = member
        self._switch.fire(self._switch.news.of_floor(meeting, old, member))
        if member is not None:
            self._soon(member, TICK_S, self._follow)
        else:
            self._switch.province.clock.after(TICK_S, lambda: self._somebody(meeting))

    def _somebody(self, meeting: Meeting) -> None:
        """A floor that nobody holds does not stay so."""
        if meeting.floor is None and meeting.members:
            talkers = [each for each in meeting.members if each.talking]
            self.lead(meeting, (talkers or meeting.members)[0])

    def _follow(self, member: Member) -> None:
        meeting = member.meeting
        if meeting.floor is member and member.video and not meeting.video_lock:
            self.show(meeting, member)

    def show(self, meeting: Meeting, member: Member) -> None:
        """Give the picture's floor to a member."""
        old = meeting.video_floor
        if old is member:
            return
        meeting.video_floor = member
        ids = [("Old-ID", number(old)), ("New-ID", number(member))]
        self._switch.fire(self._switch.news.of_meeting(meeting, "video-floor-change", *ids))

    def lock(self, member: Member) -> None:
        """Everybody sees this member, whoever talks."""
        meeting = member.meeting
        meeting.video_lock = True
        for each in meeting.members:
            wanted = 1 if each is member else None
            self._switch.province.set_leg(each.leg, importance=wanted)
        self.show(meeting, member)

    def unlock(self, meeting: Meeting) -> None:
        """The picture follows the sound again."""
        meeting.video_lock = False
        for each in meeting.members:
            self._switch.province.set_leg(each.leg, importance=None)


def talk_figures(talked_s: float) -> Headers:
    """What the switch says it measured of a talk that lasted so long."""
    packets = max(1, int(talked_s * 1000 / PACKET_MS))
    hits = max(1, packets - 40)
    return [
        ("talking-gate-hits", str(hits)),
        ("talking-total-packets", str(packets)),
        ("talking-duration-ms", str(packets * PACKET_MS)),
        ("talking-average-energy", f"{4151.112360:.6f}"),
        ("talking-delta-average", f"{340.112360:.6f}"),
        ("talking-hit-on-percent", f"{100 * hits / packets:.6f}"),
        ("talking-non-hit-ratio", f"{100 / hits:.6f}"),
        ("talking-hit-off-percent", f"{100 / packets:.6f}"),
        ("talking-hit-off-differential", f"{100 * (hits - 1) / packets:.6f}"),
    ]
