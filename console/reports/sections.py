"""The numbered sections of the report's body that only list: calls, script, notes, rating."""

from __future__ import annotations

from collections.abc import Iterator

from console.reports.document import Align, Block, Column, Paragraph, Run, Table, printable
from console.reports.figures import Evaluation
from console.reports.words import NONE, Names, Words, actor, clock, decimal, spoken

MIDDLE, RIGHT = Align.CENTRE, Align.RIGHT
_RATED = ("sound", "picture", "line", "teamwork", "script")


def section(number: int, name: str, words: Words, *sentences: str) -> Paragraph:
    """A section's beginning: its number and title, and what is said at once."""
    title = Run(f"{number}. {words.say(f'report.{name}.title')}", bold=True)
    text = " ".join(sentences)
    return Paragraph((title, Run(f" {text}")) if text else (title,), heading=not text)


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
