"""A prepared meeting read from a file: its title, its main site and its running order."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from console.domain.endpoint import Endpoint
from console.domain.problem import Problem, Refused
from console.domain.session import ScriptLine


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a session is opened with."""

    title: str
    phase: str
    chair: str
    script: tuple[ScriptLine, ...]


def read_meeting(path: Path, endpoints: Mapping[str, Endpoint]) -> Meeting:
    """The meeting in a TOML file; a line that names a site takes its name as title.

    Raises Refused where the file can't be read. Sites that the roster lacks become plain lines.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(Problem.of("meeting.unreadable", str(error), file=path.name)) from error
    lines: list[ScriptLine] = []
    for item in told.get("line", ()):
        site = str(item.get("site", ""))
        endpoint = endpoints.get(site)
        lines.append(
            ScriptLine(
                title=str(item.get("title", "")) or (endpoint.name if endpoint else site),
                endpoint=site if endpoint else "",
                detail=str(item.get("detail", "")),
                minutes=item.get("minutes"),
                preset=item.get("preset"),
            )
        )
    return Meeting(
        str(told.get("title", "")),
        str(told.get("phase", "")),
        str(told.get("chair", "")),
        tuple(lines),
    )
