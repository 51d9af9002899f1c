"""What the roster's dialog says of the next start, and what it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from console.core.roster_shelf import Shelved
from console.domain.commands.own import LoadRoster, NextStart
from console.domain.problem import Problem
from console.domain.roster import read_roster
from console.domain.roster_text import roster_text
from console.qt.dialogs.roster import RosterDialog
from console.qt.dialogs.roster_stage import PretendShelf
from console.qt.dialogs.roster_words import shelved_words
from console.qt.wording import wording
from tests.qt.conftest import Stage
from tests.qt.dialogs.bench import BAD, FOLDER, Bench, bad_file, put_away, read


class Place:
    """Where lists are kept, or where none are yet."""

    def __init__(self) -> None:
        self.shelf: PretendShelf | None = PretendShelf()

    def __call__(self) -> PretendShelf | None:
        return self.shelf


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def roster(it: Bench, place: Place) -> Iterator[RosterDialog]:
    dialog = RosterDialog(it.desk, it.owner, shelf=place)
    dialog.show()
    QGuiApplication.processEvents()
    yield dialog
    put_away(dialog)


def accepted(it: Bench, roster: RosterDialog) -> LoadRoster:
    roster.accept_button.click()
    it.scene.settle()
    (command,) = it.wished(LoadRoster)
    return command


def listed(roster: RosterDialog) -> list[str]:
    menu = roster.sources.there_button.menu()
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_it_says_before_that_the_list_stays_and_what_remains(
    it: Bench, qtbot: QtBot, roster: RosterDialog
) -> None:
    assert roster.keeping.box.isVisible()
    assert roster.keeping.box.isChecked()
    assert roster.keeping.line.text == (
        "Lưu tệp riêng vào thư mục rosters cạnh hồ sơ thiết bị; còn nguyên: diem_cau_dak_lak.csv"
    )
    read(roster, "2025", qtbot)
    assert accepted(it, roster).next_start is NextStart.KEPT


def test_for_this_time_only_it_says_what_the_next_start_takes(
    it: Bench, qtbot: QtBot, roster: RosterDialog
) -> None:
    roster.keeping.box.click()
    assert roster.keeping.line.text == "Lần mở sau vẫn dùng diem_cau_dak_lak.csv"
    read(roster, "2025", qtbot)
    command = accepted(it, roster)
    assert command.next_start is NextStart.AS_IT_WAS
    assert it.scene.dispatcher.undo().accepted
    assert it.wished(LoadRoster)[-1].next_start is NextStart.AS_IT_WAS


def test_where_nothing_can_be_kept_nothing_is_said_of_it(
    it: Bench, qtbot: QtBot, roster: RosterDialog, place: Place
) -> None:
    """In training; and in a real room until the profile has been read."""
    place.shelf = None
    roster.refresh()
    assert not roster.keeping.box.isVisible()
    assert roster.keeping.line.text == ""
    assert len(listed(roster)) == 2
    read(roster, "2025", qtbot)
    assert accepted(it, roster).next_start is NextStart.AS_IT_WAS


def test_taking_back_a_kept_list_takes_back_the_keeping(
    it: Bench, qtbot: QtBot, roster: RosterDialog
) -> None:
    read(roster, "2025", qtbot)
    accepted(it, roster)
    assert it.scene.dispatcher.undo().accepted
    assert it.wished(LoadRoster)[-1].next_start is NextStart.BEFORE


def test_lists_of_before_are_one_choice_away(
    it: Bench, qtbot: QtBot, roster: RosterDialog, place: Place, tmp_path: Path
) -> None:
    sites = read_roster((FOLDER / "dak_lak_2025.csv").read_bytes()).endpoints
    path = tmp_path / "a&b_2026-11-20.csv"
    path.write_text(roster_text(sites, "Đắk Lắk", "dak-lak", 4), encoding="utf-8", newline="")
    place.shelf = PretendShelf(files=(path,))
    assert listed(roster)[0] == "a&&b_2026-11-20.csv"
    roster.sources.there_button.menu().actions()[0].trigger()
    qtbot.waitUntil(lambda: not roster.bar.busy)
    command = accepted(it, roster)
    assert (command.name, command.record, command.version) == ("Đắk Lắk", "dak-lak", 4)
    assert [e.name for e in command.endpoints] == [e.name for e in sites]


def test_a_long_file_name_is_cut_and_shown_whole_as_a_tip(
    roster: RosterDialog, place: Place
) -> None:
    place.shelf = PretendShelf(in_use="danh sách " * 30 + ".csv")
    roster.refresh()
    assert roster.minimumSizeHint().width() <= 1100
    assert roster.keeping.line.toolTip() == roster.keeping.line.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_outcome_has_words(it: Bench, language: str) -> None:
    problem = Problem.of("roster.unwritable", "No space left on device", file="rosters")
    with wording.speaking(language):
        kept, tone = shelved_words(Shelved("rosters/a.csv", ""))
        assert "a.csv" in kept
        assert tone == "told"
        same, _ = shelved_words(Shelved("rosters/a.csv", "rosters/a.csv"))
        assert same.count("a.csv") == 1
        back, _ = shelved_words(Shelved("", "rosters/a.csv", back=True))
        assert back not in (kept, same)
        for taken_back in (False, True):
            text, tone = shelved_words(Shelved(back=taken_back, problem=problem))
            assert "No space left on device" in text
            assert tone == "refused"


def test_what_came_of_it_is_told_in_passing(stage: Stage) -> None:
    stage.inside.dialogs.tell_shelved([Shelved("rosters/a.csv", "cua toi.csv")])
    assert "a.csv" in stage.inside.toasts.texts[-1]
    assert "cua toi.csv" in stage.inside.toasts.texts[-1]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("in_use", ["", "dak_lak_2025_2026-11-20.csv"])
def test_what_it_says_has_room_beside_the_longest_buttons(
    it: Bench, qtbot: QtBot, tmp_path: Path, language: str, in_use: str
) -> None:
    wording.use(language)
    dialog = RosterDialog(it.desk, it.owner, shelf=lambda: PretendShelf(in_use=in_use))
    dialog.show()
    read(dialog, bad_file(tmp_path, BAD.replace("651;66;huyện;Huyện Lặp", "651;66;;Lặp")), qtbot)
    QGuiApplication.processEvents()
    assert dialog.keeping.line.width() > 0
    assert dialog.keeping.line.toolTip() == "", "nothing is cut"
    put_away(dialog)
    wording.use("vi")
