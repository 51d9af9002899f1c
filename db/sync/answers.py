"""What the office answers, read strictly: a proxy's page or half a reply is no answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from db.protocol import Head
from db.record import Place
from db.sync.exchange import Reply
from db.sync.receipts import Receipt

_MAX_INT = 1 << 63


class NotUnderstood(Exception):
    """Not an answer of an office."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An error's code and the row number that goes with it, "" and 0 where it has none."""

    code: str
    expected: int
    seq: int


@dataclass(frozen=True, slots=True)
class Beat:
    """A heartbeat's answer: when it came and was answered (µs of UTC), the office's heads."""

    received_us: int
    server_us: int
    heads: dict[str, Head]
    witness: tuple[Receipt, ...] = ()
    """The newest heads of all consoles' chains, now and then."""


def refused(reply: Reply) -> Refused:
    """The error in a reply; never raises."""
    try:
        body = parsed(reply.body)
        known = checked(body.get("params"))
        found = [known.get(name) for name in ("expected", "seq")]
        expected, seq = (item if type(item) is int else 0 for item in found)
        return Refused(str(body.get("code", ""))[:100], expected, seq)
    except NotUnderstood:
        return Refused("", 0, 0)


def denied(reply: Reply) -> tuple[str, tuple[tuple[str, str | int], ...]]:
    """The incident that a reply of 401 or 403 is: its code, and what goes with it."""
    reason = refused(reply).code
    if reason == "access.certificate_expired":
        return "sync.expired", ()
    if reason.startswith("access.certificate_"):
        return "sync.certificate", (("reason", reason.rpartition("_")[2]),)
    return "sync.access", (("status", reply.status), ("reason", reason))


def receipt(reply: Reply, place: Place) -> Receipt:
    """The receipt in a push's answer. Raises NotUnderstood."""
    body = parsed(reply.body)
    head = Head(number(body, "acked_seq"), _bytes(body, "head_hash"))
    return Receipt(place, head, number(body, "received_us"), _bytes(body, "countersignature"))


def beat(reply: Reply) -> Beat:
    """A heartbeat's answer. Raises NotUnderstood."""
    body = parsed(reply.body)
    heads: dict[str, Head] = {}
    for item in listed(body.get("heads")):
        known = checked(item)
        heads[text(known, "stream")] = Head(number(known, "seq"), _bytes(known, "hash"))
    seen = tuple(_witnessed(item) for item in listed(body.get("witness") or []))
    return Beat(number(body, "received_us"), number(body, "server_time_us"), heads, seen)


def _witnessed(item: Any) -> Receipt:
    known = checked(item)
    place = Place(text(known, "console_id"), text(known, "stream"), number(known, "epoch"))
    head = Head(number(known, "seq"), _bytes(known, "hash"))
    return Receipt(place, head, number(known, "received_us"), _bytes(known, "signature"))


def token(reply: Reply) -> tuple[str, int]:
    """A new token and when it expires, µs of UTC. Raises NotUnderstood."""
    body = parsed(reply.body)
    return text(body, "token"), number(body, "expires_us")


def certificate(reply: Reply) -> str:
    """The certificate that came with a token, in PEM, "" for none. Raises NotUnderstood."""
    body = parsed(reply.body)
    return text(body, "certificate_pem") if "certificate_pem" in body else ""


def row_hash(reply: Reply, seq: int) -> bytes:
    """The hash of a page's only row, b"" where it has none of that number. Raises NotUnderstood."""
    items = listed(parsed(reply.body).get("rows"))
    if not items:
        return b""
    row = checked(items[0])
    return _bytes(row, "hash") if number(row, "seq") == seq else b""


def texts(reply: Reply, *names: str) -> list[str]:
    """Some texts of an answer. Raises NotUnderstood."""
    body = parsed(reply.body)
    return [text(body, name) for name in names]


def parsed(body: bytes) -> dict[str, Any]:
    """A body that is a JSON object. Raises NotUnderstood."""
    try:
        return checked(json.loads(body))
    except (ValueError, RecursionError):
        raise NotUnderstood("not JSON") from None


def listed(value: Any) -> list[Any]:
    """A value that is a list. Raises NotUnderstood."""
    if not isinstance(value, list):
        raise NotUnderstood("not a list")
    return value  # pyright: ignore[reportUnknownVariableType]


def checked(value: Any) -> dict[str, Any]:
    """A value that is an object. Raises NotUnderstood."""
    if not isinstance(value, dict):
        raise NotUnderstood("not an object")
    return value  # pyright: ignore[reportUnknownVariableType]


def number(body: dict[str, Any], name: str) -> int:
    """A number that is not negative. Raises NotUnderstood."""
    value = body.get(name)
    if type(value) is not int or not 0 <= value < _MAX_INT:
        raise NotUnderstood(name)
    return value


def text(body: dict[str, Any], name: str) -> str:
    """A text. Raises NotUnderstood."""
    value = body.get(name)
    if not isinstance(value, str):
        raise NotUnderstood(name)
    return value


def _bytes(body: dict[str, Any], name: str) -> bytes:
    try:
        return bytes.fromhex(text(body, name))
    except ValueError:
        raise NotUnderstood(name) from None
