"""Turns an honest reply into one that a broken, foreign or hostile device might give."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable

from console.wire.http import HttpReply
from console.wire.problems import (
    CertificateRefused,
    Closed,
    DeadlinePassed,
    NotUnderstood,
    TooLarge,
    Unreachable,
    WireError,
)

REPLIES = int(os.environ.get("HNTH_FUZZ", "500"))
"""How many spoilt replies a driver gets."""

WORDS = (
    "", " ", "true", "false", "TRUE", "0", "1", "-1", "100", "1e9", "NaN", "9" * 40, "connected",
    "ringing", "exploded", "On", "Off", "allEqual", "speakerOnly", "None", "null", "<b>x</b>",
    "&amp;", "\u202eđ", "\u0007", "x" * 5000, "../..", "%00", "OK", "Error",
)  # fmt: skip
BODIES = (
    b"", b"\0" * 10, b"\xff\xfe<\0a\0>\0", b"<html><body>Busy</body></html>", b"{}", b"[]",
    b"null", b"<a>" * 200, b'<!DOCTYPE l [<!ENTITY a "x">]><l>&a;</l>', b"<calls/>", b"<Status/>",
    b'<calls total="99999999"/>', b'<participants total="5"/>', b"<Command/>",
    b"<failureDetails/>", b"<EmptyResult/>", b"<call/>", b"<callLeg/>", b"<participant/>",
)  # fmt: skip
STATUSES = (200, 200, 200, 204, 301, 302, 400, 401, 403, 404, 409, 429, 500, 502, 503, 999)
FAILURES: tuple[WireError, ...] = (
    Unreachable(reason="refused"),
    DeadlinePassed(seconds=8.0),
    TooLarge(part="body", bytes=8),
    NotUnderstood(reason="not_http"),
    CertificateRefused(reason="changed", fingerprint="0" * 64),
    Closed(reason="reset"),
)


def fuzz(play: Callable[[int], int], replies: int) -> None:
    """Play lives from their seeds until so many replies were spoilt; each tells how many were in
    it. A life that fails names its seed."""
    heard = seed = 0
    while heard < replies:
        try:
            heard += play(seed)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r}") from error
        seed += 1


def mutated(rng: random.Random, honest: HttpReply, corpus: list[bytes]) -> HttpReply | WireError:
    """A reply spoilt in one way."""
    match rng.randrange(6):
        case 0:
            return rng.choice(FAILURES)
        case 1:
            return HttpReply(rng.choice(STATUSES), honest.headers, honest.body, 0.01)
        case 2:
            return HttpReply(200, (), honest.body, 0.01)
        case 3:
            return HttpReply(200, honest.headers, rng.choice(corpus or [b""]), 0.01)
        case _:
            return HttpReply(honest.status, honest.headers, spoilt(rng, honest.body), 0.01)


def spoilt(rng: random.Random, body: bytes) -> bytes:
    """Bytes changed in one or more ways."""
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        body = _once(rng, body)
    return body


def _once(rng: random.Random, body: bytes) -> bytes:
    at = rng.randrange(len(body) + 1)
    match rng.randrange(10):
        case 0:
            return rng.choice(BODIES)
        case 1:
            return body[:at]
        case 2:
            return body[:at] + bytes([rng.randrange(256)]) + body[at + 1 :]
        case 3:
            return body[:at] + body[at + rng.randrange(1, 40) :]
        case 4:
            end = at + rng.randrange(1, 60)
            return body[:end] + body[at:end] * rng.randrange(1, 4) + body[end:]
        case 5 | 6 | 7:
            return _value(rng, body)
        case 8:
            return _without_element(rng, body)
        case _:
            return body.replace(b"<", b"<x:", 1) if rng.random() < 0.3 else body + body


def _value(rng: random.Random, body: bytes) -> bytes:
    """Another text in one element, attribute or JSON value."""
    found = list(re.finditer(rb'(?<=>)[^<>]*(?=</)|(?<=")[^"<>]*(?=")|(?<=: )[^,}\]]+', body))
    if not found:
        return body
    one = rng.choice(found)
    return body[: one.start()] + rng.choice(WORDS).encode() + body[one.end() :]


def _without_element(rng: random.Random, body: bytes) -> bytes:
    found = list(re.finditer(rb"<(\w+)[^>/]*>[^<]*</\1>", body))
    if not found:
        return body
    one = rng.choice(found)
    return body[: one.start()] + body[one.end() :]
