"""Changes made here on their way to the office, and two versions of a record side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.domain.text import clean_name
from console.qt.looks.header import Health
from console.qt.record.office import Entry
from console.qt.wording import has, number, say

_NAMES = ("name", "title", "technician", "id")
"""Where a record has its name, the first that it holds."""


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One line of the list: what it is about, and where it stands."""

    entry: Entry
    kind: str
    name: str
    state: str
    tip: str
    health: Health


def proposal_row(entry: Entry) -> ProposalRow:
    """A change as the list shows it."""
    standing = "conflict" if entry.conflicts else "refused" if entry.refused else "waiting"
    return ProposalRow(
        entry,
        kind_name(entry.kind),
        record_name(entry),
        say(f"proposal.{standing}.what"),
        f"{say(f'proposal.{standing}.consequence')}\n{say(f'proposal.{standing}.action')}",
        {"conflict": Health.WARN, "refused": Health.BAD}.get(standing, Health.OFF),
    )


def kind_name(kind: str) -> str:
    """What kind of record it is, in words."""
    return say(f"record.kind.{kind}" if has(f"record.kind.{kind}") else "record.kind.other")


def record_name(entry: Entry) -> str:
    """A record by name: as it is called here, else at the office, else by its id."""
    bodies = (entry.ours.body, entry.office.body if entry.office else None)
    for body in bodies:
        for name in _NAMES:
            if body and body.get(name):
                return clean_name(str(body[name]))
    return clean_name(entry.record)


# -- side by side ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of both versions."""

    field: str
    ours: str
    office: str

    @property
    def differs(self) -> bool:
        """Whether the two say different things."""
        return self.ours != self.office


def side_by_side(entry: Entry) -> tuple[FieldRow, ...]:
    """Every field of both versions, in the order in which ours has them, the office's own after."""
    ours = _flat(entry.ours.body)
    office = _flat(entry.office.body) if entry.office else {}
    names = [*ours, *(name for name in office if name not in ours)]
    gone_ours = say("conflict.missing")
    gone = say("conflict.deleted") if entry.office and entry.office.body is None else gone_ours
    return tuple(
        FieldRow(_field_name(name), ours.get(name, gone_ours), office.get(name, gone))
        for name in names
    )


def _flat(body: Mapping[str, Any] | None, path: tuple[str, ...] = ()) -> dict[str, str]:
    """The values of a record by the path to each, as texts; what holds nothing is left out."""
    found: dict[str, str] = {}
    for name, value in (body or {}).items():
        here = (*path, str(name))
        if isinstance(value, Mapping):
            found |= _flat(value, here)  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(value, list | tuple):
            for at, each in enumerate(value, 1):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
                if isinstance(each, Mapping):
                    found |= _flat(each, (*here, str(at)))  # pyright: ignore[reportUnknownArgumentType]
                else:
                    found["/".join((*here, str(at)))] = _text(each)
        elif value not in (None, ""):
            found["/".join(here)] = _text(value)
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, float):
        return number(value, 3).rstrip("0").rstrip(".,")
    return clean_name(str(value))


def _field_name(path: str) -> str:
    parts = [
        say(f"conflict.names.{part}") if has(f"conflict.names.{part}") else clean_name(part)
        for part in path.split("/")
    ]
    return " › ".join(parts)
