"""The flaws of a profile as they are found, each at its line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from console.core.profile_entry import Flaw
from console.core.toml_lines import Lines, TomlPath
from console.domain.finding import Severity
from console.domain.problem import Problem

_SECRETS = frozenset({"password", "passwd", "pass", "pwd", "secret", "token"})


class Notes:
    """Collects flaws. ERROR: what the line is about can't be used; WARNING: it is passed over."""

    def __init__(self, text: str, file: str) -> None:
        self._lines = Lines(text)
        self._file = file
        self.flaws: list[Flaw] = []

    def line(self, path: TomlPath) -> int:
        """The line (from 1) of what a path leads to, 0 for the whole."""
        return self._lines.of(*path)

    def note(
        self,
        code: str,
        path: TomlPath,
        severity: Severity = Severity.ERROR,
        **params: str | int,
    ) -> None:
        """One more flaw, at what the path leads to."""
        line = self.line(path)
        told = {"file": self._file, "line": line, **params}
        problem = Problem(f"profile.{code}", tuple(sorted(told.items())))
        number = path[1] if len(path) > 1 and isinstance(path[1], int) else -1
        name = str(path[2]) if len(path) > 2 else str(path[0]) if len(path) == 1 else ""
        self.flaws.append(Flaw(line, severity, problem, number, name))

    def unknown(self, key: str, known: Collection[str], path: TomlPath) -> None:
        """A key that is none: passed over, with the one that was probably meant."""
        if key.lower() in _SECRETS:
            self.note("secret", path, Severity.WARNING, entry=key)
            return
        near = get_close_matches(key.lower(), known, 1, 0.5)
        reason = "near" if near else "far"
        self.note(
            "unknown_key", path, Severity.WARNING, entry=key, reason=reason,
            near=near[0] if near else "", known=", ".join(known),
        )  # fmt: skip

    def text(self, path: TomlPath, within: Mapping[str, Any]) -> str:
        """The text that a table holds under the last key of a path, "" where it is no text."""
        key = str(path[-1])
        value = within.get(key, "")
        if isinstance(value, str):
            return value.strip()
        self.note("text", path, entry=key)
        return ""
