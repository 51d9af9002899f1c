"""How each wish is asked of the bridge, and how it is seen to have come true.

Mute direction is from the bridge's view: `rxAudioMute` means that others do not hear the site.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

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
from console.domain.layout import Layout
from console.domain.observed import Presence
from console.domain.problem import Problem, Refused
from console.drivers.cms.memory import Call, Member
from console.drivers.cms.names import WORDS
from console.drivers.cms.rest import Rest, Step, delete, post, put
from console.drivers.protocol import Together
from console.wire.http import HttpReply, HttpRequest
from console.wire.problems import WireError

_MOST_EXCLUDED = 20
"""So many participants a bulk change may name (API reference, filterIds)."""
_PODIUM = 100


def flag(value: bool) -> str:
    """A truth value as the bridge writes it."""
    return "true" if value else "false"


class Wishes:
    """Asks the bridge for what Commands wish. Returning means asked, not achieved."""

    def __init__(self, rest: Rest, call: Call) -> None:
        self._rest = rest
        self._call = call

    def perform(self, command: Command) -> Step:
        """The exchanges that ask for it. Raises Refused where the bridge declines."""
        call = self._call
        if not call.id:
            raise Refused(Problem.of("cms.no_call", device=self._rest.device))
        path = f"/calls/{quote(call.id, safe='')}"
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
                yield from self._rest.send(delete(path))
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
                raise Refused(
                    Problem.of("command.not_supported", device=self._rest.device, kind="cms")
                )

    # -- the parts -----------------------------------------------------------------------------

    def _member(self, site: str) -> Member:
        member = self._call.members.get(site)
        if member is None:
            raise Refused(Problem.of("cms.not_in_call", device=self._rest.device))
        return member

    def _participant(self, site: str) -> str:
        member = self._member(site)
        if member.participant:
            return f"/participants/{quote(member.participant, safe='')}"
        return f"/callLegs/{quote(member.leg_id, safe='')}"

    def leg_of(self, member: Member) -> Step:
        """The member's call leg, asked of the bridge where it is not known yet."""
        if not member.leg_id:
            path = f"/participants/{quote(member.participant, safe='')}/callLegs"
            found = yield from self._rest.all_of(path)
            if not found:
                raise Refused(Problem.of("cms.not_in_call", device=self._rest.device))
            self._call.bind(member, leg=found[0]["id"])
        return f"/callLegs/{quote(member.leg_id, safe='')}"

    def _leg(self, site: str, form: tuple[str, str]) -> Step:
        path = yield from self.leg_of(self._member(site))
        yield from self._rest.send(put(path, form))

    def _word(self, layout: Layout) -> str:
        word = WORDS.get(layout)
        if word is None:
            raise Refused(Problem.of("command.not_supported", device=self._rest.device, kind="cms"))
        return word

    def _mute_all_but(self, path: str, keep: Sequence[str]) -> Step:
        kept = [m.participant for s in keep if (m := self._call.members.get(s)) and m.participant]
        if len(kept) <= _MOST_EXCLUDED:
            form = [("rxAudioMute", "true")]
            if kept:
                form += [("filterIds", ",".join(kept)), ("mode", "exclude")]
            yield from self._rest.send(put(f"{path}/participants/*", *form))
            return
        others = [
            m.participant
            for m in self._call.members.values()
            if m.participant and m.site not in keep
        ]
        bulk = [
            put(
                f"{path}/participants/*",
                ("rxAudioMute", "true"),
                ("filterIds", ",".join(others[i : i + _MOST_EXCLUDED])),
                ("mode", "selected"),
            )
            for i in range(0, len(others), _MOST_EXCLUDED)
        ]
        yield from self._all(bulk)

    def _podium(self, site: str) -> Step:
        """Importance to the new one first, so that nobody sees an empty podium between."""
        before = [m.site for m in self._call.holders() if m.site != site]
        if site:
            path = self._participant(site)
            yield from self._rest.send(put(path, ("importance", str(_PODIUM))))
        yield from self._all([put(self._participant(s), ("importance", "")) for s in before])

    def _all(self, requests: Sequence[HttpRequest]) -> Step:
        replies: list[HttpReply | WireError] = []
        if requests:
            replies = yield Together(tuple(requests))
        for reply in replies:
            self._rest.judge(reply)

    def _dial(self, path: str, command: DialSite) -> Step:
        old = self._call.members.get(command.endpoint)
        if old is not None and command.fresh and old.participant:
            reply: HttpReply = yield delete(f"/participants/{quote(old.participant, safe='')}")
            if reply.status not in (200, 404):
                self._rest.judge(reply)
        if not command.address:
            raise Refused(Problem.of("command.no_address", device=self._rest.device))
        answer: HttpReply = yield from self._rest.send(
            post(f"{path}/participants", ("remoteParty", command.address))
        )
        made = (answer.header("location") or "").rsplit("/", 1)[-1]
        if made:
            member = self._call.member(command.address, "")
            self._call.bind(member, participant=made)
            if member.presence is not Presence.CONNECTED or command.fresh:
                member.presence = Presence.DIALLING


def read_back(call: Call, command: Command) -> list[str]:
    """The sites whose own records show whether a wish has come true; few at a time."""
    match command:
        case MuteSite() | HideVideo() | SetScreenLayout() | HangUpSite() | DialSite():
            return [command.endpoint]
        case PutOnPodium():
            return [*([command.endpoint] if command.endpoint else []), *(
                m.site for m in call.holders() if m.site != command.endpoint
            )]  # fmt: skip
        case MuteAllBut(keep=keep):
            return [
                m.site
                for m in call.members.values()
                if m.mic_muted is not True and m.site not in keep
            ][:16]
        case SetConferenceLayout(layout=layout):
            return [m.site for m in call.members.values() if m.layout is not layout][:16]
        case _:
            return []
