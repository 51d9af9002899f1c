"""The faces of a report: Liberation Serif, bundled, each letter as wide as in Times New Roman.

So the PDF holds its own letters, all Vietnamese ones among them, on any machine; the Word file
names Times New Roman and breaks its lines at the same places.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from console.domain.problem import Problem, Refused

FOLDER = Path(__file__).parents[2] / "resources" / "fonts"
FILES = {
    "": "LiberationSerif-Regular.ttf",
    "B": "LiberationSerif-Bold.ttf",
    "I": "LiberationSerif-Italic.ttf",
    "BI": "LiberationSerif-BoldItalic.ttf",
}
_MM_PER_PT = 25.4 / 72
_UNKNOWN = "\u25a1"


def style(bold: bool, italic: bool) -> str:
    """The name of a face: "", `B`, `I` or `BI`."""
    return ("B" if bold else "") + ("I" if italic else "")


def face_file(name: str) -> Path:
    """The file of a face. Raises Refused where the program has lost it."""
    path = FOLDER / FILES[name]
    if not path.is_file():
        raise Refused(Problem.of("report.no_font", file=path.name))
    return path


@lru_cache(maxsize=4)
def _widths(name: str) -> tuple[dict[int, int], int]:
    """The width of each character in the face's own units, and how many of them an em has."""
    from fontTools.ttLib import TTFont  # pyright: ignore[reportMissingTypeStubs]

    font: Any = TTFont(face_file(name), lazy=True)
    with font:
        glyphs, advances = font.getBestCmap(), font["hmtx"].metrics
        return {code: advances[glyph][0] for code, glyph in glyphs.items()}, font["head"].unitsPerEm


def width_mm(text: str, size_pt: float, face: str = "") -> float:
    """How wide a text is in one line."""
    widths, em = _widths(face)
    units = sum(widths.get(ord(c), em // 2) for c in text)
    return units / em * size_pt * _MM_PER_PT


def drawable(text: str) -> str:
    """The text with a box for each character that the faces lack, as a name in Chinese has."""
    widths, _ = _widths("")
    if all(ord(c) in widths for c in text):
        return text
    return "".join(c if ord(c) in widths else _UNKNOWN for c in text)
