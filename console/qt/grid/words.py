"""The words on tiles, and the whole sentence that a screen reader says of one."""

from __future__ import annotations

from console.domain.endpoint import LineKind
from console.domain.presence import Presence
from console.qt.grid.groups import GUESTS
from console.qt.grid.look import Band, Mark, Stale, Tally, TileLook
from console.qt.wording import elapsed, say

DOT = " · "
_OUT = {
    Presence.DROPPED: "dropped",
    Presence.ABSENT: "absent",
    Presence.DIALLING: "dialling",
    Presence.RINGING: "ringing",
    Presence.UNKNOWN: "unknown",
}


def label(text: str) -> str:
    """What stands in place of a lead: a letter, a name, or the word for guests."""
    return say("grid.guests") if text == GUESTS else text


def minutes(seconds: int) -> str:
    """A short time that runs: «0:07», «12:40», «1:02:14»."""
    return elapsed(seconds).removeprefix("0")


def presence(look: TileLook) -> str:
    """Why the site is not in the meeting: «mất 2:14», «chưa vào»; "" while it is."""
    if look.presence is Presence.ON_HOLD:
        return say("grid.on_hold")
    key = _OUT.get(look.presence)
    return say(f"grid.{key}", time=minutes(max(0, look.since_s))) if key else ""


def wish(look: TileLook) -> str:
    """What was asked and is not achieved: «bật mic…», «từ chối», «? chưa rõ»."""
    if look.mark is Mark.PENDING:
        return say(f"grid.wish.{look.wish}", n=look.wish_n)
    if look.mark is Mark.REFUSED:
        return say("grid.refused")
    return say("grid.lost") if look.mark is Mark.UNKNOWN else ""


def trouble(look: TileLook) -> str:
    """The figure that is out of its band: «2,1 %», «46 ms»; "" while both are good."""
    if look.loss_band >= Band.WARN and look.loss_band >= look.jitter_band:
        return loss(look)
    return jitter(look) if look.jitter_band >= Band.WARN else ""


def loss(look: TileLook) -> str:
    return say("grid.loss", loss=look.loss / 10) if look.loss >= 0 else ""


def jitter(look: TileLook) -> str:
    return say("grid.jitter", jitter=look.jitter) if look.jitter >= 0 else ""


def figures(look: TileLook) -> str:
    """«0,1 % · 12 ms»."""
    return DOT.join(text for text in (loss(look), jitter(look)) if text)


def line(look: TileLook) -> str:
    """«SLCD»."""
    kind = {LineKind.SLCD: "grid.slcd", LineKind.INTERNET: "grid.internet"}.get(look.site.line)
    return say(kind) if kind else ""


def waited(look: TileLook) -> str:
    """How long the site has been out or is being called: «2:14»; "" where it does not count."""
    return minutes(look.since_s) if look.since_s >= 0 else ""


def media(look: TileLook) -> str:
    """«SLCD VNPT · 1080p30 · 1,9 Mb/s»."""
    height, fps = look.picture
    picture = say("grid.picture", height=height, fps=fps or "") if height else ""
    rate = say("grid.rate", rate=look.rate_kbps / 1000) if look.rate_kbps >= 0 else ""
    owner = " ".join(t for t in (line(look), look.site.carrier) if t)
    return DOT.join(text for text in (owner, picture, rate) if text)


def place(look: TileLook) -> str:
    """«xã · Huyện Ea Kar»."""
    return DOT.join(t for t in (look.site.tier.lower(), look.site.parent) if t)


def contact(look: TileLook) -> str:
    """«Nguyễn Văn A · 0905 000 000»."""
    return DOT.join(t for t in (look.site.technician, look.site.phone) if t)


def sentence(look: TileLook) -> str:
    """The whole tile in one sentence, most important first; nothing that is normal but presence."""
    site = look.site
    parts: list[str] = []
    if look.tally is not Tally.NONE:
        parts.append(say("grid.say.podium" if look.tally is Tally.PODIUM else "grid.say.next"))
    key = _OUT.get(look.presence, "on_hold" if look.presence is Presence.ON_HOLD else "connected")
    parts.append(say(f"grid.say.{key}", s=max(0, look.since_s)))
    if look.mark is not Mark.NONE:
        wished = say(f"grid.wished.{look.wish}", n=look.wish_n)
        mark = {Mark.PENDING: "pending", Mark.REFUSED: "refused", Mark.UNKNOWN: "lost"}[look.mark]
        parts.append(say(f"grid.say.{mark}", wish=wished))
    if look.alarm:
        parts.append(say("grid.say.alarm_acked" if look.acked else "grid.say.alarm", n=look.alarm))
    if look.mic_s >= 0:
        parts.append(say("grid.say.mic", s=look.mic_s))
    for shown, name in (
        (look.talking, "talking"),
        (look.video_muted, "video_muted"),
        (look.hand, "hand"),
        (look.check_failed, "check_failed"),
        (look.net, "net"),
        (look.stale is Stale.HATCHED, "stale"),
        (look.stale is Stale.GREYED, "grey"),
    ):
        if shown:
            parts.append(say(f"grid.say.{name}"))
    if look.loss_band >= Band.WARN:
        parts.append(say("grid.say.loss", loss=look.loss / 10))
    if look.jitter_band >= Band.WARN:
        parts.append(say("grid.say.jitter", jitter=look.jitter))
    if look.site.lead and look.total:
        key = "grid.say.count" if look.connected >= 0 else "grid.say.count_unknown"
        parts.append(say(key, connected=look.connected, total=look.total))
    where = f"{site.name}, {site.parent}" if site.parent else site.name
    return f"{where}: {', '.join(parts)}."
