"""From figures to a document as a provincial office files it (R94, R95; Nghị định 30/2020).

The number, the day, the signature and the technician's own rating are left blank: nobody's hand
is forged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from console.domain.text import clean_name, short_name
from console.reports import annexes, remedies, result, sections
from console.reports.document import Block, Centred, Document, Line, Paragraph, Sides
from console.reports.figures import Evaluation
from console.reports.sections import section
from console.reports.words import Names, Words, day, local, spoken, told

_RULE_TITLE, _RULE_ISSUER = 0.25, 0.45


def document(told_of: Evaluation, words: Words) -> Document:
    """The report on a session."""
    names = Names(site.endpoint for site in told_of.sites)
    return Document(_about(told_of, words), words.language, tuple(_blocks(told_of, words, names)))


def _blocks(ev: Evaluation, words: Words, names: Names) -> Iterator[Block]:
    yield from _head(ev, words)
    yield _facts(ev, words, names)
    found = remedies.wanting(ev, words, names)
    yield _outcome(ev, words, len(found))
    yield from result.figures(ev, words)
    yield from remedies.table(found, words)
    yield from sections.calls(ev, words, names)
    yield from sections.script(ev, words, names)
    yield from sections.notes(ev, words, names)
    yield from sections.rating(words)
    yield _source(ev, words)
    yield _signature(words)
    yield from annexes.sites(ev, words, names)
    yield from annexes.media(ev, words, names)
    yield from annexes.alarms(ev, words)
    yield from annexes.failures(ev, words)
    yield from annexes.drills(ev, words)


def _about(ev: Evaluation, words: Words) -> str:
    title = clean_name(ev.title)
    if title:
        return words.say("report.head.about", title=title)
    return words.say("report.head.about_untitled", day=day(ev.started_us))


def _head(ev: Evaluation, words: Words) -> Iterator[Block]:
    """Quốc hiệu and issuer side by side, then what the document is."""
    root = next((s.endpoint for s in ev.expected if not s.endpoint.parent), None)
    province = short_name(root.name) if root else ""
    at = local(ev.ended_us)
    month = f"{at.tm_mon:02}" if at.tm_mon < 3 else str(at.tm_mon)
    place = words.say("report.head.place", place=province, month=month, year=at.tm_year)
    say = words.say
    yield Sides(
        left=(
            Line(say("report.head.parent", province=province.upper()), size_pt=12),
            Line(say("report.head.issuer"), bold=True, size_pt=12, rule=_RULE_ISSUER),
            Line(say("report.head.number")),
        ),
        right=(
            Line(say("report.head.country"), bold=True, size_pt=12),
            Line(say("report.head.motto"), bold=True, rule=1.0),
            Line(place, italic=True),
        ),
    )
    yield Centred(
        (
            Line(say("report.head.kind"), bold=True, size_pt=14),
            Line(_about(ev, words), bold=True, size_pt=14, rule=_RULE_TITLE),
        )
    )
    yield Centred((Line(say("report.head.to")),))


def _facts(ev: Evaluation, words: Words, names: Names) -> Paragraph:
    """When, where and who (R31-R33)."""
    say = words.say
    days = day(ev.started_us), day(ev.ended_us)
    key = "report.facts.when" if days[0] == days[1] else "report.facts.when_days"
    sites = Counter(_level(site.endpoint.level, words) for site in ev.expected)
    levels = ", ".join(say(f"report.level.{level}", n=n) for level, n in sites.items())
    told_of = [
        say(
            key,
            start=_clock(ev.started_us, words),
            end=_clock(ev.ended_us, words),
            day=days[0],
            end_day=days[1],
            lasted=spoken(words, ev.seconds),
        )
    ]
    if ev.chair:
        told_of.append(say("report.facts.chair", chair=names.full(ev.chair)))
    joined, expected = len(ev.joined), len(ev.expected)
    told_of.append(
        say(
            "report.facts.sites",
            n=expected,
            levels=levels or "0",
            joined=joined,
            absent=expected - joined,
        )
    )
    if guests := len(ev.sites) - expected:
        told_of.append(say("report.facts.guests", n=guests))
    if not ev.closed:
        at = _clock(ev.ended_us, words)
        told_of.append(say("report.facts.open", at=at, day=days[1]))
    return section(1, "facts", words, *told_of)


def _level(level: str, words: Words) -> str:
    return level if level and words.has(f"report.level.{level}") else "other"


def _clock(at_us: int, words: Words) -> str:
    at = local(at_us)
    return words.say("report.time.clock", h=f"{at.tm_hour:02}", m=f"{at.tm_min:02}")


def _outcome(ev: Evaluation, words: Words, wanting: int) -> Paragraph:
    """What a reader in a hurry has to know (R94)."""
    say = words.say
    told_of = [say("report.outcome.joined", n=len(ev.joined), all=len(ev.expected))]
    told_of += result.outcome(ev, words)
    key = "report.outcome.remedies" if wanting else "report.outcome.no_remedies"
    told_of.append(say(key, n=wanting))
    return section(2, "outcome", words, *told_of)


def _source(ev: Evaluation, words: Words) -> Paragraph:
    """What the figures were made from, so that anyone can make them again."""
    say, source = words.say, ev.provenance
    told_of: list[str] = []
    if source.rows:
        grouped = " ".join(source.hash[i : i + 8] for i in range(0, len(source.hash), 8))
        told_of.append(
            say(
                "report.source.rows",
                rows=told(words, source.rows),
                seq=told(words, source.seq),
                epoch=source.epoch,
                hash=grouped,
            )
        )
        bad = say("report.source.bad", where=source.bad)
        told_of.append(bad if source.bad else say("report.source.sound"))
    if source.unreadable:
        told_of.append(say("report.source.unreadable", n=source.unreadable))
    told_of += sections.interruptions(ev, words)
    if source.samples:
        told_of.append(say("report.source.lost_media", file=source.samples))
    else:
        told_of.append(say("report.source.media"))
    drills = say("report.source.drills") if ev.drills else ""
    told_of.append(f"{say('report.source.levels')}{drills}./.")
    return section(9, "source", words, *told_of)


def _signature(words: Words) -> Sides:
    say = words.say
    return Sides(
        left=(
            Line(say("report.sign.to"), bold=True, italic=True, size_pt=12),
            *(Line(say(f"report.sign.to_{n}"), size_pt=11) for n in (1, 2, 3)),
        ),
        right=(
            Line(say("report.sign.author"), bold=True),
            Line(say("report.sign.role"), size_pt=12),
            Line(say("report.sign.how"), italic=True, size_pt=12),
        ),
        left_share=0.5,
        left_align=annexes.LEFT,
    )
