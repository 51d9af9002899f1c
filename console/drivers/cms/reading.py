"""Reading a call over REST: what the bridge says now, told as facts.

Several readings and the event feed interleave. A reply is of the moment it was asked for: it
never undoes what an event told since, and a list that was read while somebody joined does not
make him leave.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence

from console.domain import facts as f
from console.domain.presence import Presence
from console.domain.problem import Problem, Refused
from console.drivers.cms.memory import Call, Member
from console.drivers.cms.names import LAYOUTS, PRESENCES
from console.drivers.cms.parse import Item, importance, quality, truth, whole
from console.drivers.cms.rest import Listing, No, Rest, Step, at, get
from console.drivers.protocol import Report
from console.wire.http import HttpRequest
from console.wire.problems import NotUnderstood
from console.wire.xml import Element, text

_TOGETHER = 16
"""So many objects are asked for before the facts of them are told."""


class Reading:
    """Reads one call into its memory."""

    def __init__(self, rest: Rest, call: Call, wanted: str, now_us: Callable[[], int]) -> None:
        self._rest = rest
        self._call = call
        self._wanted = wanted
        self.now_us = now_us
        self.checked_us = 0
        """When the complete list was last read; 0 makes it due."""
        self.surprises = 0
        """How many comings and goings the last list told that were not known."""

    # -- the call ------------------------------------------------------------------------------

    def find(self) -> Step:
        """Find the call: that of the wanted coSpace, or of that name or id, or the only one.
        Whether it is another one than before."""
        listing: Listing = yield from self._rest.all_of("/calls")
        found = [c for c in listing.items if self.ours(c)]
        if not found and not listing.complete:
            raise NotUnderstood(reason="list")
        if len(found) > 1:
            raise Refused(
                Problem.of("cms.several_calls", device=self._rest.device, calls=len(found))
            )
        identity = found[0]["id"] if found else ""
        changed = identity != self._call.id
        if changed:
            self._call.clear(identity)
            self.checked_us = 0
        if found:
            self._call.name = found[0].get("name", "")
        return changed

    def ours(self, call: Item) -> bool:
        """Whether this is the call we are to run."""
        return self._wanted in ("", call.get("coSpace"), call.get("name"), call.get("id"))

    def the_call(self, deadline_s: float = 8.0) -> Step:
        """The call itself: lock, recording, banner."""
        call = self._call
        identity = call.id
        found: Element = yield from self._rest.read(
            "call", get(at("calls", identity), deadline_s=deadline_s)
        )
        if call.id != identity:
            return []
        call.name = text(found, "name") or call.name
        call.locked = truth(text(found, "locked"))
        call.recording = truth(text(found, "recording"))
        call.banner = text(found, "messageText") or ""
        call.highest = whole(text(found, "panePlacementHighestImportance")) or None
        call.local = whole(text(found, "numParticipantsLocal"))
        return [*call.conference_news()]

    # -- who is in it ----------------------------------------------------------------------------

    def members(self) -> Step:
        """The complete list. Who is missing from it has left, unless it is in doubt."""
        call = self._call
        identity, asked_us = call.id, self.now_us()
        listing: Listing = yield from self._rest.all_of(at("calls", identity, "/participants"))
        present = dict.fromkeys(item["id"] for item in listing.items)
        far = {item["id"] for item in listing.items if item.get("callBridge")}
        strangers = [i for i in present if call.unknown(i)]
        self.surprises = len(strangers)
        sure = listing.complete and (bool(present) or not call.local)
        for start in range(0, len(strangers), _TOGETHER):
            some = strangers[start : start + _TOGETHER]
            answers = yield from self._participants(some)
            if call.id != identity:
                return []
            facts: list[f.Fact] = []
            for participant, answer in zip(some, answers, strict=True):
                if isinstance(answer, No):
                    sure = sure and answer is No.GONE
                else:
                    facts += self._learn_participant(
                        participant, answer, asked_us, far=participant in far, present=present
                    )
            yield Report(facts)
        yield from self._legs()
        if call.id != identity:
            return []
        call.listed = True
        facts = []
        if sure:
            for member in list(call.members.values()):
                if member.participant not in present and member.bound_us < asked_us:
                    self.surprises += 1
                    facts += call.ended(member)
            call.remote &= present.keys()
            call.second &= present.keys()
            facts.append(f.RosterSeen(call.conference, frozenset(call.members)))
            self.checked_us = asked_us
        return facts

    def _participants(self, ids: Sequence[str]) -> Step:
        return self._rest.read_each("participant", [get(at("participants", i)) for i in ids])

    def participant(self, identity: str) -> Step:
        """One participant that an event told of, by its id alone."""
        asked_us = self.now_us()
        answers = yield from self._participants([identity])
        if isinstance(answers[0], No):
            return []
        return [*self._learn_participant(identity, answers[0], asked_us)]

    def participants(self, members: Sequence[Member]) -> Step:
        """Some members' own records: presence and importance."""
        asked = [m for m in members if m.participant]
        asked_us = self.now_us()
        answers = yield from self._participants([m.participant for m in asked])
        facts: list[f.Fact] = []
        for member, answer in zip(asked, answers, strict=True):
            if self._call.members.get(member.site) is not member:
                continue
            if answer is No.GONE and member.bound_us < asked_us:
                facts += self._call.ended(member)
            elif not isinstance(answer, No):
                facts += self._learn_participant(member.participant, answer, asked_us)
        return [*facts, *self._call.conference_news()]

    def _learn_participant(
        self,
        participant: str,
        found: Element,
        asked_us: int,
        *,
        far: bool = False,
        present: Container[str] | None = None,
    ) -> Iterable[f.Fact]:
        """`far`: the list named another bridge; `present`: everyone in the list, if it was one."""
        call = self._call
        if participant in call.gone:
            return []
        # Another bridge's participant is named with that bridge, and has no leg here.
        far = far or text(found, "callBridge") is not None
        if far and not whole(text(found, "numCallLegs")):
            call.remote.add(participant)
            return []
        address = text(found, "uri") or text(found, "originalUri") or ""
        state = PRESENCES.get(text(found, "status/state") or "")
        member = call.member(address, text(found, "name") or "", participant)
        known = member.participant
        taken = known not in ("", participant) and (present is None or known in present)
        if taken and (member.presence is Presence.CONNECTED or state is not Presence.CONNECTED):
            call.second.add(participant)
            return []
        member = call.bind(member, participant, self.now_us())
        if member.heard_us > asked_us:
            return call.news(member)
        member.presence = state or member.presence
        configured = found.find("configuration")
        if configured is not None:
            member.importance = importance(text(configured, "importance"))
        return call.news(member)

    # -- their legs ------------------------------------------------------------------------------

    def _legs(self) -> Step:
        """Which leg is whose, where it is not known yet."""
        call = self._call
        if all(m.leg_id for m in call.members.values()):
            return
        listing: Listing = yield from self._rest.all_of("/callLegs", ("callFilter", call.id))
        for leg in listing.items:
            if leg.get("subtype") == "distributionLink" or leg.get("call") != call.id:
                continue
            party = leg.get("remoteParty")
            if party and call.of_leg(leg["id"]) is None:
                member = call.members.get(call.site_of(party, leg.get("name", "")))
                if member is not None and not member.leg_id:
                    call.bind_leg(member, leg["id"])

    def leg_of(self, member: Member) -> Step:
        """The path of the member's call leg, asked of the bridge where it is not known yet."""
        if not member.leg_id:
            participant = member.participant
            listing: Listing = yield from self._rest.all_of(
                at("participants", participant, "/callLegs")
            )
            if not listing.items or member.participant != participant:
                raise Refused(Problem.of("cms.not_in_call", device=self._rest.device))
            self._call.bind_leg(member, listing.items[0]["id"])
        return at("callLegs", member.leg_id)

    def details(self, sites: Sequence[str]) -> Step:
        """The call legs of some sites: mutes, screen, media. Told as they come."""
        for start in range(0, len(sites), _TOGETHER):
            some = [m for s in sites[start : start + _TOGETHER] if (m := self._call.members.get(s))]
            requests: list[HttpRequest] = []
            known: list[tuple[Member, str]] = []
            for member in some:
                try:
                    path = yield from self.leg_of(member)
                except Refused:
                    continue
                requests.append(get(path))
                known.append((member, member.leg_id))
            asked_us = self.now_us()
            answers = yield from self._rest.read_each("callLeg", requests)
            facts: list[f.Fact] = []
            for (member, leg), answer in zip(known, answers, strict=True):
                if self._call.of_leg(leg) is not member:
                    continue
                if answer is No.GONE:
                    self._call.by_leg.pop(leg)
                    member.leg_id = ""
                elif not isinstance(answer, No):
                    facts += self._learn_leg(member, answer, asked_us)
            if facts:
                yield Report(facts)

    def _learn_leg(self, member: Member, found: Element, asked_us: int) -> Iterator[f.Fact]:
        member.deaf = truth(text(found, "configuration/txAudioMute"))
        member.encrypted = truth(text(found, "status/encryptedMedia"))
        if member.heard_us <= asked_us:
            member.mic_muted = truth(text(found, "configuration/rxAudioMute"))
            member.video_muted = truth(text(found, "configuration/rxVideoMute"))
            shown = text(found, "status/layout") or text(found, "configuration/chosenLayout")
            member.layout = LAYOUTS.get(shown or "")
            state = PRESENCES.get(text(found, "status/state") or "")
            member.presence = state or member.presence
        yield from self._call.news(member)
        measured = quality(found, self.now_us())
        if measured is not None:
            yield f.QualityMeasured(member.site, measured)

    def alarmed(self) -> Step:
        """The sites whose legs the bridge itself calls bad (hints, no more)."""
        kinds = "packetLoss|excessiveJitter|highRoundTripTime"
        listing: Listing = yield from self._rest.all_of("/callLegs", ("alarms", kinds))
        found = [self._call.of_leg(leg["id"]) for leg in listing.items]
        return [member.site for member in found if member is not None]

    def everything(self) -> Step:
        """The call, its members, and each member's leg."""
        facts: list[f.Fact] = yield from self.the_call()
        if facts:
            yield Report(facts)
        facts = yield from self.members()
        if facts:
            yield Report(facts)
        yield from self.details(list(self._call.members))
        return [*self._call.conference_news()]
