"""The bridge's XML as plain values. Top-level functions: a large page is parsed elsewhere.

What is not as the API reference has it becomes None: unknown, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.observed import Quality
from console.domain.text import clean_name
from console.wire.problems import NotUnderstood
from console.wire.xml import Element, parse, text

Item = dict[str, str]
_LISTED = frozenset({"name", "call", "callBridge", "coSpace", "remoteParty", "subtype", "type"})
"""What is read of an object in a list. All else would only be carried from the process that
parses: of 2,000 legs for 12 ms, in which the interpreter runs nothing else."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: how many there are in all, and this page's items with their `id` and
    what else is read of them."""

    total: int
    items: tuple[Item, ...]


def page(body: bytes) -> Page:
    """A list such as `<participants total="200">…`. Raises NotUnderstood for anything else."""
    root = parse(body)
    total = whole(root.get("total"))
    if total is None:
        raise NotUnderstood(reason="xml")
    items = tuple(
        {**_flat(child), "id": child.get("id") or ""} for child in root if child.get("id")
    )
    return Page(total, items)


def one(body: bytes, tag: str) -> Element:
    """A single object such as `<call id="…">…`. Raises NotUnderstood for anything else."""
    root = parse(body)
    if root.tag != tag:
        raise NotUnderstood(reason="xml")
    return root


def failure(body: bytes) -> str:
    """The code in `<failureDetails>`, or ""."""
    try:
        root = parse(body, 65_536)
    except NotUnderstood:
        return ""
    if root.tag != "failureDetails":
        return ""
    return next((clean_name(child.tag) for child in root), "")


def _flat(element: Element) -> Item:
    return {
        child.tag: child.text.strip() for child in element if child.tag in _LISTED and child.text
    }


def truth(value: object) -> bool | None:
    """`true` or `false` (or JSON's own), None for anything else."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def number(value: str | None) -> float | None:
    """A number that is not negative, None for anything else."""
    try:
        found = float(value) if value else None
    except ValueError:
        return None
    return found if found is not None and 0 <= found < 1e12 else None


def whole(value: object) -> int | None:
    """A whole number that is not negative, None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 13:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12:
        return value
    return None


def importance(value: object) -> int | None:
    """A participant's importance; unset is 0, None for what is not understood."""
    return 0 if value in (None, "") else whole(value)


def quality(leg: Element, at_us: int) -> Quality | None:
    """A call leg's media: loss and jitter of what the site sends, the worst of sound and main
    picture; round trip of what it is sent. bitRate is bit/s, jitter and RTT ms. None: no media.
    """
    heard = leg.find("status/rxAudio")
    seen = _main(leg.findall("status/rxVideo"))
    sent = [*leg.findall("status/txAudio"), *leg.findall("status/txVideo")]
    if heard is None and seen is None:
        return None
    incoming = [stream for stream in (heard, seen) if stream is not None]
    width, height = _at(seen, "width"), _at(seen, "height")
    return Quality(
        at_us,
        loss_pct=_worst(_at(s, "packetLossPercentage") for s in incoming),
        jitter_ms=_worst(_at(s, "jitter") for s in incoming),
        rtt_ms=_worst(_at(s, "roundTripTime") for s in sent),
        rx_kbps=_sum_kbps(incoming),
        tx_kbps=_sum_kbps(sent),
        width=int(width) if width is not None else None,
        height=int(height) if height is not None else None,
        fps=_at(seen, "frameRate"),
        codec=clean_name(text(seen, "codec") or "") if seen is not None else "",
    )


def _main(found: list[Element]) -> Element | None:
    return next((s for s in found if s.get("role") in (None, "main")), None)


def _at(element: Element | None, path: str) -> float | None:
    return number(text(element, path)) if element is not None else None


def _worst(values: Iterable[float | None]) -> float | None:
    return max((v for v in values if v is not None), default=None)


def _sum_kbps(streams: list[Element]) -> float | None:
    rates = [r for s in streams if (r := _at(s, "bitRate")) is not None]
    return sum(rates) / 1000 if rates else None
