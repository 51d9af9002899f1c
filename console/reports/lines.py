"""Breaking text into lines by the widths of its letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from console.reports.document import Run
from console.reports.faces import style, width_mm


@dataclass(frozen=True, slots=True)
class Word:
    """What is not broken: its text, its face, and its width in mm."""

    text: str
    face: str
    width: float


def broken(
    runs: Iterable[Run], size_pt: float, width: float, indent: float = 0.0
) -> list[list[Word]]:
    """The words of the runs, line by line; the first line is so much (mm) shorter. A word that is
    wider than a line is broken anywhere."""
    space = width_mm(" ", size_pt)
    lines: list[list[Word]] = [[]]
    room = width - indent
    for word in _words(runs, size_pt, width):
        if lines[-1] and word.width + space > room:
            lines.append([])
            room = width
        room -= word.width + (space if len(lines[-1]) else 0.0)
        lines[-1].append(word)
    return lines


def line_width(line: list[Word], size_pt: float) -> float:
    """How wide a line is with plain spaces."""
    return sum(word.width for word in line) + width_mm(" ", size_pt) * (len(line) - 1)


def _words(runs: Iterable[Run], size_pt: float, widest: float) -> Iterator[Word]:
    for run in runs:
        face = style(run.bold, run.italic)
        for text in filter(None, run.text.split(" ")):  # not at spaces that hold together
            for part in _parts(text, size_pt, face, widest):
                yield Word(part, face, width_mm(part, size_pt, face))


def _parts(text: str, size_pt: float, face: str, widest: float) -> Iterator[str]:
    """The word itself, or pieces of it that fit a line."""
    if width_mm(text, size_pt, face) <= widest:
        yield text
        return
    part = ""
    for character in text:
        if part and width_mm(part + character, size_pt, face) > widest:
            yield part
            part = ""
        part += character
    yield part
