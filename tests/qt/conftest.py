"""What the window's tests stand on: one theme, one language, a session in full swing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.domain import facts as f
from console.qt import wording as words
from console.qt.interior import Interior
from console.qt.looks.header import JournalHealth
from console.qt.theme import Theme
from console.qt.window import SessionWindow
from tests.qt.scene import Scene, empty_scene, scene

Key, Mod = Qt.Key, Qt.KeyboardModifier


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    """The dress of the application: there is one."""
    return Theme(qapp)


@pytest.fixture(autouse=True)
def plain_words(request: pytest.FixtureRequest) -> Iterator[None]:
    """Vietnamese and dark at the start of every test; no text was missing at its end."""
    words.missing.clear()
    yield
    words.wording.use("vi")
    if "theme" in request.fixturenames:
        request.getfixturevalue("theme").use("dark")
    assert not words.missing


@dataclass
class Stage:
    """A window on a scene, and hands for its keyboard."""

    scene: Scene
    window: SessionWindow

    def tick(self, seconds: float = 0.0, silent: bool = False) -> None:
        """Time passes, and a frame is shown; the MCU goes on answering unless it is silent."""
        self.scene.clock.at_us += int(seconds * 1e6)
        if not silent and self.scene.state.heard:
            self.scene.tell(f.DeviceHeard("cms-1", 24.0))
        self.window.refresh(self.scene.settle(), self.scene.clock.now_us())
        QCoreApplication.processEvents()

    @property
    def inside(self) -> Interior:
        """Everything in the window but the grid."""
        return self.window.inside

    @property
    def focus(self) -> QWidget:
        """Who has the keyboard."""
        return QApplication.focusWidget() or self.window

    def press(self, key: Qt.Key, mod: Qt.KeyboardModifier = Mod.NoModifier) -> None:
        """One key, as the keyboard does it, and the frame after it."""
        QTest.keyClick(self.focus, key, mod)
        self.tick()

    def down(self, key: Qt.Key, mod: Qt.KeyboardModifier = Mod.NoModifier) -> None:
        """A key goes down and stays there."""
        QTest.keyPress(self.focus, key, mod)

    def up(self, key: Qt.Key, mod: Qt.KeyboardModifier = Mod.NoModifier) -> None:
        """It comes up, for good."""
        QTest.keyRelease(self.focus, key, mod)
        QTest.qWait(60)
        self.tick()

    def type(self, text: str) -> None:
        """Letters into whatever has the keyboard."""
        QTest.keyClicks(self.focus, text)
        self.tick()

    def select(self, *sites: str) -> None:
        """Select sites."""
        self.inside.session.point(sites)
        self.tick()

    @property
    def asked(self) -> list[str]:
        """The kinds of wishes that reached the MCU, in order."""
        return [type(command).__name__ for command in self.scene.mcu.asked]


@pytest.fixture
def make_stage(qapp: QApplication, theme: Theme) -> Iterator[Callable[[Scene], Stage]]:
    """A maker of stages; what it makes is taken down."""
    made: list[Stage] = []

    def make(on: Scene, width: int = 1366, height: int = 768) -> Stage:
        window = SessionWindow(on.state.endpoints, theme)
        window.furnish(on.store, on.dispatcher, on.clock)  # type: ignore[arg-type]
        window.set_journal_health(JournalHealth)
        window.tell(on.told)
        window.resize(width, height)
        window.show()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        stage = Stage(on, window)
        made.append(stage)
        stage.tick()
        return stage

    yield make
    for stage in made:
        stage.window.end()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.processEvents()


@pytest.fixture
def stage(make_stage: Callable[[Scene], Stage]) -> Stage:
    """The session of the pictures."""
    return make_stage(scene())


@pytest.fixture
def bare(make_stage: Callable[[Scene], Stage]) -> Stage:
    """A window with nothing in it yet."""
    return make_stage(empty_scene())
