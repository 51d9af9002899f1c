"""A table that is a list: whole rows, one chosen at a time, each one line high."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtWidgets import QAbstractItemView, QTableView


def be_rows(table: QTableView, model: QAbstractItemModel, height_px: int) -> None:
    """Let a table show a model's rows so; Tab leaves it. Widths of columns are its owner's."""
    table.setModel(model)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(height_px)
    table.horizontalHeader().setHighlightSections(False)
