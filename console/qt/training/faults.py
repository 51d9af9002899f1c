"""The faults that the province offers, and whom they may befall: data into forms and requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.domain.state import State
from console.domain.text import clean_name
from console.qt.looks.sites import full, short
from console.qt.selection import Selection
from console.qt.wording import has, say

MCU_FAMILIES = {"cms": "CMS", "freeswitch": "FreeSWITCH"}
"""The families of pretend MCUs and their names."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a fault can be told. `type` is number, integer, text or choice."""

    name: str
    type: str
    default: Any = None
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of trouble. `scope` says whom it befalls: site, device, bridge or camera."""

    kind: str
    scope: str
    lasting: bool
    about: str
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class Active:
    """A fault in force."""

    number: int
    kind: str
    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a fault may befall: what the province calls it ("" : nobody now), and in words."""

    id: str
    text: str


def kinds_of(answer: Any) -> tuple[Kind, ...]:
    """The kinds in an answer to `GET /faults`; one that makes no sense is left out."""
    found: list[Kind] = []
    for each in _list(answer, "kinds"):
        try:
            found.append(
                Kind(
                    str(each["kind"]),
                    str(each["scope"]),
                    bool(each["lasting"]),
                    clean_name(str(each["about"])),
                    tuple(_parameter(p) for p in each["parameters"]),
                )
            )
        except (KeyError, TypeError, ValueError):
            continue
    return tuple(found)


def _parameter(plain: Mapping[str, Any]) -> Parameter:
    low, high = plain.get("low"), plain.get("high")
    return Parameter(
        str(plain["name"]),
        str(plain["type"]),
        plain.get("default"),
        tuple(str(choice) for choice in plain.get("choices") or ()),
        None if low is None else float(low),
        None if high is None else float(high),
    )


def active_of(answer: Any, state: State) -> tuple[Active, ...]:
    """The faults in force in an answer to `GET /faults`."""
    found: list[Active] = []
    for each in _list(answer, "active"):
        try:
            number, kind, target = int(each["number"]), str(each["kind"]), str(each["target"])
            values = dict(each.get("values") or {})
        except (KeyError, TypeError, ValueError):
            continue
        told = [kind_name(kind), target_name(target, state)]
        seconds = values.get("seconds")
        if isinstance(seconds, (int, float)):
            told.append(say("training.seconds", s=float(seconds)))
        found.append(Active(number, kind, target, " · ".join(told)))
    return tuple(found)


def _list(answer: Any, name: str) -> list[Any]:
    plain = answer.get(name) if isinstance(answer, dict) else None
    return plain if isinstance(plain, list) else []


# -- words -----------------------------------------------------------------------------------------


def kind_name(kind: str) -> str:
    """A kind of trouble in a few words; its own name where we have none."""
    key = f"training.fault.{kind}.name"
    return say(key) if has(key) else kind.replace("_", " ")


def scope_name(scope: str) -> str:
    """What a kind of trouble befalls; the province's own word where we have none."""
    key = f"training.scope.{scope}"
    return say(key) if has(key) else scope.replace("_", " ")


def kind_about(kind: Kind) -> str:
    """What a kind of trouble does."""
    key = f"training.fault.{kind.kind}.about"
    return say(key) if has(key) else kind.about


def parameter_name(parameter: Parameter) -> str:
    """What a parameter is."""
    key = f"training.parameter.{parameter.name}"
    return say(key) if has(key) else parameter.name


def target_name(target: str, state: State) -> str:
    """Whom a fault befalls, in words."""
    sites = [site for site in target.split(",") if site in state.endpoints]
    if sites:
        names = ", ".join(short(state, site) for site in sites[:3])
        return names if len(sites) <= 3 else f"{names} +{len(sites) - 3}"
    device = state.devices.get(target)
    if device is not None:
        return clean_name(device.name)
    if target.startswith("camera:") and (site := target.removeprefix("camera:")) in state.endpoints:
        return say("training.target.camera", site=short(state, site))
    if target in MCU_FAMILIES:
        several = len(mcu_families(state)) > 1
        key = "mcus_of" if several else "all_mcus"
        return say(f"training.target.{key}", kind=MCU_FAMILIES[target])
    known = {
        "rooms": "all_rooms",
        "cameras": "all_cameras",
        "*": "everyone",
    }
    return say(f"training.target.{known[target]}") if target in known else clean_name(target)


def mcu_families(state: State) -> tuple[str, ...]:
    """The families of MCUs that hold the meeting: a fault befalls one family, or one device."""
    found = {d.kind for d in state.devices.values() if not d.endpoint and d.kind in MCU_FAMILIES}
    return tuple(sorted(found)) or ("cms",)


# -- whom ------------------------------------------------------------------------------------------


def targets(scope: str, state: State, selection: Selection) -> tuple[Target, ...]:
    """Whom a fault of this scope may befall now, the likeliest first."""
    if scope == "site":
        return _site_targets(state, selection)
    if scope == "camera":
        every = Target("cameras", say("training.target.all_cameras"))
        if not selection.single:
            return (every,)
        one = f"camera:{selection.single}"
        return (every, Target(one, target_name(one, state)))
    mcus = [d for d in state.devices.values() if not d.endpoint]
    found = [Target(kind, target_name(kind, state)) for kind in mcu_families(state)]
    found += [Target(d.id, clean_name(d.name)) for d in mcus if len(mcus) > 1]
    if scope == "device":
        found.append(Target("rooms", say("training.target.all_rooms")))
        room = selection.single
        if room and state.endpoints[room].room:
            name = say("training.target.room", site=short(state, room))
            found.append(Target(room, name))
    return tuple(found)


def _site_targets(state: State, selection: Selection) -> tuple[Target, ...]:
    chosen = [site for site in selection.sites if site in state.endpoints]
    text = say("training.target.selected_none")
    if len(chosen) == 1:
        text = say("training.target.selected", site=full(state, chosen[0]))
    elif chosen:
        text = say("training.target.selected_many", n=len(chosen))
    found = [Target(",".join(chosen), text)]
    for key, site in (("podium", state.podium), ("next", state.session.next)):
        if site:
            found.append(Target(site, say(f"training.target.{key}", site=short(state, site))))
    parents = {e.parent for e in state.endpoints.values() if e.parent}
    found += [
        Target(e.id, clean_name(e.name))
        for e in sorted(state.endpoints.values(), key=lambda e: e.order)
        if e.id in parents and e.parent
    ]
    return tuple(found)
