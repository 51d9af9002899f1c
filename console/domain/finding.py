"""A finding: what is odd in something that was handed in, such as a roster or a running order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """What became of the line in question; the worst sorts first."""

    ERROR = 0
    """It, or the value concerned, could not be used and is left out."""
    WARNING = 1
    """It is used, but someone should look."""
    NOTE = 2
    """It was put right without doubt."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know of a line (counted from 1 as an editor shows it, 0 for the whole).

    `code` names a text in the wording (`roster.finding.…`, `script.finding.…`), `params` are
    the values it needs.
    """

    line: int
    severity: Severity
    code: str
    params: tuple[tuple[str, str | int | float], ...] = ()

    @classmethod
    def of(
        cls, line: int, severity: Severity, code: str, /, **params: str | int | float
    ) -> Finding:
        """A Finding with its parameters given by name."""
        return cls(line, severity, code, tuple(sorted(params.items())))
