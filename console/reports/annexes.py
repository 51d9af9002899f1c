"""The annexes: what is too long for the body, site by site and moment by moment."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat

from console.domain.drill import Texts
from console.reports.document import (
    Align,
    Annex,
    Block,
    Column,
    Line,
    Paragraph,
    Run,
    Table,
    printable,
)
from console.reports.figures import Evaluation, SiteFigures
from console.reports.result import no_media
from console.reports.words import NONE, Names, Words, actor, clock, day, decimal, lasted

LEFT = Align.LEFT
_MIDDLE, _RIGHT = Align.CENTRE, Align.RIGHT
_MOST = 500
"""Longer lists stand in the journal; the report says how many lines are left there."""
_SMALL_PT = 10.0


def _begin(number: str, name: str, ev: Evaluation, words: Words) -> Annex:
    say = words.say
    return Annex(
        (
            Line(say("report.annex.label", n=number), bold=True, size_pt=14),
            Line(say(f"report.annex.{name}"), bold=True, size_pt=14),
            Line(say("report.annex.under", day=day(ev.ended_us)), italic=True, rule=0.3),
        )
    )


def _numbered(words: Words) -> tuple[Column, Column]:
    number = Column(words.say("report.remedies.number"), 0.06, _MIDDLE)
    return number, Column(words.say("report.remedies.site"), 0.29)


def _said(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def sites(ev: Evaluation, words: Words, names: Names) -> Iterator[Block]:
    """Who took part from when to when, who was lost, whose microphone was open (R26, R27, R71)."""
    say, key = words.say, "report.sites"
    yield _begin("I", "sites", ev, words)
    yield _said(say(f"{key}.note"))
    titles = ("drops", "dropped", "longest", "mics", "open")
    widths = (0.075, 0.075, 0.075, 0.07, 0.075)
    yield Table(
        (
            *_numbered(words),
            Column(say(f"{key}.joined"), 0.1, _MIDDLE),
            Column(say(f"{key}.left"), 0.1, _MIDDLE),
            Column(say(f"{key}.present"), 0.09, _RIGHT),
            *(
                Column(say(f"{key}.{title}"), w, _RIGHT)
                for title, w in zip(titles, widths, strict=True)
            ),
        ),
        tuple(
            (str(n), names.full(site.endpoint.id), *_stay(site, words))
            for n, site in enumerate(ev.sites, 1)
        ),
        size_pt=_SMALL_PT,
    )


def _stay(site: SiteFigures, words: Words) -> tuple[str, ...]:
    if not site.present:
        joined, left, present = words.say("report.sites.absent"), NONE, NONE
    else:
        last = site.present[-1]
        joined = clock(site.present[0].from_us)
        left = clock(last.to_us) if last.ended else words.say("report.sites.stayed")
        present = lasted(site.present_s)
    drops, mics = site.drops, site.mics
    return (
        joined,
        left,
        present,
        str(len(drops)) if drops else NONE,
        lasted(site.dropped_s) if drops else NONE,
        lasted(site.longest_drop_s) if drops else NONE,
        str(len(mics)) if mics else NONE,
        lasted(site.open_mic_s) if mics else NONE,
    )


def media(ev: Evaluation, words: Words, names: Names) -> Iterator[Block]:
    """Loss, jitter and rates of each site's line, as the MCU measured them."""
    say, key, policy = words.say, "report.media", ev.policy
    yield _begin("II", "media", ev, words)
    measured = [site for site in ev.sites if site.media.minutes]
    if not measured:
        yield _said(no_media(ev, words))
        return
    warn, bad = (f"{limit:g}" for limit in (policy.loss_warn_pct, policy.loss_bad_pct))
    yield _said(say(f"{key}.note", warn=warn, bad=bad))
    yield Table(
        (
            *_numbered(words),
            Column(say(f"{key}.minutes"), 0.07, _RIGHT),
            Column(say(f"{key}.loss"), 0.08, _RIGHT),
            Column(say(f"{key}.worst"), 0.08, _RIGHT),
            Column(say(f"{key}.warn", limit=warn), 0.07, _RIGHT),
            Column(say(f"{key}.warn", limit=bad), 0.07, _RIGHT),
            Column(say(f"{key}.jitter"), 0.125, _RIGHT),
            Column(say(f"{key}.rate"), 0.145, _RIGHT),
        ),
        tuple(
            (str(n), names.full(site.endpoint.id), *_measured(site, words))
            for n, site in enumerate(measured, 1)
        ),
        size_pt=_SMALL_PT,
    )


