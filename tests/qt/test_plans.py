"""The approved sessions: offered, run, and told of when they are newer than what is run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog

from console.domain import facts as f
from console.domain.event import Event
from console.domain.reference import Plan
from console.domain.state import Phase
from console.qt.dialogs.plans import PlansDialog
from console.qt.dialogs.plans_stage import plans, run_newer
from console.qt.dialogs.script import ScriptDialog
from console.qt.record.stage import PretendOffice, calm
from console.qt.wording import missing, wording
from tests.qt.conftest import Stage
from tests.qt.scene import NOW_US


@pytest.fixture
def member(stage: Stage) -> Iterator[Stage]:
    """A window of a console that belongs to an office."""
    stage.window.set_office(PretendOffice(calm(NOW_US)))
    stage.tick()
    yield stage
    for dialog in stage.window.findChildren(QDialog):
        dialog.close()
    QCoreApplication.processEvents()


def given(stage: Stage) -> tuple[Plan, Plan]:
    found = plans(stage.scene)
    for plan in found:
        stage.scene.tell(f.PlanTold(plan.record, plan), source="office")
    stage.tick()
    return found


def opened(stage: Stage) -> PlansDialog:
    mods = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    stage.press(Qt.Key.Key_P, mods)
    dialog = stage.inside.office.plans_dialog
    assert dialog is not None
    return dialog


def test_a_key_offers_them_in_order_with_what_is_in_each(member: Stage) -> None:
    first, second = given(member)
    dialog = opened(member)
    assert dialog.plans == [first, second]
    dialog.list.setCurrentRow(1)
    assert dialog.name.said.text == second.title
    assert "pctvp" in dialog.facts[2].said.text
    assert "99999" in dialog.warning.said.text
    assert "sẽ được kết thúc" in dialog.warning.said.text
    assert dialog.model.rowCount() == 4


def test_the_chosen_one_sets_title_chair_and_running_order(member: Stage) -> None:
    _, second = given(member)
    kept: list[Event] = []
    member.scene.store._journal = kept.extend
    before = member.scene.state.session
    dialog = opened(member)
    dialog.list.setCurrentRow(1)
    dialog.run()
    member.tick()
    session = member.scene.state.session
    assert session.id not in ("", before.id)
    assert (session.title, session.chair, session.conference) == (
        second.title, "66", before.conference,
    )  # fmt: skip
    assert [line.endpoint for line in session.script] == ["", "656", "", "66"]
    assert (session.plan, session.plan_version) == (second.record, 1)
    assert member.inside.office.plans_dialog is None
    told = [type(e.fact).__name__ for e in kept]
    order = ["SessionClosed", "SessionOpened", "ScriptLoaded", "PlanTaken"]
    assert [name for name in told if name in order][-4:] == order
    newest = [t for t in member.scene.state.commands.values() if t.steps][-1]
    assert newest.phase is Phase.CONFIRMED


def test_a_newer_version_is_a_quiet_note_until_somebody_takes_it(member: Stage) -> None:
    first, _ = given(member)
    member.scene.tell(f.ScriptMoved(2))
    member.tick()
    newer = run_newer(member.scene, first)
    member.tick()
    rail = member.inside.session.script
    assert rail.news.text() == "Có bản mới (bản 3) · Xem"
    running = member.scene.state.session
    assert (running.plan_version, running.script) == (2, first.script)
    rail.news.click()
    dialog = member.inside.office.plans_dialog
    assert dialog is not None
    assert dialog.chosen == newer
    texts = [text.said.text for text in dialog.changed]
    assert texts[0].startswith("Thêm 1 mục: Huyện Krông Pắc")
    assert texts[1].startswith("Bỏ 1 mục")
    assert texts[2].startswith("Sửa 1 mục")
    assert dialog.run_button.text() == "Lấy bản 3"
    dialog.run()
    member.tick()
    now = member.scene.state.session
    assert (now.id, now.calls, now.plan_version) == (running.id, running.calls, 3)
    assert now.script == newer.script
    assert rail.news.text() == ""
    assert member.inside.actions.why("undo") is None
    member.inside.actions.run("undo")
    member.tick()
    assert member.scene.state.session.script == first.script
    assert member.scene.state.session.plan_version == 2
    assert rail.news.text() != ""


def test_the_dialog_follows_the_office_while_it_is_open(member: Stage) -> None:
    dialog = opened(member)
    assert dialog.name.said.text.startswith("Văn phòng chưa gửi phiên nào")
    assert not dialog.run_button.isEnabled()
    first, second = given(member)
    assert dialog.plans == [first, second]
    dialog.list.setCurrentRow(1)
    member.scene.tell(f.PlanTold(first.record, replace(first, version=9)), source="office")
    member.tick()
    assert dialog.chosen == second
    member.scene.tell(f.PlanTold(second.record), source="office")
    member.tick()
    assert [plan.record for plan in dialog.plans] == [first.record]


def test_the_script_dialog_leads_to_them(member: Stage) -> None:
    given(member)
    member.inside.actions.run("paste_script")
    (dialog,) = member.window.findChildren(ScriptDialog)
    dialog.plans_button.click()
    assert member.inside.office.plans_dialog is not None


def test_every_text_is_there_in_english(member: Stage) -> None:
    wording.use("en")
    first, _ = given(member)
    run_newer(member.scene, first)
    dialog = opened(member)
    assert dialog.run_button.text() == "Take version 3"
    member.tick(1.1)
    assert not missing
