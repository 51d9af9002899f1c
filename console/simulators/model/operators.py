"""The people at the sites: they open their microphone when called upon, and close it after."""

from __future__ import annotations

from console.simulators.model.change import Change, Kind
from console.simulators.model.province import Province
from console.simulators.model.site import Leg


class Operators:
    """Watches for sites put on the podium and taken off it (R85).

    On the podium means of some importance and not muted by the bridge. One in twenty sites
    takes its time, unless the scene is calm.
    """

    def __init__(self, province: Province) -> None:
        self._province = province
        province.watch(self._changed)

    def _changed(self, change: Change) -> None:
        if change.kind is not Kind.LEG_CHANGED or change.leg is None:
            return
        if change.fields & {"importance", "rx_audio_mute"}:
            self._called_upon(change.leg)

    def _called_upon(self, leg: Leg) -> None:
        site, province = leg.site, self._province
        rng = province.rng(f"operator/{site.code}")
        delay_s = rng.uniform(1.2, 3.5) if site.attentive else rng.uniform(8.0, 20.0)

        def begin() -> None:
            if site.leg is leg and on_podium(leg):
                province.set_room(site, mic_muted=False)
                province.set_speaking(site, True)

        def end() -> None:
            if site.leg is leg and leg.rx_audio_mute:
                province.set_speaking(site, False)
                if site.attentive:
                    province.set_room(site, mic_muted=True)

        if on_podium(leg):
            province.clock.after(delay_s, begin)
        elif leg.rx_audio_mute and site.speaking:
            province.clock.after(delay_s, end)


def on_podium(leg: Leg) -> bool:
    """Whether everyone sees this leg and may hear it."""
    return bool(leg.importance) and not leg.rx_audio_mute
