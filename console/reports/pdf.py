"""A document as PDF, with its letters embedded."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from fpdf import FPDF

from console.reports import document as d
from console.reports.faces import FILES, drawable, face_file, width_mm
from console.reports.lines import Word, broken, line_width
from console.reports.progress import Progress, unheeded

_SERIF = "serif"
_MM_PER_PT = 25.4 / 72
_LINE = 1.2
_LEADING = 1.06
_BASELINE = 0.78
"""Where in a line's height the letters stand."""
_PAD_MM = 1.2
_GAP_MM = 2.1
_RULE_MM = 0.25
_BORDER_MM = 0.18
_NUMBER_MM = 14.0
_HEADING_MM = 30.0
"""A heading stands on a page only where so much of what follows has room too."""
_SIGNATURE_MM = 45.0
_BOTTOM = d.PAGE_MM[1] - d.BOTTOM_MM


def pdf_bytes(document: d.Document, progress: Progress = unheeded) -> bytes:
    """The PDF. Raises Refused where a font file is missing, and what `progress` raises."""
    paper = _Paper(document)
    try:
        for number, block in enumerate(document.blocks):
            match block:
                case d.Annex():
                    paper.annex(block)
                case d.Sides():
                    paper.sides(block, signature=number > 0)
                case d.Centred():
                    paper.centred(block)
                case d.Paragraph():
                    paper.paragraph(block, next(iter(document.blocks[number + 1 :]), None))
                case d.Table():
                    paper.table(block, progress)
        return paper.bytes()
    finally:
        paper.close()


def _line_mm(size_pt: float) -> float:
    return size_pt * _MM_PER_PT * _LINE


