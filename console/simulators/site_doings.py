"""What happens at a site when trouble is caused there, and what ends it before its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from console.simulators.model.camera import Position
from console.simulators.model.province import Province
from console.simulators.model.site import LegState, Site

End = Callable[[], None]
"""Ends what passes by itself, once; later calls do nothing."""


class SiteDoings:
    """The troubles of sites, by their kinds. Those that pass after some seconds of wall time give
    back what ends them; the others merely happen."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._kinds: dict[str, Callable[[Site, dict[str, Any]], End | None]] = {
            "drop": self._drop,
            "join": lambda site, _: self._join(site),
            "hold": self._hold,
            "room_mute": lambda site, _: province.set_room(site, mic_muted=True),
            "room_unmute": lambda site, _: province.set_room(site, mic_muted=False),
            "self_mute": lambda site, _: self._bridge_mute(site, muted=True),
            "self_unmute": lambda site, _: self._bridge_mute(site, muted=False),
            "open_mic": self._open_mic,
            "speak": lambda site, _: province.set_speaking(site, True),
            "quiet": lambda site, _: province.set_speaking(site, False),
            "loss": self._loss,
            "district_outage": self._outage,
            "camera_stuck": self._camera_stuck,
            "camera_moved": lambda site, _: self._camera_moved(site),
            "no_answer": self._no_answer,
            "teams_mode": self._teams_mode,
            "rename": self._rename,
        }

    def cause(self, kind: str, site: Site, values: dict[str, Any]) -> End | None:
        """Cause one; what ends it, None for one that merely happened."""
        return self._kinds[kind](site, values)

    def _passing(self, seconds: float, mend: Callable[[], object]) -> End:
        """Mends after so many seconds, or when it is ended before; once."""
        over = False

        def end() -> None:
            nonlocal over
            if not over:
                over = True
                mend()

        self._after(seconds, end)
        return end

    def _after(self, seconds: float, call: Callable[[], object]) -> None:
        """Later by the wall: who causes a fault counts real seconds."""
        self._province.clock.after_wall(seconds, call)

    def _until_s(self, seconds: float) -> float:
        clock = self._province.clock
        return clock.now_s + seconds * clock.speed

    def _join(self, site: Site) -> None:
        self._province.call_in(site)

    def _drop(self, site: Site, values: dict[str, Any]) -> End | None:
        if site.leg is None:
            return None
        self._province.hang_up(site.leg, "timeout")
        if not values["seconds"]:
            return None
        return self._passing(float(values["seconds"]), lambda: self._join(site))

    def _hold(self, site: Site, values: dict[str, Any]) -> End | None:
        leg, province = site.leg, self._province
        if leg is None or leg.state is not LegState.CONNECTED:
            return None
        province.set_leg(leg, state=LegState.ON_HOLD)

        def resume() -> None:
            if leg.state is LegState.ON_HOLD:
                province.set_leg(leg, state=LegState.CONNECTED)

        return self._passing(float(values["seconds"]), resume)

    def _bridge_mute(self, site: Site, *, muted: bool) -> None:
        if site.leg is not None:
            self._province.set_leg(site.leg, rx_audio_mute=muted)

    def _open_mic(self, site: Site, values: dict[str, Any]) -> End:
        self._province.set_room(site, mic_muted=False)
        self._bridge_mute(site, muted=False)
        self._province.set_speaking(site, True)

        def noticed() -> None:
            self._province.set_speaking(site, False)
            self._province.set_room(site, mic_muted=True)
            self._bridge_mute(site, muted=True)

        return self._passing(float(values["seconds"]), noticed)

    def _loss(self, site: Site, values: dict[str, Any]) -> End:
        seconds, line = float(values["seconds"]), site.line
        until_s = self._until_s(seconds)
        line.force(until_s, float(values["loss_pct"]), float(values["jitter_ms"]))
        self._province.note("loss", site.code, str(values["loss_pct"]))

        def mend() -> None:
            if line.forced_until_s == until_s:
                line.forced_until_s = -1.0

        return self._passing(seconds, mend)

    def _outage(self, site: Site, values: dict[str, Any]) -> End:
        """The line of a site and of all below it is cut; each calls in again afterwards."""
        province, seconds = self._province, float(values["seconds"])
        rng, until_s = province.rng("outage"), self._until_s(seconds)
        cut = [s for s in province.sites.values() if s is site or s.parent_code == site.code]
        waits: list[tuple[Site, float]] = []
        for each in cut:
            each.cut_until_s = until_s
            if each.leg is not None:
                province.hang_up(each.leg, "timeout")
                waits.append((each, rng.uniform(0.5, 5.0)))

        def mend() -> None:
            for each in cut:
                if each.cut_until_s == until_s:
                    each.cut_until_s = -1.0
            for each, wait_s in waits:
                self._after(wait_s, lambda each=each: self._join(each))

        return self._passing(seconds, mend)

    def _camera_stuck(self, site: Site, values: dict[str, Any]) -> End | None:
        if site.room is None:
            return None
        seconds, camera = float(values["seconds"]), site.room.camera
        camera.stuck_until_s = until_s = self._until_s(seconds)

        def mend() -> None:
            if camera.stuck_until_s == until_s:
                camera.stuck_until_s = -1.0

        return self._passing(seconds, mend)

    def _camera_moved(self, site: Site) -> None:
        if site.room is None:
            return
        rng, reach = self._province.rng(f"remote/{site.code}"), site.room.camera.reach
        there = Position(
            rng.randrange(reach.pan[0] // 2, reach.pan[1] // 2),
            rng.randrange(reach.tilt[0] // 2, reach.tilt[1] // 2),
            rng.randrange(*reach.zoom),
        )
        self._province.go(site, there)

    def _no_answer(self, site: Site, values: dict[str, Any]) -> End:
        site.answers = False

        def willing() -> None:
            site.answers = True

        return self._passing(float(values["seconds"]), willing)

    def _teams_mode(self, site: Site, values: dict[str, Any]) -> End:
        self._province.set_room(site, teams_mode=True)
        return self._passing(
            float(values["seconds"]), lambda: self._province.set_room(site, teams_mode=False)
        )

    def _rename(self, site: Site, values: dict[str, Any]) -> None:
        """The site takes another name, which the bridge learns when it calls in anew."""
        site.display_name = str(values["name"])
        if site.leg is not None:
            self._province.hang_up(site.leg, "remoteTeardown")
            self._after(0.5, lambda: self._join(site))

    def stranger(self, uri: str, seconds: float, bridge: int | None) -> End | None:
        """Somebody who is on no roster calls in, and leaves after so many seconds."""
        site = self._province.stranger(uri, uri.removeprefix("sip:"))
        leg = self._province.call_in(site, bridge)
        if leg is None:
            return None
        leg.encrypted = False
        return self._passing(seconds, lambda: self._province.hang_up(leg, "remoteTeardown"))
