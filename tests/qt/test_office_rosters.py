"""The office's lists of sites: told of, previewed, taken, and known again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from console.core.reference_facts import roster_of
from console.domain import facts as f
from console.qt.dialogs.roster import RosterDialog
from console.qt.dialogs.roster_stage import RECORD, record_of, show_offer
from console.qt.record.stage import PretendDirectory, PretendOffice, calm
from console.qt.wording import wording
from tests.qt.conftest import Stage
from tests.qt.scene import NOW_US


@pytest.fixture
def directory(stage: Stage) -> Iterator[PretendDirectory]:
    """What the office of this console gave."""
    office = PretendOffice(calm(NOW_US))
    stage.window.set_office(office)
    stage.tick()
    yield office.directory
    for dialog in stage.window.findChildren(QDialog):
        dialog.close()
    QCoreApplication.processEvents()


def opened(stage: Stage) -> RosterDialog:
    stage.inside.actions.run("load_roster")
    dialog = stage.inside.dialogs.roster
    assert dialog is not None
    return dialog


def offers(dialog: RosterDialog) -> list[str]:
    menu = dialog.sources.office_button.menu()
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions()]


def settled(dialog: RosterDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not dialog.bar.busy)


def tell(stage: Stage, version: int) -> None:
    record = record_of(stage.scene, version)
    stage.scene.tell(f.RosterTold(record.id, roster_of(record)), source="office")
    stage.tick()


def test_without_a_list_the_button_says_why(stage: Stage, directory: PretendDirectory) -> None:
    dialog = opened(stage)
    assert not dialog.sources.office_button.isEnabled()
    assert "chưa gửi" in dialog.sources.office_button.toolTip()
    tell(stage, 4)
    assert dialog.sources.office_button.isEnabled()


def test_a_list_that_comes_is_told_and_opens_with_one_key(
    stage: Stage, directory: PretendDirectory
) -> None:
    tell(stage, 4)
    assert "bản 4" in stage.inside.toasts.texts[-1]
    assert opened(stage) is opened(stage), "one dialog"


def test_it_is_loaded_as_the_version_that_was_previewed(
    stage: Stage, directory: PretendDirectory, qtbot: QtBot
) -> None:
    sites = len([e for e in stage.scene.state.endpoints.values() if e.level != "guest"])
    dialog = show_offer(stage.window, stage.scene)
    settled(dialog, qtbot)
    assert len(dialog.reading.endpoints) == sites - 2
    dialog.accept_button.click()
    stage.tick()
    state = stage.scene.state
    assert state.roster_source == (RECORD, 4)
    assert state.roster.startswith("Đắk Lắk, theo Nghị quyết")
    assert stage.inside.dialogs.roster is None
    again = opened(stage)
    assert [text for text in offers(again) if "đang dùng" in text]
    tell(stage, 5)
    assert "bản mới" in stage.inside.toasts.texts[-1]
    assert "thay bản 4" in offers(again)[0]
    stage.inside.actions.run("undo")
    stage.tick()
    assert state.roster_source == ("", 0)


def test_a_list_that_went_meanwhile_is_explained_and_changes_nothing(
    stage: Stage, directory: PretendDirectory, qtbot: QtBot
) -> None:
    before = dict(stage.scene.state.endpoints)
    tell(stage, 4)
    dialog = opened(stage)
    dialog.load_offer(stage.scene.state.rosters[RECORD])
    settled(dialog, qtbot)
    assert not dialog.accept_button.isEnabled()
    assert "không còn danh sách" in dialog.findings[0]
    stage.scene.tell(f.RosterTold(RECORD), source="office")
    stage.tick()
    assert not dialog.sources.office_button.isEnabled()
    assert stage.scene.state.endpoints == before


def test_another_dial_domain_is_used_at_once(
    stage: Stage, directory: PretendDirectory, qtbot: QtBot
) -> None:
    record = record_of(stage.scene, 4)
    bare = [{**row, "address": ""} for row in record.body["rows"]]
    directory.given.append(replace(record, body={**record.body, "rows": bare}))
    tell(stage, 4)
    dialog = opened(stage)
    dialog.sources.domain.setText("tinh.example")
    dialog.load_offer(stage.scene.state.rosters[RECORD])
    settled(dialog, qtbot)
    assert dialog.reading.endpoints[0].address == "sip:66@tinh.example"
    dialog.sources.domain.setText("khac.example")
    dialog.sources.domain.editingFinished.emit()
    settled(dialog, qtbot)
    assert dialog.reading.endpoints[0].address == "sip:66@khac.example"


def test_the_lists_speak_english(stage: Stage, directory: PretendDirectory) -> None:
    tell(stage, 4)
    with wording.speaking("en"):
        assert "version 4" in offers(opened(stage))[0]
