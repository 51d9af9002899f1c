"""Editing a profile as text: what a technician wrote stays, comments and order and all."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from console.core.profile_entry import FIELDS
from console.core.toml_lines import Statement, statements

_TEXTS = tuple(name for name in FIELDS if name != "memories")


def put_device(text: str, number: int | None, values: Mapping[str, str]) -> str:
    """The text with a device described so: that of this number (from 0), None for a new one at
    the end. A key with "" goes, one that is not in `values` stays as it is.

    Only the lines of keys that change are touched.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    if number is None:
        return _appended(text, values, newline)
    lines = text.split("\n")
    mine = [s for s in statements(text) if s.path[:2] == ("device", number)]
    header = next(s for s in mine if s.header and len(s.path) == 2)
    keys = {str(s.path[2]): s for s in mine if not s.header and len(s.path) == 3}
    last = max((s.end for s in keys.values()), default=header.end)
    fresh = [n for n in _TEXTS if values.get(n) and n not in keys]
    changes: list[tuple[int, int, list[str]]] = []
    if fresh:
        changes.append((last, last, [_line(n, values[n]) + newline[:-1] for n in fresh]))
    for name, statement in keys.items():
        if name in values:
            old = "\n".join(lines[statement.begin : statement.end])
            new = _changed(old, name, values[name])
            if new != old:
                kept = new.split("\n") if new else []
                changes.append((statement.begin, statement.end, kept))
    for begin, end, kept in sorted(changes, key=lambda change: change[0], reverse=True):
        lines[begin:end] = kept
    return _proved("\n".join(lines), number, values)


def _changed(old: str, name: str, value: str) -> str:
    """One `key = value` with another value; its comment stays. "" for no value: it goes."""
    import tomlkit

    if not value:
        return ""
    bare = old.removesuffix("\r")
    if tomllib.loads(bare).get(name) == value:
        return old
    found = tomlkit.parse(bare)
    found[name] = value
    return found.as_string() + old[len(bare) :]


def _line(name: str, value: str) -> str:
    import tomlkit

    return f"{name} = {tomlkit.string(value).as_string()}"


def _appended(text: str, values: Mapping[str, str], newline: str) -> str:
    body = text.rstrip()
    before = body + newline * 2 if body else ""
    lines = ["[[device]]", *(_line(n, values[n]) for n in _TEXTS if values.get(n))]
    new = before + newline.join(lines) + newline
    return _proved(new, len(tomllib.loads(new)["device"]) - 1, values)


def put_roster(text: str, value: str) -> str:
    """The text with this roster named in it, "" for none: only its line is touched. A new one
    stands behind the last key before the devices."""
    newline = "\r\n" if "\r\n" in text else "\n"
    ended = text if not text or text.endswith("\n") else text + newline
    lines = ended.split("\n")
    all_of_it = statements(ended)
    top = [s for s in all_of_it if not s.header and len(s.path) == 1]
    known = next((s for s in top if s.path == ("roster",)), None)
    if known is None and not value:
        return text
    line = _line("roster", value) + newline[:-1]
    if known is not None:
        old = "\n".join(lines[known.begin : known.end])
        new = _changed(old, "roster", value)
        lines[known.begin : known.end] = new.split("\n") if new else []
    elif top:
        lines[top[-1].end : top[-1].end] = [line]
    elif all_of_it:
        begin = _with_comment(lines, all_of_it[0])
        lines[begin:begin] = [line, newline[:-1]]
    else:
        lines[-1:-1] = [line]
    changed = "\n".join(lines)
    before, after = tomllib.loads(text), tomllib.loads(changed)
    before.pop("roster", None)
    if after.pop("roster", "") != value or before != after:
        raise ValueError("roster does not read back")
    return changed


def drop_device(text: str, number: int) -> str:
    """The text without a device, and without the comment that stands right above it."""
    lines = text.split("\n")
    all_of_it = statements(text)
    mine = [s for s in all_of_it if s.path[:2] == ("device", number)]
    kept: list[str] = []
    at = 0
    for statement in mine:
        begin = _with_comment(lines, statement) if statement.header else statement.begin
        kept += lines[at:begin]
        at = statement.end
    while kept and not kept[-1].strip() and at < len(lines) and not lines[at].strip():
        at += 1  # one blank line is enough where two came together
    return "\n".join([*kept, *lines[at:]])


def _with_comment(lines: list[str], statement: Statement) -> int:
    begin = statement.begin
    while begin and lines[begin - 1].lstrip().startswith("#"):
        begin -= 1
    return begin if not begin or not lines[begin - 1].strip() else statement.begin


def _proved(text: str, number: int, values: Mapping[str, str]) -> str:
    """The text, once it reads back as it should."""
    found: dict[str, Any] = tomllib.loads(text)["device"][number]
    for name, value in values.items():
        if found.get(name, "") != value:
            raise ValueError(f"{name} does not read back")
    return text
