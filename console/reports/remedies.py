"""What has to be put right, where, and by whom (section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.reports.document import Align, Block, Column, Table, printable
from console.reports.figures import Evaluation, SiteFigures
from console.reports.sections import section
from console.reports.words import Names, Words, clock, decimal, lasted, limit


@dataclass(frozen=True, slots=True)
class Remedy:
    """A site with its troubles, and whose they are."""

    site: str
    troubles: tuple[str, ...]
    who: str


def wanting(ev: Evaluation, words: Words, names: Names) -> tuple[Remedy, ...]:
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
        bad, worst = limit(words, policy.loss_bad_pct), decimal(words, media.loss_worst)
        yield say(f"{key}.bad", n=media.minutes_bad, limit=bad, worst=worst)
    elif media.loss_mean is not None and media.loss_mean >= policy.loss_warn_pct:
        yield say(f"{key}.lossy", loss=decimal(words, media.loss_mean))


def _own_troubles(ev: Evaluation, site: SiteFigures, words: Words) -> Iterator[str]:
    if not site.present and site.left is None and ev.joined:
        yield words.say("report.remedies.never")
    if site.mics:
        total = lasted(site.open_mic_s)
        yield words.say("report.remedies.mics", n=len(site.mics), total=total)


def table(found: tuple[Remedy, ...], words: Words) -> Iterator[Block]:
    """The sites that need attention; when it is due is for the office to say."""
    say = words.say
    if not found:
        yield section(4, "remedies", words, say("report.remedies.none"))
        return
    yield section(4, "remedies", words)
    yield Table(
        (
            Column(say("report.remedies.number"), 0.08, Align.CENTRE),
            Column(say("report.remedies.site"), 0.27),
            Column(say("report.remedies.trouble"), 0.33),
            Column(say("report.remedies.who"), 0.22),
            Column(say("report.remedies.due"), 0.1, Align.CENTRE),
        ),
        tuple(
            (str(n), remedy.site, "; ".join(remedy.troubles), remedy.who, "")
            for n, remedy in enumerate(found, 1)
        ),
    )
