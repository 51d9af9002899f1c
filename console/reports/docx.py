"""A document as Word's DOCX."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from io import BytesIO
from itertools import zip_longest
from typing import Any

import docx
from docx import oxml
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from console.reports import document as d
from console.reports.faces import style, width_mm
from console.reports.progress import Progress, unheeded

_FONT = "Times New Roman"
_ALIGN = {
    d.Align.LEFT: WD_ALIGN_PARAGRAPH.LEFT,
    d.Align.CENTRE: WD_ALIGN_PARAGRAPH.CENTER,
    d.Align.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
    d.Align.JUSTIFY: WD_ALIGN_PARAGRAPH.JUSTIFY,
}
_LOCALE = {"vi": "vi-VN", "en": "en-GB"}


def docx_bytes(document: d.Document, progress: Progress = unheeded) -> bytes:
    """The DOCX. Raises what `progress` raises."""
    word = _Word(document)
    for number, block in enumerate(document.blocks, 1):
        match block:
            case d.Annex():
                word.annex(block)
            case d.Sides():
                word.sides(block)
            case d.Centred():
                word.lines(block.lines, gap_pt=12)
            case d.Paragraph():
                word.paragraph(block, next(iter(document.blocks[number:]), None))
            case d.Table():
                word.table(block, progress)
    kept = BytesIO()
    word.file.save(kept)
    return kept.getvalue()


class _Word:
    """The file being made."""

    def __init__(self, document: d.Document) -> None:
        self.file: Any = docx.Document()
        self.file.core_properties.title = document.title[:255]
        self.file.core_properties.author = ""
        self.file.core_properties.comments = ""
        self.file.core_properties.language = _LOCALE[document.language]
        normal = self.file.styles["Normal"]
        normal.font.name, normal.font.size = _FONT, Pt(d.BODY_PT)
        fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("w:eastAsia", "w:cs", "w:hAnsi"):
            fonts.set(qn(name), _FONT)
        language = _element("w:lang")
        language.set(qn("w:val"), _LOCALE[document.language])
        normal.element.get_or_add_rPr().append(language)
        normal.paragraph_format.space_after = Pt(0)
        self._set_page(self.file.sections[0])

    def _set_page(self, section: Any) -> None:
        """A4, the decree's margins, a number at the top of every page but the first."""
        section.page_width, section.page_height = (Mm(side) for side in d.PAGE_MM)
        section.top_margin, section.bottom_margin = Mm(d.TOP_MM), Mm(d.BOTTOM_MM)
        section.left_margin, section.right_margin = Mm(d.LEFT_MM), Mm(d.RIGHT_MM)
        section.header_distance = Mm(10)
        section.different_first_page_header_footer = True
        number = _element("w:pgNumType")
        number.set(qn("w:start"), "1")
        section._sectPr.append(number)
        if len(self.file.sections) == 1:  # the others' headers are linked to the first one's
            paragraph = section.header.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _field(paragraph, "PAGE")

    # -- blocks --------------------------------------------------------------------------------

    def annex(self, block: d.Annex) -> None:
        """A section of its own, numbered from 1."""
        section = self.file.add_section(WD_SECTION.NEW_PAGE)
        for old in section._sectPr.findall(qn("w:pgNumType")):
            section._sectPr.remove(old)
        self._set_page(section)
        self.lines(block.lines, gap_pt=6)

    def lines(self, lines: Sequence[d.Line], gap_pt: float) -> None:
        """Lines in the middle of the page."""
        for number, line in enumerate(lines):
            paragraph = self.file.add_paragraph()
            if not number:
                paragraph.paragraph_format.space_before = Pt(gap_pt)
            _write_line(paragraph, line, d.Align.CENTRE)
            if line.rule:
                _rule(self.file.add_paragraph(), line, d.TEXT_MM)

    def sides(self, block: d.Sides) -> None:
        """A table without borders; in the first paragraph of a cell stands its first line."""
        if self.file.paragraphs:
            self.file.add_paragraph().paragraph_format.space_after = Pt(0)
        left = block.left_share * d.TEXT_MM
        table = self.file.add_table(0, 2)
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        _margins(table, 0)
        table.columns[0].width, table.columns[1].width = Mm(left), Mm(d.TEXT_MM - left)
        for one, other in zip_longest(block.left, block.right):
            row = table.add_row()
            _keep_whole(row)
            for cell, line, width, align in (
                (row.cells[0], one, left, block.left_align),
                (row.cells[1], other, d.TEXT_MM - left, d.Align.CENTRE),
            ):
                cell.width = Mm(width)
                cell.paragraphs[0].paragraph_format.keep_with_next = True
                if line is None:
                    continue
                _write_line(cell.paragraphs[0], line, align)
                if line.rule:
                    _rule(cell.add_paragraph(), line, width)

    def paragraph(self, block: d.Paragraph, following: d.Block | None) -> None:
        """A justified paragraph with its first line indented; the table or the signature that
        follows begins on its page."""
        paragraph = self.file.add_paragraph()
        layout = paragraph.paragraph_format
        layout.first_line_indent, layout.space_before = Mm(d.INDENT_MM), Pt(6)
        layout.space_after, layout.line_spacing = Pt(3), 1.08
        layout.keep_with_next = block.heading or isinstance(following, d.Table | d.Sides)
        paragraph.alignment = _ALIGN[d.Align.LEFT if block.heading else d.Align.JUSTIFY]
        for run in block.runs:
            written = paragraph.add_run(run.text)
            written.bold, written.italic = run.bold, run.italic

    def table(self, block: d.Table, progress: Progress) -> None:
        """A table whose first row is repeated on every page. Rows are copies of one another: a
        cell made by itself takes ten times as long."""
        total = sum(column.width for column in block.columns)
        widths = [column.width / total * d.TEXT_MM for column in block.columns]
        table = self.file.add_table(2 if block.rows else 1, len(block.columns))
        table.style, table.autofit = "Table Grid", False
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        _margins(table, 1.2)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for number, row in enumerate(table.rows):
            _keep_whole(row)
            for cell, width, column in zip(row.cells, widths, block.columns, strict=True):
                align = column.align if number else d.Align.CENTRE
                _fill(cell, column.title, align, width, block.size_pt, bold=not number)
        _mark(table.rows[0], "w:tblHeader")
        if not block.rows:
            return
        pattern = table.rows[1]._tr
        table._tbl.remove(pattern)
        for number, texts in enumerate(block.rows, 1):
            row = deepcopy(pattern)
            for place, text in zip(row.iter(qn("w:t")), texts, strict=True):
                place.text = text
            table._tbl.append(row)
            if number % 25 == 0:
                progress(25)


