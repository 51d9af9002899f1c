"""A room's own media statistics (`/Status/MediaChannels`)."""

from __future__ import annotations

from console.domain.observed import Quality
from console.domain.text import clean_name
from console.wire.xml import Element, text


def read_quality(status: Element | None, at_us: int) -> Quality | None:
    """What the room receives: loss of the last interval (about 5 s), jitter, picture.

    None where it is in no call. Loss is the worst of its incoming channels, in %; the cumulative
    counter would hide that a line has recovered. Rates are left out: their unit differs.
    """
    if status is None:
        return None
    losses: list[float] = []
    jitters: list[float] = []
    rtts: list[float] = []
    picture: Element | None = None
    for channel in status.findall("MediaChannels/Call/Channel"):
        if (rtt := _number(channel, "Netstat/RoundTripTime")) is not None:
            rtts.append(rtt)
        if text(channel, "Direction") != "Incoming":
            continue
        lost = _number(channel, "Netstat/LastIntervalLost")
        received = _number(channel, "Netstat/LastIntervalReceived")
        if lost is not None and received is not None and lost + received > 0:
            losses.append(100.0 * lost / (lost + received))
        if (jitter := _number(channel, "Netstat/Jitter")) is not None:
            jitters.append(jitter)
        if text(channel, "Video/ChannelRole") == "Main":
            picture = channel
    if not losses and not jitters and picture is None:
        return None
    width = _number(picture, "Video/ResolutionX")
    height = _number(picture, "Video/ResolutionY")
    return Quality(
        at_us,
        loss_pct=max(losses, default=None),
        jitter_ms=max(jitters, default=None),
        rtt_ms=max(rtts, default=None),
        width=int(width) if width else None,
        height=int(height) if height else None,
        fps=_number(picture, "Video/FrameRate"),
        codec=clean_name(text(picture, "Video/Protocol") or "") if picture is not None else "",
    )


def _number(element: Element | None, path: str) -> float | None:
    told = text(element, path) if element is not None else None
    try:
        value = float(told) if told is not None else None
    except ValueError:
        return None
    return value if value is not None and 0 <= value < 1e9 else None
