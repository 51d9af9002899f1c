"""The numbered sections of the report's body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

from console.reports.document import Align, Block, Column, Paragraph, Run, Table, printable
from console.reports.figures import Evaluation, SiteFigures
from console.reports.words import NONE, Names, Words, actor, clock, lasted, spoken

LEFT, MIDDLE, RIGHT = Align.LEFT, Align.CENTRE, Align.RIGHT
_RATED = ("sound", "picture", "line", "teamwork", "script")


def section(number: int, name: str, words: Words, *sentences: str) -> Paragraph:
    """A section's beginning: its number and title, and what is said at once."""
    title = Run(f"{number}. {words.say(f'report.{name}.title')}", bold=True)
    text = " ".join(sentences)
    return Paragraph((title, Run(f" {text}")) if text else (title,), heading=not text)


def told(words: Words, n: int) -> str:
    """A count with the language's mark between thousands: 4.812."""
    mark = "." if words.number(0.5) == "0,5" else ","
    return f"{n:,}".replace(",", mark)


def decimal(words: Words, value: float | None, digits: int = 1) -> str:
    """A measured figure; «-» where there is none."""
    return NONE if value is None else words.number(value, digits)


def _limit(words: Words, value: float) -> str:
    return words.number(value, 0 if value == int(value) else 1)


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
            target=_limit(words, policy.connection_target_s),
        )
    else:
        yield say("report.outcome.no_times")
    limit = _limit(words, policy.loss_bad_pct)
    if not any(site.media.minutes for site in ev.sites):
        yield no_media(ev, words)
    elif lossy := sum(site.media.minutes_bad > 0 for site in ev.sites):
        yield say("report.outcome.lossy", n=lossy, limit=limit)
    else:
        yield say("report.outcome.no_lossy", limit=limit)
    open_s = sum(site.open_mic_s for site in ev.sites)
    if mics := sum(len(site.mics) for site in ev.sites):
        yield say("report.outcome.mics", n=mics, total=spoken(words, open_s))
    else:
        yield say("report.outcome.no_mics", delay=_limit(words, policy.open_mic_delay_s))


def no_media(ev: Evaluation, words: Words) -> str:
    """Why nothing is known of the lines: nothing was measured, or what was can't be read."""
    lost = ev.provenance.samples
    return words.say("report.outcome.lost_media" if lost else "report.outcome.no_media", file=lost)


# -- 3: the figures ----------------------------------------------------------------------------


