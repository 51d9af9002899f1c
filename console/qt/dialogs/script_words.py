"""A running order's reading in words, and a running order as text that reads back the same."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.script import ScriptRow
from console.domain.session import ScriptLine
from console.domain.state import State
from console.domain.text import clean_name
from console.qt.wording import say


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
