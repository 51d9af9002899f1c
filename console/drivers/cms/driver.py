"""The CMS driver: one conference on one Call Bridge.

The event feed tells at once what changes; REST tells what the feed can't (banners, media) and
everything where the feed is away. Who joined and left is decided by a complete list.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit, urlunsplit

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.device import Figures
from console.domain.problem import Problem, Refused
from console.domain.text import clean_name
from console.drivers.cms.hearing import Hearing
from console.drivers.cms.memory import Call, Member
from console.drivers.cms.names import OFFERED
from console.drivers.cms.parse import number, truth, whole
from console.drivers.cms.reading import Reading
from console.drivers.cms.rest import Gone, Listing, Rest, Step, get, post
from console.drivers.cms.wishes import Wishes
from console.drivers.protocol import Ask, Heard, Report, Round, Setting, Talk
from console.wire.http import HttpReply
from console.wire.problems import NotUnderstood
from console.wire.websocket import SocketPlan
from console.wire.xml import Element, text

_CHECK_US = 30_000_000
"""With the feed alive, the complete list is read only so often, to be sure."""
_AFRESH_US = 15_000_000
"""Everything is read again at most so often when feed messages are missing."""
_LEGS_A_ROUND = 3
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
        self._address = spec.address
        self._now_us = setting.now_us
        self._rest = Rest(spec.name)
        self._call = Call(f"{spec.id}/{spec.conference or 'call'}", spec.id, setting.directory)
        self._reading = Reading(self._rest, self._call, spec.conference, setting.now_us)
        self._wishes = Wishes(self._rest, self._call, self._reading)
        self._hearing = Hearing(self._call, self._reading, self.observe, setting.now_us)
        self._queue: deque[str] = deque()
        self._own_records: deque[str] = deque()
        self._afresh_us = 0
        self._ports: int | None = None
        self._load_limit: float | None = None

    # -- first contact -------------------------------------------------------------------------

    def probe(self) -> Talk:
        """The software's version, what it allows, and the bridge's limits."""
        status: Element = yield from self._rest.read("status", get("/system/status"))
        self._call.clustered = truth(text(status, "clusterEnabled")) is not False
        yield from self._read_limits()
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

    def _read_limits(self) -> Step:
        try:
            limits: Element = yield from self._rest.read(
                "cluster", get("/system/configuration/cluster")
            )
        except Refused:
            return
        self._load_limit = number(text(limits, "loadLimit"))
        self._ports = whole(text(limits, "participantLimit"))

    def observe(self) -> Talk:
        """Find the call and read all of it."""
        yield from self._reading.find()
        if not self._call.id:
            nobody = f.RosterSeen(self._call.conference, frozenset())
            return [*self._call.conference_news(), nobody]
        return (yield from self._reading.everything())

    def rounds(self) -> Sequence[Round]:
        """The call each second as sign of life; details in rotation, under 5 requests a second."""
        return (
            Round("life", 1.0, self._life),
            Round("roster", 3.0, self._check),
            Round("detail", 1.0, self._next_details),
            Round("alarmed", 5.0, self._alarmed),
            Round("health", 15.0, self._health),
        )

    # -- again and again -------------------------------------------------------------------------

    def _life(self) -> Talk:
        if not self._call.id:
            yield from self._reading.find()
            return (yield from self._reading.everything()) if self._call.id else ()
        if renamed := self._call.renamed():
            yield Report(renamed)
        try:
            return (yield from self._reading.the_call(_LIFE_DEADLINE_S))
        except Gone:
            return (yield from self.observe())

    def _check(self) -> Talk:
        """Who is in the call: often where the feed is away, else now and then."""
        if not self._call.id:
            return ()
        now_us, checked_us = self._now_us(), self._reading.checked_us
        if self._hearing.in_doubt and now_us - self._afresh_us >= _AFRESH_US:
            self._hearing.in_doubt, self._afresh_us = False, now_us
            return (yield from self._reading.everything())
        due = not checked_us or now_us - checked_us >= _CHECK_US
        alive = self._hearing.feed.alive
        if alive and not due:
            return ()
        try:
            yield Report((yield from self._reading.members()))
        except Gone:
            return (yield from self.observe())
        if alive:
            yield Report([*self._hearing.surprised(self._reading.surprises)])
        return [*self._call.conference_news()]

    def _next_details(self) -> Talk:
        """The next few legs in rotation, those not yet known first; and one participant's own
        record, every other time that of the podium."""
        members = self._call.members
        fresh = [m.site for m in members.values() if not m.leg_id][:_LEGS_A_ROUND]
        while len(fresh) < min(_LEGS_A_ROUND, len(members)):
            if not self._queue:
                self._queue.extend(members)
            site = self._queue.popleft()
            if site in members and site not in fresh:
                fresh.append(site)
        yield from self._reading.details(fresh)
        return (yield from self._reading.participants(self._next_record()))

    def _next_record(self) -> list[Member]:
        members = self._call.members
        if not self._own_records:
            podium = [m.site for m in self._call.holders()]
            for site in members:
                self._own_records.extend([site, *podium])
        while self._own_records:
            member = members.get(self._own_records.popleft())
            if member is not None:
                return [member]
        return []

    def _alarmed(self) -> Talk:
        """Legs that the bridge itself calls bad go to the head of the rotation."""
        if not self._call.id:
            return ()
        sites: list[str] = yield from self._reading.alarmed()
        ahead = list(self._queue)[: 2 * len(sites)]
        self._queue.extendleft(site for site in sites if site not in ahead)
        return ()

    def _health(self) -> Talk:
        status: Element = yield from self._rest.read("status", get("/system/status"))
        load: Element = yield from self._rest.read("load", get("/system/load"))
        alarms: Listing = yield from self._rest.all_of("/system/alarms")
        used = whole(text(status, "callLegsActive"))
        figures = Figures(
            self._now_us(),
            ports_used=used,
            ports_total=self._ports,
            load_pct=self._load_pct(number(text(load, "mediaProcessingLoad"))),
            rx_kbps=_kbps(status, "Incoming"),
            tx_kbps=_kbps(status, "Outgoing"),
            legs=used,
            uptime_s=whole(text(status, "uptimeSeconds")),
            alarms=tuple(clean_name(a["type"]) for a in alarms.items if a.get("type")),
        )
        return [f.FiguresMeasured(self._device, figures)]

    def _load_pct(self, load: float | None) -> float | None:
        """The load in % of the bridge's own limit; without one it is in % already."""
        if load is None:
            return None
        if self._load_limit:
            return 100.0 * load / self._load_limit
        return load if load <= 100 else None

    # -- wishes --------------------------------------------------------------------------------

    def perform(self, command: Command) -> Talk:
        """Ask the bridge."""
        yield from self._wishes.perform(command)
        return self._news()

    def look(self, command: Command) -> Talk:
        """Read back what shows whether the wish came true."""
        facts: Sequence[f.Fact] = yield from self._wishes.look(command)
        return [*facts, *self._news()]

    def _news(self) -> list[f.Fact]:
        told = [fact for m in self._call.members.values() for fact in self._call.news(m)]
        return [*told, *self._call.conference_news()]

    # -- pushed news ---------------------------------------------------------------------------

    def listen(self) -> Generator[Ask, Any, SocketPlan | None]:
        """A token, and the feed's address with it; the token lives only a short while."""
        yield Report(self._hearing.end())
        yield from self._reading.find()
        reply: HttpReply = yield from self._rest.send(post("/authTokens"))
        token = reply.header("x-cisco-cms-auth-token")
        if not token:
            raise NotUnderstood(reason="token")
        where = urlsplit(self._address)
        scheme = "wss" if where.scheme == "https" else "ws"
        query = f"authToken={quote(token, safe='')}"
        url = urlunsplit((scheme, where.netloc, "/events/v1", query, ""))
        return SocketPlan(url, (self._hearing.begin(),))

    def hear(self, message: str) -> Heard:
        """One frame of the feed."""
        return self._hearing.hear(message)

    # -- the end -------------------------------------------------------------------------------

    def forget(self) -> None:
        """The link was lost: ids may be other ones after a restart."""
        self._hearing.end()
        self._call.clear()
        self._queue.clear()
        self._own_records.clear()
        self._reading.checked_us = 0

    def leave(self) -> Talk:
        """Nothing is left open: Basic on each request, the feed ends with its socket."""
        yield from ()
        return ()


def _kbps(status: Element, direction: str) -> float | None:
    rates = [number(text(status, f"{medium}BitRate{direction}")) for medium in ("audio", "video")]
    known = [rate for rate in rates if rate is not None]
    return sum(known) / 1000 if known else None


def _older(version: str, than: tuple[int, int]) -> bool:
    """Whether a version such as `3.9.1` is older; False where it can't be read."""
    parts = version.split(".")[:2]
    if len(parts) < 2 or not all(p.isdecimal() for p in parts):
        return False
    return (int(parts[0]), int(parts[1])) < than
