"""The form of a fault: one field per parameter, made from what the province says of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from console.qt.plain import PlainLabel
from console.qt.training.faults import Parameter, parameter_name
from console.qt.wording import say, wording

_MOST = 1_000_000_000
_EDGE_PX = 8
Field = QSpinBox | QDoubleSpinBox | QLineEdit | QComboBox


class FaultForm(QWidget):
    """The parameters of one kind of trouble; what is left at its default is not sent."""

    def __init__(self, parameters: tuple[Parameter, ...]) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._fields: list[tuple[Parameter, Field]] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, parameter in enumerate(parameters):
            field = _field(parameter)
            label = PlainLabel(parameter_name(parameter), "muted")
            label.setBuddy(field)
            field.setAccessibleName(label.text())
            field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
            self._fields.append((parameter, field))

    def values(self) -> dict[str, Any]:
        """What the instructor asks for, by parameter name."""
        found: dict[str, Any] = {}
        for parameter, field in self._fields:
            value = _value(field)
            if value is not None and value != parameter.default:
                found[parameter.name] = value
        return found


def _field(parameter: Parameter) -> Field:
    match parameter.type:
        case "number":
            number = QDoubleSpinBox()
            number.setDecimals(1)
            _bound(number, parameter)
            return number
        case "integer":
            whole = QSpinBox()
            _bound(whole, parameter)
            return whole
        case "choice":
            choice = QComboBox()
            choice.addItems([str(c) for c in parameter.choices])
            choice.setCurrentText(str(parameter.default))
            return choice
        case _:
            return QLineEdit("" if parameter.default is None else str(parameter.default))


def _bound(field: QDoubleSpinBox | QSpinBox, parameter: Parameter) -> None:
    """Limits and default; a parameter without a default has a place below its least for none."""
    low = 0.0 if parameter.low is None else parameter.low
    high = float(_MOST) if parameter.high is None else parameter.high
    least = low
    if parameter.default is None:
        least = low - 1
        field.setSpecialValueText(say("training.unset"))
    field.setLocale(QLocale(wording.language))
    if (edit := field.findChild(QLineEdit)) is not None:
        edit.setTextMargins(_EDGE_PX, 0, 0, 0)  # a style sheet does not reach inside a spin box
    if isinstance(field, QDoubleSpinBox):
        field.setRange(least, high)
        field.setValue(least if parameter.default is None else float(parameter.default))
    else:
        field.setRange(int(least), int(min(high, 2**31 - 1)))
        field.setValue(int(least if parameter.default is None else parameter.default))


def _value(field: Field) -> Any:
    if isinstance(field, QComboBox):
        return field.currentText()
    if isinstance(field, QLineEdit):
        return field.text()
    if field.specialValueText() and field.value() == field.minimum():
        return None
    return field.value()
