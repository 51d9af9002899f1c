"""Looks: every site's TileLook, kept true by following the keys that a tick touched."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from typing import NamedTuple

from console.domain.policy import Policy
from console.domain.presence import Presence
from console.domain.state import Key, State
from console.qt.grid.filters import BITS, flags_of
from console.qt.grid.groups import Group, groups_of
from console.qt.grid.look import Mark, Site, TileLook
from console.qt.grid.projection import (
    Scene,
    alarms_by_site,
    counts_by_lead,
    look_of,
    shown_count,
    site_in,
    stale_by_device,
    with_speech,
)

LOOKS_S = 0.001
"""So long sites are looked at in one tick; the others have their turn in the next."""
_AT_ONCE = 8
"""So many are looked at before the time is looked at again."""
_TREND = 60
_CONNECTED, _UNKNOWN = Presence.CONNECTED, Presence.UNKNOWN
_PENDING = Mark.PENDING


class Changes(NamedTuple):
    """What a refresh changed: sites whose look is another one, and sites of which only the level
    of speech is; whether filters match more or fewer, and whether the roster is another."""

    sites: list[str]
    levels: list[str]
    counted: bool = False
    roster: bool = False


class Looks:
    """The looks of a State by site. `refresh` looks again only at what was touched.

    Most news is who speaks how loud: a site of which only that was touched is not looked at, but
    listened to.
    """

    def __init__(self, state: State, policy: Policy | None = None) -> None:
        self._state = state
        self._policy = policy or Policy()
        self._now_us = self._second = 0
        self._scene = Scene(0, policy=self._policy)
        self._speakers: frozenset[str] = frozenset()
        self._script: object = None
        self._running: set[str] = set()
        self._due: list[tuple[int, str]] = []
        self._later: list[str] = []
        self._counted = False
        self._trends: dict[str, deque[float]] = {}
        self._times = True
        self._with_trends = False
        self.groups: tuple[Group, ...] = ()
        self.sites: dict[str, Site] = {}
        self.by_site: dict[str, TileLook] = {}
        self.flags: dict[str, int] = {}
        """The filters that each site matches, as bits."""
        self.counts: Counter[int] = Counter()
        """How many sites each filter matches."""
        self.load(0)

    @property
    def waiting(self) -> bool:
        """Whether a site waits for one of the next ticks."""
        return bool(self._later)

    def show(self, times: bool, trends: bool) -> None:
        """Whether tiles are large enough to show times that run, and the newest losses: where
        they are not, looks do not follow them."""
        if (times, trends) != (self._times, self._with_trends):
            self._times, self._with_trends = times, trends
            self._running, self._due = set(), []
            for site in self.sites:
                self._keep(site, self.now(site))

    def now(self, site: str) -> TileLook:
        """The look of a site at this moment, its times included, however small the tiles are."""
        return look_of(
            self._state,
            site,
            self._now_us,
            self._scene,
            self.sites[site],
            self._trend(site) if self._with_trends else (),
        )

    def load(self, now_us: int) -> None:
        """Take the roster anew and look at everyone."""
        state = self._state
        self._now_us = now_us
        self.groups = groups_of(state.endpoints)
        leads = {group.lead for group in self.groups if group.lead}
        order = [s for g in self.groups for s in ((g.lead, *g.sites) if g.lead else g.sites)]
        self.sites = {site: site_in(state, site, site in leads) for site in order}
        self._scene = Scene(now_us, counts=counts_by_lead(state), policy=self._policy)
        self._set_scene(alarms=True)
        self.by_site, self.flags, self.counts = {}, {}, Counter()
        self._running, self._due, self._later = set(), [], []
        self._read_script()
        for site, known in self.sites.items():
            self._keep(site, look_of(state, site, now_us, self._scene, known))

    def refresh(self, keys: set[Key], now_us: int) -> Changes:
        """Look again at what these keys touched, and at every time that shows another second."""
        second_passed = now_us // 1_000_000 != self._second
        self._second = now_us // 1_000_000
        self._now_us = now_us
        touched: list[str] = []
        heard: list[str] = []
        alarms = second_passed
        for kind, name in keys:
            if kind == "speech":
                heard.append(name)
            elif kind == "endpoint":
                touched.append(name)
            elif kind == "alarm":
                alarms = True
            elif kind == "contact" and name in self.sites:
                self.sites[name] = site_in(self._state, name, self.sites[name].lead)
            elif kind == "roster":
                self.load(now_us)
                return Changes(list(self.by_site), [], counted=True, roster=True)
        self._counted = False
        counted = self._state.session.script is not self._script and self._read_script()
        first = self._set_scene(alarms)
        wished = self._state.wishes.keys() & touched
        queue = dict.fromkeys((*first, *wished, *self._later, *touched, *self._flipped()))
        queue = [site for site in queue if site in self.by_site]
        sites = self._look_at(self._in_time(queue, len(first) + len(wished)))
        levels: list[str] = []
        self._listen(heard, sites, levels)
        return Changes(sites, levels, counted or self._counted)

    # -- what concerns more than one site ------------------------------------------------------

    def _set_scene(self, alarms: bool) -> set[str]:
        """The Scene of now; the sites for whom it has changed."""
        state, old, now_us = self._state, self._scene, self._now_us
        podium, session = state.podium, state.session
        touched: set[str] = set()
        by_site, stale = old.alarms, old.stale
        if alarms:
            by_site = alarms_by_site(state, now_us)
            touched |= {site for site, _ in by_site.items() ^ old.alarms.items()}
        if alarms or stale:
            stale = stale_by_device(state, now_us, self._policy)
            turned = {device for device, _ in stale.items() ^ old.stale.items()}
            if turned:
                touched |= {
                    s for s, leg in state.legs.items() if state.device_of(leg.conference) in turned
                }
        for new, before in (
            (podium, old.podium), (session.next, old.next), (session.chair, old.chair)
        ):  # fmt: skip
            if new != before:
                touched |= {new, before}
        self._scene = Scene(
            now_us, podium, session.next, session.chair, by_site, stale, old.counts, self._policy
        )
        return touched

    def _read_script(self) -> bool:
        before = self._speakers
        script = self._script = self._state.session.script
        self._speakers = frozenset(item.endpoint for item in script if item.endpoint)
        for site in before ^ self._speakers:
            if site in self.by_site:
                self._flag(site, self.by_site[site])
        return before != self._speakers

    def _flipped(self) -> set[str]:
        """The sites whose running time shows another second now."""
        now_us, due, running = self._now_us, self._due, self._running
        found: set[str] = set()
        while due and due[0][0] <= now_us:
            at_us, site = heappop(due)
            if site in running:
                found.add(site)
                late = (now_us - at_us) // 1_000_000
                heappush(due, (at_us + (late + 1) * 1_000_000, site))
        return found

    # -- one site ------------------------------------------------------------------------------

    def _in_time(self, queue: list[str], urgent: int) -> Iterator[str]:
        """The first `urgent` of these sites, and as many of the others as there is time for."""
        end = time.perf_counter() + LOOKS_S
        for at, site in enumerate(queue):
            if at % _AT_ONCE == 0 and at > urgent and time.perf_counter() >= end:
                self._later = queue[at:]
                return
            yield site
        self._later = []

    def _look_at(self, touched: Iterable[str]) -> list[str]:
        """Look at these sites again; those that show something else, and their districts."""
        state, now_us, scene = self._state, self._now_us, self._scene
        by_site, sites = self.by_site, self.sites
        changed: list[str] = []
        leads: set[str] = set()
        for site in touched:
            endpoint = state.endpoints[site]
            known = sites[site]
            if known.line is not endpoint.line or known.name is not endpoint.name:
                known = sites[site] = site_in(state, site, known.lead)
            trend = self._trend(site) if self._with_trends else ()
            old = by_site[site]
            new = look_of(state, site, now_us, scene, known, trend)
            if new == old:
                continue
            if new.presence is not old.presence and endpoint.parent:
                self._recount(endpoint.parent, old.presence, new.presence)
                leads.add(endpoint.parent)
            self._keep(site, new)
            changed.append(site)
        for lead in leads & by_site.keys():
            look = by_site[lead]
            connected, total = shown_count(scene.counts[lead]) if look.site.lead else (0, 0)
            by_site[lead] = look._replace(connected=connected, total=total)
            changed.append(lead)
        return changed

    def _recount(self, lead: str, old: Presence, new: Presence) -> None:
        connected, heard, total = self._scene.counts.get(lead, (0, 0, 0))
        connected += (new is _CONNECTED) - (old is _CONNECTED)
        heard += (old is _UNKNOWN) - (new is _UNKNOWN)
        self._scene.counts[lead] = (connected, heard, total)

    def _listen(self, heard: Iterable[str], sites: list[str], levels: list[str]) -> None:
        """Take the speech of those who have news of it."""
        speeches, by_site = self._state.speech, self.by_site
        for site in heard:
            old = by_site.get(site)
            if old is None:
                continue
            speech = speeches.get(site)
            if speech is None or not speech.talking:
                if old.talking:
                    by_site[site] = with_speech(old, False, -1)
                    sites.append(site)
                continue
            level = -1 if speech.level is None else speech.level
            if old.talking:
                if level != old.level:
                    by_site[site] = with_speech(old, True, level)
                    levels.append(site)
            elif old.here:
                by_site[site] = with_speech(old, True, level)
                sites.append(site)

    def _keep(self, site: str, look: TileLook) -> None:
        self.by_site[site] = look
        counts = self._times and (look.since_s >= 0 or look.mic_s >= 0)
        if counts or look.mark > _PENDING:
            if site not in self._running:
                self._running.add(site)
                heappush(self._due, (self._now_us + 1_000_000, site))
        else:
            self._running.discard(site)
        self._flag(site, look)

    def _flag(self, site: str, look: TileLook) -> None:
        """Keep the filters' counts."""
        new = flags_of(look, site in self._speakers)
        old = self.flags.get(site, 0)
        if new == old:
            return
        self.flags[site] = new
        self._counted = True
        changed = new ^ old
        for bit in BITS:
            if changed & bit:
                self.counts[bit] += 1 if new & bit else -1

    def _trend(self, site: str) -> tuple[float, ...]:
        kept = self._trends.setdefault(site, deque(maxlen=_TREND))
        quality = self._state.quality.get(site)
        if quality is not None and quality.loss_pct is not None:
            kept.append(quality.loss_pct)
        return tuple(kept) if len(kept) > 1 else ()
