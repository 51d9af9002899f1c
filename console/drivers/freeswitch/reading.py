"""Reading a conference: what the device says now, told as facts.

Readings and events interleave. A reply is of the moment it was asked for: it never undoes what an
event told since, and a list that was read while somebody joined does not make him leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from console.domain import facts as f
from console.domain.presence import Presence
from console.domain.problem import Problem, Refused
from console.drivers.freeswitch.line import Line, Step, read
from console.drivers.freeswitch.memory import Meeting, Member
from console.drivers.freeswitch.parse import Item, Listed, conferences, flags_of, floor_of
from console.drivers.protocol import Digest, Report
from console.wire.esl import EslReply

_CALL_US = 70_000_000
"""The device gives a call up after 60 s; a call nothing was heard of for longer is none."""
_TURNS = 3
_ALL = "conference list summary"


class Reading:
    """Reads one conference into its memory. `wanted` is its name, "" the only one."""

    def __init__(
        self, line: Line, meeting: Meeting, wanted: str, now_us: Callable[[], int]
    ) -> None:
        self._line = line
        self._meeting = meeting
        self._wanted = wanted
        self.now_us = now_us
        self.checked_us = 0
        """When the complete list was last read; 0 makes it due."""
        self.told_us = 0
        """When an event last told of the lock or the recording."""
        self.floor_us = 0
        """When an event last told of the video floor."""
        self.listed: frozenset[str] | None = None
        """The names of the layouts; None while they have not been asked for."""
        self.mixing = True
        """Whether pictures are composed at all."""

    def everything(self) -> Step:
        """Who is in the conference, its switches, its floor; and once, its layouts."""
        facts: list[f.Fact] = yield from self.roster()
        if self._meeting.live and self.listed is None:
            yield Report(facts)
            yield from self._layouts()
            return []
        return facts

    def roster(self) -> Step:
        """The complete list. Who is missing from it has left."""
        meeting, asked_us = self._meeting, self.now_us()
        name = meeting.name
        if not name:
            request = read("conference json_list")
        else:
            request = read(self._line.conference(name, "json_list"))
        reply: EslReply = yield from self._line.ask(request)
        found: tuple[Listed, ...] = yield Digest(conferences, reply.body)
        if not found and not reply.text.startswith(("[", "-ERR Conference", "+OK No")):
            self._line.accepted(reply.text)
        if not name and len(found) > 1:
            raise Refused(
                Problem.of("freeswitch.several", device=self._line.device, conferences=len(found))
            )
        ours = next((one for one in found if name in ("", one.name)), None)
        yield Report(self._learn(ours, asked_us))  # at once: an event may tell more meanwhile
        return (yield from self.floor(with_holder=True)) if meeting.live else []

    def floor(self, *, with_holder: bool = False) -> Step:
        """Whether the video floor is held, and the other switches; where `with_holder`, by whom.
        An event meanwhile makes it be read again."""
        meeting = self._meeting
        for _ in range(_TURNS):
            asked_us = self.now_us()
            requests = [read(_ALL)]
            if with_holder or meeting.floor is None:
                requests.append(read(self._line.conference(meeting.name, "list")))
            replies: list[EslReply] = yield from self._line.ask_each(requests)
            flags = flags_of(replies[0].text, meeting.name)
            if self.told_us <= asked_us and flags is not None:
                meeting.locked = "locked" in flags
                meeting.recording = "recording" in flags
            if self.floor_us > asked_us:
                continue
            if len(replies) > 1:
                meeting.floor = floor_of(replies[1].text)
            if flags is not None:
                meeting.held, meeting.doubtful = "video_floor_lock" in flags, False
            break
        return [*meeting.conference_news()]

    def _layouts(self) -> Step:
        name = self._meeting.name
        reply: EslReply = yield from self._line.ask(
            read(self._line.conference(name, "vid-layout list"))
        )
        self.mixing = "not in mixing mode" not in reply.text
        if self.mixing and not reply.text.startswith("-ERR"):
            self.listed = frozenset(line.strip() for line in reply.text.splitlines()[:500])

    # -- learning ---------------------------------------------------------------------------------

    def _learn(self, found: Listed | None, asked_us: int) -> list[f.Fact]:
        meeting = self._meeting
        meeting.live = found is not None
        facts: list[f.Fact] = []
        if found is not None:
            meeting.name = found.name
            if found.uuid != meeting.uuid:  # another run of it: what nobody reports begins anew
                meeting.uuid, meeting.layout, meeting.banner = found.uuid, None, None
            if self.told_us <= asked_us:
                meeting.locked, meeting.recording = found.locked, found.recording
            for item in found.members:
                facts += self._learn_member(item, asked_us)
        present = {item.uuid for item in found.members} if found is not None else set[str]()
        if found is not None and not found.complete:
            return [*facts, *meeting.conference_news()]
        for member in list(meeting.members.values()):
            if member.uuid not in present and member.bound_us < asked_us:
                facts += meeting.ended(member)
        for site, since_us in list(meeting.dialling.items()):
            if asked_us - since_us > _CALL_US:
                facts += meeting.call_failed(site, "")
        here = {m.site for m in meeting.members.values()} | meeting.dialling.keys()
        facts.append(f.RosterSeen(meeting.conference, frozenset(here)))
        self.checked_us = asked_us
        if found is None:
            meeting.locked = meeting.recording = meeting.layout = meeting.banner = None
            meeting.floor, meeting.held, meeting.doubtful = 0, False, False
            if not self._wanted:
                meeting.name = ""
        return [*facts, *meeting.conference_news()]

    def _learn_member(self, item: Item, asked_us: int) -> Iterator[f.Fact]:
        meeting = self._meeting
        if item.uuid in meeting.gone:
            return
        member = meeting.members.get(item.uuid)
        if member is None:
            member = self.bind(item.id, item.uuid, item.name, item.number)
        if member.heard_us <= asked_us:
            member.mic_muted = None if item.speaks is None else not item.speaks
            member.deaf = None if item.hears is None else not item.hears
            member.presence = Presence.ON_HOLD if item.holds else Presence.CONNECTED
            member.video, member.moderator = item.video, item.moderator
            yield from meeting.speech(member, item.talks)
        yield from meeting.news(member.site)

    def bind(self, number: int, uuid: str, name: str, caller: str, *more: str) -> Member:
        """A new member, recognised by its caller id; the first one that a list or an event told
        of it."""
        meeting = self._meeting
        site = meeting.site_of(uuid, caller, name, *more)
        member = Member(site, number, uuid, name, caller, bound_us=self.now_us())
        meeting.members[uuid] = member
        meeting.dialling.pop(site, None)
        return member
