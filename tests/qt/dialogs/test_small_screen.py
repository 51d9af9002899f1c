"""The dialogs of rosters and running orders on a small screen."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import (
    QDialog,
)
from pytestqt.qtbot import QtBot

from console.qt.dialogs.roster import RosterDialog
from console.qt.dialogs.script import ScriptDialog
from console.qt.wording import wording
from tests.qt.dialogs.bench import Bench


@pytest.mark.parametrize("kind", [RosterDialog, ScriptDialog])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_both_dialogs_fit_a_small_screen(
    it: Bench, qtbot: QtBot, kind: type[QDialog], language: str
) -> None:
    wording.use(language)
    try:
        dialog = kind(it.desk, it.owner)  # type: ignore[call-arg, arg-type]
        qtbot.addWidget(dialog)
        assert dialog.minimumSizeHint().width() <= 1100
        assert dialog.minimumSizeHint().height() <= 640
        assert dialog.width() <= 1366
        assert dialog.height() <= 768
    finally:
        wording.use("vi")
