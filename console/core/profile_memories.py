"""Editing the camera memories that a profile names, as text: only the lines that change."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from console.core.toml_lines import Statement, statements

NAME = "memories"


def put_memories(text: str, number: int, memories: Mapping[int, str]) -> str:
    """The text with these memories of a device (number from 0): its own table, keys with dots or a
    table in one line, whichever it has. What is no memory there stays as it is written."""
    mine = [s for s in statements(text) if s.path[:2] == ("device", number)]
    whole = next((s for s in mine if s.path[2:] == (NAME,) and not s.header), None)
    lines = text.split("\n")
    if whole is not None:
        lines[whole.begin : whole.end] = _inline(lines[whole.begin : whole.end], memories)
    else:
        lines = _by_line(lines, mine, memories)
    return _proved("\n".join(lines), number, memories)


def _inline(old: list[str], memories: Mapping[int, str]) -> list[str]:
    import tomlkit

    if not memories:
        return []
    end = "\r" if old[-1].endswith("\r") else ""
    found = tomlkit.parse("\n".join(old).removesuffix("\r"))
    table = tomlkit.inline_table()
    for at, name in sorted(memories.items()):
        table.add(str(at), name)
    found[NAME] = table
    return [found.as_string() + end]


def _by_line(lines: list[str], mine: list[Statement], memories: Mapping[int, str]) -> list[str]:
    end = "\r" if lines[0].endswith("\r") else ""
    header = next((s for s in mine if s.path[2:] == (NAME,)), None)
    there = [s for s in mine if s.path[2:3] == (NAME,) and len(s.path) == 4]
    known = {number_of(s): s for s in there}
    changes: list[tuple[int, int, list[str]]] = []
    for statement in there:
        at = number_of(statement)
        if at is None:
            continue
        old = "\n".join(lines[statement.begin : statement.end])
        new = _changed(old, memories.get(at, "") if known[at] is statement else "")
        if new != old:
            changes.append((statement.begin, statement.end, [new] if new else []))
    prefix = "" if header is not None or not there else f"{NAME}."
    fresh = [
        f"{prefix}{_line(at, memories[at])}{end}" for at in sorted(memories) if at not in known
    ]
    if header is not None and not memories and None not in known:
        changes.append((header.begin, header.end, []))
    if fresh:
        after = there[-1] if there else header or max(mine, key=lambda s: s.end)
        if header is None and not there:
            fresh.insert(0, f"[device.{NAME}]{end}")
        changes.append((after.end, after.end, fresh))
    for begin, stop, kept in sorted(changes, key=lambda change: change[:2], reverse=True):
        lines[begin:stop] = kept
    return lines


def number_of(statement: Statement) -> int | None:
    """The memory that a line names, None where it is none."""
    key = str(statement.path[3])
    return int(key) if key.isascii() and key.isdigit() else None


def _changed(old: str, name: str) -> str:
    """One `1 = "name"` with another name; its comment stays. "" for no name: it goes."""
    import tomlkit

    if not name:
        return ""
    bare = old.removesuffix("\r")
    found: Any = tomlkit.parse(bare)
    holder: dict[str, Any] = found.get(NAME, found)
    (key,) = holder
    if str(holder[key]).strip() == name:
        return old
    holder[key] = name
    return found.as_string() + old[len(bare) :]


def _line(at: int, name: str) -> str:
    import tomlkit

    return f"{at} = {tomlkit.string(name).as_string()}"


def _proved(text: str, number: int, memories: Mapping[int, str]) -> str:
    """The text, once it reads back as it should."""
    found: dict[str, Any] = tomllib.loads(text)["device"][number].get(NAME, {})
    told = {int(key): name for key, name in found.items() if key.isascii() and key.isdigit()}
    if {at: str(name).strip() for at, name in told.items()} != dict(memories):
        raise ValueError("memories do not read back")
    return text
