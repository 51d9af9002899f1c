"""What can be done with the devices of the list: one row of buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from console.qt.wording import say


class DeviceButtons(QWidget):
    """A button for each act, by its name; `close` stands apart."""

    def __init__(self, acts: Mapping[str, Callable[[], object]]) -> None:
        super().__init__()
        self.buttons = {name: QPushButton(say(f"devices.{name}")) for name in acts}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for name, button in self.buttons.items():
            if name == "close":
                row.addStretch(1)
            button.setToolTip(say(f"devices.tip.{name}"))
            button.clicked.connect(lambda _checked=False, do=acts[name]: do())
            row.addWidget(button)

    def suit(self, *, pointed: bool, fixed: bool, barred: str = "") -> None:
        """What can be done now: whether a device is pointed at, whether they can't be changed, or
        not by whoever sits here, and why."""
        for name, needs in (("add", False), ("change", True), ("drop", True), ("check", True)):
            shut = name != "check" and (fixed or bool(barred))
            self.buttons[name].setEnabled((pointed or not needs) and not shut)
            tip = say(f"devices.tip.{name}")
            self.buttons[name].setToolTip(f"{tip}\n{barred}" if shut and barred else tip)
