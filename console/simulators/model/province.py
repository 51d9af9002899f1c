"""The province: every site, the conference, and the only functions that change them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from console.simulators.model.building import built, trunk_of
from console.simulators.model.change import Change, Kind
from console.simulators.model.clock import Clock
from console.simulators.model.quality import Burst, Channel
from console.simulators.model.roster import RosterRow
from console.simulators.model.site import Conference, Leg, LegState, Site

CONFERENCE_NAME = "Giao ban trực tuyến tỉnh Đắk Lắk"
LEG_FIELDS = frozenset(Leg.__slots__)


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One thing that happened, for whoever compares two tellings."""

    at_s: float
    what: str
    code: str
    detail: str = ""


class Province:
    """Sites, legs and conferences on one clock.

    Every random choice draws from a generator named after its purpose and seeded with `seed`, so
    that what a console does to one site leaves the story of the others as it was.
    """

    def __init__(
        self,
        rows: Iterable[RosterRow],
        *,
        seed: int,
        clock: Clock,
        rooms: bool = True,
        bridges: int = 1,
        calm: bool = False,
    ) -> None:
        self.seed, self.clock, self.bridges = seed, clock, bridges
        self._rngs: dict[str, Random] = {}
        self._watchers: list[Callable[[Change], None]] = []
        self._serial = 0
        self.story: deque[StoryLine] = deque(maxlen=10_000)
        self.bridges_down: set[int] = set()
        self.speaker: Leg | None = None
        self.speaking: dict[str, Site] = {}
        self.sites: dict[str, Site] = {}
        self.trunks: dict[str, Burst] = {}
        self.trunk_channel = Channel(1 / 90_000 if calm else 1 / 900, 1 / 8, 6.0)
        for row in rows:
            self._add(row, rooms=rooms, calm=calm)
        self.conferences: list[Conference] = []
        self.main = self.open_conference(CONFERENCE_NAME)
        clock.every(1.0, self._second)

    def _add(self, row: RosterRow, *, rooms: bool, calm: bool) -> Site:
        site = built(row, len(self.sites), self.rng, rooms=rooms, calm=calm)
        self.sites[row.code] = site
        self.trunks.setdefault(trunk_of(site), Burst())
        return site

    def rng(self, name: str) -> Random:
        """The generator of one purpose."""
        if name not in self._rngs:
            self._rngs[name] = Random(f"{self.seed}/{name}")
        return self._rngs[name]

    def watch(self, watcher: Callable[[Change], None]) -> None:
        """Tell `watcher` of every change from now on."""
        self._watchers.append(watcher)

    def tell(self, change: Change) -> None:
        """Tell every watcher."""
        for watcher in self._watchers:
            watcher(change)

    def note(self, what: str, code: str, detail: str = "") -> None:
        """Write one line of the story."""
        self.story.append(StoryLine(round(self.clock.now_s, 3), what, code, detail))

    # -- conferences -------------------------------------------------------------------------

    def open_conference(self, name: str) -> Conference:
        """Begin a meeting."""
        self._serial += 1
        conference = Conference(self._serial, name, self.clock.now_s)
        self.conferences.append(conference)
        self.tell(Change(Kind.CONFERENCE_ADDED, conference=conference))
        return conference

    def close_conference(self, conference: Conference) -> None:
        """End a meeting: every leg goes, then the meeting."""
        for leg in self.legs(conference):
            self.hang_up(leg, "callDeactivated")
        self.conferences.remove(conference)
        self.tell(Change(Kind.CONFERENCE_REMOVED, conference=conference))

    def set_conference(self, conference: Conference, **values: Any) -> None:
        """Give a meeting new settings; tells only when one differs."""
        if "message_text" in values or "message_duration" in values:
            conference.message_since_s = self.clock.now_s
        changed = {name for name, value in values.items() if getattr(conference, name) != value}
        for name in changed:
            setattr(conference, name, values[name])
        if not changed:
            return
        self.note("conference", str(conference.number), ",".join(sorted(changed)))
        self.tell(Change(Kind.CONFERENCE_CHANGED, conference=conference, fields=frozenset(changed)))
        if "locked" in changed and not conference.locked:
            for leg in self.legs(conference):
                self.set_leg(leg, in_lobby=False)

    def legs(self, conference: Conference | None = None, bridge: int | None = None) -> list[Leg]:
        """The legs of a meeting (or all), on one bridge (or all), in roster order."""
        found = (site.leg for site in self.sites.values() if site.leg is not None)
        return [
            leg
            for leg in found
            if (conference is None or leg.conference is conference)
            and (bridge is None or leg.bridge == bridge)
        ]

    # -- joining and leaving -----------------------------------------------------------------

    def bridge_of(self, site: Site) -> int:
        """Which bridge of the cluster a site's calls land on: whole districts together."""
        if self.bridges == 1:
            return 0
        codes = list(self.trunks)
        return codes.index(trunk_of(site)) % self.bridges

    def seat(
        self, site: Site, conference: Conference, *, outgoing: bool, bridge: int | None = None
    ) -> Leg:
        """A new leg in state initial. The site must have none."""
        self._serial += 1
        muted = conference.join_muted
        leg = Leg(
            number=self._serial,
            site=site,
            conference=conference,
            bridge=self.bridge_of(site) if bridge is None else bridge,
            outgoing=outgoing,
            since_s=self.clock.now_s,
            rx_audio_mute=bool(muted),
            profile_layout=conference.default_layout,
            in_lobby=conference.locked and site.level == "stranger",
        )
        site.leg = leg
        conference.most_legs = max(conference.most_legs, len(self.legs(conference)))
        self.tell(Change(Kind.LEG_ADDED, site=site, leg=leg, conference=conference))
        return leg

    def call_in(self, site: Site, conference: Conference | None = None) -> Leg | None:
        """The site dials the bridge and is let in; None when its line is cut or it is in."""
        if site.leg is not None or self.clock.now_s < site.cut_until_s:
            return None
        if self.bridge_of(site) in self.bridges_down:
            return None
        if self.main not in self.conferences:
            self.main = self.open_conference(CONFERENCE_NAME)
        leg = self.seat(site, conference or self.main, outgoing=False)
        self.answer(leg)
        return leg

    def answer(self, leg: Leg) -> None:
        """The leg's media start to flow."""
        if leg.site.leg is not leg or leg.state in (LegState.CONNECTED, LegState.ON_HOLD):
            return
        leg.connected_s = self.clock.now_s
        leg.site.line.restart()
        room = leg.site.room
        if room is not None and room.standby != "Off":
            self.set_room(leg.site, standby="Off")
        self.note("joined", leg.site.code)
        self.set_leg(leg, state=LegState.CONNECTED)
        self._refresh_speaker()

    def ring(self, leg: Leg) -> None:
        """Let a dialled leg ring, then be answered, or not."""
        site = leg.site
        rng = self.rng(f"ring/{site.code}")
        rings_after_s, answers_after_s = rng.uniform(0.1, 0.4), rng.uniform(1.0, 4.0)
        if self.clock.now_s < site.cut_until_s:
            self.clock.after(8.0, lambda: self.hang_up(leg, "timeout"))
            return
        self.clock.after(rings_after_s, lambda: self.set_leg(leg, state=LegState.RINGING))
        if site.answers:
            self.clock.after(rings_after_s + answers_after_s, lambda: self.answer(leg))
        else:
            self.clock.after(30.0, lambda: self._give_up(leg))

    def _give_up(self, leg: Leg) -> None:
        if leg.state is LegState.RINGING:
            self.hang_up(leg, "ringingTimeout")

    def stranger(self, uri: str, name: str) -> Site:
        """A caller nobody invited."""
        self._serial += 1
        code = f"stranger-{self._serial}"
        site = self._add(RosterRow(code, "", "stranger", name), rooms=False, calm=False)
        site.uri = uri
        return site

    def hang_up(self, leg: Leg, reason: str) -> None:
        """End a leg; `reason` in the bridge's words for call records."""
        site = leg.site
        if site.leg is not leg:
            return
        site.leg = None
        self.note("left", site.code, reason)
        self.tell(
            Change(Kind.LEG_REMOVED, site=site, leg=leg, conference=leg.conference, reason=reason)
        )
        if site.level == "stranger":
            del self.sites[site.code]
            self.speaking.pop(site.code, None)
        self._refresh_speaker()

    # -- what a leg, a room and a person do --------------------------------------------------

    def set_leg(self, leg: Leg, **values: Any) -> None:
        """Give a leg new values; tells only when one differs and the leg still sits there."""
        if leg.site.leg is not leg:
            return
        unknown = set(values) - LEG_FIELDS
        if unknown:
            raise ValueError(f"a leg has no {unknown}")
        changed = {name for name, value in values.items() if getattr(leg, name) != value}
        if not changed:
            return
        for name in changed:
            setattr(leg, name, values[name])
        self.note("leg", leg.site.code, ",".join(f"{n}={values[n]}" for n in sorted(changed)))
        self.tell(
            Change(
                Kind.LEG_CHANGED,
                site=leg.site,
                leg=leg,
                conference=leg.conference,
                fields=frozenset(changed),
            )
        )
        if changed & {"rx_audio_mute", "state"}:
            self._refresh_speaker()

    def set_room(self, site: Site, **values: Any) -> None:
        """Give a room's device new values; tells only when one differs."""
        room = site.room
        if room is None:
            return
        changed = {name for name, value in values.items() if getattr(room, name) != value}
        if not changed:
            return
        for name in changed:
            setattr(room, name, values[name])
        self.note("room", site.code, ",".join(f"{n}={values[n]}" for n in sorted(changed)))
        self.tell(Change(Kind.ROOM_CHANGED, site=site, fields=frozenset(changed)))
        if "mic_muted" in changed:
            self._refresh_speaker()

    def set_speaking(self, site: Site, speaking: bool) -> None:
        """Somebody in the room begins or ends to speak."""
        if site.speaking == speaking:
            return
        site.speaking = speaking
        site.level_db = -26.0 if speaking else -60.0
        if speaking:
            self.speaking[site.code] = site
        else:
            self.speaking.pop(site.code, None)
        self.note("speaking" if speaking else "silent", site.code)
        self._refresh_speaker()

    def presets_changed(self, site: Site) -> None:
        """A room's list of positions is not what it was."""
        self.note("presets", site.code)
        self.tell(Change(Kind.PRESETS_CHANGED, site=site))

    def aim(self, site: Site, preset_id: int) -> None:
        """Send a room's camera to a remembered position, which takes it seconds."""
        room = site.room
        if room is None:
            return
        self.go(site, room.presets[preset_id].position, preset_id)

    def go(
        self, site: Site, position: Any, preset_id: int | None = None, slowness: float = 1.0
    ) -> None:
        """Send a room's camera to a position; tells on departure and on arrival."""
        room = site.room
        if room is None:
            return
        way_s = room.camera.go(position, self.clock.now_s, preset_id, slowness)
        self.note("camera", site.code, str(preset_id or "position"))
        self.tell(Change(Kind.ROOM_CHANGED, site=site, fields=frozenset({"camera"})))
        if way_s == 0.0:
            return

        def arrived(arrival_s: float = room.camera.arrival_s) -> None:
            if room.camera.arrival_s == arrival_s and not any(room.camera.drive):
                reason = str(preset_id or "")
                self.tell(Change(Kind.CAMERA_ARRIVED, site=site, reason=reason))

        self.clock.after(way_s, arrived)

    def camera_driven(self, site: Site) -> None:
        """A camera began or ended to move by hand."""
        self.note("camera", site.code, "ramp")
        self.tell(Change(Kind.CAMERA_ARRIVED, site=site))

    def _refresh_speaker(self) -> None:
        """The active speaker is the loudest audible site; it stays so until another speaks."""
        audible = [site for site in self.speaking.values() if site.audible]
        loudest = max(audible, key=lambda site: site.level_db, default=None)
        leg = loudest.leg if loudest is not None else None
        now = self.speaker
        if now is not None and now.site.leg is now and now.site.audible:
            return
        if leg is now:
            return
        self.speaker = leg
        for each in (now, leg):
            if each is not None and each.site.leg is each:
                self.tell(
                    Change(
                        Kind.LEG_CHANGED,
                        site=each.site,
                        leg=each,
                        conference=each.conference,
                        fields=frozenset({"active_speaker"}),
                    )
                )

    def _second(self) -> None:
        """One second of media on every line."""
        rng = self.rng("trunks")
        for burst in self.trunks.values():
            burst.step(self.trunk_channel, rng)
        for site in self.speaking.values():
            site.level_db = -26.0 + site.line.rng.uniform(-6, 6)
        now_s = self.clock.now_s
        for site in self.sites.values():
            if site.connected:
                site.line.second(now_s, self.trunks[trunk_of(site)].loss_pct)
