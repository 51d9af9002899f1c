"""A desk for panels under test: the scene's State, real actions, one theme for the application."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QWidget

from console.qt.actions import Actions
from console.qt.panels.desk import Desk
from console.qt.theme import Theme
from tests.qt.scene import Scene


def one_theme(name: str = "dark") -> Theme:
    """The application's theme; made once, since a theme dresses the whole application."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    found = app.findChild(Theme)
    theme = found if isinstance(found, Theme) else Theme(app)
    theme.use(name)
    return theme


def desk_for(
    scene: Scene, owner: QWidget, point: Callable[[tuple[str, ...]], None] = lambda sites: None
) -> Desk:
    """A desk on a scene; its actions belong to `owner`."""
    actions = Actions(owner, scene.store, scene.dispatcher, scene.clock)  # type: ignore[arg-type]
    return Desk(scene.store, actions, scene.clock, one_theme(), point)  # type: ignore[arg-type]
