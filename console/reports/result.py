"""What came of the session, in sentences and in one table of figures (sections 2 and 3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from statistics import median

from console.reports.document import Align, Block, Column, Table
from console.reports.figures import Evaluation
from console.reports.sections import section
from console.reports.words import NONE, Words, decimal, lasted, limit, spoken, told


def middle_and_p95(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Median and 95th percentile by nearest rank; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None, None
    return median(ordered), ordered[ceil(0.95 * len(ordered)) - 1]


def _recoveries(ev: Evaluation) -> list[float]:
    return sorted(span.seconds for site in ev.sites for span in site.drops)


def outcome(ev: Evaluation, words: Words) -> Iterator[str]:
    """The session in a few sentences (R94)."""
    say, policy, times = words.say, ev.policy, ev.times
    back = _recoveries(ev)
    if back:
        yield say(
            "report.outcome.drops",
            n=len(back),
            sites=sum(bool(site.drops) for site in ev.sites),
            median=spoken(words, median(back)),
            longest=spoken(words, back[-1]),
        )
    else:
        yield say("report.outcome.no_drops")
    away = sum(site.left is not None for site in ev.expected)
    if away and ev.held_until_end:
        yield say("report.outcome.away", n=away)
    if times.median_s is not None:
        yield say(
            "report.outcome.times",
            median=decimal(words, times.median_s),
            over=times.over_target,
            n=times.proven,
            target=limit(words, policy.connection_target_s),
        )
    else:
        yield say("report.outcome.no_times")
    bad = limit(words, policy.loss_bad_pct)
    if not any(site.media.minutes for site in ev.sites):
        yield no_media(ev, words)
    elif lossy := sum(site.media.minutes_bad > 0 for site in ev.sites):
        yield say("report.outcome.lossy", n=lossy, limit=bad)
    else:
        yield say("report.outcome.no_lossy", limit=bad)
    open_s = sum(site.open_mic_s for site in ev.sites)
    if mics := sum(len(site.mics) for site in ev.sites):
        yield say("report.outcome.mics", n=mics, total=spoken(words, open_s))
    else:
        yield say("report.outcome.no_mics", delay=limit(words, policy.open_mic_delay_s))


def no_media(ev: Evaluation, words: Words) -> str:
    """Why nothing is known of the lines: nothing was measured, or what was can't be read."""
    lost = ev.provenance.samples
    return words.say("report.outcome.lost_media" if lost else "report.outcome.no_media", file=lost)


def figures(ev: Evaluation, words: Words) -> Iterator[Block]:
    """The session in one table, each figure beside its limit where it has one."""
    say = words.say
    yield section(3, "figures", words)
    yield Table(
        (
            Column(say("report.figures.figure"), 0.6),
            Column(say("report.figures.result"), 0.27, Align.RIGHT),
            Column(say("report.figures.limit"), 0.13, Align.RIGHT),
        ),
        tuple(_figures(ev, words)),
    )


def _joined(*parts: str) -> str:
    return NONE if all(part == NONE for part in parts) else " / ".join(parts)


def _s(words: Words, value: float | None) -> str:
    return NONE if value is None else f"{words.number(value)} s"


def _pct(words: Words, value: float | None) -> str:
    return NONE if value is None else f"{words.number(value, 2)} %"


def _ms(words: Words, value: float | None) -> str:
    return NONE if value is None else f"{words.number(value)} ms"


def _figures(ev: Evaluation, words: Words) -> Iterator[tuple[str, str, str]]:
    say, times, policy = words.say, ev.times, ev.policy
    key = "report.figures"
    bad = limit(words, policy.loss_bad_pct)
    yield (
        say(f"{key}.connection"),
        _joined(*(_s(words, v) for v in (times.median_s, times.p95_s, times.worst_s))),
        f"{limit(words, policy.connection_target_s)} s",
    )
    yield (
        say(f"{key}.parts"),
        _joined(*(_s(words, v) for v in (times.operator_s, times.mcu_s, times.site_s))),
        NONE,
    )
    taken = times.proven + times.unproven
    yield say(f"{key}.proven"), f"{times.proven}/{taken}" if taken else NONE, str(taken)
    yield say(f"{key}.joined"), f"{len(ev.joined)}/{len(ev.expected)}", str(len(ev.expected))
    back = _recoveries(ev)
    recovery = (lasted(median(back)), lasted(back[-1])) if back else (NONE, NONE)
    yield say(f"{key}.drops"), " / ".join((told(words, len(back)), *recovery)), "0"
    media = [site.media for site in ev.sites if site.media.minutes]
    loss = middle_and_p95([m.loss_mean for m in media if m.loss_mean is not None])
    yield (
        say(f"{key}.loss"),
        _joined(*(_pct(words, v) for v in loss)),
        f"{limit(words, policy.loss_warn_pct)} %",
    )
    lossy = sum(m.minutes_bad > 0 for m in media)
    yield say(f"{key}.bad", limit=bad), f"{lossy}/{len(media)}" if media else NONE, "0"
    jitter = middle_and_p95([m.jitter_mean for m in media if m.jitter_mean is not None])
    yield (
        say(f"{key}.jitter"),
        _joined(*(_ms(words, v) for v in jitter)),
        f"{limit(words, policy.jitter_warn_ms)} ms",
    )
    mics = sum(len(site.mics) for site in ev.sites)
    open_s = sum(site.open_mic_s for site in ev.sites)
    yield say(f"{key}.mics"), f"{told(words, mics)} / {lasted(open_s)}", "0"
    yield from _doings(ev, words)


def _doings(ev: Evaluation, words: Words) -> Iterator[tuple[str, str, str]]:
    say, key, wishes = words.say, "report.figures", ev.wishes
    urgent = sum(a.alarm.priority == 1 for a in ev.alarms)
    open_alarms = sum(a.acknowledged_us == 0 for a in ev.alarms)
    counts = (len(ev.alarms), urgent, open_alarms)
    yield say(f"{key}.alarms"), " / ".join(told(words, n) for n in counts), NONE
    noted = sorted(s for a in ev.alarms if (s := a.acknowledged_s) is not None)
    waits = (lasted(median(noted)), lasted(noted[-1])) if noted else (NONE, NONE)
    yield say(f"{key}.acknowledged"), _joined(*waits), NONE
    counts = (wishes.total, wishes.confirmed, wishes.refused, wishes.unknown)
    yield say(f"{key}.wishes"), " / ".join(told(words, n) for n in counts), NONE
    outside = str(len(ev.deviations)) if ev.script else NONE
    yield say(f"{key}.deviations"), outside, "0"