class _Paper:
    """A4 pages with the decree's margins, numbered annex by annex; `y` (mm from the top) is how
    far the page is written."""

    def __init__(self, document: d.Document) -> None:
        self._pdf: Any = FPDF(unit="mm", format="A4")
        for name in FILES:
            self._pdf.add_font(_SERIF, name, face_file(name))
        self._pdf.set_auto_page_break(False)
        self._pdf.set_title(document.title)
        self._pdf.set_creator("HNTH Console")
        self._pdf.set_lang(document.language)
        self._number = 0
        self.y = 0.0
        self._turn()

    def bytes(self) -> bytes:
        """The file's content."""
        return bytes(self._pdf.output())

    def close(self) -> None:
        """Let go of the font files, which fpdf2 reads from until the end."""
        for font in self._pdf.fonts.values():
            font.ttfont.close()

    def _turn(self) -> None:
        """Go to the next page; every one but a first one bears its number."""
        self._pdf.add_page()
        self._number += 1
        if self._number > 1:
            number = str(self._number)
            x = (d.PAGE_MM[0] - width_mm(number, d.NUMBER_PT)) / 2
            self._put(x, _NUMBER_MM, number, "", d.NUMBER_PT)
        self.y = d.TOP_MM

    def _put(self, x: float, baseline: float, text: str, face: str, size_pt: float) -> None:
        self._pdf.set_font(_SERIF, face, size_pt)
        self._pdf.text(x, baseline, text)

    # -- blocks --------------------------------------------------------------------------------

    def annex(self, block: d.Annex) -> None:
        """A new page, numbered from 1."""
        self._number = 0
        self._turn()
        self._lines(block.lines, d.LEFT_MM, d.TEXT_MM, d.Align.CENTRE)
        self.y += _GAP_MM

    def centred(self, block: d.Centred) -> None:
        """Lines in the middle of the page."""
        self.y += 2 * _GAP_MM
        self._lines(block.lines, d.LEFT_MM, d.TEXT_MM, d.Align.CENTRE)

    def sides(self, block: d.Sides, *, signature: bool) -> None:
        """Lines side by side; a signature keeps room for the hand, and is not torn apart."""
        if signature:
            self.y += 3 * _GAP_MM
            if _BOTTOM - self.y < _SIGNATURE_MM:
                self._turn()
        left = block.left_share * d.TEXT_MM
        for one, other in zip_longest(block.left, block.right):
            top = self.y
            self._lines((one,) if one else (), d.LEFT_MM, left, block.left_align)
            bottom, self.y = self.y, top
            right = (other,) if other else ()
            self._lines(right, d.LEFT_MM + left, d.TEXT_MM - left, d.Align.CENTRE)
            self.y = max(bottom, self.y)

    def _lines(self, lines: Sequence[d.Line], x: float, width: float, align: d.Align) -> None:
        """Lines one below the other between `x` and `x + width`."""
        for line in lines:
            run = d.Run(drawable(line.text), line.bold, line.italic)
            longest = 0.0
            for words in broken((run,), line.size_pt, width):
                long = line_width(words, line.size_pt)
                longest = max(longest, long)
                self._write(words, x, width, align, line.size_pt)
                self.y += _line_mm(line.size_pt)
            if line.rule:
                middle, half = x + width / 2, longest * line.rule / 2
                self._pdf.set_line_width(_RULE_MM)
                self._pdf.line(middle - half, self.y + 1.0, middle + half, self.y + 1.0)
                self.y += 1.2 * _GAP_MM

    def paragraph(self, block: d.Paragraph, following: d.Block | None) -> None:
        """A justified paragraph with its first line indented, over as many pages as it takes.

        A table that follows begins on the same page; a signature that follows never stands alone:
        where it has no room, the last two lines go over with it.
        """
        self.y += _GAP_MM
        runs = [d.Run(drawable(run.text), run.bold, run.italic) for run in block.runs]
        lines = broken(runs, d.BODY_PT, d.TEXT_MM, d.INDENT_MM)
        tall = len(lines) * _line_mm(d.BODY_PT) * _LEADING
        room = 2 * _line_mm(d.BODY_PT)
        if block.heading or isinstance(following, d.Table):
            room = max(_HEADING_MM, min(tall, _HEADING_MM) + _HEADING_MM / 2)
        if _BOTTOM - self.y < room:
            self._turn()
        left = _BOTTOM - self.y - tall - 3.5 * _GAP_MM
        signed = isinstance(following, d.Sides) and left < _SIGNATURE_MM
        taken_over = len(lines) - 2 if signed and left > -3.5 * _GAP_MM else -1
        for number, words in enumerate(lines):
            if self.y + _line_mm(d.BODY_PT) > _BOTTOM or number == taken_over > 0:
                self._turn()
            indent = 0.0 if number else d.INDENT_MM
            align = d.Align.LEFT if number == len(lines) - 1 else d.Align.JUSTIFY
            self._write(words, d.LEFT_MM + indent, d.TEXT_MM - indent, align, d.BODY_PT)
            self.y += _line_mm(d.BODY_PT) * _LEADING
        self.y += 0.5 * _GAP_MM

    def _write(
        self, words: Sequence[Word], x: float, width: float, align: d.Align, size_pt: float
    ) -> None:
        """One line of words where the page is written to."""
        space = width_mm(" ", size_pt)
        free = width - line_width(list(words), size_pt)
        if align is d.Align.JUSTIFY and len(words) > 1:
            space += free / (len(words) - 1)
        elif align is d.Align.CENTRE:
            x += free / 2
        elif align is d.Align.RIGHT:
            x += free
        baseline = self.y + _BASELINE * _line_mm(size_pt)
        if align is not d.Align.JUSTIFY and len({word.face for word in words}) == 1:
            self._put(x, baseline, " ".join(word.text for word in words), words[0].face, size_pt)
            return
        for word in words:
            self._put(x, baseline, word.text, word.face, size_pt)
            x += word.width + space

    # -- tables --------------------------------------------------------------------------------

    def table(self, table: d.Table, progress: Progress) -> None:
        """Row by row, the header again on each page; `progress` is told now and then."""
        total = sum(column.width for column in table.columns)
        grid = _Grid(table, [column.width / total * d.TEXT_MM for column in table.columns])
        header = grid.cells([column.title for column in table.columns], bold=True)
        first = grid.cells(table.rows[0]) if table.rows else header
        if self.y + grid.height(header) + grid.height(first) > _BOTTOM:
            self._turn()
        self._row(grid, header, header=True)
        for number, texts in enumerate(table.rows, 1):
            self._body_row(grid, grid.cells(texts), header)
            if number % 25 == 0:
                progress(25)
        self.y += 0.5 * _GAP_MM

    def _body_row(self, grid: _Grid, cells: _Cells, header: _Cells) -> None:
        """A row on the next page where this one has no room; one taller than a page is torn."""
        whole = _BOTTOM - d.TOP_MM - grid.height(header)
        while any(cells):
            fits = grid.fitting(_BOTTOM - self.y)
            if grid.height(cells) > _BOTTOM - self.y and (grid.height(cells) <= whole or fits < 1):
                self._turn()
                self._row(grid, header, header=True)
                continue
            self._row(grid, [cell[:fits] for cell in cells])
            cells = [cell[fits:] for cell in cells]

    def _row(self, grid: _Grid, cells: _Cells, *, header: bool = False) -> None:
        size_pt, height, x, top = grid.table.size_pt, grid.height(cells), d.LEFT_MM, self.y
        self._pdf.set_line_width(_BORDER_MM)
        for cell, width, column in zip(cells, grid.widths, grid.table.columns, strict=True):
            self._pdf.rect(x, top, width, height)
            self.y = top + (height - len(cell) * grid.line) / 2
            align = d.Align.CENTRE if header else column.align
            for words in cell:
                if words:
                    self._write(words, x + _PAD_MM, width - 2 * _PAD_MM, align, size_pt)
                self.y += grid.line
            x += width
        self.y = top + height


_Cells = list[list[list[Word]]]
"""A row: of each cell its lines, of each line its words."""


class _Grid:
    """A table's columns in mm, and how tall its rows are."""

    def __init__(self, table: d.Table, widths: list[float]) -> None:
        self.table, self.widths = table, widths
        self.line = _line_mm(table.size_pt)

    def cells(self, texts: Sequence[str], *, bold: bool = False) -> _Cells:
        """The texts of a row broken into lines."""
        return [
            broken((d.Run(drawable(text), bold),), self.table.size_pt, width - 2 * _PAD_MM)
            for text, width in zip(texts, self.widths, strict=True)
        ]

    def height(self, cells: _Cells) -> float:
        """How tall a row of these cells is."""
        return max(len(cell) for cell in cells) * self.line + _PAD_MM

    def fitting(self, room: float) -> int:
        """How many lines have room."""
        return max(0, int((room - _PAD_MM) / self.line))
