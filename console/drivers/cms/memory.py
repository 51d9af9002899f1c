"""What the driver knows of one call: who is in it, by which ids, and what was last reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from console.domain.conference import Conference
from console.domain.facts import ConferenceSeen, Fact, LegEnded, LegSeen, SpeechHeard
from console.domain.layout import Layout
from console.domain.observed import Leg, Presence
from console.domain.text import clean_name

_SAME_LAYOUT = 0.9
"""The bridge has no layout of the whole conference: it is what so many of its legs report."""


@dataclass(slots=True)
class Member:
    """One participant of the call; `leg_id` "" while it is not known."""

    site: str
    participant: str = ""
    leg_id: str = ""
    name: str = ""
    address: str = ""
    presence: Presence = Presence.UNKNOWN
    mic_muted: bool | None = None
    video_muted: bool | None = None
    deaf: bool | None = None
    layout: Layout | None = None
    importance: int | None = None
    encrypted: bool | None = None


@dataclass(slots=True)
class Call:
    """The call and its members by site; `told` is what was last reported of each."""

    conference: str
    device: str
    directory: Mapping[str, str]
    id: str = ""
    name: str = ""
    locked: bool | None = None
    recording: bool | None = None
    banner: str | None = None
    members: dict[str, Member] = field(default_factory=dict[str, Member])
    by_participant: dict[str, str] = field(default_factory=dict[str, str])
    by_leg: dict[str, str] = field(default_factory=dict[str, str])
    own_screen: set[str] = field(default_factory=set[str])
    """Sites whose screen was set for itself; they don't count for the conference's layout."""
    _told: dict[str, Leg] = field(default_factory=dict[str, Leg])
    _told_conference: Conference | None = None

    def site_of(self, address: str, name: str) -> str:
        """The site of a dial address; a stranger is a guest under his address."""
        key = address.strip().lower()
        found = self.directory.get(key)
        if found is None and ":" not in key:
            found = self.directory.get(f"sip:{key}")
        return found or "?" + clean_name(key or name)

    def member(self, address: str, name: str) -> Member:
        """The member with this address, a new one where there is none."""
        site = self.site_of(address, name)
        found = self.members.get(site)
        if found is None:
            found = self.members[site] = Member(site)
        found.address = clean_name(address) or found.address
        found.name = clean_name(name) or found.name
        return found

    def bind(self, member: Member, *, participant: str = "", leg: str = "") -> None:
        """Learn by which ids the bridge knows a member."""
        if participant and participant != member.participant:
            self.by_participant.pop(member.participant, None)
            member.participant = participant
            self.by_participant[participant] = member.site
        if leg and leg != member.leg_id:
            self.by_leg.pop(member.leg_id, None)
            member.leg_id = leg
            self.by_leg[leg] = member.site

    def of_participant(self, participant: str) -> Member | None:
        """The member that the bridge calls by this participant id."""
        return self.members.get(self.by_participant.get(participant, ""))

    def of_leg(self, leg: str) -> Member | None:
        """The member that has this call leg."""
        return self.members.get(self.by_leg.get(leg, ""))

    def drop(self, member: Member) -> None:
        """The member is no longer in the call."""
        self.members.pop(member.site, None)
        self.by_participant.pop(member.participant, None)
        self.by_leg.pop(member.leg_id, None)
        self.own_screen.discard(member.site)
        self._told.pop(member.site, None)

    def clear(self) -> None:
        """Forget every id: the bridge restarted or the call is another one."""
        self.members.clear()
        self.by_participant.clear()
        self.by_leg.clear()
        self._told.clear()
        self._told_conference = None

    # -- as facts ------------------------------------------------------------------------------

    def news(self, member: Member) -> Iterator[Fact]:
        """The member as a fact, if it is not what was last told."""
        leg = Leg(
            endpoint=member.site,
            conference=self.conference,
            presence=member.presence,
            mic_muted=member.mic_muted,
            video_muted=member.video_muted,
            deaf=member.deaf,
            layout=member.layout,
            name=member.name,
            address=member.address,
            encrypted=member.encrypted,
        )
        if self._told.get(member.site) != leg:
            self._told[member.site] = leg
            yield LegSeen(leg)

    def ended(self, member: Member, reason: str = "") -> list[Fact]:
        """The member left."""
        self.drop(member)
        return [
            SpeechHeard(member.site, False),
            LegEnded(self.conference, member.site, clean_name(reason)),
        ]

    def conference_news(self) -> Iterator[Fact]:
        """The conference as a fact, if it is not what was last told."""
        known = self._told_conference
        seen = Conference(
            id=self.conference,
            device=self.device,
            name=clean_name(self.name),
            live=bool(self.id),
            locked=self.locked,
            layout=self._common_layout(),
            podium=self.podium(),
            recording=self.recording,
            banner=clean_name(self.banner) if self.banner is not None else None,
        )
        if seen != known:
            self._told_conference = seen
            yield ConferenceSeen(seen)

    def podium(self) -> str | None:
        """The member of the highest importance, "" if none has any, None if nobody said."""
        if any(m.importance is None for m in self.members.values()) and not self.holders():
            return None
        best = max(self.holders(), key=lambda m: m.importance or 0, default=None)
        return best.site if best is not None else ""

    def holders(self) -> list[Member]:
        """Every member with an importance."""
        return [m for m in self.members.values() if m.importance]

    def _common_layout(self) -> Layout | None:
        told = [
            m.layout
            for m in self.members.values()
            if m.layout is not None and m.site not in self.own_screen
        ]
        if not told:
            return None
        layout, count = Counter(told).most_common(1)[0]
        return layout if count >= _SAME_LAYOUT * len(told) else None
