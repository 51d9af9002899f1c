"""The instructor's panel in each of its states, for pictures: a province that only answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from console.domain import facts as f
from console.domain.commands.take import TakeToPodium
from console.qt.scene import NEXT, PODIUM
from console.qt.training.panel import InstructorPanel

if TYPE_CHECKING:
    from console.qt.scene import Scene
    from console.qt.window import SessionWindow

_S = 1_000_000
_SECONDS = {"name": "seconds", "type": "number", "default": 10.0, "low": 0.1, "high": 86400}
_DELAY = {"name": "delay_ms", "type": "number", "default": 2000, "low": 1, "high": 120000}
_METHOD = {"name": "method", "type": "choice", "default": "*", "choices": ["*", "GET", "PUT"]}
_KINDS = [
    {"kind": "drop", "scope": "site", "lasting": False, "about": "", "parameters": [_SECONDS]},
    {
        "kind": "slow", "scope": "device", "lasting": True, "about": "",
        "parameters": [_SECONDS, _METHOD, _DELAY],
    },
]  # fmt: skip
_IN_FORCE = [
    {"number": 3, "kind": "slow", "target": "cms", "values": {"seconds": 30.0}},
    {"number": 4, "kind": "half_open", "target": f"room:{NEXT}", "values": {"seconds": 120.0}},
]


class _Province:
    """Answers what it is asked; what is caused is in force."""

    def __init__(self) -> None:
        self.active: list[dict[str, Any]] = []

    def get(self, path: str) -> Any:
        return {"kinds": _KINDS, "active": self.active}

    def post(self, path: str, body: object) -> Any:
        return {"fault": 1}

    def close(self) -> None:
        pass


class _Office:
    """An office of which nothing is asked."""

    cut_now = "silent"
    copied_us = 1_795_484_100_000_000

    def cut(self, how: str = "silent") -> None:
        pass

    def reconnect(self) -> None:
        pass

    def keep_backup(self) -> int:
        return 0

    def restore_old_backup(self) -> int:
        return 0

    def edit_row_behind_its_back(self, where: str) -> int:
        return 0


def show_panel(window: SessionWindow, scene: Scene, state: str) -> InstructorPanel:
    """The panel shown as `idle`, with a `fault` in force, a `drill` running, or its `result`."""
    province = _Province()
    window.instruct(province, _Office())
    panel = window.instructor
    assert panel is not None
    panel.show()
    _until_answered(panel)
    if state == "fault":
        province.active = _IN_FORCE
        panel.faults.choose("slow", f"room:{NEXT}")
        panel.quick.fire(2)
    elif state != "idle":
        _play(panel, scene, whole=state == "result")
    _until_answered(panel)
    return panel


def _play(panel: InstructorPanel, scene: Scene, *, whole: bool) -> None:
    """The first drill: the alarm noted late, the TAKE asked, and confirmed where it is whole."""
    panel.drills.choose("1_site_lost")
    panel.drills.start()
    scene.clock.at_us += 23 * _S
    scene.tell(f.AlarmAcknowledged(next(iter(scene.state.alarms))))
    scene.settle()
    scene.clock.at_us += 4 * _S
    scene.mcu.waits = True
    scene.dispatcher.submit(TakeToPodium(endpoint=NEXT, expected=PODIUM))
    scene.settle()
    if whole:
        scene.clock.at_us += 2 * _S
        scene.mcu.waits = False
        for asked in list(scene.mcu.asked):
            scene.mcu.obey(asked)
        scene.settle()
        panel.drills.follow()


def _until_answered(panel: InstructorPanel) -> None:
    """Until the province's answers have come over from their thread."""
    panel.look()
    while panel.asking:
        QApplication.processEvents()
