"""Words a happening as the event the switch fires for it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from console.simulators.freeswitch.frames import Event, Headers
from console.simulators.freeswitch.members import Meeting, Member, meeting_headers, member_headers

MAINTENANCE = "conference::maintenance"
API = "conference_api.c"
PLACES: dict[str, tuple[str, str, int]] = {
    "conference-create": ("mod_conference.c", "conference_new", 3848),
    "conference-destroy": ("mod_conference.c", "conference_thread_run", 863),
    "add-member": ("conference_member.c", "conference_member_add", 962),
    "del-member": ("conference_member.c", "conference_member_del", 1355),
    "floor-change": ("conference_member.c", "conference_member_set_floor_holder", 1158),
    "video-floor-change": ("conference_video.c", "conference_video_set_floor_holder", 4816),
    "start-talking": ("conference_loop.c", "conference_loop_input", 1154),
    "stop-talking": ("conference_loop.c", "stop_talking_handler", 783),
    "hold-member": ("conference_member.c", "conference_member_hold", 0),
    "unhold-member": ("conference_member.c", "conference_member_unhold", 0),
    "mute-member": (API, "conference_api_sub_mute", 339),
    "unmute-member": (API, "conference_api_sub_unmute", 492),
    "vmute-member": (API, "conference_api_sub_vmute", 617),
    "unvmute-member": (API, "conference_api_sub_unvmute", 687),
    "deaf-member": (API, "conference_api_sub_deaf", 797),
    "undeaf-member": (API, "conference_api_sub_undeaf", 839),
    "hup-member": (API, "conference_api_sub_hup", 871),
    "kick-member": (API, "conference_api_sub_kick", 902),
    "energy-level-member": (API, "conference_api_sub_energy", 0),
    "volume-in-member": (API, "conference_api_sub_volume_in", 1574),
    "volume-out-member": (API, "conference_api_sub_volume_out", 0),
    "lock": (API, "conference_api_sub_lock", 3474),
    "unlock": (API, "conference_api_sub_unlock", 3496),
    "transfer": (API, "conference_api_sub_transfer", 0),
    "pause-recording": (API, "conference_api_sub_pauserec", 0),
    "resume-recording": (API, "conference_api_sub_pauserec", 0),
    "bgdial-result": ("mod_conference.c", "conference_outcall_run", 1708),
    "start-recording": ("conference_record.c", "conference_record_thread_run", 319),
    "stop-recording": ("conference_record.c", "conference_record_thread_run", 427),
    "HEARTBEAT": ("switch_core.c", "send_heartbeat", 95),
    "BACKGROUND_JOB": ("mod_event_socket.c", "api_exec", 1572),
    "SHUTDOWN": ("switch_core.c", "switch_core_destroy", 0),
}
"""Where in the program events come from; lines that were not recorded are 0."""


class News:
    """The head that every event of one run of the switch has: who says it, when, in which order."""

    def __init__(self, core_uuid: str, host: str) -> None:
        self.core_uuid, self.host = core_uuid, host
        self._sequence = 0

    def event(
        self, name: str, headers: Sequence[tuple[str, str]], subclass: str = "", body: str = ""
    ) -> Event:
        """An event named `name`; `headers` follow its head."""
        self._sequence += 1
        now = time.time()
        moment = datetime.fromtimestamp(now, UTC)
        action = next((value for key, value in headers if key == "Action"), name)
        file, function, line = PLACES[action]
        head: Headers = [("Event-Subclass", subclass)] if subclass else []
        head += [
            ("Event-Name", name),
            ("Core-UUID", self.core_uuid),
            ("FreeSWITCH-Hostname", self.host),
            ("FreeSWITCH-Switchname", self.host),
            ("FreeSWITCH-IPv4", "192.0.2.2"),
            ("FreeSWITCH-IPv6", "fd00::2"),
            ("Event-Date-Local", f"{moment:%Y-%m-%d %H:%M:%S}"),
            ("Event-Date-GMT", format_datetime(moment, usegmt=True)),
            ("Event-Date-Timestamp", str(int(now * 1_000_000))),
            ("Event-Calling-File", file),
            ("Event-Calling-Function", function),
            ("Event-Calling-Line-Number", str(line)),
            ("Event-Sequence", str(self._sequence)),
        ]
        return Event((*head, *headers), body)

    def of_meeting(self, meeting: Meeting, action: str, *more: tuple[str, str]) -> Event:
        """Something that happened to a conference."""
        headers = [*meeting_headers(meeting), ("Action", action), *more]
        return self.event("CUSTOM", headers, MAINTENANCE)

    def of_member(
        self, member: Member, action: str, *more: tuple[str, str], before: Headers | None = None
    ) -> Event:
        """Something that happened to a member; `before` stands ahead of the action."""
        headers = [*meeting_headers(member.meeting), *member_headers(member)]
        headers += [*(before or []), ("Action", action), *more]
        return self.event("CUSTOM", headers, MAINTENANCE)

    def of_floor(self, meeting: Meeting, old: Member | None, new: Member | None) -> Event:
        """The sound leads elsewhere: the conference stands twice in it when somebody leads."""
        headers = [
            *meeting_headers(meeting),
            ("Action", "floor-change"),
            ("Old-ID", number(old)),
            *([*meeting_headers(meeting), *member_headers(new)] if new is not None else []),
            ("New-ID", number(new)),
        ]
        return self.event("CUSTOM", headers, MAINTENANCE)


def number(member: Member | None) -> str:
    """A member's id, or `none`."""
    return "none" if member is None else str(member.number)
