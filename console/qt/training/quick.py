"""The common troubles on one key each: whom they befall as things stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from console.domain.state import State
from console.qt.looks.sites import connected, full, short
from console.qt.selection import Selection
from console.qt.training.targets import mcu_families
from console.qt.wording import say


@dataclass(frozen=True, slots=True)
class Quick:
    """A common trouble on one key: what is sent (nothing: not now), and about whom, in words."""

    name: str
    keys: str
    bodies: tuple[dict[str, Any], ...]
    target: str = ""


def quick_faults(state: State, selection: Selection, lot: int) -> tuple[Quick, ...]:
    """The common troubles as things stand; `lot` picks whom where nobody is selected."""
    podium = state.podium
    loud = silent_site(state, selection, lot)
    district = _district(state, selection, lot)
    mcus, every_mcu = mcu_families(state), say("training.target.all_mcus")
    return (
        Quick(
            "drop_podium",
            "Ctrl+Shift+F1",
            _of({"kind": "drop", "target": podium, "seconds": 20}),
            short(state, podium) if podium else "",
        ),
        Quick(
            "open_mic",
            "Ctrl+Shift+F2",
            _of({"kind": "open_mic", "target": loud, "seconds": 20}),
            full(state, loud) if loud else "",
        ),
        Quick(
            "slow_mcu",
            "Ctrl+Shift+F3",
            _of({"kind": "slow", "seconds": 30, "delay_ms": 2000}, *mcus),
            every_mcu,
        ),
        Quick(
            "hang_mcu",
            "Ctrl+Shift+F4",
            _of({"kind": "hang", "seconds": 20}, *mcus),
            every_mcu,
        ),
        Quick(
            "drop_district",
            "Ctrl+Shift+F5",
            _of({"kind": "district_outage", "target": district, "seconds": 45}),
            short(state, district) if district else "",
        ),
    )


def _of(body: dict[str, Any], *families: str) -> tuple[dict[str, Any], ...]:
    """The body, or one for each family; none where there is nobody."""
    if "target" in body:
        return (body,) if body["target"] else ()
    return tuple({**body, "target": family} for family in families)


def silent_site(state: State, selection: Selection, lot: int) -> str:
    """A site that has no business speaking: the selected one, else one by lot."""
    kept = (state.podium, state.session.chair, state.session.next)
    if selection.single and selection.single not in kept and connected(state, selection.single):
        return selection.single
    silent = [
        site
        for site in state.endpoints
        if site not in kept and connected(state, site) and state.legs[site].mic_muted is not False
    ]
    return silent[lot % len(silent)] if silent else ""


def _district(state: State, selection: Selection, lot: int) -> str:
    """A unit with sites below it: the selected site's own, else one by lot."""
    parents = {e.parent for e in state.endpoints.values() if e.parent}
    units = [e.id for e in state.endpoints.values() if e.id in parents and e.parent]
    site = state.endpoints.get(selection.single)
    while site is not None:
        if site.id in units:
            return site.id
        site = state.endpoints.get(site.parent)
    return units[lot % len(units)] if units else ""
