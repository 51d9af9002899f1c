"""What a training run's own office had from its beginning is no news; what comes later is."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from console.core.reference_facts import roster_of
from console.domain import facts as f
from console.qt.dialogs.roster_stage import record_of
from console.qt.record.stage import PretendOffice, calm
from console.qt.training.stage import show_panel
from db.office import records
from db.office.training import reference
from tests.qt.conftest import Stage
from tests.qt.scene import NOW_US


@pytest.fixture
def training(stage: Stage) -> Stage:
    """A training run whose office has been opened."""
    stage.window.set_office(PretendOffice(calm(NOW_US)))
    show_panel(stage.window, stage.scene, "idle").hide()
    stage.tick()
    return stage


def tell(stage: Stage, version: int) -> None:
    record = record_of(stage.scene, version)
    stage.scene.tell(f.RosterTold(record.id, roster_of(record)), source="office")
    stage.tick()


def test_its_first_list_stands_in_the_strip_and_in_the_dialog_alone(training: Stage) -> None:
    tell(training, 1)
    assert training.inside.toasts.texts == []
    assert "bản 1" in training.inside.session.strip.lines.lines[0].text
    training.inside.actions.run("load_roster")
    dialog = training.inside.dialogs.roster
    assert dialog is not None
    assert dialog.sources.office_button.isEnabled()
    dialog.close()


def test_a_later_version_is_told(training: Stage) -> None:
    tell(training, 1)
    tell(training, 2)
    assert "bản 2" in training.inside.toasts.texts[-1]


def test_a_real_offices_first_list_is_told(stage: Stage) -> None:
    stage.window.set_office(PretendOffice(calm(NOW_US)))
    stage.tick()
    tell(stage, 1)
    assert "bản 1" in stage.inside.toasts.texts[-1]


def test_the_training_office_is_furnished_with_first_versions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the window takes for furniture is what that office is filled with."""
    put: list[tuple[str, int]] = []

    def taken(
        _to: Connection, kind: str, record: str, body: object, *, version: int, **_more: object
    ) -> None:
        assert record, body
        put.append((kind, version + 1))

    monkeypatch.setattr(records, "put", taken)
    reference.fill(None, NOW_US)  # type: ignore[arg-type]
    assert [version for kind, version in put if kind == "roster"] == [1]
