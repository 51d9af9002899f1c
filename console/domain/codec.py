"""Records, facts and commands as JSON bytes and back: what the journal keeps."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from enum import Enum, Flag
from functools import cache
from typing import Any, cast

from console.domain import (
    alarm,
    capability,
    conference,
    device,
    drill,
    endpoint,
    facts,
    layout,
    observed,
    presence,
    problem,
    reference,
    session,
)
from console.domain.commands import composite, mcu, office, own, room, take

_MODULES = (
    alarm, capability, conference, device, drill, endpoint, facts, layout, observed, presence,
    problem, reference, session, composite, mcu, office, own, room, take,
)  # fmt: skip
_TYPES: dict[str, type] = {
    name: kind
    for module in _MODULES
    for name, kind in vars(module).items()
    if isinstance(kind, type) and kind.__module__.startswith(module.__name__)
}
_TAG = "_"
_THEMSELVES = frozenset({type(None), bool, int, float, str})
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Unreadable(Exception):
    """Bytes that this version can't turn into a record; they stay in the journal as they are."""


def to_json(value: object) -> bytes:
    """The record as compact UTF-8 JSON; every object carries its class name under `_`.

    Half a surrogate pair, which UTF-8 has no bytes for, becomes a JSON escape.
    """
    return _encode(_plain(value)).encode("utf-8", "backslashreplace")


@cache
def _names(kind: type[Any]) -> tuple[str, ...] | None:
    """The fields of a class of records, None for what is no record."""
    known = is_dataclass(kind) and kind.__name__ in _TYPES
    return tuple(field.name for field in fields(kind)) if known else None


def _plain(value: Any) -> Any:
    kind = cast("type[Any]", type(value))
    if kind in _THEMSELVES:
        return value
    if (names := _names(kind)) is not None:
        record: dict[str, Any] = {_TAG: kind.__name__}
        for name in names:
            item = getattr(value, name)
            record[name] = item if type(item) in _THEMSELVES else _plain(item)
        return record
    if isinstance(value, Flag):
        return {_TAG: type(value).__name__, "v": value.value}
    if isinstance(value, Enum):
        return {_TAG: type(value).__name__, "v": value.name}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in cast("tuple[Any, ...]", value)]
    if isinstance(value, frozenset):
        return {_TAG: "frozenset", "v": sorted(cast("frozenset[str]", value))}
    raise TypeError(f"no JSON for {type(value).__name__}")


def from_json(body: bytes) -> Any:
    """The record that `to_json` wrote. Raises Unreadable for anything else."""
    try:
        return _record(json.loads(body))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unreadable(str(error)) from error


def _record(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_record(item) for item in cast("list[Any]", value))
    if not isinstance(value, dict):
        return value
    plain = cast("dict[str, Any]", value)
    name = plain[_TAG]
    if name == "frozenset":
        return frozenset(plain["v"])
    kind = _TYPES[name]
    if issubclass(kind, Flag):
        return kind(plain["v"])
    if issubclass(kind, Enum):
        return kind[plain["v"]]
    known = {field.name for field in fields(cast("Any", kind))}
    return kind(**{k: _record(v) for k, v in plain.items() if k in known})
