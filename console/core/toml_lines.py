"""Where each thing of a TOML file stands: what tomllib reads, by line."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import Any, cast

TomlPath = tuple[str | int, ...]
"""Keys, and for an array of tables the number of the table: `("device", 0, "address")`."""
_MOST_MISTAKES = 30
_REASONS = (
    ("Unescaped '\\\\'", "backslash"),
    ("Unescaped", "backslash"),
    ("Invalid hex value", "backslash"),
    ("Invalid value", "value"),
    ("Cannot overwrite", "twice"),
    ("Cannot declare", "twice"),
    ("Cannot mutate", "twice"),
    ("Duplicate inline table key", "twice"),
    ("Expected '='", "equals"),
    ("Illegal character", "string"),
    ("Unterminated string", "string"),
    ("Expected ']", "bracket"),
    ("Unclosed array", "bracket"),
    ("Unclosed inline table", "bracket"),
    ("Expected newline", "rest"),
    ("Invalid initial character", "key"),
    ("Invalid statement", "key"),
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line (from 1) that is not TOML: why as a word ("" where none fits), the parser's words."""

    line: int
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One `key = value` or `[table]`: its lines (from 0, `end` behind the last) and its path."""

    begin: int
    end: int
    path: TomlPath
    header: bool


def read_toml(text: str) -> tuple[dict[str, Any], list[Mistake]]:
    """What can be read of a text, and every line that can't: such a line is passed over."""
    lines = text.split("\n")
    mistakes: list[Mistake] = []
    while len(mistakes) < _MOST_MISTAKES:
        try:
            return tomllib.loads("\n".join(lines)), mistakes
        except tomllib.TOMLDecodeError as error:
            words = str(error)
            where = re.search(r"at line (\d+)", words)
            line = int(where.group(1)) if where else _last(lines)
            reason = next((name for sign, name in _REASONS if words.startswith(sign)), "")
            mistakes.append(Mistake(line, reason, words))
            if not lines[line - 1].strip():
                break
            lines[line - 1] = ""
        except RecursionError:
            mistakes.append(Mistake(0, "bracket", ""))
            break
    return {}, mistakes


def _last(lines: list[str]) -> int:
    """The last line that holds something: what is not closed is missed at the end."""
    return next((at for at in range(len(lines), 0, -1) if lines[at - 1].strip()), 1)


def statements(text: str) -> list[Statement]:
    """Every statement of a valid TOML text, in order.

    A statement is the shortest run of lines that is TOML by itself, so that strings and arrays
    over several lines are one, whatever they hold.
    """
    lines = text.split("\n")
    found: list[Statement] = []
    counts: Counter[TomlPath] = Counter()
    table: TomlPath = ()
    begin = 0
    while begin < len(lines):
        begun = lines[begin].strip()
        if not begun or begun.startswith("#"):
            begin += 1
            continue
        end, told = _whole(lines, begin)
        header = begun.startswith("[")
        if header:
            table = _table(told, counts)
        path = table if header else (*table, *_key(told))
        found.append(Statement(begin, end, path, header))
        begin = end
    return found


def _whole(lines: list[str], begin: int) -> tuple[int, dict[str, Any]]:
    for end in range(begin + 1, len(lines) + 1):
        try:
            return end, tomllib.loads("\n".join(lines[begin:end]).removesuffix("\r"))
        except tomllib.TOMLDecodeError:
            continue
    return len(lines), {}


def _table(told: dict[str, Any], counts: Counter[TomlPath]) -> TomlPath:
    """The path of a header, given what it reads as by itself; counts the tables of arrays."""
    path: TomlPath = ()
    node: Any = told
    while isinstance(node, dict) and node:
        key, node = next(iter(cast("dict[str, Any]", node).items()))
        path += (key,)
        if isinstance(node, list):
            path += (counts[path],)
            counts[path[:-1]] += 1
            break
        if path in counts:
            path += (counts[path] - 1,)
    return path


def _key(told: dict[str, Any]) -> TomlPath:
    """The path of a `key = value` within its table; dotted keys are followed."""
    path: TomlPath = ()
    node: Any = told
    while isinstance(node, dict) and len(cast("dict[str, Any]", node)) == 1:
        key, node = next(iter(cast("dict[str, Any]", node).items()))
        path += (key,)
    return path


class Lines:
    """The line (from 1) on which each path of a text begins."""

    def __init__(self, text: str) -> None:
        self._lines: dict[TomlPath, int] = {}
        for one in statements(text):
            for depth in range(len(one.path), 0, -1):
                self._lines.setdefault(one.path[:depth], one.begin + 1)

    def of(self, *path: str | int) -> int:
        """The line of a path, else of what it is in; 0 where nothing of it stands there."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return 0