def figures(ev: Evaluation, words: Words) -> Iterator[Block]:
    """The session in one table, each figure beside its limit where it has one."""
    say = words.say
    yield section(3, "figures", words)
    yield Table(
        (
            Column(say("report.figures.figure"), 0.6),
            Column(say("report.figures.result"), 0.27, RIGHT),
            Column(say("report.figures.limit"), 0.13, RIGHT),
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
    bad = _limit(words, policy.loss_bad_pct)
    yield (
        say(f"{key}.connection"),
        _joined(*(_s(words, v) for v in (times.median_s, times.p95_s, times.worst_s))),
        f"{_limit(words, policy.connection_target_s)} s",
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
        f"{_limit(words, policy.loss_warn_pct)} %",
    )
    lossy = sum(m.minutes_bad > 0 for m in media)
    yield say(f"{key}.bad", limit=bad), f"{lossy}/{len(media)}" if media else NONE, "0"
    jitter = middle_and_p95([m.jitter_mean for m in media if m.jitter_mean is not None])
    yield (
        say(f"{key}.jitter"),
        _joined(*(_ms(words, v) for v in jitter)),
        f"{_limit(words, policy.jitter_warn_ms)} ms",
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


# -- 4: what has to be put right ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Remedy:
    """A site with its troubles, and whose they are."""

    site: str
    troubles: tuple[str, ...]
    who: str


def remedies(ev: Evaluation, words: Words, names: Names) -> tuple[Remedy, ...]:
    """The sites of the roster that need attention, in the order of the site tree (R69, R70)."""
    found: list[Remedy] = []
    for site in ev.expected:
        line, other = list(_line_troubles(ev, site, words)), list(_own_troubles(ev, site, words))
        if line or other:
            carrier = printable(site.endpoint.carrier) if line else ""
            who = carrier or _owner(site, names)
            found.append(Remedy(names.full(site.endpoint.id), (*line, *other), who))
    return tuple(found)


def _owner(site: SiteFigures, names: Names) -> str:
    """Who runs a site: the district answers for its communes (R21), everyone else for himself."""
    parent = names.parent(site.endpoint.id)
    owner = parent if parent is not None and parent.parent else site.endpoint
    return names.full(owner.id)


def _line_troubles(ev: Evaluation, site: SiteFigures, words: Words) -> Iterator[str]:
    say, media, policy, key = words.say, site.media, ev.policy, "report.remedies"
    if site.drops:
        yield say(
            f"{key}.drops",
            n=len(site.drops),
            total=lasted(site.dropped_s),
            longest=lasted(site.longest_drop_s),
        )
    if site.left is not None and ev.held_until_end:
        yield say(f"{key}.left", at=clock(site.left.from_us))
    if media.minutes_bad:
        limit, worst = _limit(words, policy.loss_bad_pct), decimal(words, media.loss_worst)
        yield say(f"{key}.bad", n=media.minutes_bad, limit=limit, worst=worst)
    elif media.loss_mean is not None and media.loss_mean >= policy.loss_warn_pct:
        yield say(f"{key}.lossy", loss=decimal(words, media.loss_mean))


def _own_troubles(ev: Evaluation, site: SiteFigures, words: Words) -> Iterator[str]:
    if not site.present and site.left is None and ev.joined:
        yield words.say("report.remedies.never")
    if site.mics:
        total = lasted(site.open_mic_s)
        yield words.say("report.remedies.mics", n=len(site.mics), total=total)


def remedy_table(found: tuple[Remedy, ...], words: Words) -> Iterator[Block]:
    """The sites that need attention; when it is due is for the office to say."""
    say = words.say
    if not found:
        yield section(4, "remedies", words, say("report.remedies.none"))
        return
    yield section(4, "remedies", words)
    yield Table(
        (
            Column(say("report.remedies.number"), 0.08, MIDDLE),
            Column(say("report.remedies.site"), 0.27),
            Column(say("report.remedies.trouble"), 0.33),
            Column(say("report.remedies.who"), 0.22),
            Column(say("report.remedies.due"), 0.1, MIDDLE),
        ),
        tuple(
            (str(n), remedy.site, "; ".join(remedy.troubles), remedy.who, "")
            for n, remedy in enumerate(found, 1)
        ),
    )


# -- 5 to 8 ------------------------------------------------------------------------------------


def calls(ev: Evaluation, words: Words, names: Names) -> Iterator[Block]:
    """Every call of the chair with its four moments (R5, R6, R80)."""
    say, key = words.say, "report.calls"
    taken = [call for call in ev.calls if call.take_us]
    if not taken:
        yield section(5, "calls", words, say(f"{key}.none"))
        return
    yield section(5, "calls", words, say(f"{key}.note"))
    rows: list[tuple[str, ...]] = []
    for n, call in enumerate(taken, 1):
        how = say(f"{key}.how_{call.how}") if words.has(f"{key}.how_{call.how}") else NONE
        times = (call.called_us, call.take_us, call.confirmed_us, call.proven_us)
        name = names.full(call.endpoint)
        moments = (clock(at) for at in times)
        rows.append((str(n), name, *moments, decimal(words, call.connection_s), how))
    titles = ("called", "take", "confirmed", "proven")
    yield Table(
        (
            Column(say("report.remedies.number"), 0.07, MIDDLE),
            Column(say("report.remedies.site"), 0.24),
            *(Column(say(f"{key}.{title}"), 0.11, MIDDLE) for title in titles),
            Column(say(f"{key}.time"), 0.09, RIGHT),
            Column(say(f"{key}.how"), 0.16),
        ),
        tuple(rows),
        size_pt=11,
    )


def script(ev: Evaluation, words: Words, names: Names) -> Iterator[Block]:
    """Whether the running order was kept to (R81)."""
    say, key, n = words.say, "report.script", len(ev.script)
    unheard = ", ".join(dict.fromkeys(names.full(line.endpoint) for line in ev.unheard))
    more = (f"{say(f'{key}.unheard')} {unheard}.",) if unheard else ()
    if not n:
        yield section(6, "script", words, say(f"{key}.none"))
        return
    if not ev.deviations:
        yield section(6, "script", words, say(f"{key}.followed", n=n), *more)
        return
    first = say(f"{key}.deviated", n=n, count=len(ev.deviations))
    yield section(6, "script", words, first)
    yield Table(
        (
            Column(say(f"{key}.at"), 0.14, MIDDLE),
            Column(say(f"{key}.actual"), 0.43),
            Column(say(f"{key}.due"), 0.43),
        ),
        tuple(
            (
                clock(d.at_us),
                names.full(d.actual),
                names.full(d.expected) if d.expected else NONE,
            )
            for d in ev.deviations
        ),
    )
    for text in more:
        yield Paragraph((Run(text),))


def notes(ev: Evaluation, words: Words, names: Names) -> Iterator[Block]:
    """What the technician wrote down (R82, R92)."""
    say, key = words.say, "report.notes"
    if not ev.notes:
        yield section(7, "notes", words, say(f"{key}.none"))
        return
    yield section(7, "notes", words)
    yield Table(
        (
            Column(say(f"{key}.at"), 0.14, MIDDLE),
            Column(say(f"{key}.text"), 0.66),
            Column(say(f"{key}.by"), 0.2),
        ),
        tuple(
            (
                clock(note.at_us),
                ": ".join(filter(None, (_site(names, note.endpoint), printable(note.text)))),
                actor(words, note.author),
            )
            for note in ev.notes
        ),
    )


def _site(names: Names, site: str) -> str:
    return names.full(site) if site else ""


def rating(words: Words) -> Iterator[Block]:
    """The technician's own rating, 1 to 5 (R94): figures measure lines, people judge meetings."""
    say, key = words.say, "report.rating"
    yield section(8, "rating", words)
    yield Table(
        (
            Column(say(f"{key}.what"), 0.4),
            Column(say(f"{key}.score"), 0.16, MIDDLE),
            Column(say(f"{key}.remark"), 0.44),
        ),
        tuple((say(f"{key}.{name}"), "", "") for name in _RATED),
    )


def interruptions(ev: Evaluation, words: Words) -> Iterator[str]:
    """When the console itself was not there."""
    for gap in ev.gaps:
        if gap.seconds >= 1:
            yield words.say(
                "report.source.gap",
                start=clock(gap.from_us),
                end=clock(gap.to_us),
                lasted=spoken(words, gap.seconds),
            )
    for at_us, by_s in ev.clock_steps:
        yield words.say("report.source.step", at=clock(at_us), by=spoken(words, -by_s))
