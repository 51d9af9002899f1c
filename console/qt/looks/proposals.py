"""Changes made here on their way to the office, and two versions of a record side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.domain.text import clean_name
from console.qt.looks.contacts import role_name
from console.qt.looks.header import Health
from console.qt.record.office import Proposals
from console.qt.wording import has, number, say
from db.reference import Conflict, Standing

_NAMES = ("person", "name", "title", "technician", "id")
"""Where a record has its name, the first that it holds."""


_SHOWN = (Standing.QUEUED, Standing.WAITING, Standing.REJECTED, Standing.REFUSED)
_MOST = 50
"""What the office declined is shown as long as it is among so many of the newest."""
_HEALTH = {
    Standing.CONFLICT: Health.WARN, Standing.REJECTED: Health.BAD, Standing.REFUSED: Health.BAD,
}  # fmt: skip


def entries_of(directory: Proposals) -> Sequence[Conflict]:
    """The changes made here that the office has not taken: conflicts, the oldest first, then what
    waits or was declined, the newest first. Raises StoreFault."""
    shown = [proposal for proposal in directory.proposals(_MOST) if proposal.state in _SHOWN]
    others = [Conflict(p, directory.record(p.kind, p.record_id) if p.body is None else None)
              for p in shown]  # fmt: skip
    return (*directory.conflicts(), *others)


def disputed(entry: Conflict) -> bool:
    """Whether a person has to decide."""
    return entry.proposal.state == Standing.CONFLICT


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One line of the list: what it is about, and where it stands."""

    entry: Conflict
    kind: str
    name: str
    state: str
    tip: str
    health: Health


def proposal_row(entry: Conflict) -> ProposalRow:
    """A change as the list shows it."""
    proposal = entry.proposal
    key = f"proposal.{proposal.state.value}"
    tip = [say(f"{key}.what"), say(f"{key}.consequence"), say(f"{key}.action")]
    if proposal.note:
        tip.append(say("proposal.note", note=proposal.note))
    return ProposalRow(
        entry,
        kind_name(proposal.kind),
        say("proposal.removal", name=record_name(entry))
        if proposal.body is None
        else record_name(entry),
        say(f"{key}.title"),
        "\n".join(tip),
        _HEALTH.get(proposal.state, Health.OFF),
    )


def kind_name(kind: str) -> str:
    """What kind of record it is, in words."""
    return say(f"record.kind.{kind}" if has(f"record.kind.{kind}") else "record.kind.other")


def record_name(entry: Conflict) -> str:
    """A record by name: as it is called here, else at the office, else by its id."""
    for body in (entry.proposal.body, entry.office.body if entry.office else None):
        for name in _NAMES:
            if body and body.get(name):
                return clean_name(str(body[name]))
    return clean_name(entry.proposal.record_id)


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


def site_of(entry: Conflict) -> str:
    """The site that a contact is of, "" for any other kind of record."""
    bodies = (entry.proposal.body, entry.office.body if entry.office is not None else None)
    found = next((str(body["site"]) for body in bodies if body and body.get("site")), "")
    return found if entry.proposal.kind == "contact" else ""


def side_by_side(
    entry: Conflict, site_name: Callable[[str], str] = clean_name
) -> tuple[FieldRow, ...]:
    """Every field of both versions, in the order in which ours has them, the office's own after.
    A contact's site and role are told by their names."""
    ours, office = entry.proposal.body, entry.office
    theirs = None if office is None or office.deleted else office.body
    mine, other = _flat(ours), _flat(theirs)
    if entry.proposal.kind == "contact":
        for side in (mine, other):
            for field, told in (("site", site_name), ("role", role_name)):
                if field in side:
                    side[field] = told(side[field])
    nothing = say("conflict.missing")
    no_mine = nothing if ours is not None else say("conflict.deleted_here")
    no_other = say("conflict.deleted") if office is not None and office.deleted else nothing
    names = [*mine, *(name for name in other if name not in mine)]
    return tuple(
        FieldRow(
            _field_name(name, entry.proposal.kind),
            mine.get(name, no_mine),
            other.get(name, no_other),
        )
        for name in names
    )


def _flat(body: Mapping[str, Any] | None, path: tuple[str, ...] = ()) -> dict[str, str]:
    """The values of a record by the path to each, as texts; what holds nothing is left out."""
    found: dict[str, str] = {}
    for name, value in (body or {}).items():
        here = (*path, str(name))
        if isinstance(value, Mapping):
            found |= _flat(value, here)
        elif isinstance(value, list | tuple):
            for at, each in enumerate(value, 1):
                if isinstance(each, Mapping):
                    found |= _flat(each, (*here, str(at)))
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


def _field_name(path: str, kind: str) -> str:
    return " › ".join(_part_name(part, kind) for part in path.split("/"))


def _part_name(part: str, kind: str) -> str:
    """What a field is called: some mean another thing in one kind of record."""
    for key in (f"conflict.of_{kind}.{part}", f"conflict.names.{part}"):
        if has(key):
            return say(key)
    return clean_name(part)
