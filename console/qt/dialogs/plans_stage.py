"""The approved sessions' dialog in its states, for pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from console.domain import facts as f
from console.domain.planning import wish_for
from console.domain.reference import Plan
from console.domain.session import ScriptLine
from console.qt.record.stage import PretendOffice, calm

if TYPE_CHECKING:
    from console.qt.scene import Scene
    from console.qt.window import SessionWindow

_HOUR_US = 3_600_000_000


def plans(scene: Scene) -> tuple[Plan, Plan]:
    """Two approved sessions, the second with a site that the roster lacks."""
    now_us = scene.clock.now_us()
    script = scene.state.session.script
    first = Plan(
        "giao-ban-thang-11", 2, "Giao ban trực tuyến tháng 11", now_us - now_us % _HOUR_US, "66",
        "dak_lak_2021", script, "Các điểm cầu vào phòng trước 30 phút.", "vpubnd",
    )  # fmt: skip
    second = Plan(
        "pcll-2026", 1, "Họp khẩn phòng, chống lũ lụt các huyện phía nam",
        first.starts_us + 30 * _HOUR_US, "66", "dak_lak_2021",
        (
            ScriptLine("Tình hình mưa lũ", "", "Đài Khí tượng thủy văn tỉnh", 10),
            ScriptLine("Huyện Lắk báo cáo", "656", "phát biểu", 10),
            ScriptLine("Xã Đắk Phơi báo cáo", "99999", "phát biểu", 5),
            ScriptLine("Kết luận", "66", "Chủ tịch UBND tỉnh", 10),
        ),
        "", "pctvp",
    )  # fmt: skip
    return first, second


def show_plans(window: SessionWindow, scene: Scene, state: str) -> None:
    """`offered`: two plans, none of them run; `newer`: the running one has a newer version;
    `rail`: the same with the dialog closed; `empty`: there are none."""
    window.set_office(PretendOffice(calm(scene.clock.now_us())))
    if state != "empty":
        first, second = plans(scene)
        for plan in (first, second):
            scene.tell(f.PlanTold(plan.record, plan), source="office")
        scene.settle()
        if state != "offered":
            first = run_newer(scene, first)
    window.refresh(scene.settle(), scene.clock.now_us())
    if state != "rail":
        window.inside.actions.run("plans")
        dialog = window.inside.office.plans_dialog
        assert dialog is not None
        if state == "offered":
            dialog.list.setCurrentRow(1)


def run_newer(scene: Scene, plan: Plan) -> Plan:
    """The meeting is run by a plan, of which the office then has a newer version."""
    scene.dispatcher.submit(replace(wish_for(scene.state, plan), session=""))
    scene.settle()
    lines = list(plan.script)
    lines[4] = replace(lines[4], minutes=15)
    lines.insert(5, ScriptLine("Huyện Krông Pắc", "654", "phát biểu", 10))
    newer = replace(plan, version=plan.version + 1, script=(*lines[:-2], lines[-1]))
    scene.tell(f.PlanTold(plan.record, newer), source="office")
    return newer
