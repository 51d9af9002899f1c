"""JSON from devices, strict: one meaning or none (RFC 8259, I-JSON's rules on keys and numbers)."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from console.wire.problems import JsonRefused

MAX_CHARS = 8 * 1024 * 1024
MAX_DEPTH = 64

_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


def loads(document: str | bytes, max_chars: int = MAX_CHARS) -> Any:
    """The value of one document. Raises JsonRefused for duplicate keys, NaN and infinities,
    nesting beyond 64, bad UTF-8, anything too large or not JSON."""
    if len(document) > max_chars:
        raise JsonRefused(reason="size")
    if isinstance(document, bytes):
        try:
            document = document.decode("utf-8")
        except UnicodeDecodeError as error:
            raise JsonRefused(reason="encoding") from error
    _check_depth(document)
    try:
        return json.loads(
            document,
            object_pairs_hook=_object,
            parse_float=_float,
            parse_constant=_constant,
        )
    except (ValueError, RecursionError) as error:
        raise JsonRefused(reason="syntax") from error


def _check_depth(document: str) -> None:
    if document.count("[") + document.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub("", document)):
        depth += 1 if bracket.group() in "[{" else -1
        if depth > MAX_DEPTH:
            raise JsonRefused(reason="depth")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise JsonRefused(reason="duplicate")
    return made


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise JsonRefused(reason="number")
    return number


def _constant(name: str) -> NoReturn:
    raise JsonRefused(reason="number", name=name)
