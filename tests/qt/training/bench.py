"""The instructor's panel on a scene, before a control plane that remembers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.qt.training.panel import InstructorPanel
from console.qt.wording import wording
from console.simulators.fault_kinds import KINDS
from tests.qt.bench_desk import desk_for
from tests.qt.scene import Scene, scene


class PretendControl:
    """A control plane that remembers what it was asked."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, Any]] = []
        self.active: list[dict[str, Any]] = []
        self.trouble: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.closed = False
        self.threads: set[str] = set()

    def get(self, path: str) -> Any:
        assert path == "/faults"
        return self._answered({"kinds": [asdict(k) for k in KINDS], "active": self.active})

    def post(self, path: str, body: object) -> Any:
        self.posted.append((path, body))
        return self._answered({"fault": 1})

    def _answered(self, answer: Any) -> Any:
        self.threads.add(threading.current_thread().name)
        self.gate.wait(10)
        if self.trouble is not None:
            raise self.trouble
        return json.loads(json.dumps(answer))

    def close(self) -> None:
        self.closed = True
        self.gate.set()


class Instructing:
    """A shown panel on a scene."""

    def __init__(self, qtbot: QtBot) -> None:
        wording.use("vi")
        self.scene: Scene = scene()
        self.owner = QWidget()
        qtbot.addWidget(self.owner)
        self.desk = desk_for(self.scene, self.owner)
        self.control = PretendControl()
        self.panel = InstructorPanel(self.desk, self.control, self.owner)
        self.panel.show()
        self.qtbot = qtbot

    def until(self, true: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(true, timeout=5000)

    def button(self, name: str) -> QPushButton:
        found = self.panel.findChild(QPushButton, name)
        assert isinstance(found, QPushButton)
        return found

    def choose(self, kind: str) -> None:
        names = [k.kind for k in self.panel.faults.kinds]
        self.panel.faults.kind.setCurrentIndex(names.index(kind))
