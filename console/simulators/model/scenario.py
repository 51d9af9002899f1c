"""What happens by itself: a seeded story in four scenes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.simulators.model.province import Province
from console.simulators.model.site import Site


@dataclass(frozen=True, slots=True)
class Pace:
    """Mean seconds between happenings of each kind; 0 means never."""

    drop_s: float = 0.0
    open_mic_s: float = 0.0
    chair_s: float = 0.0
    own_mic_s: float = 0.0
    camera_s: float = 0.0
    loss_s: float = 0.0
    stranger_s: float = 0.0


PACES = {
    "calm": Pace(loss_s=600),
    "lively": Pace(45, 60, 25, 40, 80, 60, 900),
    "empty": Pace(),
    "joining": Pace(drop_s=120, own_mic_s=60, camera_s=60),
}


class Scenario:
    """Plays one scene on a province. Same seed, same story, as long as nobody interferes."""

    def __init__(self, province: Province, scene: str) -> None:
        self.province, self.scene, self.pace = province, scene, PACES[scene]
        self.rng = province.rng(f"scene/{scene}")

    def begin(self) -> None:
        """Seat whoever is in from the start and set the first happenings."""
        if self.scene == "calm":
            self._everybody()
        elif self.scene == "lively":
            self._most()
        elif self.scene == "joining":
            self._by_themselves()
        pace = self.pace
        for mean_s, happening in (
            (pace.drop_s, self._drop),
            (pace.open_mic_s, self._open_mic),
            (pace.chair_s, self._chair),
            (pace.own_mic_s, self._own_mic),
            (pace.camera_s, self._camera),
            (pace.loss_s, self._loss),
            (pace.stranger_s, self._stranger),
        ):
            if mean_s:
                self._now_and_then(mean_s, happening)

    # -- the beginning -----------------------------------------------------------------------

    def _everybody(self) -> None:
        self.province.set_conference(self.province.main, join_muted=True)
        for site in list(self.province.sites.values()):
            self.province.call_in(site)

    def _most(self) -> None:
        self.province.set_conference(self.province.main, join_muted=True)
        for site in list(self.province.sites.values()):
            if site.level == "province" or self.rng.random() < 0.94:
                self.province.call_in(site)
            else:
                self._later(self.rng.uniform(2, 180), site)
        hall = self._hall()
        if hall.leg is not None:
            self.province.set_leg(hall.leg, rx_audio_mute=False)
            self.province.set_room(hall, mic_muted=False)

    def _by_themselves(self) -> None:
        """Sites connect by themselves from an hour before (R75); three in a hundred do not."""
        self.province.set_conference(self.province.main, join_muted=True)
        for site in self.province.sites.values():
            if site.level == "province":
                self._later(1.0, site)
            elif self.rng.random() < 0.97:
                self._later(min(1800.0, self.rng.gammavariate(2.0, 200.0)), site)

    # -- happenings --------------------------------------------------------------------------

    def _now_and_then(self, mean_s: float, happening: Callable[[], None]) -> None:
        def again() -> None:
            happening()
            self.province.clock.after(self.rng.expovariate(1 / mean_s), again)

        self.province.clock.after(self.rng.expovariate(1 / mean_s), again)

    def _later(self, delay_s: float, site: Site) -> None:
        self.province.clock.after(delay_s, lambda: self.province.call_in(site))

    def _hall(self) -> Site:
        """The main bridge's own site: the top of the tree."""
        return next(iter(self.province.sites.values()))

    def _one(self) -> Site | None:
        """A connected site other than the hall, not on the podium."""
        pick = self.rng.random()
        able = [
            site
            for site in self.province.sites.values()
            if site.connected
            and site.level not in ("province", "stranger")
            and site.leg is not None
            and not site.leg.importance
        ]
        return able[int(pick * len(able))] if able else None

    def _drop(self) -> None:
        site, back_s = self._one(), self.rng.uniform(6, 60)
        if site is not None and site.leg is not None:
            self.province.hang_up(site.leg, "timeout")
            self._later(back_s, site)

    def _open_mic(self) -> None:
        """Somebody forgets a microphone: the site unmutes itself and talks on (R27)."""
        site, for_s = self._one(), self.rng.uniform(6, 40)
        if site is None or site.leg is None:
            return
        leg = site.leg
        self.province.note("open mic", site.code)
        self.province.set_room(site, mic_muted=False)
        self.province.set_leg(leg, rx_audio_mute=False)
        self.province.set_speaking(site, True)

        def noticed() -> None:
            if not leg.importance:
                self.province.set_speaking(site, False)
                self.province.set_room(site, mic_muted=True)
                self.province.set_leg(leg, rx_audio_mute=True)

        self.province.clock.after(for_s, noticed)

    def _chair(self) -> None:
        """The chair takes or leaves the word."""
        hall = self._hall()
        if hall.connected:
            self.province.set_speaking(hall, not hall.speaking)

    def _own_mic(self) -> None:
        """A site tries its own microphone while the bridge holds it mute."""
        site, for_s = self._one(), self.rng.uniform(3, 20)
        if site is None or site.room is None or site.leg is None or not site.leg.rx_audio_mute:
            return
        self.province.set_room(site, mic_muted=False)
        self.province.clock.after(
            for_s, lambda: site.speaking or self.province.set_room(site, mic_muted=True)
        )

    def _camera(self) -> None:
        site, preset = self._one(), self.rng.randrange(1, 7)
        if site is None or site.room is None:
            return
        if preset in site.room.presets:
            self.province.aim(site, preset)
        elif site.room.ptz is not None and (memory := site.room.ptz.memories.get(preset - 1)):
            self.province.go(site, memory)

    def _loss(self) -> None:
        site = self._one()
        for_s, loss_pct = self.rng.uniform(4, 25), self.rng.uniform(1.0, 9.0)
        if site is not None:
            self.province.note("loss", site.code, f"{loss_pct:.1f}")
            site.line.force(self.province.clock.now_s + for_s, loss_pct, 20 + 4 * loss_pct)

    def _stranger(self) -> None:
        """Somebody nobody invited calls in, and is gone after a while."""
        number, for_s = self.rng.randrange(1000, 9999), self.rng.uniform(10, 60)
        site = self.province.stranger(f"sip:{number}@203.0.113.{number % 250}", str(number))
        leg = self.province.call_in(site)
        if leg is not None:
            leg.encrypted = False
            self.province.clock.after(for_s, lambda: self.province.hang_up(leg, "remoteTeardown"))
