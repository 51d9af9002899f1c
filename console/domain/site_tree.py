"""The site tree: which site stands under which, and the order in which all of them are shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.domain.endpoint import Endpoint
from console.domain.finding import Finding, Severity
from console.domain.text import search_key, short_name

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_FIRST = "department"
"""Departments stand with the province, before its districts."""
_FLAT_FROM = 12
"""From so many sites side by side on, those without districts are grouped by initial."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A site and the line of the roster that tells of it."""

    line: int
    endpoint: Endpoint


def in_tree_order(placed: Sequence[Placed]) -> tuple[tuple[Endpoint, ...], list[Finding]]:
    """The sites with `order` and `group` set: the province, its departments, then each district
    with its communes, as the file has them. Without districts, communes go by the alphabet.

    A site whose parent is missing, or that stands under itself, is put under the first root.
    """
    findings: list[Finding] = []
    codes = {p.endpoint.id for p in placed}
    parents = {p.endpoint.id: p.endpoint.parent for p in placed}
    root = next((p.endpoint.id for p in placed if not p.endpoint.parent), "")
    places = list(placed)
    for at, place in enumerate(places):
        site = place.endpoint
        if site.parent and site.parent not in codes:
            code = "parent.missing"
        elif _in_circle(site.id, parents):
            code = "parent.circle"
        else:
            continue
        params = {"code": site.id, "name": site.name, "parent": site.parent}
        findings.append(Finding.of(place.line, Severity.WARNING, code, **params))
        parents[site.id] = root
        places[at] = Placed(place.line, replace(site, parent=root))
    ordered = _ordered([p.endpoint for p in places])
    return tuple(replace(e, order=at) for at, e in enumerate(ordered)), findings


def _in_circle(site: str, parents: dict[str, str]) -> bool:
    """Whether the way up from a site leads back to it."""
    seen: set[str] = set()
    at = parents.get(site, "")
    while at and at not in seen:
        if at == site:
            return True
        seen.add(at)
        at = parents.get(at, "")
    return False


def _ordered(sites: Sequence[Endpoint]) -> list[Endpoint]:
    children: dict[str, list[Endpoint]] = {}
    for site in sites:
        children.setdefault(site.parent, []).append(site)
    for parent, family in children.items():
        departments = [s for s in family if s.level == _FIRST]
        others = [s for s in family if s.level != _FIRST]
        flat = len(others) >= _FLAT_FROM and not any(s.id in children for s in others)
        if flat and any(s.id == parent for s in children[""]):
            others = _grouped(others)
        children[parent] = departments + others
    ordered: list[Endpoint] = []
    stack = list(reversed(children.get("", [])))
    while stack:
        site = stack.pop()
        ordered.append(site)
        stack.extend(reversed(children.get(site.id, [])))
    return ordered


def _grouped(leaves: Sequence[Endpoint]) -> list[Endpoint]:
    """Sites of a province without districts: by the groups the roster names, else by initial."""
    named = list(dict.fromkeys(s.group for s in leaves if s.group))
    if named:
        named.append("")
        return sorted(leaves, key=lambda s: named.index(s.group))
    leaves = [replace(s, group=initial(s.name)) for s in leaves]
    return sorted(leaves, key=lambda s: alphabetical(bare_name(s.name)))


def bare_name(name: str) -> str:
    """A site's name without the word for its tier: «Phường Tân An» → «Tân An»."""
    short = short_name(name)
    head, dot, rest = short.partition(". ")
    return rest if dot and len(head) <= 2 else short


def initial(name: str) -> str:
    """The letter that a site stands under in an alphabetical list: «Đ» is one of its own."""
    first = unicodedata.normalize("NFD", bare_name(name)[:1].upper())
    kept = "".join(c for c in first if c not in _TONES)
    return unicodedata.normalize("NFC", kept) or "#"


def alphabetical(text: str) -> tuple[object, ...]:
    """Sorts as a Vietnamese dictionary does: a ă â … d đ e ê …, then by tone."""
    letters: list[int] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFC", text.lower()):
        parts = unicodedata.normalize("NFD", char)
        tone = next((_TONES[c] for c in parts if c in _TONES), 0)
        base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
        at = _ALPHABET.find(base)
        letters.append(100 + ord(base[0]) if at < 0 and base.isalpha() else at + 1)
        tones.append(tone)
    return (tuple(letters), tuple(tones), search_key(text))
