"""Qt's own words (file dialog, context menus) in the language in use: Qt ships no Vietnamese.

They are handed to Qt as the bytes of a `.qm` file, so that Qt itself looks them up: a translator
written in Python would be asked hundreds of times for each key that is put into words.
"""

from __future__ import annotations

import struct
import tomllib
from collections.abc import Mapping

from PySide6.QtCore import QObject, QTranslator
from PySide6.QtWidgets import QApplication

from console.qt.wording import FOLDER, wording

_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
_HASHES, _MESSAGES = 0x42, 0x69
_TRANSLATION, _SOURCE, _CONTEXT, _END = 3, 6, 7, b"\x01"
"""Parts of a `.qm` file, as Qt's qtranslator.cpp names them."""


class QtWords(QTranslator):
    """Gives Qt its words, in each language that is chosen; one for the whole program."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._held = b""
        """Qt reads these bytes where they lie."""
        wording.changed.connect(self.say)
        self.say()

    def say(self) -> None:
        """Use the words of the language in use."""
        held = compiled(_words(wording.language))
        if self.load(held):
            self._held = held


def speak() -> None:
    """Let Qt say its own words in the language in use, from now on."""
    app = QApplication.instance()
    if app is not None and app.findChild(QtWords) is None:
        app.installTranslator(QtWords(app))


def _words(language: str) -> dict[tuple[str, str], str]:
    """Qt's words by context and English text."""
    told = tomllib.loads((FOLDER / language / "qt.toml").read_text(encoding="utf-8"))["qt"]
    return {(context, source): text for context in told for source, text in told[context].items()}


def compiled(words: Mapping[tuple[str, str], str]) -> bytes:
    """Words by context and English text as the bytes of a `.qm` file."""
    hashes: list[tuple[int, int]] = []
    messages = bytearray()
    for (context, source), text in words.items():
        hashes.append((_hash(source.encode()), len(messages)))
        messages += _part(_TRANSLATION, text.encode("utf-16-be"))
        messages += _part(_SOURCE, source.encode())
        messages += _part(_CONTEXT, context.encode()) + _END
    table = b"".join(struct.pack(">II", *place) for place in sorted(hashes))
    return _MAGIC + _part(_HASHES, table) + _part(_MESSAGES, bytes(messages))


def _part(tag: int, body: bytes) -> bytes:
    return struct.pack(">BI", tag, len(body)) + body


def _hash(source: bytes) -> int:
    """The hash of ELF symbol tables, by which Qt finds a message."""
    value = 0
    for byte in source:
        value = ((value << 4) + byte) & 0xFFFFFFFF
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high
    return value or 1
