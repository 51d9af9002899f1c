"""The faults that the province offers and those in force: what it says, as records and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.domain.text import clean_name
from console.qt.wording import has, say


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
    """One kind of trouble. `scope` says whom it befalls: site, device, bridge or camera;
    `families` whose devices alone, where not all of the scope can have it."""

    kind: str
    scope: str
    lasting: bool
    about: str
    parameters: tuple[Parameter, ...] = ()
    families: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Active:
    """A fault in force; `seconds` is how long it was to last, None where nothing was said."""

    number: int
    kind: str
    target: str
    seconds: float | None = None


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
                    tuple(str(family) for family in each.get("families") or ()),
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


def active_of(answer: Any) -> tuple[Active, ...]:
    """The faults in force in an answer to `GET /faults`."""
    found: list[Active] = []
    for each in _list(answer, "active"):
        try:
            number, kind, target = int(each["number"]), str(each["kind"]), str(each["target"])
            seconds = dict(each.get("values") or {}).get("seconds")
        except (KeyError, TypeError, ValueError):
            continue
        lasts = float(seconds) if isinstance(seconds, (int, float)) else None
        found.append(Active(number, kind, target, lasts))
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
