"""Lists by pages, which the bridge caps whatever the reader asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from console.simulators.cms.xml import Refused, node, page
from console.simulators.device import Reply

PAGE_CAP = 10

Item = TypeVar("Item")


def listing(
    name: str,
    items: Sequence[Item],
    show: Callable[[Item], str],
    query: dict[str, str],
    **attributes: object,
) -> Reply:
    """One page of `items`: from `offset`, at most `limit` and never more than the cap."""
    offset, limit = whole(query, "offset", 0), whole(query, "limit", PAGE_CAP)
    chosen = items[offset : offset + min(limit, PAGE_CAP)]
    return page(node(name, *map(show, chosen), total=len(items), **attributes))


def whole(query: dict[str, str], name: str, default: int) -> int:
    """A non-negative number of the query."""
    value = query.get(name, "")
    if value == "":
        return default
    if not (value.isascii() and value.isdigit()):
        raise Refused("parameterError", parameter=name, error="invalidValue")
    return int(value)
