"""The columns of a workspace."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget


def add_column(row: QHBoxLayout, part: int, gap_px: int) -> QVBoxLayout:
    """A column that takes its part of the room whatever it holds: figures that change move
    nothing."""
    holder = QWidget()
    holder.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(gap_px)
    row.addWidget(holder, part)
    return column
