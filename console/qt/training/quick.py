"""The common troubles on one key each: whom they befall as things stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from console.domain.state import State
from console.qt.looks.sites import connected, short
from console.qt.selection import Selection
from console.qt.training.faults import mcu_families, target_name


@dataclass(frozen=True, slots=True)
class Quick:
    """A common trouble on one key: what is sent (None: not now), and about whom, in words."""

    name: str
    keys: str
    body: dict[str, Any] | None
    target: str = ""


def quick_faults(state: State, selection: Selection, lot: int) -> tuple[Quick, ...]:
    """The common troubles as things stand; `lot` picks whom where nobody is selected."""
    podium = state.podium
    loud = silent_site(state, selection, lot)
    district = _district(state, selection, lot)
    mcus = mcu_families(state)[0]
    return (
        Quick(
            "drop_podium",
            "Ctrl+Shift+F1",
            {"kind": "drop", "target": podium, "seconds": 20} if podium else None,
            short(state, podium) if podium else "",
        ),
        Quick(
            "open_mic",
            "Ctrl+Shift+F2",
            {"kind": "open_mic", "target": loud, "seconds": 20} if loud else None,
            short(state, loud) if loud else "",
        ),
        Quick(
            "slow_mcu",
            "Ctrl+Shift+F3",
            {"kind": "slow", "target": mcus, "seconds": 30, "delay_ms": 2000},
            target_name(mcus, state),
        ),
        Quick(
            "hang_mcu",
            "Ctrl+Shift+F4",
            {"kind": "hang", "target": mcus, "seconds": 20},
            target_name(mcus, state),
        ),
        Quick(
            "drop_district",
            "Ctrl+Shift+F5",
            {"kind": "district_outage", "target": district, "seconds": 45} if district else None,
            short(state, district) if district else "",
        ),
    )


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
