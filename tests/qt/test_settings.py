"""What the operator chose is remembered, and a spoilt memory costs nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from console.qt.settings import Settings
from tests.qt.conftest import Stage
from tests.qt.scene import scene


def test_what_the_operator_chose_is_remembered(
    tmp_path: Path, make_stage: Callable[..., Stage]
) -> None:
    path = tmp_path / "deep" / "window.toml"
    settings = Settings(path)
    stage = make_stage(scene())
    stage.window.settings = settings
    stage.inside._settings = settings
    stage.inside.session._settings = settings
    stage.inside.use_language("en")
    stage.inside.use_theme("light")
    stage.inside.session.fold(False)
    stage.inside.actions.run("larger")
    stage.window.close()
    again = Settings(path).now
    assert (again.language, again.theme, again.folded) == ("en", "light", False)
    assert again.density == "M"
    assert len(again.geometry) == 4


@pytest.mark.parametrize(
    "text",
    ["not toml [", 'language = 7\ngeometry = ["a"]\nfolded = "x"', "geometry = [1, 2]", "\x00"],
)
def test_a_spoilt_settings_file_costs_only_the_memory(tmp_path: Path, text: str) -> None:
    path = tmp_path / "window.toml"
    path.write_text(text, encoding="utf-8")
    settings = Settings(path)
    assert settings.now == Settings().now
    settings.keep(theme="light")
    assert Settings(path).now.theme == "light"


def test_settings_that_cannot_be_written_do_no_harm(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    settings = Settings(blocked / "window.toml")
    settings.keep(theme="light")
    assert settings.now.theme == "light"
