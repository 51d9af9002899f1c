"""Qt's own words: in the language in use, in whatever is opened from now on."""

from __future__ import annotations

import tomllib

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from console.qt.qt_words import QtWords, compiled, speak
from console.qt.wording import FOLDER, wording


def labels(dialog: QFileDialog) -> set[str]:
    """What the file dialog calls its fields."""
    return {label.text().replace("&", "") for label in dialog.findChildren(QLabel)}


@pytest.fixture
def spoken(qtbot: QtBot) -> None:
    """Qt speaks as a window makes it."""
    speak()


@pytest.mark.usefixtures("spoken")
def test_a_file_dialog_speaks_the_language_in_use(qtbot: QtBot) -> None:
    for language, name in (("vi", "Tên tệp:"), ("en", "File name:"), ("vi", "Tên tệp:")):
        wording.use(language)
        dialog = QFileDialog()
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        qtbot.addWidget(dialog)
        assert name in labels(dialog)


@pytest.mark.usefixtures("spoken")
def test_a_fields_menu_is_in_vietnamese(qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    menu = field.createStandardContextMenu()
    assert menu is not None
    said = [action.text().split("\t")[0].replace("&", "") for action in menu.actions()]
    menu.deleteLater()
    assert [text for text in said if text] == [
        "Hoàn tác", "Làm lại", "Cắt", "Chép", "Dán", "Xóa", "Chọn tất cả",
    ]  # fmt: skip


@pytest.mark.usefixtures("spoken")
def test_there_is_one_translator_however_many_windows() -> None:
    speak()
    app = QApplication.instance()
    assert app is not None
    assert len(app.findChildren(QtWords)) == 1


def test_qt_finds_every_word_where_it_belongs() -> None:
    told = tomllib.loads((FOLDER / "vi" / "qt.toml").read_text("utf-8"))["qt"]
    words = {(context, source): text for context in told for source, text in told[context].items()}
    held = compiled(words)
    translator = QTranslator()
    assert translator.load(held)
    assert {key: translator.translate(*key) for key in words} == words
    assert translator.translate("QShortcut", "Delete") == ""


def test_english_is_what_qt_says_itself() -> None:
    told = tomllib.loads((FOLDER / "en" / "qt.toml").read_text("utf-8"))["qt"]
    for context, words in told.items():
        assert [s for s, text in words.items() if s != text] == [], context


@pytest.mark.usefixtures("spoken")
def test_what_qt_alone_knows_stays() -> None:
    assert QCoreApplication.translate("QShortcut", "Del") == "Del"
