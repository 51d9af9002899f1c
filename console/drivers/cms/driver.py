"""The CMS driver: one conference on one Call Bridge.

The event feed tells at once what changes; REST tells what the feed can't (locks, banners, media)
and everything else where the feed is away. Events only hint at who joined and left when bridges
restart, so a complete list decides.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Sequence
from typing import Any, ClassVar, cast
from urllib.parse import quote, urlsplit, urlunsplit

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.device import Figures
from console.domain.observed import Presence
from console.domain.problem import Problem, Refused
from console.domain.text import clean_name
from console.drivers.cms import feed as feeds
from console.drivers.cms.memory import Call, Member
from console.drivers.cms.names import LAYOUTS, OFFERED, PRESENCES
from console.drivers.cms.parse import Item, number, one, quality, truth, whole
from console.drivers.cms.rest import Rest, Step, get, post
from console.drivers.cms.wishes import Wishes, read_back
from console.drivers.protocol import Ask, Heard, Report, Round, Setting, SocketPlan, Talk
from console.wire.http import HttpReply
from console.wire.problems import NotUnderstood
from console.wire.xml import Element, text

_CHECK_US = 30_000_000
"""With the feed alive, the complete list is read only so often, to be sure."""
_DETAILS_A_ROUND = 4
_LIFE_DEADLINE_S = 3.0


class CmsDriver:
    """One conference (`spec.conference`: a coSpace's id or the call's name; "" the only call)."""

    kind: ClassVar[str] = "cms"
    can: ClassVar[Capability] = (
        Capability.ROSTER
        | Capability.TALK
        | Capability.MUTE_ONE
        | Capability.MUTE_ALL_BUT
        | Capability.VIDEO_MUTE
        | Capability.PODIUM
        | Capability.CONFERENCE_LAYOUT
        | Capability.SCREEN_LAYOUT
        | Capability.DIAL
        | Capability.HANG_UP
        | Capability.LOCK
        | Capability.BANNER
        | Capability.QUALITY
        | Capability.HEALTH
    )

    def __init__(self, setting: Setting) -> None:
        spec = setting.spec
        self._device = spec.id
        self._wanted = spec.conference
        self._address = spec.address
        self._now_us = setting.now_us
        self._rest = Rest(spec.name)
        self._call = Call(f"{spec.id}/{spec.conference or 'call'}", spec.id, setting.directory)
        self._wishes = Wishes(self._rest, self._call)
        self._feed = feeds.Feed()
        self._queue: deque[str] = deque()
        self._checked_us = 0

    # -- first contact -------------------------------------------------------------------------

    def probe(self) -> Talk:
        """The software's version and what the account may do."""
        status: Element = yield from self._rest.read("status", get("/system/status"))
        version = clean_name(text(status, "softwareVersion") or "")
        able, refusals = self.can, list[tuple[Capability, Problem]]()
        if _older(version, (2, 4)):
            able &= ~Capability.MUTE_ALL_BUT & ~Capability.CONFERENCE_LAYOUT
            problem = Problem.of("cms.too_old", device=self._rest.device, version=version)
            refusals.append((Capability.MUTE_ALL_BUT | Capability.CONFERENCE_LAYOUT, problem))
        return [
            f.DeviceProbed(
                self._device,
                able,
                tuple(refusals),
                layouts=OFFERED,
                screen_layouts=OFFERED,
                software=version,
                model="Cisco Meeting Server",
            )
        ]

    def observe(self) -> Talk:
        """Find the call and read all of it."""
        yield from self._find_call()
        if not self._call.id:
            facts = [*self._call.conference_news()]
            return [*facts, f.RosterSeen(self._call.conference, frozenset())]
        yield Report((yield from self._read_call()))
        yield Report((yield from self._read_members()))
        yield from self._read_details(list(self._call.members))
        return [*self._call.conference_news()]

    def rounds(self) -> Sequence[Round]:
        """The call each second as sign of life; details in rotation, under 5 requests a second."""
        return (
            Round("life", 1.0, self._life),
            Round("roster", 3.0, self._check_members),
            Round("detail", 1.0, self._next_details),
            Round("alarmed", 5.0, self._alarmed),
            Round("health", 15.0, self._health),
        )

    # -- reading -------------------------------------------------------------------------------

    def _find_call(self) -> Step:
        by_space = (("coSpaceFilter", self._wanted),) if self._wanted else ()
        try:
            calls: list[Item] = yield from self._rest.all_of("/calls", *by_space)
        except Refused:
            if not by_space:
                raise
            calls = []
        if not calls and by_space:
            calls = [c for c in (yield from self._rest.all_of("/calls")) if self._ours(c)]
        chosen = calls[0] if calls else None
        found = chosen["id"] if chosen else ""
        if found != self._call.id:
            self._call.clear()
            self._queue.clear()
            self._call.id = found
        if chosen:
            self._call.name = chosen.get("name", "")

    def _ours(self, call: Item) -> bool:
        return self._wanted in ("", call.get("coSpace"), call.get("name"), call.get("id"))

    def _read_call(self, deadline_s: float = 8.0) -> Step:
        request = get(f"/calls/{quote(self._call.id, safe='')}", deadline_s=deadline_s)
        found: Element = yield from self._rest.read("call", request)
        call = self._call
        call.name = text(found, "name") or call.name
        call.locked = truth(text(found, "locked"))
        call.recording = truth(text(found, "recording"))
        call.banner = text(found, "messageText") or ""
        return [*call.conference_news()]

    def _life(self) -> Talk:
        if not self._call.id:
            yield from self._find_call()
            return (yield from self.observe()) if self._call.id else ()
        try:
            return (yield from self._read_call(_LIFE_DEADLINE_S))
        except Refused as refused:
            if dict(refused.problem.params).get("word") != "callDoesNotExist":
                raise
        return (yield from self.observe())

    def _check_members(self) -> Talk:
        due = self._now_us() - self._checked_us >= _CHECK_US
        if not self._call.id or (self._feed.alive and not due):
            return ()
        facts = yield from self._read_members()
        return [*facts, *self._call.conference_news()]

    def _read_members(self) -> Step:
        """The complete list: participants with their addresses, legs with theirs."""
        call, path = self._call, f"/calls/{quote(self._call.id, safe='')}/participants"
        listed: list[Item] = yield from self._rest.all_of(path)
        strangers = [i["id"] for i in listed if call.of_participant(i["id"]) is None]
        paths = [get(f"/participants/{quote(i, safe='')}") for i in strangers]
        replies: list[HttpReply | None] = yield from self._rest.each(paths)
        facts: list[f.Fact] = []
        for participant, reply in zip(strangers, replies, strict=True):
            if reply is not None:
                facts += self._learn_participant(participant, one(reply.body, "participant"))
        legs: list[Item] = yield from self._rest.all_of("/callLegs", ("callFilter", call.id))
        for leg in legs:
            if leg.get("subtype") == "distributionLink" or leg.get("call", call.id) != call.id:
                continue
            member = call.of_leg(leg["id"])
            if member is None and leg.get("remoteParty"):
                site = call.site_of(leg["remoteParty"], leg.get("name", ""))
                member = call.members.get(site)
                if member is not None:
                    call.bind(member, leg=leg["id"])
        present = {i["id"] for i in listed}
        for member in [m for m in call.members.values() if m.participant not in present]:
            facts += call.ended(member)
        self._checked_us = self._now_us()
        facts.append(f.RosterSeen(call.conference, frozenset(call.members)))
        return facts

    def _learn_participant(self, participant: str, found: Element) -> Iterable[f.Fact]:
        call = self._call
        address = text(found, "uri") or text(found, "originalUri") or ""
        member = call.member(address, text(found, "name") or "")
        call.bind(member, participant=participant)
        state = PRESENCES.get(text(found, "status/state") or "")
        member.presence = state or (
            Presence.CONNECTED if member.presence is Presence.UNKNOWN else member.presence
        )
        configured = found.find("configuration")
        if configured is not None:
            member.importance = whole(text(configured, "importance")) or 0
        return call.news(member)

    def _read_details(self, sites: Sequence[str]) -> Step:
        """The call legs of some sites: mutes, screen, media."""
        for start in range(0, len(sites), 16):
            some = [m for s in sites[start : start + 16] if (m := self._call.members.get(s))]
            for member in some:
                if not member.leg_id and member.participant:
                    try:
                        yield from self._wishes.leg_of(member)
                    except Refused:
                        continue
            known = [m for m in some if m.leg_id]
            requests = [get(f"/callLegs/{quote(m.leg_id, safe='')}") for m in known]
            replies: list[HttpReply | None] = yield from self._rest.each(requests)
            facts: list[f.Fact] = []
            for member, reply in zip(known, replies, strict=True):
                if reply is not None:
                    facts += self._learn_leg(member, one(reply.body, "callLeg"))
            if facts:
                yield Report(facts)

    def _learn_leg(self, member: Member, found: Element) -> Iterable[f.Fact]:
        member.mic_muted = truth(text(found, "configuration/rxAudioMute"))
        member.video_muted = truth(text(found, "configuration/rxVideoMute"))
        member.deaf = truth(text(found, "configuration/txAudioMute"))
        shown = text(found, "status/layout") or text(found, "configuration/chosenLayout")
        member.layout = LAYOUTS.get(shown or "")
        member.encrypted = truth(text(found, "status/encryptedMedia"))
        state = PRESENCES.get(text(found, "status/state") or "")
        member.presence = state or member.presence
        yield from self._call.news(member)
        measured = quality(found, self._now_us())
        if measured is not None:
            yield f.QualityMeasured(member.site, measured)

    def _next_details(self) -> Talk:
        """The next few legs in rotation."""
        members = self._call.members
        if not members:
            return ()
        chosen: list[str] = []
        while len(chosen) < min(_DETAILS_A_ROUND, len(members)):
            if not self._queue:
                self._queue.extend(members)
            site = self._queue.popleft()
            if site in members and site not in chosen:
                chosen.append(site)
        yield from self._read_details(chosen)
        return [*self._call.conference_news()]

    def _alarmed(self) -> Talk:
        """Legs that the bridge itself calls bad go to the head of the rotation."""
        if not self._call.id:
            return ()
        kinds = "packetLoss|excessiveJitter|highRoundTripTime"
        legs: list[Item] = yield from self._rest.all_of("/callLegs", ("alarms", kinds))
        for leg in legs:
            member = self._call.of_leg(leg["id"])
            if member is not None and member.site not in list(self._queue)[:20]:
                self._queue.appendleft(member.site)
        return ()

    def _health(self) -> Talk:
        status: Element = yield from self._rest.read("status", get("/system/status"))
        load: Element = yield from self._rest.read("load", get("/system/load"))
        alarms: list[Item] = yield from self._rest.all_of("/system/alarms")

        def count(name: str) -> int | None:
            return whole(text(status, name))

        def kbps(direction: str) -> float | None:
            rates = [number(text(status, f"{m}BitRate{direction}")) for m in ("audio", "video")]
            known = [rate for rate in rates if rate is not None]
            return sum(known) / 1000 if known else None

        figures = Figures(
            self._now_us(),
            load_pct=number(text(load, "mediaProcessingLoad")),
            rx_kbps=kbps("Incoming"),
            tx_kbps=kbps("Outgoing"),
            legs=count("callLegsActive"),
            uptime_s=count("uptimeSeconds"),
            alarms=tuple(clean_name(a["type"]) for a in alarms if a.get("type")),
        )
        return [f.FiguresMeasured(self._device, figures)]

    # -- wishes --------------------------------------------------------------------------------

    def perform(self, command: Command) -> Talk:
        """Ask the bridge."""
        yield from self._wishes.perform(command)
        return self._all_news()

    def look(self, command: Command) -> Talk:
        """Read back what shows whether the wish came true."""
        sites = read_back(self._call, command)
        members = [m for s in sites if (m := self._call.members.get(s)) and m.participant]
        requests = [get(f"/participants/{quote(m.participant, safe='')}") for m in members]
        replies: list[HttpReply | None] = yield from self._rest.each(requests)
        facts: list[f.Fact] = []
        for member, reply in zip(members, replies, strict=True):
            if reply is not None:
                found = one(reply.body, "participant")
                facts += self._learn_participant(member.participant, found)
        if facts:
            yield Report(facts)
        yield from self._read_details(sites)
        if self._call.id and not sites:
            yield Report((yield from self._read_call()))
        if len(members) < len(sites):
            yield Report((yield from self._read_members()))
        return self._all_news()

    def _all_news(self) -> list[f.Fact]:
        told = [fact for m in list(self._call.members.values()) for fact in self._call.news(m)]
        return [*told, *self._call.conference_news()]

    # -- pushed news ---------------------------------------------------------------------------

    def listen(self) -> Generator[Ask, Any, SocketPlan | None]:
        """A token, and the feed's address with it; the token lives only a short while."""
        self._feed = feeds.Feed()
        reply: HttpReply = yield from self._rest.send(post("/authTokens"))
        token = reply.header("x-cisco-cms-auth-token")
        if not token:
            raise NotUnderstood(reason="token")
        where = urlsplit(self._address)
        scheme = "wss" if where.scheme == "https" else "ws"
        query = f"authToken={quote(token, safe='')}"
        url = urlunsplit((scheme, where.netloc, "/events/v1", query, ""))
        return SocketPlan(url, (self._feed.subscribe(self._call.id),))

    def hear(self, message: str) -> Heard:
        """One frame of the feed."""
        inner = feeds.read(message)
        if inner is None:
            return Heard()
        ack = feeds.acknowledgement(inner)
        send, talks, facts = [ack] if ack else [], list[Talk](), list[f.Fact]()
        match inner.get("type"):
            case "subscriptionUpdate":
                facts += self._subscribed(inner)
            case "callListUpdate":
                if self._new_call(inner):
                    send.append(self._feed.subscribe(self._call.id))
                    talks.append(self.observe())
            case "callInfoUpdate":
                facts += self._info(inner)
            case "rosterUpdate":
                for update in feeds.updates(inner):
                    facts += self._roster(update, talks)
                facts += self._call.conference_news()
            case _:
                pass
        return Heard(facts, send, talks)

    def _subscribed(self, inner: feeds.Update) -> Iterable[f.Fact]:
        for one_of in feeds.updates(inner, "subscriptions"):
            if one_of.get("index") == feeds.ROSTER:
                self._feed.alive = one_of.get("state") == "active"
                yield f.PushChanged(self._device, self._feed.alive)

    def _new_call(self, inner: feeds.Update) -> bool:
        for update in feeds.updates(inner):
            call = feeds.word(update, "call")
            name = feeds.word(update, "name")
            removed = update.get("updateType") in ("remove", "delete")
            if call and not removed and not self._call.id and self._wanted in ("", name, call):
                self._call.clear()
                self._call.id = call
                return True
            if call and not removed and call != self._call.id and not self._call.id:
                return True
        return bool(self._call.id) and self._feed.subscribed != self._call.id

    def _info(self, inner: feeds.Update) -> Iterable[f.Fact]:
        told = inner.get("callInfo")
        if isinstance(told, dict):
            info = cast("feeds.Update", told)
            locked = info.get("lockState")
            if locked in ("locked", "unlocked"):
                self._call.locked = locked == "locked"
            self._call.recording = truth(info.get("recording", self._call.recording))
        yield from self._call.conference_news()

    def _roster(self, update: feeds.Update, talks: list[Talk]) -> Iterable[f.Fact]:
        call = self._call
        participant = feeds.word(update, "participant")
        if not participant:
            return
        member = call.of_participant(participant)
        if update.get("updateType") in ("delete", "remove"):
            if member is not None:
                yield from call.ended(member)
            return
        address = feeds.word(update, "uri")
        if member is None:
            if not address:
                talks.append(self._read_members_alone())
                return
            member = call.member(address, feeds.word(update, "name") or "")
            call.bind(member, participant=participant)
            self._queue.appendleft(member.site)
        self._apply(member, update)
        yield from call.news(member)
        talking = truth(update.get("activeSpeaker"))
        if talking is not None:
            yield f.SpeechHeard(member.site, talking)

    def _read_members_alone(self) -> Talk:
        return (yield from self._read_members())

    def _apply(self, member: Member, update: feeds.Update) -> None:
        state = PRESENCES.get(feeds.word(update, "state") or "")
        member.presence = state or (
            Presence.CONNECTED if member.presence is Presence.UNKNOWN else member.presence
        )
        if (muted := truth(update.get("audioMuted"))) is not None:
            member.mic_muted = muted
        if (hidden := truth(update.get("videoMuted"))) is not None:
            member.video_muted = hidden
        if "importance" in update:
            member.importance = whole(update["importance"]) or 0
        if (shown := feeds.word(update, "layout")) is not None:
            member.layout = LAYOUTS.get(shown)
        if name := feeds.word(update, "name"):
            member.name = clean_name(name)

    # -- the end -------------------------------------------------------------------------------

    def forget(self) -> None:
        """The link was lost: ids may be other ones after a restart."""
        self._feed = feeds.Feed()
        self._call.clear()
        self._call.id = ""
        self._queue.clear()
        self._checked_us = 0

    def leave(self) -> Talk:
        """Nothing is left open: Basic on each request, the feed ends with its socket."""
        yield from ()
        return ()


def _older(version: str, than: tuple[int, int]) -> bool:
    """Whether a version such as `3.9.1` is older; False where it can't be read."""
    parts = version.split(".")[:2]
    if len(parts) < 2 or not all(p.isdecimal() for p in parts):
        return False
    return (int(parts[0]), int(parts[1])) < than
