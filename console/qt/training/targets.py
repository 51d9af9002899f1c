"""Whom a fault may befall: the sites, and the devices that the province really has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from console.domain.device import Device
from console.domain.state import State
from console.domain.text import clean_name
from console.qt.looks.sites import full, short
from console.qt.selection import Selection
from console.qt.training.faults import Active, Kind, kind_name
from console.qt.wording import say

FAMILIES = {"cms": "cms", "freeswitch": "freeswitch", "roomos": "rooms", "visca": "cameras"}
"""What the province calls all devices of a kind of ours."""
MCUS, CAMERAS = ("cms", "freeswitch"), ("cameras",)
_OF_SCOPE = {"bridge": MCUS, "camera": CAMERAS, "device": (*MCUS, "rooms", *CAMERAS)}
_PREFIXES = {"rooms": "room", "cameras": "camera"}


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a fault may befall: what the province calls it ("" : nobody now), and in words.

    `role` is set where it is whoever plays a part at the moment, and so may be another the next.
    """

    id: str
    text: str
    role: str = ""

    @property
    def key(self) -> str:
        """What stays the same when another plays the part."""
        return self.role or self.id


def targets(kind: Kind, state: State, selection: Selection) -> tuple[Target, ...]:
    """Whom this kind of trouble may befall now, the likeliest first; none where nobody can."""
    if kind.scope == "site":
        return tuple(_sites(state, selection))
    able = [f for f in _OF_SCOPE.get(kind.scope, ()) if not kind.families or f in kind.families]
    return tuple(_devices(able, state, selection))


def mcu_families(state: State) -> tuple[str, ...]:
    """The families of the MCUs that there are."""
    there = {FAMILIES.get(device.kind) for device in state.devices.values()}
    return tuple(family for family in MCUS if family in there)


def name_on_board(device: Device) -> str:
    """What the province calls a device of ours."""
    prefix = _PREFIXES.get(FAMILIES.get(device.kind, ""))
    return f"{prefix}:{device.endpoint}" if prefix else device.id


def target_name(target: str, state: State) -> str:
    """Whom a fault befalls, in words."""
    sites = [site for site in target.split(",") if site in state.endpoints]
    if sites:
        names = ", ".join(short(state, site) for site in sites[:3])
        return names if len(sites) <= 3 else f"{names} +{len(sites) - 3}"
    device = state.devices.get(target)
    if device is not None:
        return clean_name(device.name)
    prefix, _, site = target.partition(":")
    if prefix in _PREFIXES.values() and site in state.endpoints:
        return say(f"training.target.{prefix}", site=short(state, site))
    if target == "*":
        return say("training.target.everyone")
    return _all_of(target, state) if target in FAMILIES.values() else clean_name(target)


def active_text(fault: Active, state: State) -> str:
    """A fault in force, in words."""
    told = [kind_name(fault.kind), target_name(fault.target, state)]
    if fault.seconds is not None:
        told.append(say("training.seconds", s=fault.seconds))
    return " · ".join(told)


def _all_of(family: str, state: State) -> str:
    """All devices of a family, in words; MCUs by their make where there are two makes."""
    if family in MCUS and mcu_families(state) == (family,):
        return say("training.target.all_mcus")
    return say(f"training.target.all_{family}")


def _sites(state: State, selection: Selection) -> Iterator[Target]:
    chosen = [site for site in selection.sites if site in state.endpoints]
    text = say("training.target.selected_none")
    if len(chosen) == 1:
        text = say("training.target.selected", site=full(state, chosen[0]))
    elif chosen:
        text = say("training.target.selected_many", n=len(chosen))
    yield Target(",".join(chosen), text, "selected")
    for role, site in (("podium", state.podium), ("next", state.session.next)):
        if site:
            yield Target(site, say(f"training.target.{role}", site=short(state, site)), role)
    parents = {e.parent for e in state.endpoints.values() if e.parent}
    for e in sorted(state.endpoints.values(), key=lambda e: e.order):
        if e.id in parents and e.parent:
            yield Target(e.id, clean_name(e.name))


def _devices(able: Iterable[str], state: State, selection: Selection) -> Iterator[Target]:
    orders = {e.id: e.order for e in state.endpoints.values()}
    there: dict[str, list[Device]] = {}
    for device in state.devices.values():
        there.setdefault(FAMILIES.get(device.kind, ""), []).append(device)
    many_mcus = sum(len(there.get(family, ())) for family in MCUS) > 1
    for family in able:
        found = sorted(there.get(family, ()), key=lambda d: (orders.get(d.endpoint, 0), d.id))
        if not found:
            continue
        yield Target(family, _all_of(family, state))
        prefix = _PREFIXES.get(family)
        if prefix is None:
            if many_mcus:
                yield from (Target(d.id, clean_name(d.name)) for d in found)
            continue
        yield _of_selected(prefix, found, state, selection.single)
        for name in map(name_on_board, found):
            yield Target(name, target_name(name, state))


def _of_selected(prefix: str, found: list[Device], state: State, selected: str) -> Target:
    role = f"selected_{prefix}"
    if not any(device.endpoint == selected for device in found):
        return Target("", say(f"training.target.{role}_none"), role)
    return Target(
        f"{prefix}:{selected}", say(f"training.target.{role}", site=short(state, selected)), role
    )
