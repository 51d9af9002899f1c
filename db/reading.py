"""How readers read: one short-lived read-only connection for each page."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, Row, Select, event
from sqlalchemy.exc import DBAPIError, OperationalError

from db.engine import read_engine, shown
from db.fault import fault_of

PAGE_ROWS = 500
LONG_PAGE_ROWS = 2000
"""A page of whoever reads a whole journal, one after another."""


class Store(Protocol):
    """Whatever knows the folder of a store; the JournalWriter does."""

    folder: Path


def fetch(
    store: Store,
    file: str,
    query: Select[Any],
    limit: int,
    values: dict[str, Any] | None = None,
    most: int = PAGE_ROWS,
) -> list[Row[Any]]:
    """At most `limit` rows, and never more than `most`, fetched whole; the file is let go.

    `values` are those of the query's named parameters. Call it off the window's thread. Raises
    StoreFault where the file can't be read.
    """
    page = query.limit(min(limit, most))
    try:
        with _engine(store.folder / file).connect() as connection:
            try:
                return list(connection.execute(page, values).all())
            except OperationalError:  # a text that is none, or worse: then this fails as well
                driver: Any = connection.connection.driver_connection
                driver.text_factory = shown
                return list(connection.execute(page, values).all())
    except DBAPIError as error:
        raise fault_of(error, str(store.folder)) from error


def folded(text: str) -> str:
    """Text as search compares it: no case, no diacritics, `đ` as `d`."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(part for part in parts if not unicodedata.combining(part))


@lru_cache(maxsize=4)
def _engine(path: Path) -> Engine:
    """An engine keeps no connection, only what it knows of the dialect."""
    engine = read_engine(path)

    def prepare(connection: Any, _record: object) -> None:
        connection.text_factory = str  # in C; `fetch` sees to damaged text
        connection.create_function("folded_contains", 2, _folded_contains, deterministic=True)

    event.listen(engine, "connect", prepare)
    return engine


def _folded_contains(body: bytes, needle: str) -> bool:
    return needle in folded(body.decode("utf-8", "replace"))