def _element(name: str) -> Any:
    untyped: Any = oxml
    return untyped.OxmlElement(name)


def _write_line(paragraph: Any, line: d.Line, align: d.Align) -> None:
    paragraph.alignment = _ALIGN[align]
    run = paragraph.add_run(line.text)
    run.bold, run.italic, run.font.size = line.bold, line.italic, Pt(line.size_pt)


def _rule(paragraph: Any, line: d.Line, within_mm: float) -> None:
    """A rule under a line: the border of an empty paragraph, drawn in from both sides."""
    long = min(width_mm(line.text, line.size_pt, style(line.bold, line.italic)), within_mm)
    indent = Mm((within_mm - long * line.rule) / 2)
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = indent
    layout.line_spacing, layout.space_after = Pt(2), Pt(4)
    borders, under = _element("w:pBdr"), _element("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        under.set(qn(f"w:{name}"), value)
    borders.append(under)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _fill(
    cell: Any, text: str, align: d.Align, width: float, size_pt: float, *, bold: bool
) -> None:
    cell.width = Mm(width)
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = _ALIGN[align]
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size_pt)


def _margins(table: Any, side_mm: float) -> None:
    """The space between the borders of a table and its text."""
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margin = _element(f"w:{side}")
        margin.set(qn("w:w"), str(round(side_mm * 56.7)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def _keep_whole(row: Any) -> None:
    """A row is not torn across pages."""
    _mark(row, "w:cantSplit")


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(_element(name))


def _field(paragraph: Any, code: str) -> None:
    """A field that Word fills in."""
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        if kind:
            part = _element("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = _element("w:instrText")
            part.text = text
        run._r.append(part)