def _measured(site: SiteFigures, words: Words) -> tuple[str, ...]:
    m = site.media
    jitter = (decimal(words, m.jitter_mean), decimal(words, m.jitter_max))
    rates = (decimal(words, m.rx_mean, 0), decimal(words, m.tx_mean, 0))
    return (
        str(m.minutes),
        decimal(words, m.loss_mean, 2),
        decimal(words, m.loss_worst, 2),
        str(m.minutes_warn) if m.minutes_warn else NONE,
        str(m.minutes_bad) if m.minutes_bad else NONE,
        " / ".join(jitter),
        " / ".join(rates),
    )


def alarms(ev: Evaluation, words: Words) -> Iterator[Block]:
    """Every alarm with its end and who took note of it when."""
    say, key = words.say, "report.alarms"
    yield _begin("III", "alarms", ev, words)
    if not ev.alarms:
        yield _said(say("report.annex.none"))
        return
    yield Table(
        (
            Column(say(f"{key}.at"), 0.11, _MIDDLE),
            Column(say(f"{key}.what"), 0.31),
            Column(say(f"{key}.priority"), 0.11),
            Column(say(f"{key}.cleared"), 0.11, _MIDDLE),
            Column(say(f"{key}.acknowledged"), 0.11, _MIDDLE),
            Column(say(f"{key}.after"), 0.09, _RIGHT),
            Column(say(f"{key}.by"), 0.16),
        ),
        tuple(
            (
                clock(a.raised_us),
                words.alarm(a.alarm),
                say(f"{key}.priority_{int(a.alarm.priority)}"),
                clock(a.cleared_us),
                clock(a.acknowledged_us),
                NONE if a.acknowledged_s is None else lasted(a.acknowledged_s),
                actor(words, a.acknowledged_by) if a.acknowledged_us else NONE,
            )
            for a in ev.alarms[:_MOST]
        ),
        size_pt=_SMALL_PT,
    )
    yield from _rest(len(ev.alarms), words)


def failures(ev: Evaluation, words: Words) -> Iterator[Block]:
    """Every wish that was declined or whose outcome nobody knows, and why."""
    say, key, failed = words.say, "report.failures", ev.wishes.failures
    yield _begin("IV", "failures", ev, words)
    if not failed:
        yield _said(say("report.annex.none"))
        return
    yield Table(
        (
            Column(say(f"{key}.at"), 0.11, _MIDDLE),
            Column(say(f"{key}.what"), 0.27),
            Column(say(f"{key}.outcome"), 0.11),
            Column(say(f"{key}.why"), 0.35),
            Column(say(f"{key}.by"), 0.16),
        ),
        tuple(
            (
                clock(wish.at_us),
                words.wish(wish.command),
                say(f"{key}.refused" if wish.refused else f"{key}.unknown"),
                words.problem(wish.problem),
                actor(words, wish.command.actor),
            )
            for wish in failed[:_MOST]
        ),
        size_pt=_SMALL_PT,
    )
    yield from _rest(len(failed), words)


def drills(ev: Evaluation, words: Words) -> Iterator[Block]:
    """How the drills of a training session went, step by step; none, no annex."""
    if not ev.drills:
        return
    say, key = words.say, "report.drills"
    yield _begin("V", "drills", ev, words)
    yield Table(
        (
            Column(say(f"{key}.at"), 0.11, _MIDDLE),
            Column(say(f"{key}.drill"), 0.27),
            Column(say(f"{key}.step"), 0.29),
            Column(say(f"{key}.took"), 0.11, _RIGHT),
            Column(say(f"{key}.bar"), 0.09, _RIGHT),
            Column(say(f"{key}.verdict"), 0.13),
        ),
        tuple(
            (
                clock(drill.began_us) if first else "",
                printable(_texts(words, drill.title)) if first else "",
                printable(_texts(words, each.step.text)),
                decimal(words, each.took_s),
                decimal(words, each.step.bar_s, 0),
                say(f"{key}.passed" if each.passed else f"{key}.failed"),
            )
            for drill in ev.drills
            for first, each in zip(chain((True,), repeat(False)), drill.scores, strict=False)
        ),
        size_pt=_SMALL_PT,
    )


def _texts(words: Words, texts: Texts) -> str:
    return dict(texts).get(words.language, texts[0][1] if texts else NONE)


def _rest(n: int, words: Words) -> Iterator[Block]:
    if n > _MOST:
        yield _said(words.say("report.annex.more", n=n - _MOST))
