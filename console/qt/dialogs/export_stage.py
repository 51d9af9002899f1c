"""The dialog that exports a report in each of its states, for pictures: nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from console.core.sessions import SessionEntry
from console.domain.problem import Problem, Refused
from console.qt.settings import Settings
from console.qt.wording import say
from db.queries import Position

if TYPE_CHECKING:
    from console.qt.dialogs.export import Tell, Wanted
    from console.qt.scene import Scene
    from console.qt.window import SessionWindow

_DAY_US = 86_400_000_000
_FOLDER = "/home/ky-thuat/Tài liệu/Báo cáo phiên họp trực tuyến"
_STEM = "bao-cao_2026-11-24_giao-ban-truc-tuyen-thang-11-voi-cac-huyen-thi-xa"
_PAST = (
    (7, "Hội nghị trực tuyến triển khai công tác phòng, chống thiên tai và tìm kiếm cứu nạn", True),
    (12, "Giao ban tháng 10", True),
    (13, "", False),
    (40, "Họp giao ban công tác chuyển đổi số quý III", True),
)


def entries(scene: Scene) -> list[SessionEntry]:
    """The session under way, and some before it."""
    session, now_us = scene.state.session, scene.clock.now_us()
    place = Position(1, 1)
    running = SessionEntry(session.id, session.title, session.started_us, False, place, None)
    past = (
        SessionEntry(f"S{days}", title, now_us - days * _DAY_US, closed, place, place)
        for days, title, closed in _PAST
    )
    return [running, *past]


def show_export(window: SessionWindow, scene: Scene, state: str) -> None:
    """Open the dialog in a state: list, reading, writing, done, full, none."""
    from console.qt.dialogs.export import ExportDialog

    def make(wanted: Wanted, tell: Tell) -> tuple[Path, ...]:
        raise Refused(Problem.of("report.full", "No space left on device", folder=_FOLDER))

    found = [] if state == "none" else entries(scene)
    settings = Settings()
    settings.keep(reports=_FOLDER)
    dialog = ExportDialog(window.inside.desk, settings, lambda: found, make, window)
    dialog.show()
    while dialog.note.said.text == say("export.loading"):
        QApplication.processEvents()
    if state in ("list", "none"):
        return
    if state == "full":
        dialog.export()
        while dialog.busy:
            QApplication.processEvents()
        return
    dialog.busy = True
    dialog.outcome.progress(12_500, None if state == "reading" else 0.62)
    if state == "done":
        dialog._ended(_FOLDER, tuple(Path(_FOLDER) / f"{_STEM}{end}" for end in (".docx", ".pdf")))
    else:
        dialog._show()
        dialog.close_button.setFocus()
        dialog.busy = False  # the picture's dialog closes like any other
