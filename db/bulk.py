"""Many rows into one table with few statements, at little cost."""

from __future__ import annotations

from typing import Any

_SIZES = (256, 16)
"""Rows per statement: a statement costs more than a row, and few sizes all stay prepared."""


class BulkInsert:
    """INSERT of any number of rows into one table, as statements of 256 and 16 rows and one of
    those that are left: every statement gives the interpreter lock away, and under load it comes
    back a millisecond later."""

    def __init__(self, table: str, columns: list[str], suffix: str = "") -> None:
        row = f"({', '.join('?' * len(columns))})"
        head = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "  # noqa: S608 - names only
        self._width = len(columns)
        self._statements = {
            n: f"{head}{', '.join([row] * n)} {suffix}" for n in (*_SIZES, *range(1, _SIZES[-1]))
        }

    def run(self, driver: Any, values: list[Any]) -> None:
        """Insert the rows whose values stand in `values` one after another.

        `driver` is the DB-API connection, inside a transaction of SQLAlchemy's: asked directly
        it takes a third of the processor time.
        """
        start, width = 0, self._width
        for size in _SIZES:
            step = size * width
            while len(values) - start >= step:
                driver.execute(self._statements[size], values[start : start + step])
                start += step
        if left := (len(values) - start) // width:
            driver.execute(self._statements[left], values[start:])
