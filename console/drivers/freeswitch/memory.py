"""What the driver knows of one conference: who is in it, by which ids, and what was last told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from console.domain.conference import Conference
from console.domain.facts import ConferenceSeen, Fact, LegEnded, LegSeen, SpeechHeard
from console.domain.layout import Layout
from console.domain.observed import Leg
from console.domain.presence import Presence
from console.domain.text import clean_name
from console.drivers.freeswitch.words import user_of

_MOST_GONE = 5_000


class Directory:
    """Who is who: dial addresses → sites, also by the user part where only one site has it.

    A caller id is a number or a name, seldom a whole address.
    """

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = addresses
        self._users: dict[str, str] = {}

    def site_of(self, *words: str) -> str:
        """The site of the first word that names one, or ""."""
        if found := self._first(words):
            return found
        self.renew()
        return self._first(words)

    def sites_of(self, members: Iterable[Member]) -> list[str]:
        """The sites of several members by the roster as it is now, "" for a stranger."""
        self.renew()
        return [self._first((member.number, member.name)) for member in members]

    def _first(self, words: Iterable[str]) -> str:
        keys = [key for told in words if (key := told.strip().lower())]
        return next((found for key in keys if (found := self._find(key))), "")

    def _find(self, key: str) -> str:
        known = self._addresses
        return known.get(key) or known.get(f"sip:{key}") or self._users.get(key, "")

    def renew(self) -> None:
        """Learn the user parts anew."""
        users: dict[str, str] = {}
        for address, site in list(self._addresses.items()):
            user = user_of(address)
            users[user] = site if users.get(user, site) == site else ""
        self._users = users


@dataclass(slots=True)
class Member:
    """One member. `id` names it in commands, `uuid` is its channel; times in µs UTC."""

    site: str
    id: int
    uuid: str
    name: str = ""
    number: str = ""
    presence: Presence = Presence.CONNECTED
    mic_muted: bool | None = None
    video_muted: bool | None = None
    deaf: bool | None = None
    talking: bool = False
    video: bool | None = None
    moderator: bool | None = None
    bound_us: int = 0
    heard_us: int = 0
    """When an event last told something of it."""
    sequence: int = 0
    """The newest event's number: an older one that comes later tells nothing."""


