"""What the tests of the dialogs share: a scene with its desk, and files to be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from console.qt.dialogs.roster import RosterDialog
from console.qt.dialogs.script import ScriptDialog
from console.qt.panels.desk import Desk
from console.qt.wording import wording
from tests.qt.bench_desk import desk_for
from tests.qt.scene import Scene, scene

FOLDER = Path(__file__).parents[3] / "resources" / "rosters"
BAD = """Mã;Mã cha;Cấp;Tên;Kỹ thuật;SĐT kỹ thuật;Ghi chú
66;;tỉnh;Tỉnh Đắk Lắk;;;
643;66;huyện;Thành phố Buôn Ma Thuột;Anh Tư;905000000;
651;66;huyện;Huyện Ea Kar mới;;;
651;66;huyện;Huyện Lặp;;;
24118;643;xã;<b>Phường</b> Tân Lập;;;
24373;999;xã;Thị trấn Ea Kar;;;
24379;651;xã;;;;
"""


class Bench:
    """A scene and its desk."""

    def __init__(self, qtbot: QtBot) -> None:
        wording.use("vi")
        self.scene: Scene = scene()
        self.owner = QWidget()
        qtbot.addWidget(self.owner)
        self.desk: Desk = desk_for(self.scene, self.owner)

    def wished(self, kind: type) -> list[Any]:
        facts = (event.fact for event in self.scene.paper.events)
        return [c for fact in facts if isinstance(c := getattr(fact, "command", None), kind)]


def put_away(dialog: QDialog) -> None:
    """Close it, unless it has closed itself."""
    if Shiboken.isValid(dialog):
        dialog.close()
    QGuiApplication.processEvents()


def read(dialog: RosterDialog | ScriptDialog, source: Path | str, qtbot: QtBot) -> None:
    """Have it read a file (a year: a shipped roster) and wait until it has."""
    if isinstance(source, Path):
        dialog.load_file(source)
    else:
        assert isinstance(dialog, RosterDialog)
        dialog.load_shipped(source)
    qtbot.waitUntil(lambda: not dialog.bar.busy, timeout=20_000)


def bad_file(folder: Path, text: str | bytes = BAD) -> Path:
    """A roster with something odd in nearly every line."""
    path = folder / "điểm cầu.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def excel(folder: Path, *rows: list[Any], name: str = "danh sách.xlsx") -> Path:
    """A workbook of these rows, and a sheet that is none."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    book.create_sheet("Ghi chú").append(["xem sau"])
    path = folder / name
    book.save(path)
    return path
