"""How each wish is asked of the device (`wire/mcu.md` §3), and what shows that it came true."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.commands.mcu import (
    DialSite,
    HangUpAll,
    HangUpSite,
    HideVideo,
    LockConference,
    MuteAllBut,
    MuteSite,
    PutOnPodium,
    RecordConference,
    SetConferenceLayout,
    ShowBanner,
)
from console.domain.layout import Layout
from console.domain.problem import Problem, Refused
from console.domain.text import clean_name
from console.drivers.freeswitch.hearing import Hearing
from console.drivers.freeswitch.line import NO_REPLY, Line, Step, read
from console.drivers.freeswitch.memory import Meeting, Member
from console.drivers.freeswitch.names import GROUPS, LAYOUTS, WORDS
from console.drivers.freeswitch.reading import Reading
from console.drivers.freeswitch.words import banner, dial_string, user_of, word
from console.drivers.protocol import Pause, Report
from console.wire.esl import EslReply, EslRequest

_GONE_S = (0.1, 0.2, 0.3, 0.4, 0.5, 0.8, 1.0)
"""Waits while an old call is being ended, before its site is dialled anew."""
_REMEMBERED = 100


class Wishes:
    """Asks the device for what Commands wish. Returning means asked, not achieved.

    Layout and banner are told by no event and stand in no list; for these two the reply counts,
    which the device gives after it has made the change in its mixer (decision 036).
    """

    def __init__(self, line: Line, meeting: Meeting, reading: Reading, profile: str) -> None:
        self._line = line
        self._meeting = meeting
        self._reading = reading
        self._profile = profile
        self._jobs: dict[str, tuple[str, str]] = {}
        """Calls under way: job → Command and site."""
        self._early: dict[str, tuple[str, str]] = {}
        """Calls that ended before their job's number was known: how, and the channel made."""
        self.hearing: Hearing | None = None

    def perform(self, command: Command) -> Step:
        """The exchanges that ask for it. Raises Refused where the device declines."""
        meeting = self._meeting
        if not meeting.live and not (isinstance(command, DialSite) and meeting.name):
            raise self._no("no_conference")
        match command:
            case MuteSite(endpoint=site, muted=muted):
                yield from self._each("mute" if muted else "unmute", self._members(site))
            case HideVideo(endpoint=site, hidden=hidden):
                yield from self._each("vmute" if hidden else "unvmute", self._members(site))
            case MuteAllBut(keep=keep):
                yield from self._mute_all_but(keep)
            case PutOnPodium(endpoint=site):
                yield from self._podium(site)
            case SetConferenceLayout(layout=layout):
                yield from self._layout(layout)
            case DialSite():
                yield from self._dial(command)
            case HangUpSite(endpoint=site):
                yield from self._each("hup", self._members(site))
            case HangUpAll():
                yield from self._order("hup all")
            case LockConference(locked=locked):
                yield from self._order("lock" if locked else "unlock")
            case ShowBanner(text=text):
                yield from self._banner(text)
            case RecordConference(on=on):
                yield from self._record(on)
            case _:
                raise Refused(
                    Problem.of("command.not_supported", device=self._line.device, kind="freeswitch")
                )

    def look(self, command: Command) -> Step:
        """Read back what shows it, where any list does; the facts learnt."""
        match command:
            case SetConferenceLayout() | ShowBanner() | HideVideo():
                return []
            case PutOnPodium():
                return (yield from self._reading.floor(with_holder=True))
            case LockConference() | RecordConference():
                return (yield from self._reading.floor())
            case _:
                return (yield from self._reading.roster())

    def forget(self) -> None:
        """The link was lost: how its calls end is no longer heard."""
        self._jobs.clear()
        self._early.clear()

    # -- calls ------------------------------------------------------------------------------------

    def call_ended(self, job: str, how: str, peer: str) -> Iterator[f.Fact]:
        """A call was answered, or came to nothing."""
        if job not in self._jobs:
            self._early[job] = how, peer
            if len(self._early) > _REMEMBERED:
                del self._early[next(iter(self._early))]
            return
        wish, site = self._jobs.pop(job)
        if how == "SUCCESS":
            if peer:
                yield from self._recognise(peer, site)
            return
        problem = Problem.of(
            "freeswitch.no_answer", clean_name(how), device=self._line.device, word=clean_name(how)
        )
        yield from self._meeting.call_failed(site, how)
        yield f.CommandRefused(wish, problem)

    def _recognise(self, uuid: str, site: str) -> Iterator[f.Fact]:
        """The channel is a call of ours: whoever was taken for a guest there is the site."""
        meeting = self._meeting
        meeting.called[uuid] = site
        if len(meeting.called) > 10 * _REMEMBERED:
            del meeting.called[next(iter(meeting.called))]
        member = meeting.members.get(uuid)
        if member is not None and member.site != site:
            yield from meeting.ended(member)
            del meeting.gone[uuid]
            meeting.called[uuid] = member.site = site
            meeting.members[uuid] = member
            meeting.dialling.pop(site, None)
            yield from meeting.news(site)

    def _dial(self, command: DialSite) -> Step:
        meeting, site = self._meeting, command.endpoint
        if not command.address:
            raise Refused(Problem.of("command.no_address", device=self._line.device))
        where = dial_string(command.address, self._profile, self._line.device)
        old = meeting.of_site(site)
        if old and not command.fresh:
            return
        if old:
            yield from self._hang_up_and_wait(site, old)
        number = word(user_of(command.address), self._line.device)
        dial = self._line.conference(meeting.name, f"bgdial {where} {number} {number}")
        (answer,) = yield from self._line.order([dial])
        found = re.search(r"Job-UUID: ([0-9A-Za-z-]{1,64})", answer)
        if found is None:
            raise self._no("refused", clean_name(answer)[:120])
        meeting.dialling[site] = self._reading.now_us()
        self._jobs[found[1]] = command.id, site
        if len(self._jobs) > _REMEMBERED:
            del self._jobs[next(iter(self._jobs))]
        facts = [*meeting.news(site)]
        if early := self._early.pop(found[1], None):
            facts += self.call_ended(found[1], *early)
        yield Report(facts)

    def _hang_up_and_wait(self, site: str, members: Sequence[Member]) -> Step:
        """A site that still has its old call would be busy for the new one."""
        yield from self._each_here("hup", members)
        for wait_s in _GONE_S:
            yield Pause(wait_s)
            yield Report((yield from self._reading.roster()))
            if not self._meeting.of_site(site):
                return

    # -- the other parts --------------------------------------------------------------------------

    def _no(self, code: str, told: str = "") -> Refused:
        return Refused(Problem.of(f"freeswitch.{code}", told, device=self._line.device, word=told))

    def _members(self, site: str) -> list[Member]:
        found = self._meeting.of_site(site)
        if not found:
            raise self._no("not_in_call")
        return found

    def _order(self, command: str, *, silent: bool = False) -> Step:
        line = self._line.conference(self._meeting.name, command)
        (answer,) = yield from self._line.order([line], silent=silent)
        return answer

    def _each(self, verb: str, members: Sequence[Member]) -> Step:
        name = self._meeting.name
        yield from self._line.order(
            [self._line.conference(name, f"{verb} {m.id}") for m in members]
        )

    def _each_here(self, verb: str, members: Sequence[Member]) -> Step:
        """As `_each`, but who left meanwhile is no failure."""
        try:
            yield from self._each(verb, members)
        except Refused as refused:
            if refused.problem.code != "freeswitch.not_in_call":
                raise

    def _mute_all_but(self, keep: Sequence[str]) -> Step:
        """In one command where whom to spare allows it, else each of those still heard. Where
        nobody is left to mute there is nothing to ask: the device would not say `+OK`."""
        members = [*self._meeting.members.values()]
        spared = {m.id for m in members if m.site in keep}
        others = [m for m in members if m.id not in spared]
        if not spared:
            yield from self._order("mute all")
        elif others and spared == {m.id for m in members if m.moderator}:
            yield from self._order("mute non_moderator")
        else:
            heard = [m for m in others if m.mic_muted is not True]
            yield from self._each_here("mute", heard)

    def _podium(self, site: str) -> Step:
        """Hold the video floor at a site, or let it go to whoever speaks. Asked twice of the one
        who has it, the device lets go: so where it seems to be there already, it is looked."""
        meeting, hearing = self._meeting, self.hearing
        assert hearing is not None
        if not site:
            hearing.expect(0)
            yield from self._order("clear-vid-floor", silent=True)
        else:
            member = self._with_video(site)
            if member is None:  # no event tells that a call has got its picture
                yield Report((yield from self._reading.roster()))
                member = self._with_video(site)
            if member is None:
                raise self._no("no_video")
            hearing.expect(member.id)
            if meeting.floor == member.id and meeting.held is not False:
                yield Report((yield from self._reading.floor(with_holder=True)))
            if not (meeting.held and meeting.floor == member.id):
                yield from self._hold_floor(member)
        yield Report((yield from self._reading.floor(with_holder=True)))

    def _with_video(self, site: str) -> Member | None:
        return next((m for m in self._members(site) if m.video is not False), None)

    def _hold_floor(self, member: Member) -> Step:
        line = self._line.conference(self._meeting.name, f"vid-floor {member.id} force")
        reply: EslReply = yield from self._line.ask(EslRequest(f"api {line}"))
        if reply.text == NO_REPLY:
            raise self._no("no_video")
        self._line.accepted(reply.text)
        if "floor none" in reply.text:
            yield from self._line.order([line])

    def _layout(self, layout: Layout) -> Step:
        name = WORDS.get(layout)
        if name is None:
            raise Refused(
                Problem.of("command.not_supported", device=self._line.device, kind="freeswitch")
            )
        prefix = "group:" if name in GROUPS else ""
        answer: str = yield from self._order(f"vid-layout {prefix}{name}")
        named = re.search(r"layout (?:group )?\[([^\]]{1,80})\]", answer)
        self._meeting.layout = LAYOUTS.get(named[1]) if named else None

    def _banner(self, text: str) -> Step:
        """Each picture has its own; whoever sends none can have none."""
        line = self._line.conference(self._meeting.name, f"vid-banner all {banner(text)}")
        reply: EslReply = yield from self._line.ask(EslRequest(f"api {line}"))
        if not any(told.startswith("+OK") for told in reply.text.splitlines()):
            self._line.accepted(reply.text)
        self._meeting.banner = clean_name(text)

    def _record(self, on: bool) -> Step:
        if not on:
            yield from self._order("norecord all")
            return
        if self._meeting.recording:
            return
        where: EslReply = yield from self._line.ask(read("global_getvar recordings_dir"))
        folder = "" if where.text.startswith("-ERR") else where.text
        now = datetime.fromtimestamp(self._reading.now_us() / 1e6, UTC)
        safe = re.sub(r"[^A-Za-z0-9_.-]", "_", self._meeting.name)
        path = f"{folder}/" if folder else ""
        path += f"{safe}-{now:%Y%m%dT%H%M%SZ}.wav"
        yield from self._order(f"record {word(path, self._line.device)}")
