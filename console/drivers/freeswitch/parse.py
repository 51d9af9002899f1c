"""What the device says (`wire/mcu.md` §3), as plain data; what it does not say stays None."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from console.domain.text import clean_name
from console.drivers.freeswitch.words import plain
from console.wire.json import loads
from console.wire.problems import NotUnderstood

_MOST = 5_000
_ABSENT = re.compile(r"-ERR Conference .* not found|\+OK No active conferences")
_HEAD = re.compile(
    r"(?:\+OK )?Conference (?P<name>.+?) \(\d+ members? .*?flags: (?P<flags>[^)]*)\)"
)
_UP = re.compile(
    r"UP (\d+) years?, (\d+) days?, (\d+) hours?, (\d+) minutes?, (\d+) seconds?", re.IGNORECASE
)
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Item:
    """One member of a list."""

    id: int
    uuid: str
    name: str
    number: str
    speaks: bool | None
    hears: bool | None
    holds: bool | None
    talks: bool | None
    video: bool | None
    moderator: bool | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One conference of a `json_list`."""

    name: str
    uuid: str
    locked: bool | None
    recording: bool | None
    complete: bool
    """Whether it names as many as it counts."""
    members: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """The device's own parameters. Load in % of the processor."""

    software: str
    uptime_s: int | None
    sessions: int | None
    most_sessions: int | None
    load_pct: float | None


def truth(value: object) -> bool | None:
    """A truth value as headers and JSON have it."""
    if isinstance(value, bool):
        return value
    return _TRUTH.get(value.strip().lower()) if isinstance(value, str) else None


def whole(text: object) -> int | None:
    """A number of at most 18 digits, or None."""
    if isinstance(text, bool):
        return None
    if isinstance(text, int):
        return text if 0 <= text < 10**18 else None
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text)
    return None


# -- lists ------------------------------------------------------------------------------------


def conferences(body: bytes) -> tuple[Listed, ...]:
    """The conferences of a `json_list` answer; none where the device has no such conference.

    Raises JsonRefused or NotUnderstood.
    """
    text = body.decode("utf-8", "replace").strip()
    if _ABSENT.match(text):
        return ()
    found: Any = loads(text)
    if not isinstance(found, list):
        raise NotUnderstood(reason="list")
    return tuple(_listed(one) for one in cast("list[Any]", found)[:_MOST])


def _listed(found: Any) -> Listed:
    told = _record(found)
    members = told.get("members")
    name = told.get("conference_name")
    if not isinstance(name, str) or not isinstance(members, list):
        raise NotUnderstood(reason="list")
    items = [item for one in cast("list[Any]", members)[:_MOST] if (item := _item(one))]
    count = whole(told.get("member_count"))
    return Listed(
        name,
        _text(told.get("conference_uuid")),
        truth(told.get("locked")),
        truth(told.get("recording")),
        count is None or count <= len(items),
        tuple(items),
    )


def _record(found: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", found) if isinstance(found, dict) else {}


def _text(found: Any) -> str:
    return found if isinstance(found, str) else ""


def _item(found: Any) -> Item | None:
    """A member; None for what is none (the recorder)."""
    told = _record(found)
    number, uuid = whole(told.get("id")), _text(told.get("uuid"))
    if told.get("type", "caller") != "caller":
        return None
    if not number or not uuid:
        raise NotUnderstood(reason="list")
    flags = _record(told.get("flags"))
    return Item(
        number,
        uuid,
        _text(told.get("caller_id_name")),
        _text(told.get("caller_id_number")),
        truth(flags.get("can_speak")),
        truth(flags.get("can_hear")),
        truth(flags.get("hold")),
        truth(flags.get("talking")),
        truth(flags.get("has_video")),
        truth(flags.get("is_moderator")),
    )


def flags_of(text: str, conference: str) -> frozenset[str] | None:
    """The flags of a conference in a `list summary`; None where it is not there."""
    for line in text.splitlines()[:_MOST]:
        found = _HEAD.match(line)
        if found and found["name"] == conference:
            return frozenset(found["flags"].replace(" ", "").split("|"))
    return None


def floor_of(text: str) -> int | None:
    """Who holds the video floor in a conference's `list`; 0 nobody, None where it is no list.

    A name may hold the separator, so the fields are counted from the end.
    """
    if text.startswith("-ERR"):
        return None
    rows = [line.split(";") for line in text.splitlines()[:_MOST]]
    rows = [row for row in rows if len(row) >= 9 and whole(row[0])]
    for row in rows:
        if "vid-floor" in row[-4].split("|"):
            return whole(row[0])
    return 0 if rows else None


# -- the device -------------------------------------------------------------------------------


def status(text: str) -> Status:
    """What `status` says."""
    up = _UP.search(text)
    uptime = None
    if up is not None:
        years, days, hours, minutes, seconds = (min(int(n[:9]), 10**6) for n in up.groups())
        uptime = (((years * 365 + days) * 24 + hours) * 60 + minutes) * 60 + seconds
    software = re.search(r"FreeSWITCH \(Version (\S+)", text)
    idle = re.search(r"min idle cpu [\d.]+/(\d{1,3}(?:\.\d+)?)", text)
    return Status(
        clean_name(software[1]) if software else "",
        uptime,
        _count(r"(\d+) session\(s\) - peak", text),
        _count(r"(\d+) session\(s\) max", text),
        max(0.0, 100.0 - float(idle[1])) if idle else None,
    )


def _count(pattern: str, text: str) -> int | None:
    found = re.search(pattern, text)
    return whole(found[1]) if found else None


def event(message: str) -> dict[str, str]:
    """The headers of one plain event; empty where it is none."""
    found: dict[str, str] = {}
    for line in message.splitlines()[:1000]:
        name, colon, value = line.partition(":")
        if colon and name.isascii():
            found[name.strip()] = plain(value.strip())
    return found
