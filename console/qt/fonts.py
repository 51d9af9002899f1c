"""Inter, bundled: the faces, their sizes in pixels, and figures of one width."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase

from console.qt import RESOURCES

FAMILY = "Inter"
BODY_PX = 13
_FILES = ("Inter-Regular.ttf", "Inter-Medium.ttf", "Inter-SemiBold.ttf")
_TABULAR = QFont.Tag("tnum")


@lru_cache(maxsize=1)
def load_fonts() -> bool:
    """Make the bundled faces known to Qt; False where one of them can't be read.

    Needs a QGuiApplication. Text still shows without them, in the system's own face.
    """
    loaded = [QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / name)) for name in _FILES]
    return -1 not in loaded


def font(size_px: int = BODY_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Inter at a size in pixels; its figures all have one width, so that numbers stand still."""
    return QFont(_made(size_px, weight))  # one that the caller may change


@lru_cache(maxsize=64)
def _made(size_px: int, weight: QFont.Weight) -> QFont:
    made = QFont(FAMILY)
    made.setPixelSize(size_px)
    made.setWeight(weight)
    made.setFeature(_TABULAR, 1)
    return made
