"""Hearing the events: what changes, at once. They can be lost, repeated and reordered; the lists
decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from console.domain import facts as f
from console.domain.presence import Presence
from console.drivers.freeswitch.memory import Meeting, Member
from console.drivers.freeswitch.parse import event, truth, whole
from console.drivers.freeswitch.reading import Reading
from console.drivers.protocol import Heard, Talk

SUBSCRIPTION = "event plain CUSTOM conference::maintenance"
_SUBSCRIBED = "+OK event listener enabled"
_PASSING = ("kick-member", "hup-member", "del-member")
"""Told of members that are on their way out: nobody joins by them."""

_SOON_US = 5_000_000
CallEnded = Callable[[str, str, str], Iterator[f.Fact]]
"""Told of a call's end: its job, how it ended, the channel it made."""


class Hearing:
    """The event feed, told into the conference's memory. Garbage means nothing."""

    def __init__(
        self, meeting: Meeting, reading: Reading, observe: Callable[[], Talk], call_ended: CallEnded
    ) -> None:
        self._meeting = meeting
        self._reading = reading
        self._observe = observe
        self._call_ended = call_ended
        self.alive = False
        self._expected = (0, 0)
        self._sequence = 0

    def end(self) -> list[f.Fact]:
        """No feed. Who was speaking is no longer heard to, and cameras may be hidden unseen."""
        self.alive = False
        self._sequence = 0
        self._reading.checked_us = 0
        silent: list[f.Fact] = []
        for member in self._meeting.members.values():
            silent += self._meeting.speech(member, False)
            member.video_muted = None
            member.sequence = 0
        return silent

    def expect(self, member: int) -> None:
        """This console has the floor held at a member, 0 at none: an event that soon tells of it
        is proof enough."""
        self._expected = member, self._reading.now_us()

    def hear(self, message: str) -> Heard:
        """One event, or the word that they are coming."""
        if message.startswith(_SUBSCRIBED):
            self.alive = True
            return Heard([f.PushChanged(self._meeting.device, True)])
        told = event(message)
        action = told.get("Action", "")
        if not action or told.get("Conference-Name") != self._meeting.name:
            if action == "conference-create" and not self._meeting.name:
                return Heard(talks=[self._observe()])
            return Heard()
        talks: list[Talk] = []
        facts = [*self._told(action, told, talks)]
        return Heard([*facts, *self._meeting.conference_news()], talks=talks)

    def _told(self, action: str, told: dict[str, str], talks: list[Talk]) -> Iterator[f.Fact]:
        meeting, reading = self._meeting, self._reading
        sequence = whole(told.get("Event-Sequence")) or 0
        match action:
            case "conference-create":
                talks.append(self._observe())
            case "conference-destroy":
                for member in list(meeting.members.values()):
                    yield from meeting.ended(member)
                reading.checked_us = 0
                talks.append(self._observe())
            case "lock" | "unlock":
                if self._newest(sequence):
                    meeting.locked, reading.told_us = action == "lock", reading.now_us()
            case "start-recording" | "stop-recording":
                if self._newest(sequence):
                    others = truth(told.get("Other-Recordings")) is True
                    meeting.recording = action == "start-recording" or others
                    reading.told_us = reading.now_us()
            case "video-floor-change":
                if self._newest(sequence):
                    yield from self._floor(told.get("New-ID", ""), talks)
            case "bgdial-result":
                how, peer = told.get("Result", ""), told.get("Peer-UUID", "")
                yield from self._call_ended(told.get("Job-UUID", ""), how, peer)
            case _:
                yield from self._member(action, told, sequence)

    def _newest(self, sequence: int) -> bool:
        """Whether nothing newer was told of the conference as a whole."""
        if sequence and sequence <= self._sequence:
            return False
        self._sequence = sequence
        return True

    def _floor(self, told: str, talks: list[Talk]) -> Iterator[f.Fact]:
        """The picture that everyone sees moved. Only the device can say whether it stays there,
        unless it moved to where this console had it held."""
        meeting, reading = self._meeting, self._reading
        holder = 0 if told == "none" else whole(told)
        if holder is None:
            return
        meeting.floor, reading.floor_us = holder, reading.now_us()
        expected, since_us = self._expected
        if holder and holder == expected and reading.floor_us - since_us < _SOON_US:
            meeting.held, meeting.doubtful = True, False
        else:
            meeting.doubtful = True
            talks.append(reading.floor())
        yield from ()

    def _member(self, action: str, told: dict[str, str], sequence: int) -> Iterator[f.Fact]:
        meeting = self._meeting
        uuid, number = told.get("Unique-ID", ""), whole(told.get("Member-ID"))
        if not uuid or not number or uuid in meeting.gone:
            return
        member = meeting.members.get(uuid)
        if action == "del-member":
            if member is None:
                meeting.gone[uuid] = None
            else:
                yield from meeting.ended(member)
            self._count(told)
            return
        if member is None:
            if action in _PASSING:
                return
            member = self._newcomer(number, uuid, told)
        if sequence and sequence <= member.sequence:
            return
        member.sequence = sequence
        self._apply(member, told)
        yield from meeting.news(member.site)
        yield from meeting.speech(member, truth(told.get("Talking")))
        if action == "add-member":
            self._count(told)

    def _newcomer(self, number: int, uuid: str, told: dict[str, str]) -> Member:
        return self._reading.bind(
            number,
            uuid,
            told.get("Caller-Caller-ID-Name", ""),
            told.get("Caller-Caller-ID-Number", ""),
            told.get("Caller-Callee-ID-Number", ""),
            told.get("Caller-Callee-ID-Name", ""),
        )

    def _apply(self, member: Member, told: dict[str, str]) -> None:
        member.heard_us = self._reading.now_us()
        member.id = whole(told.get("Member-ID")) or member.id
        if (speaks := truth(told.get("Speak"))) is not None:
            member.mic_muted = not speaks
        if (seen := truth(told.get("See"))) is not None:
            member.video_muted = not seen
        if (hears := truth(told.get("Hear"))) is not None:
            member.deaf = not hears
        if (holds := truth(told.get("Hold"))) is not None:
            member.presence = Presence.ON_HOLD if holds else Presence.CONNECTED
        if (video := truth(told.get("Video"))) is not None:
            member.video = video
        if told.get("Member-Type"):
            member.moderator = told["Member-Type"] == "moderator"

    def _count(self, told: dict[str, str]) -> None:
        """Where the device counts other members than we know, some event was lost."""
        size = whole(told.get("Conference-Size"))
        if size is not None and size != len(self._meeting.members):
            self._reading.checked_us = 0
