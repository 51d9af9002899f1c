"""What the driver knows of one call: who is in it, by which ids, and what was last reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from console.domain.conference import Conference
from console.domain.facts import ConferenceSeen, Fact, LegEnded, LegSeen, SpeechHeard
from console.domain.layout import Layout
from console.domain.observed import Leg
from console.domain.presence import Presence
from console.domain.text import clean_name

_SAME_LAYOUT = 0.9
"""The bridge has no layout of the whole conference: it is what so many of its legs report."""
_PODIUM = 100
_MOST_GONE = 5_000


@dataclass(slots=True)
class Member:
    """One participant of the call; `leg_id` "" while it is not known. Times in µs UTC."""

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
    bound_us: int = 0
    """When this participant id was first seen."""
    heard_us: int = 0
    """When the event feed last told something of it."""


@dataclass(slots=True)
class Call:
    """The call and its members by site; only what this bridge itself carries."""

    conference: str
    device: str
    directory: Mapping[str, str]
    id: str = ""
    name: str = ""
    locked: bool | None = None
    recording: bool | None = None
    banner: str | None = None
    highest: int | None = None
    """`panePlacementHighestImportance`: the importance of the first pane, None where unset."""
    local: int | None = None
    """How many participants the bridge says it carries itself."""
    clustered: bool = True
    """Whether other bridges may share the call; True until the bridge says otherwise."""
    listed: bool = False
    """Whether its list of participants was read since its ids are known."""
    members: dict[str, Member] = field(default_factory=dict[str, Member])
    by_participant: dict[str, str] = field(default_factory=dict[str, str])
    by_leg: dict[str, str] = field(default_factory=dict[str, str])
    remote: set[str] = field(default_factory=set[str])
    """Participants that another bridge of the cluster carries."""
    second: set[str] = field(default_factory=set[str])
    """Further participants of a site that is in the call already."""
    gone: dict[str, None] = field(default_factory=dict[str, None])
    """Participants that left: what was asked before and answered later is of no use."""
    own_screen: set[str] = field(default_factory=set[str])
    """Sites whose screen was set for itself; they don't count for the conference's layout."""
    _told: dict[str, tuple[object, ...]] = field(default_factory=dict[str, tuple[object, ...]])
    """What was last told of each site, as plain as it can be: all are looked at with each wish."""
    _told_conference: Conference | None = None

    @property
    def podium_importance(self) -> int:
        """The importance that puts a participant on the podium."""
        return self.highest or _PODIUM

    def site_of(self, address: str, name: str) -> str:
        """The site of a dial address; a stranger is a guest under his address."""
        return self._listed(address) or "?" + clean_name(address.strip().lower() or name)

    def _listed(self, address: str) -> str:
        """The roster's site of a dial address, "" where it has none."""
        key = address.strip().lower()
        found = self.directory.get(key)
        if found is None and ":" not in key:
            found = self.directory.get(f"sip:{key}")
        return found or ""

    def member(self, address: str, name: str, participant: str = "") -> Member:
        """The member with this address, a new one where there is none; a participant who is known
        already stays whom he was, whatever the roster says by now."""
        site = self.by_participant.get(participant) or self.site_of(address, name)
        found = self.members.get(site)
        if found is None:
            found = self.members[site] = Member(site)
        found.address = clean_name(address) or found.address
        found.name = clean_name(name) or found.name
        return found

    def bind(self, member: Member, participant: str, now_us: int) -> Member:
        """Learn by which id the bridge knows a member. Another id is another leg: a new record,
        in which all that was known of the old one is unknown."""
        if participant == member.participant:
            return member
        if member.participant:
            self.second.add(member.participant)
            self.by_participant.pop(member.participant, None)
            self.by_leg.pop(member.leg_id, None)
            member = Member(member.site, name=member.name, address=member.address)
            self.members[member.site] = member
        self.second.discard(participant)
        member.participant, member.bound_us = participant, now_us
        self.by_participant[participant] = member.site
        return member

    def bind_leg(self, member: Member, leg: str) -> None:
        """Learn the member's call leg."""
        if leg != member.leg_id:
            self.by_leg.pop(member.leg_id, None)
            member.leg_id = leg
            self.by_leg[leg] = member.site

    def of_participant(self, participant: str) -> Member | None:
        """The member that the bridge calls by this participant id."""
        return self.members.get(self.by_participant.get(participant, ""))

    def of_leg(self, leg: str) -> Member | None:
        """The member that has this call leg."""
        return self.members.get(self.by_leg.get(leg, ""))

    def unknown(self, participant: str) -> bool:
        """Whether nothing is known of this participant id."""
        return not (
            participant in self.by_participant
            or participant in self.remote
            or participant in self.second
            or participant in self.gone
        )

    def clear(self, call: str = "") -> None:
        """Forget every id: the bridge restarted, or the call is another one."""
        self.id = call
        self.listed = False
        self.locked = self.recording = self.banner = self.highest = self.local = None
        for known in (self.members, self.by_participant, self.by_leg, self.gone, self._told):
            known.clear()
        for ids in (self.remote, self.second, self.own_screen):
            ids.clear()
        self._told_conference = None

    # -- as facts ------------------------------------------------------------------------------

    def news(self, member: Member) -> Iterator[Fact]:
        """The member as a fact, if it is not what was last told."""
        told = (
            self.conference,
            member.presence,
            member.mic_muted,
            member.video_muted,
            member.deaf,
            member.layout,
            member.name,
            member.address,
            member.encrypted,
        )
        if self._told.get(member.site) != told:
            self._told[member.site] = told
            yield LegSeen(
                Leg(
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
            )

    def renamed(self) -> list[Fact]:
        """Whom another roster calls another site: he is that one from now on, and is not here
        under the name he had. Where two became one, one of them is its second participant."""
        found = [(m, site) for m in self.members.values() if (site := self._listed(m.address))]
        moved = [(member, site) for member, site in found if site != member.site]
        told: list[Fact] = []
        for member, _ in moved:
            before = member.site
            del self.members[before]
            self.by_participant.pop(member.participant, None)
            self.by_leg.pop(member.leg_id, None)
            self._told.pop(before, None)
            told += [
                SpeechHeard(before, False),
                LegSeen(Leg(before, self.conference, Presence.ABSENT, address=member.address)),
            ]
        for member, site in moved:
            if site in self.members:
                self.second.add(member.participant)
                continue
            if member.site in self.own_screen:
                self.own_screen.discard(member.site)
                self.own_screen.add(site)
            member.site = site
            self.members[site] = member
            self.by_participant[member.participant] = site
            if member.leg_id:
                self.by_leg[member.leg_id] = site
            told += self.news(member)
        return [*told, *self.conference_news()] if moved else []

    def ended(self, member: Member) -> list[Fact]:
        """The member left. A second participant of the site, if any, is to be learnt anew."""
        self.members.pop(member.site, None)
        self.by_participant.pop(member.participant, None)
        self.by_leg.pop(member.leg_id, None)
        self.own_screen.discard(member.site)
        self.second.clear()
        self._told.pop(member.site, None)
        self.gone[member.participant] = None
        if len(self.gone) > _MOST_GONE:
            del self.gone[next(iter(self.gone))]
        return [SpeechHeard(member.site, False), LegEnded(self.conference, member.site)]

    def conference_news(self) -> Iterator[Fact]:
        """The conference as a fact, if it is not what was last told."""
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
        if seen != self._told_conference:
            self._told_conference = seen
            yield ConferenceSeen(seen)

    def podium(self) -> str | None:
        """Who has the podium's importance; "" nobody, None where it is not known. While two have
        it the change is not complete: it is still who had it before."""
        holders = self.holders()
        if not holders:
            unlisted = bool(self.id) and not self.listed
            unsaid = unlisted or any(m.importance is None for m in self.members.values())
            return None if unsaid else ""
        most = max(m.importance or 0 for m in holders)
        best = [m.site for m in holders if m.importance == most]
        if len(best) == 1:
            return best[0]
        before = self._told_conference.podium if self._told_conference else None
        return before if before in best else None

    def holders(self) -> list[Member]:
        """Every member with the podium's importance; where panes are placed by importance, lower
        ones have other panes, and elsewhere any importance is above the others'."""
        least = self.highest or 1
        return [m for m in self.members.values() if (m.importance or 0) >= least]

    def _common_layout(self) -> Layout | None:
        told = [
            m.layout
            for m in self.members.values()
            if m.layout is not None and m.site not in self.own_screen
        ]
        same = _SAME_LAYOUT * len(told)
        while told:
            layout = told[0]
            others = [other for other in told if other is not layout]
            if len(told) - len(others) >= same:
                return layout
            told = others
        return None
