"""The site tree: which site stands under which, and the order in which all of them are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.domain.endpoint import Endpoint
from console.domain.finding import Finding, Severity

_FIRST = "department"
"""Departments stand with the province, before its districts."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A site and the line of the roster that tells of it."""

    line: int
    endpoint: Endpoint


def in_tree_order(placed: Sequence[Placed]) -> tuple[tuple[Endpoint, ...], list[Finding]]:
    """The sites with `order` set: the province, its departments, then each district with its
    communes, as the file has them.

    A site whose parent is missing, or that stands under itself, is put under the first root.
    """
    findings: list[Finding] = []
    codes = {p.endpoint.id for p in placed}
    parents = {p.endpoint.id: p.endpoint.parent for p in placed}
    root = next((p.endpoint.id for p in placed if not p.endpoint.parent), "")
    places = list(placed)
    safe: set[str] = set()
    for at, place in enumerate(places):
        site = place.endpoint
        if site.parent and site.parent not in codes:
            code = "parent.missing"
        elif _in_circle(site.id, parents, safe):
            code = "parent.circle"
        else:
            continue
        params = {"code": site.id, "name": site.name, "parent": site.parent}
        findings.append(Finding.of(place.line, Severity.WARNING, code, **params))
        parents[site.id] = root
        places[at] = Placed(place.line, replace(site, parent=root))
    ordered = _ordered([p.endpoint for p in places])
    return tuple(replace(e, order=at) for at, e in enumerate(ordered)), findings


def _in_circle(site: str, parents: dict[str, str], safe: set[str]) -> bool:
    """Whether the way up from a site leads back to it; `safe` keeps those that reach a root."""
    seen: set[str] = set()
    at = site
    while at and at not in safe:
        if at in seen:
            return at == site
        seen.add(at)
        at = parents.get(at, "")
    safe |= seen
    return False


def _ordered(sites: Sequence[Endpoint]) -> list[Endpoint]:
    children: dict[str, list[Endpoint]] = {}
    for site in sites:
        children.setdefault(site.parent, []).append(site)
    ordered: list[Endpoint] = []
    stack: list[Endpoint] = []
    at = ""
    while True:
        family = sorted(children.get(at, ()), key=lambda s: s.level != _FIRST)
        stack.extend(reversed(family))
        if not stack:
            return ordered
        ordered.append(stack.pop())
        at = ordered[-1].id
