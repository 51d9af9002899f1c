"""A roster's reading in words: what it holds, what is odd, what it changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.core.roster_shelf import Shelved, shown
from console.domain.endpoint import Contact, Endpoint
from console.domain.finding import Finding, Severity
from console.domain.presence import Presence
from console.domain.reference import OfficeRoster
from console.domain.roster import RosterReading
from console.domain.roster_change import RosterDifference
from console.domain.state import State
from console.domain.text import clean_name
from console.qt.wording import has, say, say_problem

ALIKE = 5
"""So many findings of one kind are told one by one; the rest are counted."""
_NAMED = 4
_BRIEF = 32
_TIERS = ("province", "district", "commune", "department")
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
_HERE = (Presence.CONNECTED, Presence.ON_HOLD)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding as a row: where, how bad, what it is and what to do."""

    where: str
    severity: Severity
    text: str


def finding_text(finding: Finding, area: str = "roster") -> str:
    """A finding in words."""
    for place in (area, "files", "roster"):
        key = f"{place}.finding.{finding.code}"
        if has(key):
            return say(key, **dict(finding.params))
    return finding.code


def finding_rows(findings: Sequence[Finding], area: str = "roster") -> tuple[FindingRow, ...]:
    """The findings as rows, the worst first; of many alike only the first few and a count."""
    rows: list[FindingRow] = []
    counts = Counter(f.code for f in findings)
    told: Counter[str] = Counter()
    for finding in findings:
        told[finding.code] += 1
        if told[finding.code] > ALIKE:
            if told[finding.code] == counts[finding.code]:
                more = say("roster.more", n=counts[finding.code] - ALIKE)
                rows.append(FindingRow("", finding.severity, more))
            continue
        where = say("roster.line", n=finding.line) if finding.line else say("roster.whole")
        rows.append(FindingRow(where, finding.severity, finding_text(finding, area)))
    return tuple(rows)


def left_out(reading: RosterReading) -> int:
    """How many lines of the file give no site."""
    return reading.rows - len(reading.endpoints)


def summary(file: str, reading: RosterReading) -> str:
    """What the file holds: «ea.csv · 1 tỉnh, 15 huyện, 184 xã, phường»."""
    if not reading.endpoints:
        return say("roster.unusable", file=file)
    counts = Counter(e.level if e.level in _TIERS else "other" for e in reading.endpoints)
    tiers = [say(f"roster.tier.{tier}", n=counts[tier]) for tier in (*_TIERS, "other")
             if counts[tier]]  # fmt: skip
    return say("roster.summary", file=file, tiers=", ".join(tiers))


def read_as(reading: RosterReading) -> str:
    """How the file was read, so that a wrong guess shows."""
    if reading.sheet:
        return say("roster.read_sheet", sheet=clean_name(reading.sheet))
    if not reading.separator:
        return ""
    separator = say(f"roster.separator.{_SEPARATORS.get(reading.separator, 'comma')}")
    return say("roster.read_as", encoding=reading.encoding.upper(), separator=separator)


def change_lines(state: State, change: RosterDifference) -> tuple[tuple[str, bool], ...]:
    """What the roster changes, each with whether it concerns a site that is in the meeting."""
    if not any(e.level != "guest" for e in state.endpoints.values()):
        return ((say("roster.change.first"), False),)
    if change.nothing:
        return ((say("roster.change.none"), False),)
    lines: list[tuple[str, bool]] = []
    live = [e for e in change.removed if _here(state, e.id)]
    for key, sites, warn in (
        ("removed_live", live, True),
        ("removed", list(change.removed), False),
        ("added", list(change.added), False),
        ("renamed", [after for _, after in change.renamed], False),
        ("moved", [after for _, after in change.moved], False),
        ("contacted", [after for _, after in change.contacted], False),
        ("detailed", [after for _, after in change.detailed], False),
    ):
        if sites:
            line = say(f"roster.change.{key}", n=len(sites), names=_names(sites))
            lines.append((line, warn))
    return tuple(lines)