@dataclass(slots=True)
class Meeting:
    """The conference and its members by channel. Of a site's several members the newest counts."""

    conference: str
    device: str
    directory: Directory
    name: str
    uuid: str = ""
    """Which run of the conference this is."""
    live: bool = False
    locked: bool | None = None
    recording: bool | None = None
    layout: Layout | None = None
    banner: str | None = None
    floor: int | None = None
    """Whose picture has the video floor, by member id; 0 nobody's, None not known."""
    held: bool | None = None
    """Whether the floor is held there; else it goes to whoever speaks. None: not known."""
    doubtful: bool = False
    """The floor has moved since it was last read whether it is held."""
    members: dict[str, Member] = field(default_factory=dict[str, Member])
    dialling: dict[str, int] = field(default_factory=dict[str, int])
    """Sites being called → since when."""
    called: dict[str, str] = field(default_factory=dict[str, str])
    """Channels that this console's own calls made → site."""
    gone: dict[str, None] = field(default_factory=dict[str, None])
    """Channels that left: what was asked before and answered later is of no use."""
    _told: dict[str, tuple[object, ...]] = field(default_factory=dict[str, tuple[object, ...]])
    """What was last told of each site, as plain as it can be: all are looked at with each wish.
    Empty: that it is being called."""
    _told_conference: Conference | None = None

    def site_of(self, uuid: str, number: str, name: str, *more: str) -> str:
        """The site of a member: by the call that we made to it, by its number, by its name. A
        stranger is a guest under them."""
        found = self.called.get(uuid) or self.directory.site_of(number, name, *more)
        return found or "?" + (clean_name(number) or clean_name(name) or uuid)

    def of_site(self, site: str) -> list[Member]:
        """A site's members, the newest first."""
        found = [m for m in self.members.values() if m.site == site]
        return sorted(found, key=lambda m: -m.id)

    def of_id(self, number: int | None) -> Member | None:
        """The member that has this id now."""
        return next((m for m in self.members.values() if m.id == number), None)

    def forget(self) -> None:
        """The link was lost, or the conference ended: ids may be other ones afterwards."""
        self.locked = self.recording = self.layout = self.banner = None
        self.floor = self.held = None
        self.live = self.doubtful = False
        self.members.clear()
        self.dialling.clear()
        self.called.clear()
        self.gone.clear()
        self._told.clear()
        self._told_conference = None

    # -- as facts ---------------------------------------------------------------------------------

    def news(self, site: str) -> Iterator[Fact]:
        """A site's leg as a fact, if it is not what was last told."""
        yield from self._news(site, next(iter(self.of_site(site)), None))

    def all_news(self, sites: Iterable[str]) -> list[Fact]:
        """Several sites' legs, and the conference."""
        newest: dict[str, Member] = {}
        for member in self.members.values():
            known = newest.get(member.site)
            if known is None or member.id > known.id:
                newest[member.site] = member
        legs = (fact for site in sites for fact in self._news(site, newest.get(site)))
        return [*legs, *self.conference_news()]

    def _news(self, site: str, member: Member | None) -> Iterator[Fact]:
        if member is None and site not in self.dialling:
            return
        told: tuple[object, ...] = ()
        if member is not None:
            told = (
                self.conference,
                member.presence,
                member.mic_muted,
                member.video_muted,
                member.deaf,
                member.name,
                member.number,
            )
        if self._told.get(site) == told:
            return
        self._told[site] = told
        if member is None:
            yield LegSeen(Leg(site, self.conference, Presence.DIALLING))
            return
        yield LegSeen(
            Leg(
                endpoint=site,
                conference=self.conference,
                presence=member.presence,
                mic_muted=member.mic_muted,
                video_muted=member.video_muted,
                deaf=member.deaf,
                name=clean_name(member.name),
                address=clean_name(member.number),
            )
        )

    def renamed(self) -> list[Fact]:
        """Whom another roster calls another site: he is that one from now on, and is not here
        under the name he had. A call of our own is to the site that it was made to."""
        members = [m for m in self.members.values() if m.uuid not in self.called]
        told: list[Fact] = []
        changed: dict[str, None] = {}
        for member, site in zip(members, self.directory.sites_of(members), strict=True):
            if site and site != member.site:
                changed |= {member.site: None, site: None}
                if member.talking:
                    told += [SpeechHeard(member.site, False), SpeechHeard(site, True)]
                member.site = site
                self.dialling.pop(site, None)
        here = {m.site for m in self.members.values()} | self.dialling.keys()
        for site in sorted(changed.keys() - here):
            self._told.pop(site, None)
            told.append(LegSeen(Leg(site, self.conference, Presence.ABSENT)))
        return [*told, *self.all_news(s for s in changed if s in here)] if changed else []

    def speech(self, member: Member, talking: bool | None) -> Iterator[Fact]:
        """Whether a member speaks, if that is news."""
        if talking is not None and talking is not member.talking:
            member.talking = talking
            yield SpeechHeard(member.site, talking)

    def ended(self, member: Member, reason: str = "") -> Iterator[Fact]:
        """A member left; its site with it, unless it has another."""
        del self.members[member.uuid]
        self.called.pop(member.uuid, None)
        self.gone[member.uuid] = None
        if len(self.gone) > _MOST_GONE:
            del self.gone[next(iter(self.gone))]
        if self.floor == member.id:
            self.floor, self.doubtful = 0, True
        if self.of_site(member.site) or member.site in self.dialling:
            yield from self.news(member.site)
            return
        self._told.pop(member.site, None)
        yield SpeechHeard(member.site, False)
        yield LegEnded(self.conference, member.site, clean_name(reason))

    def call_failed(self, site: str, reason: str) -> Iterator[Fact]:
        """A call came to nothing."""
        self.dialling.pop(site, None)
        if not self.of_site(site) and self._told.pop(site, None) is not None:
            yield LegEnded(self.conference, site, clean_name(reason))

    def conference_news(self) -> Iterator[Fact]:
        """The conference as a fact, if it is not what was last told."""
        seen = Conference(
            id=self.conference,
            device=self.device,
            name=clean_name(self.name),
            live=self.live,
            locked=self.locked,
            layout=self.layout,
            podium=self.podium(),
            recording=self.recording,
            banner=self.banner,
        )
        if seen != self._told_conference:
            self._told_conference = seen
            yield ConferenceSeen(seen)

    def podium(self) -> str | None:
        """The site that holds the video floor; "" while the floor goes to whoever speaks.

        A floor that has just moved is still whose it was, until it is known whether it is held.
        """
        holder = self.of_id(self.floor)
        if self.doubtful:
            before = self._told_conference.podium if self._told_conference else None
            return before if not before or self.of_site(before) else ""
        if self.held is None or (self.held and self.floor is None):
            return None
        return holder.site if self.held and holder is not None else ""
