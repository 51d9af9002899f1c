"""Bytes of a text file from somebody's office PC, turned into text or named for what they are."""

from __future__ import annotations

import codecs
import itertools
import unicodedata
from contextlib import suppress
from dataclasses import dataclass

from console.domain.finding import Finding, Severity

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BASES = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_VIETNAMESE = frozenset(
    unicodedata.normalize("NFC", base + tone)
    for base in _BASES
    for tone in ("", *(_TONES if base in "aăâeêioôơuưy" else ""))
)
# What the fonts before Unicode put where Latin-1 has signs or foreign letters.
_TCVN3 = frozenset(map(chr, [*range(0xA7, 0xAF), *range(0xB5, 0xC0)]))
_VNI_SECOND = frozenset("øùûõïâáàåãäêéèúüëØÙÛÕÏÂÁÀÅÃÄÊÉÈÚÜË")
_VNI_FIRST = frozenset("aeouyiôöAEOUYIÔÖ")
_TWICE = ("á»", "áº", "Ä‘", "Æ°", "Ã¡")


@dataclass(frozen=True, slots=True)
class Text:
    """What the bytes say, None where they can't be read; `encoding` is the name to show."""

    text: str | None
    encoding: str
    findings: tuple[Finding, ...] = ()


def read_text(body: bytes, sure: bool = False) -> Text:
    """The text of a file, whatever Excel or an older program made of it.

    UTF-8 and UTF-16 with or without a mark are read; Windows-1258 is read where all of it comes
    out as Vietnamese; TCVN3 (ABC), VNI and text encoded twice are named and not guessed at.
    `sure`: the program wrote it, so odd letters stand there because somebody is called so.
    """
    if sure:
        with suppress(UnicodeDecodeError):
            return Text(body.decode("utf-8-sig"), "utf-8")
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _strict(body, encoding)
    if body.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _unreadable("encoding.workbook", "Excel")
    if _looks_utf16(body):
        return _strict(body, "utf-16-le" if body[1::2].count(0) > body[::2].count(0) else
                       "utf-16-be")  # fmt: skip
    try:
        return _named(body.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        most = body.decode("utf-8", "replace")
        if most.count("\ufffd") * 10 < sum(c > "\x7f" for c in most):
            where = body[: error.start].count(b"\n") + 1
            return _unreadable("encoding.broken", "UTF-8", where)
        return _legacy(body)


def _strict(body: bytes, encoding: str) -> Text:
    try:
        return _named(body.decode(encoding), encoding.removesuffix("-sig"))
    except UnicodeDecodeError as error:
        where = body[: error.start].count(b"\n") + 1
        return _unreadable("encoding.broken", encoding.removesuffix("-sig").upper(), where)


def _unreadable(code: str, encoding: str, line: int = 0) -> Text:
    finding = Finding.of(line, Severity.ERROR, code, encoding=encoding)
    return Text(None, encoding, (finding,))


def _looks_utf16(body: bytes) -> bool:
    start = body[:4000]
    return start.count(0) > len(start) // 5


def _named(text: str, encoding: str) -> Text:
    """The text, unless what was decoded shows that it had been spoilt before."""
    start = text[:4000]
    controls = sum(char < " " and char not in "\t\r\n" for char in start)
    if "\0" in text or controls * 10 > len(start):
        return _unreadable("encoding.not_text", encoding)
    if any(sign in text for sign in _TWICE):
        return _unreadable("encoding.twice", encoding)
    if (font := _font(text)) is not None:
        return font
    return Text(text.removeprefix("\ufeff"), encoding)


def _legacy(body: bytes) -> Text:
    """Bytes that are not UTF-8: Windows-1258, a font of before Unicode, or something else."""
    if b"\0" in body:
        return _unreadable("encoding.not_text", "?")
    latin = body.decode("latin-1")
    try:
        text = unicodedata.normalize("NFC", body.decode("cp1258"))
    except UnicodeDecodeError:
        text = ""
    if text and _all_vietnamese(text):
        note = Finding.of(0, Severity.WARNING, "encoding.converted", encoding="Windows-1258")
        return Text(text, "windows-1258", (note,))
    return _font(latin) or _unreadable("encoding.unknown", "?")


def _all_vietnamese(text: str) -> bool:
    """Whether every letter is one of Vietnamese and no sign stands inside a word."""
    for at, char in enumerate(text):
        if char < "\x80":
            continue
        if unicodedata.combining(char):
            return False
        if char.isalpha():
            if char.lower() not in _VIETNAMESE:
                return False
        elif at and text[at - 1].isalpha() and char not in "’‘“”–—…":
            return False
    return True


def _font(text: str) -> Text | None:
    """The finding that this was typed in a font of before Unicode, if it was."""
    text = unicodedata.normalize("NFC", text)
    odd = {c for c in set(text) if c > "\x7f"} - _VIETNAMESE
    if not any(c in _TCVN3 or (c.isalpha() and c.lower() not in _VIETNAMESE) for c in odd):
        return None
    pairs = list(itertools.pairwise(text))
    signs = sum(second in _TCVN3 and first.isalpha() for first, second in pairs)
    foreign = sum(c > "\x7f" and c.isalpha() and c.lower() not in _VIETNAMESE for c in text)
    if (signs + foreign) * 5 < sum(c > "\x7f" for c in text) or signs + foreign < 2:
        return None
    vni = sum(second in _VNI_SECOND and first in _VNI_FIRST for first, second in pairs)
    if signs * 4 > vni:
        return _unreadable("encoding.tcvn3", "TCVN3")
    return _unreadable("encoding.vni", "VNI") if vni >= 2 else None
