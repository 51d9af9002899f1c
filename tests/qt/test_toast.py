"""A message in passing, where there is little room."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.qt.panels.journal_strip import STRIP_ROW_PX
from console.qt.panels.toast import Offer, Toasts
from tests.qt.bench_desk import one_theme
from tests.qt.conftest import Stage


def test_no_button_stands_on_the_words(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 600)
    narrow = QWidget(window)
    narrow.setGeometry(250, 560, 296, 40)
    toasts = Toasts(one_theme(), window)
    window.show()
    toasts.place(narrow)
    text = "Một đề nghị gặp bản đã bị sửa ở văn phòng. Xem hai bản rồi chọn."
    for offer in (None, Offer("conflicts", "Xem và chọn…"), Offer("export", "Xuất báo cáo…")):
        toasts.clear()
        toasts.tell(text, "unknown", 0, offer)
        toasts.place()
        shown = next(toast for toast in toasts.toasts if toast.isVisible())
        first = shown.offer if offer is not None else shown.copy
        qtbot.waitUntil(lambda it=shown: it.width() == toasts.width())
        assert first.x() >= 42 + shown._text_width(), "the words end before the first button"
        assert toasts.geometry().right() < window.width()


def test_it_covers_whole_lines_of_the_journal(stage: Stage) -> None:
    strip, toasts = stage.inside.session.strip, stage.inside.toasts
    for words in (6, 24, 44, 70):
        toasts.clear()
        toasts.tell("chữ " * words, "refused", stage.scene.clock.now_us())
        toasts.place()
        top = toasts.mapTo(stage.window, toasts.rect().topLeft()).y()
        lines = strip.lines.mapTo(stage.window, strip.lines.rect().topLeft()).y()
        assert (top - lines) % STRIP_ROW_PX == 0, words
