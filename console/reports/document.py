"""A document as data: what stands in it, not how a file format writes it.

Sizes are points, widths millimetres. Layout follows Nghị định 30/2020/NĐ-CP, annex I: A4, margins
20/20/30/15 mm, Times New Roman, page numbers centred at the top and none on the first page, each
annex numbered by itself.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum

PAGE_MM = (210.0, 297.0)
TOP_MM = BOTTOM_MM = 20.0
LEFT_MM, RIGHT_MM = 30.0, 15.0
TEXT_MM = PAGE_MM[0] - LEFT_MM - RIGHT_MM
INDENT_MM = 10.0
BODY_PT, NUMBER_PT = 13.0, 13.0
_DROPPED = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class Align(Enum):
    """How lines stand between the margins."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    JUSTIFY = "justify"


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a heading or a signature; `rule` draws a line under it, so long a share of the
    text above it."""

    text: str
    bold: bool = False
    italic: bool = False
    size_pt: float = 13.0
    rule: float = 0.0


@dataclass(frozen=True, slots=True)
class Sides:
    """Lines side by side: the heading of a document, and its signature. `left_share` is the left
    side's share of the width."""

    left: tuple[Line, ...]
    right: tuple[Line, ...]
    left_share: float = 0.4
    left_align: Align = Align.CENTRE


@dataclass(frozen=True, slots=True)
class Centred:
    """Lines in the middle: what the document is, and what it is about."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body, its first line indented. `heading` keeps it with what follows."""

    runs: tuple[Run, ...]
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; the widths of a table's columns are shares of the text's width."""

    title: str
    width: float
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose header is repeated on every page."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    size_pt: float = 12.0


@dataclass(frozen=True, slots=True)
class Annex:
    """A new page, numbered from 1 again, that begins with these lines."""

    lines: tuple[Line, ...]


Block = Sides | Centred | Paragraph | Table | Annex


@dataclass(frozen=True, slots=True)
class Document:
    """A document. `language` is `vi` or `en`; `title` is what a file manager shows."""

    title: str
    language: str
    blocks: tuple[Block, ...]


def printable(text: str) -> str:
    """Text from outside as it may stand in a document, whole: NFC, no controls, no direction
    overrides, no half characters; markup stays the literal text it is."""
    composed = unicodedata.normalize("NFC", text)
    kept = (" " if c in "\t\n\r\v\f" else c for c in composed)
    return " ".join("".join(c for c in kept if unicodedata.category(c) not in _DROPPED).split())
