"""Which sites stand together: the site tree as rows. The order never changes by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from console.domain.endpoint import Endpoint
from console.qt.grid.names import alphabetical, initial

_FLOW_ABOVE = 24
"""A province without districts and with more sites than this flows under initial letters."""
_ROW_OF_LETTERS = 13
GUESTS = "guests"


@dataclass(frozen=True, slots=True)
class Group:
    """Sites that stand together, in order. `lead` is the site that heads them, or "" and then
    `label` (a letter, a name, or the key `guests`) may stand in its place."""

    sites: tuple[str, ...]
    lead: str = ""
    label: str = ""

    def __len__(self) -> int:
        return len(self.sites) + bool(self.lead)


def groups_of(endpoints: Mapping[str, Endpoint]) -> tuple[Group, ...]:
    """The rows of a roster: the province with its departments, then every district with its
    communes; without districts, the groups that the roster names, else initial letters; guests,
    whom no roster knows, last."""
    children: dict[str, list[Endpoint]] = {}
    roots: list[Endpoint] = []
    guests: list[str] = []
    for endpoint in sorted(endpoints.values(), key=lambda e: e.order):
        if endpoint.level == "guest":
            guests.append(endpoint.id)
        elif endpoint.parent in endpoints and endpoint.parent != endpoint.id:
            children.setdefault(endpoint.parent, []).append(endpoint)
        else:
            roots.append(endpoint)
    groups: list[Group] = []
    alone = [root.id for root in roots if root.id not in children]
    if alone:
        groups.append(Group(tuple(alone)))
    for root in roots:
        if root.id in children:
            groups += _under(root, children)
    if guests:
        groups.append(Group(tuple(guests), label=GUESTS))
    return tuple(groups)


def _under(root: Endpoint, children: Mapping[str, list[Endpoint]]) -> list[Group]:
    own = children[root.id]
    leaves = [e for e in own if e.id not in children]
    districts = [e for e in own if e.id in children]
    if not districts and any(e.group for e in leaves):
        return [Group((root.id,)), *_named(leaves)]
    if not districts and len(leaves) > _FLOW_ABOVE:
        return [Group((root.id,)), *_letters(leaves)]
    found = [Group(tuple(e.id for e in leaves), lead=root.id)]
    found += [Group(tuple(_below(d.id, children)), lead=d.id) for d in districts]
    return found


def _below(site: str, children: Mapping[str, list[Endpoint]]) -> list[str]:
    found: list[str] = []
    for child in children.get(site, ()):
        found.append(child.id)
        found += _below(child.id, children)
    return found


def _named(sites: list[Endpoint]) -> list[Group]:
    """The groups that the roster itself names, as they first come in it; the rest stand last."""
    by_name: dict[str, list[str]] = {}
    for endpoint in sites:
        by_name.setdefault(endpoint.group, []).append(endpoint.id)
    rest = by_name.pop("", [])
    found = [Group(tuple(ids), label=name) for name, ids in by_name.items()]
    return [*found, Group(tuple(rest))] if rest else found


def _letters(sites: list[Endpoint]) -> list[Group]:
    """Initial letters, short ones joined to a row: `B–C`, `D–Đ`, `E`."""
    by_letter: dict[str, list[str]] = {}
    for endpoint in sorted(sites, key=lambda e: alphabetical(e.name)):
        by_letter.setdefault(initial(endpoint.name), []).append(endpoint.id)
    rows: list[tuple[str, str, list[str]]] = []
    for letter, ids in by_letter.items():
        if rows and len(rows[-1][2]) + len(ids) <= _ROW_OF_LETTERS:
            first, _, before = rows.pop()
            rows.append((first, letter, before + ids))
        else:
            rows.append((letter, letter, ids))
    return [
        Group(tuple(ids), label=first if first == last else f"{first}–{last}")
        for first, last, ids in rows
    ]


def only(groups: tuple[Group, ...], wanted: frozenset[str]) -> tuple[Group, ...]:
    """The groups with only the wanted sites, in the same order; a district whose sites are
    wanted keeps its lead, so that the eye knows where it is."""
    kept: list[Group] = []
    for group in groups:
        sites = tuple(site for site in group.sites if site in wanted)
        if sites or group.lead in wanted:
            kept.append(replace(group, sites=sites))
    return tuple(kept)
