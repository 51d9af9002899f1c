"""A running order's reading in words, and a running order as text that reads back the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from console.domain.finding import Finding
from console.domain.script import ScriptRow
from console.domain.session import ScriptLine
from console.domain.state import State
from console.domain.text import clean_name
from console.qt.dialogs.roster_words import finding_text
from console.qt.wording import say

_ALIKE = 2
"""So many notes of one kind are told one by one; the rest are counted."""


def site_name(state: State, site: str) -> str:
    """A site's whole name and its district's: «Xã Ea H'leo (Ea H'leo)»."""
    endpoint = state.endpoints.get(site)
    if endpoint is None:
        return clean_name(site)
    parent = state.endpoints.get(endpoint.parent)
    if parent is None or not parent.parent:
        return clean_name(endpoint.name)
    return f"{clean_name(endpoint.name)} ({clean_name(parent.short)})"


def site_text(state: State, row: ScriptRow) -> str:
    """Which site a row means, or what is to be chosen."""
    if row.line.endpoint:
        return site_name(state, row.line.endpoint)
    match row.doubt:
        case "several":
            return say("paste.choose", n=len(row.candidates))
        case "weak":
            return say("paste.weak", name=site_name(state, row.candidates[0].endpoint))
        case "none":
            return say("paste.missing")
        case _:
            return ""


def told(state: State, row: ScriptRow) -> str:
    """A row as a screen reader says it."""
    site = site_text(state, row) or say("paste.no_site")
    return say("paste.row", n=row.number, title=row.line.title, site=site)


def script_text(lines: Sequence[ScriptLine]) -> tuple[str, dict[str, str]]:
    """A running order as lines to edit, and which site each of them means."""
    texts: list[str] = []
    sites: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        parts = [line.title, *([line.detail] if line.detail else [])]
        text = f"{number}. {' – '.join(parts)}"
        if line.minutes is not None:
            text += f", {line.minutes} phút"
        if line.preset is not None:
            text += f", camera {line.preset}"
        texts.append(text)
        sites[text] = line.endpoint
    return "\n".join(texts), sites


def notes_of(findings: Sequence[Finding]) -> list[str]:
    """What is odd, with its line; of many alike only the first and how many there are."""
    counts = Counter(finding.code for finding in findings)
    told: Counter[str] = Counter()
    notes: list[str] = []
    for finding in findings:
        told[finding.code] += 1
        if told[finding.code] <= _ALIKE:
            where = f"{say('roster.line', n=finding.line)}: " if finding.line else ""
            notes.append(f"{where}{finding_text(finding, 'paste')}")
        elif told[finding.code] == counts[finding.code]:
            notes[-1] += f" ({say('roster.more', n=counts[finding.code] - _ALIKE)})"
    return notes