def _here(state: State, site: str) -> bool:
    leg = state.legs.get(site)
    return leg is not None and leg.presence in _HERE


def _names(sites: Sequence[Endpoint]) -> str:
    names = ", ".join(_brief(e.short) for e in sites[:_NAMED])
    rest = len(sites) - _NAMED
    return say("roster.change.and_more", names=names, n=rest) if rest > 0 else names


def _brief(name: str) -> str:
    return name if len(name) <= _BRIEF else f"{name[: _BRIEF - 1]}…"


def marks(change: RosterDifference, old: dict[str, Endpoint]) -> dict[str, str]:
    """What is new about each site, by its id."""
    found: dict[str, list[str]] = {}
    for before, after in change.renamed:
        told = say("roster.mark.renamed", name=before.name)
        found.setdefault(after.id, []).append(told)
    for before, after in change.moved:
        parent = old.get(before.parent)
        name = parent.short if parent else before.parent
        found.setdefault(after.id, []).append(say("roster.mark.moved", name=name))
    for before, after in change.contacted:
        found.setdefault(after.id, []).extend(_contacts(before, after))
    for _, after in change.detailed:
        found.setdefault(after.id, []).append(say("roster.mark.detailed"))
    for site in change.added:
        found[site.id] = [say("roster.mark.added")]
    for site in change.removed:
        found[site.id] = [say("roster.mark.removed")]
    return {site: "; ".join(told) for site, told in found.items()}


def _contacts(before: Endpoint, after: Endpoint) -> Iterator[str]:
    """Who is reached instead of whom, role by role."""
    roles = dict.fromkeys(c.role for c in (*before.contacts, *after.contacts))
    for role in roles:
        was, now = (
            next((c for c in site.contacts if c.role == role), None) for site in (before, after)
        )
        if was != now:
            words = f"inspector.role.{role}"
            yield say(
                "roster.mark.contact",
                role=say(words) if has(words) else role,
                before=_person(was),
                after=_person(now),
            )


def offer_text(offer: OfficeRoster, source: tuple[str, int]) -> str:
    """One of the office's lists, and whether it is in use or newer than what is."""
    record, version = source
    stands = "offer"
    if record == offer.record:
        stands = "offer_used" if version == offer.version else "offer_newer"
    told = {"name": clean_name(offer.name), "version": offer.version, "n": offer.sites}
    return say(f"roster.{stands}", **told, used=version)


def keeping(before: str, kept: bool, gone: bool) -> str:
    """How a roster stays for the next start, or which one that will use; `gone`: the file of that
    one is no longer there."""
    name = clean_name(before) or say("roster.shipped_one")
    key = "roster.keep_how" if kept else "roster.keep_not"
    return say(f"{key}_gone" if gone else key, before=name)


def shelved_words(outcome: Shelved) -> tuple[str, str]:
    """What came of keeping a roster, and the tone to say it in."""
    if outcome.problem is not None:
        key = "roster.unkept_back" if outcome.back else "roster.unkept"
        return say(key, why=say_problem(outcome.problem)), "refused"
    file, before = (
        clean_name(shown(name)) if name else say("roster.shipped_one")
        for name in (outcome.file, outcome.before)
    )
    told = [say("roster.kept_back" if outcome.back else "roster.kept", file=file)]
    if outcome.file != outcome.before and not outcome.gone:
        told.append(say("roster.kept_other", before=before))
    return " ".join(told), "told"


def _person(contact: Contact | None) -> str:
    parts = (contact.name, contact.title, contact.phone, contact.zalo) if contact else ()
    return " ".join(clean_name(part) for part in parts if part) or "—"


def usual_domain(state: State) -> str:
    """The domain that most sites in use are dialled in, "" where there is none."""
    domains = Counter(
        e.address.rpartition("@")[2] for e in state.endpoints.values() if "@" in e.address
    )
    return domains.most_common(1)[0][0] if domains else ""
