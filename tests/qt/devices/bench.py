"""The devices' dialog on a profile of its own, with a pretend yard beside it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from console.core.equipment import Equipment
from console.core.profile import Access
from console.core.vault import Vault
from console.domain.device import DeviceSpec
from console.domain.problem import Problem
from console.qt.dialogs.devices import DevicesDialog
from console.qt.wording import wording
from tests.core.safe import Safe
from tests.qt.bench_desk import desk_for
from tests.qt.scene import Scene, scene

TEXT = """# của kỹ thuật
[[device]]
id = "cms-1"
kind = "cms"
name = "MCU"
address = "https://127.0.0.1:1"
user = "api"

[[device]]
id = "room-651"
kind = "roomos"
address = "127.0.0.1"
endpoint = "651"
user = "op"
"""


class Yard:
    """Notes what is to be run."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def renew(self, access: Access) -> None:
        self.asked.append(("renew", access))

    def remove(self, device: str) -> None:
        self.asked.append(("remove", device))

    def decline(self, spec: DeviceSpec, problem: Problem) -> None:
        self.asked.append(("decline", problem.code))

    def names(self) -> list[str]:
        return [name for name, _ in self.asked]


class Bench:
    """A dialog on a profile of its own."""

    def __init__(self, qtbot: QtBot, folder: Path, text: str = TEXT) -> None:
        wording.use("vi")
        self.scene: Scene = scene()
        self.owner = QWidget()
        qtbot.addWidget(self.owner)
        self.path = folder / "profile.toml"
        self.path.write_text(text, encoding="utf-8")
        self.safe, self.yard = Safe(), Yard()
        self.equipment = Equipment(
            self.path, lambda: set(self.scene.state.endpoints), lambda: Vault(self.safe)
        )
        self.equipment.read()
        self.desk = desk_for(self.scene, self.owner)
        self.dialog: DevicesDialog = self.open()

    def open(self) -> DevicesDialog:
        self.dialog = DevicesDialog(self.desk, self.equipment, self.yard, self.owner)
        self.dialog.show()
        self.dialog.activateWindow()
        QTest.qWaitForWindowActive(self.dialog)
        self.dialog.table.point_at("cms-1")
        return self.dialog

    def until(self, holds: Callable[[], object], patience_s: float = 20.0) -> None:
        end = time.monotonic() + patience_s
        while not holds():
            assert time.monotonic() < end, "never came"
            QTest.qWait(10)
        self.scene.settle()

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.dialog.focusWidget() or self.dialog.table, key)
        QGuiApplication.processEvents()

    def wished(self, kind: type) -> list[Any]:
        facts = (event.fact for event in self.scene.paper.events)
        return [c for fact in facts if isinstance(c := getattr(fact, "command", None), kind)]

    def close(self) -> None:
        if Shiboken.isValid(self.dialog):
            background = self.dialog.background
            self.dialog.close()
            if Shiboken.isValid(background):
                background.close(wait=True)
        QGuiApplication.processEvents()
