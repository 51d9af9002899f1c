"""How each wish is asked of the bridge, and whose records show that it has come true.

Mute direction is from the bridge's view: `rxAudioMute` means that others do not hear the site.
"""

from __future__ import annotations

from collections.abc import Sequence

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
    SetConferenceLayout,
    SetScreenLayout,
    ShowBanner,
)
from console.domain.facts import CommandRefused
from console.domain.layout import Layout
from console.domain.presence import Presence
from console.domain.problem import Problem, Refused
from console.drivers.cms.memory import Call, Member
from console.drivers.cms.names import WORDS
from console.drivers.cms.reading import Reading
from console.drivers.cms.rest import No, Rest, Step, at, delete, get, post, put
from console.drivers.protocol import Pause
from console.wire.http import HttpReply

_MOST_NAMED = 20
"""So many participants a bulk change may name (API reference, filterIds)."""
_GONE_S = (0.1, 0.2, 0.3, 0.4, 0.5, 0.8, 1.0)
"""Waits while an old call is being ended, before its site is dialled anew."""
_REMEMBERED = 100
_LOOKED_AT = 16
"""So many legs are read back at a time for a wish about all of them."""


def flag(value: bool) -> str:
    """A truth value as the bridge writes it."""
    return "true" if value else "false"


class Wishes:
    """Asks the bridge for what Commands wish. Returning means asked, not achieved."""

    def __init__(self, rest: Rest, call: Call, reading: Reading) -> None:
        self._rest = rest
        self._call = call
        self._reading = reading
        self._dialled: dict[str, str] = {}
        """The participant that each dialling made, by Command."""

    def perform(self, command: Command) -> Step:
        """The exchanges that ask for it. Raises Refused where the bridge declines."""
        call = self._call
        if not call.id:
            raise Refused(Problem.of("cms.no_call", device=self._rest.device))
        path = at("calls", call.id)
        match command:
            case MuteSite(endpoint=site, muted=muted):
                yield from self._leg(site, ("rxAudioMute", flag(muted)))
            case HideVideo(endpoint=site, hidden=hidden):
                yield from self._leg(site, ("rxVideoMute", flag(hidden)))
            case SetScreenLayout(endpoint=site, layout=layout):
                yield from self._leg(site, ("chosenLayout", self._word(layout)))
                call.own_screen.add(site)
            case MuteAllBut(keep=keep):
                yield from self._mute_all_but(path, keep)
            case PutOnPodium(endpoint=site):
                yield from self._podium(site)
            case SetConferenceLayout(layout=layout):
                form = ("layout", self._word(layout))
                yield from self._rest.send(put(f"{path}/participants/*", form))
                call.own_screen.clear()
            case DialSite():
                yield from self._dial(path, command)
            case HangUpSite(endpoint=site):
                yield from self._rest.send(delete(self._participant(site)))
            case HangUpAll():
                everyone = [m.site for m in call.members.values() if m.participant]
                ends = [delete(self._participant(site)) for site in everyone]
                yield from self._rest.send_all(ends, gone_is_fine=True)
            case LockConference(locked=locked):
                yield from self._rest.send(put(path, ("locked", flag(locked))))
            case ShowBanner(text=text, seconds=seconds):
                lasting = "permanent" if seconds is None else str(seconds)
                form = (
                    ("messageText", text),
                    ("messagePosition", "middle"),
                    ("messageDuration", lasting),
                )
                yield from self._rest.send(put(path, *form))
            case _:
                raise self._unable()

    def look(self, command: Command) -> Step:
        """Read back just what shows whether it has come true; the facts that remain to be told."""
        call, reading = self._call, self._reading
        if not call.id:
            return []
        match command:
            case (
                MuteSite(endpoint=site) | HideVideo(endpoint=site) | SetScreenLayout(endpoint=site)
            ):
                yield from reading.details([site])
            case MuteAllBut(keep=keep):
                still = [
                    m.site
                    for m in call.members.values()
                    if m.mic_muted is not True and m.site not in keep
                ]
                yield from reading.details(still[:_LOOKED_AT])
            case SetConferenceLayout(layout=layout):
                other = [m.site for m in call.members.values() if m.layout is not layout]
                yield from reading.details(other[:_LOOKED_AT])
            case PutOnPodium(endpoint=site):
                ours = [m for m in call.members.values() if m.importance or m.site == site]
                return (yield from reading.participants(ours))
            case DialSite():
                return (yield from self._dialling(command))
            case HangUpSite(endpoint=site):
                member = call.members.get(site)
                if member is None or not member.participant:
                    return (yield from reading.members())
                return (yield from reading.participants([member]))
            case HangUpAll():
                return (yield from reading.members())
            case _:
                return (yield from reading.the_call())
        return []

    # -- the parts -----------------------------------------------------------------------------

    def _unable(self) -> Refused:
        return Refused(Problem.of("command.not_supported", device=self._rest.device, kind="cms"))

    def _member(self, site: str) -> Member:
        member = self._call.members.get(site)
        if member is None or not member.participant:
            raise Refused(Problem.of("cms.not_in_call", device=self._rest.device))
        return member

    def _participant(self, site: str) -> str:
        return at("participants", self._member(site).participant)

    def _leg(self, site: str, form: tuple[str, str]) -> Step:
        path = yield from self._reading.leg_of(self._member(site))
        yield from self._rest.send(put(path, form))

    def _word(self, layout: Layout) -> str:
        word = WORDS.get(layout)
        if word is None:
            raise self._unable()
        return word

    def _mute_all_but(self, path: str, keep: Sequence[str]) -> Step:
        """Name whom to spare if they are few enough to be named, else all the others in turn."""
        muted, everyone = ("rxAudioMute", "true"), f"{path}/participants/*"
        known = [m for m in self._call.members.values() if m.participant]
        spared = [m.participant for m in known if m.site in keep]
        if not spared:
            yield from self._rest.send(put(everyone, muted))
        elif len(spared) <= _MOST_NAMED:
            named = ("filterIds", ",".join(spared))
            yield from self._rest.send(put(everyone, muted, named, ("mode", "exclude")))
        else:
            others = [m.participant for m in known if m.site not in keep]
            groups = [others[i : i + _MOST_NAMED] for i in range(0, len(others), _MOST_NAMED)]
            yield from self._rest.send_all(
                [
                    put(everyone, muted, ("filterIds", ",".join(group)), ("mode", "selected"))
                    for group in groups
                ]
            )

    def _podium(self, site: str) -> Step:
        """Importance to the new one first, so that nobody sees an empty podium between."""
        before = [m.site for m in self._call.holders() if m.site != site]
        if site:
            rank = str(self._call.podium_importance)
            yield from self._rest.send(put(self._participant(site), ("importance", rank)))
        yield from self._rest.send_all(
            [put(self._participant(other), ("importance", "")) for other in before],
            gone_is_fine=True,
        )

    def _dial(self, path: str, command: DialSite) -> Step:
        if not command.address:
            raise Refused(Problem.of("command.no_address", device=self._rest.device))
        old = self._call.members.get(command.endpoint)
        if old is not None and old.participant:
            if old.presence is Presence.CONNECTED and not command.fresh:
                return
            if command.fresh:
                yield from self._hang_up_and_wait(old.participant)
        answer: HttpReply = yield from self._rest.send(
            post(f"{path}/participants", ("remoteParty", command.address))
        )
        made = (answer.header("location") or "").rsplit("/", 1)[-1]
        if made:
            member = self._call.member(command.address, "")
            member = self._call.bind(member, made, self._reading.now_us())
            if member.presence is Presence.UNKNOWN:
                member.presence = Presence.DIALLING
            self._dialled[command.id] = made
            if len(self._dialled) > _REMEMBERED:
                del self._dialled[next(iter(self._dialled))]

    def _hang_up_and_wait(self, participant: str) -> Step:
        """A site that still has its old call would be busy for the new one."""
        path = at("participants", participant)
        yield from self._rest.send_all([delete(path)], gone_is_fine=True)
        for wait_s in _GONE_S:
            yield Pause(wait_s)
            answers = yield from self._rest.read_each("participant", [get(path)])
            if answers[0] is No.GONE:
                return

    def _dialling(self, command: DialSite) -> Step:
        """The site's record; a call that ended before it was answered is a wish refused."""
        call, reading = self._call, self._reading
        member = call.members.get(command.endpoint)
        if member is not None and member.participant:
            told = yield from reading.participants([member])
        else:
            told = yield from reading.members()
        made = self._dialled.get(command.id)
        member = call.members.get(command.endpoint)
        if made is None or made not in call.gone or member is not None:
            return told
        del self._dialled[command.id]
        problem = Problem.of("cms.no_answer", device=self._rest.device)
        return [*told, CommandRefused(command.id, problem)]
