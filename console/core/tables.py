"""The tables of an office file (CSV, XLSX, DOCX) as rows of text, whatever is in it
(decision 067).

Reads nothing it has not measured: the file is capped, and what a packed one would inflate to is
counted from its directory before the first byte is inflated.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from console.core.document_tables import document_tables
from console.core.workbook_tables import workbook_tables
from console.domain.finding import Finding, Severity
from console.domain.table import Table, csv_table
from console.wire.problems import XmlRefused

LARGEST_FILE = 20_000_000
LARGEST_TEXT = 8_000_000
LARGEST_PART = 64_000_000
LARGEST_INFLATED = 200_000_000
MOST_PARTS = 5000
_CHUNK = 65_536
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ANYTHING = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError,
    OSError, RuntimeError, SyntaxError, TypeError, ValueError, XmlRefused, zipfile.BadZipFile,
    zlib.error,
)  # fmt: skip
"""What the readers of broken files raise."""


class Cancelled(Exception):
    """Whoever asked for the tables no longer wants them."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Every table of a file that holds something, in order; none: the findings say why."""

    tables: tuple[Table, ...]
    findings: tuple[Finding, ...] = ()


def read_tables(
    path: Path,
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Tables:
    """The tables of a file, told apart by what it is, not by its name. Blocking.

    `progress` is told the share done (0–1), `cancelled` asked often; both in this thread.

    Raises:
        Cancelled: `cancelled` said so.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            return _no("file.too_large", megabytes=size // 1_000_000)
        body = path.read_bytes()
    except FileNotFoundError:
        return _no("file.gone")
    except OSError as error:
        if path.is_dir():
            return _no("file.folder")
        if isinstance(error, PermissionError):
            return _no("file.denied")
        return _no("file.unreadable", reason=error.strerror or str(error))
    if cancelled():
        raise Cancelled
    if not body.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        return _no("file.empty")
    if body.startswith(_OLE):
        return _no(_old(body))
    if body.startswith(b"PK"):
        return _packed(_Watched(body, progress, cancelled))
    if code := _foreign(body):
        return _no(code)
    if len(body) > LARGEST_TEXT:
        return _no("file.too_large", megabytes=len(body) // 1_000_000)
    return _filled([csv_table(body)])


class _Watched(io.BytesIO):
    """A file in memory that tells how far it was read and stops when nobody wants it."""

    def __init__(
        self, body: bytes, progress: Callable[[float], None], cancelled: Callable[[], bool]
    ) -> None:
        super().__init__(body)
        self._size, self._read, self._told = len(body), 0, 0.0
        self._progress, self._cancelled = progress, cancelled

    def read(self, size: int | None = -1, /) -> bytes:
        if self._cancelled():
            raise Cancelled
        piece = super().read(size)
        self._read += len(piece)
        share = min(0.99, self._read / self._size / 2)  # a sheet is read twice
        if share >= self._told + 0.01:
            self._told = share
            self._progress(share)
        return piece


def _no(code: str, /, **params: str | int) -> Tables:
    return Tables((), (Finding.of(0, Severity.ERROR, code, **params),))


def _filled(tables: Iterable[Table]) -> Tables:
    """Those with rows; where none has any, what they say of it."""
    made = list(tables)
    filled = tuple(table for table in made if table.rows)
    if filled:
        return Tables(filled)
    found = tuple(finding for table in made for finding in table.findings)
    return Tables((), found or (Finding.of(0, Severity.ERROR, "table.none"),))


def _old(body: bytes) -> str:
    """What a compound file of before 2007 is; a locked newer file looks like one."""
    if _utf16("EncryptedPackage") in body:
        return "file.password"
    if _utf16("WordDocument") in body:
        return "file.old_word"
    if _utf16("Workbook") in body or _utf16("Book") in body:
        return "file.old_excel"
    return "file.unknown"


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def _foreign(body: bytes) -> str:
    """What a file is that is no text of ours, "" where it may be."""
    start = body[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"%pdf", b"\x89png", b"\xff\xd8\xff", b"gif8", b"rar!", b"7z\xbc")):
        return "file.unknown"
    if start.startswith(b"{\\rtf"):
        return "file.rtf"
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta", b"<head")):
        return "file.web_page"
    return ""


def _packed(stream: _Watched) -> Tables:
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = {part.filename: part for part in archive.infolist()}
            if any(part.flag_bits & 1 for part in parts.values()):
                return _no("file.password")
            sizes = [part.file_size for part in archive.infolist()]
            text = [p.file_size for n, p in parts.items() if n.lower().endswith((".xml", ".rels"))]
            if (
                len(sizes) > MOST_PARTS
                or sum(sizes) > LARGEST_INFLATED
                or max(text, default=0) > LARGEST_PART
            ):
                return _no("file.bomb", megabytes=sum(sizes) // 1_000_000)
            if code := _other_package(parts):
                return _no(code)
            if "word/document.xml" in parts:
                return _filled(document_tables(archive, parts["word/document.xml"].file_size))
            main = archive.read("xl/workbook.xml")
            if b"purl.oclc.org/ooxml" in main:
                return _no("file.strict")
            if _declares(archive, parts):
                return _no("file.broken")
        stream.seek(0)
        return _filled(workbook_tables(stream))
    except _ANYTHING:
        return _no("file.broken")


def _other_package(parts: Iterable[str]) -> str:
    names = set(parts)
    if names & {"word/document.xml", "xl/workbook.xml"}:
        return ""
    if "xl/workbook.bin" in names:
        return "file.binary_excel"
    if "mimetype" in names or "content.xml" in names:
        return "file.opendocument"
    return "file.not_office"


def _declares(archive: zipfile.ZipFile, parts: Iterable[str]) -> bool:
    """Whether a part begins with a document type: no office program writes one."""
    for name in parts:
        if name.lower().endswith((".xml", ".rels")):
            with archive.open(name) as part:
                if b"<!DOCTYPE" in part.read(_CHUNK):
                    return True
    return False
