"""How a picture is set up and taken away again: on a stage, or by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from PySide6.QtWidgets import QApplication, QWidget

from console.qt.grid.gallery import gallery_widget
from console.qt.pictures.stage import Shot, Stage
from console.qt.scene import Scene, scene
from console.qt.theme import Theme
from console.qt.wording import wording

SIZES = ((1920, 1080), (1366, 768))
_TITLE_BAR_PX = 60
"""What a desktop takes off a screen's height."""

Drawn = Callable[[], AbstractContextManager[QWidget]]
"""Sets a picture up, and takes it away again."""


def on_stage(
    make: Callable[[], Scene],
    theme: Theme,
    size: tuple[int, int],
    play: Shot,
    language: str = "vi",
) -> Drawn:
    """The session window on a scene that is made for it, brought into a state."""

    @contextmanager
    def picture() -> Iterator[QWidget]:
        wording.use(language)
        chosen = theme.current
        stage = Stage(make(), theme, size)
        theme.use(chosen)
        wording.use(language)
        try:
            play(stage)
            stage.settle()
            yield stage.window
        finally:
            stage.close()
            wording.use("vi")

    return picture


def instructor(theme: Theme, size: tuple[int, int], state: str, language: str = "vi") -> Drawn:
    """The instructor's panel, a window of its own as high as a screen of this size lets it be."""

    @contextmanager
    def picture() -> Iterator[QWidget]:
        from console.qt.training.stage import show_panel

        shown: list[QWidget] = []
        on = on_stage(
            scene, theme, size,
            lambda stage: shown.append(show_panel(stage.window, stage.scene, state)), language,
        )  # fmt: skip
        with on():
            panel = shown[0]
            panel.resize(panel.width(), min(panel.height(), size[1] - _TITLE_BAR_PX))
            QApplication.processEvents()
            yield panel

    return picture


@contextmanager
def gallery(theme: Theme) -> Iterator[QWidget]:
    """Tiles in every look, side by side."""
    widget = gallery_widget(theme)
    widget.resize(*SIZES[0])
    widget.show()
    QApplication.processEvents()
    try:
        yield widget
    finally:
        widget.close()
        widget.deleteLater()
