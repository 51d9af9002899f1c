"""Where the keyboard cursor goes: by what the eye sees, never into an empty cell."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QAbstractItemView

Move = QAbstractItemView.CursorAction
Cells = Sequence[Sequence[str]]
Cell = tuple[int, int]


def step(cells: Cells, at: Cell | None, move: Move) -> Cell | None:
    """The cell that a move leads to; None where there is no site at all.

    Left and right follow the reading order across a district's wrapped rows; up and down go to
    the nearest site of the next row; page keys go from district to district.
    """
    filled = [(r, c) for r, row in enumerate(cells) for c, site in enumerate(row) if site]
    if not filled:
        return None
    if at is None or at not in set(filled):
        return filled[0]
    row, column = at
    match move:
        case Move.MoveRight | Move.MoveNext:
            return filled[min(filled.index(at) + 1, len(filled) - 1)]
        case Move.MoveLeft | Move.MovePrevious:
            return filled[max(filled.index(at) - 1, 0)]
        case Move.MoveUp:
            return _vertical(filled, at, range(row - 1, -1, -1))
        case Move.MoveDown:
            return _vertical(filled, at, range(row + 1, len(cells)))
        case Move.MoveHome:
            return next(cell for cell in filled if cell[0] == row)
        case Move.MoveEnd:
            return [cell for cell in filled if cell[0] == row][-1]
        case Move.MovePageDown:
            return next((c for c in filled if c[0] > row and _heads(cells, c)), filled[-1])
        case Move.MovePageUp:
            above = [c for c in filled if c < (row, column) and _heads(cells, c)]
            return above[-1] if above else filled[0]
        case _:
            return at


def _heads(cells: Cells, cell: Cell) -> bool:
    """Whether a cell begins a group: a lead, or the first of a row where nobody leads."""
    row, column = cell
    return column == 0 or (column == 1 and not cells[row][0] and row == 0)


def _vertical(filled: Sequence[Cell], at: Cell, rows: range) -> Cell:
    for row in rows:
        columns = [c for r, c in filled if r == row]
        if columns:
            return row, min(columns, key=lambda c: (abs(c - at[1]), c))
    return at
