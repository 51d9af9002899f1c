"""Work that would hold up the window: done in a thread, its outcome told on the window's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def beside(work: Callable[[], _T], done: Callable[[_T], None]) -> None:
    """Do something in a thread, and tell what came of it on the window's."""
    working = asyncio.get_running_loop().run_in_executor(None, work)
    working.add_done_callback(lambda told: told.cancelled() or done(told.result()))


async def in_thread(work: Callable[[], _T]) -> _T:
    """Do something in a thread, and wait for what comes of it."""
    return await asyncio.get_running_loop().run_in_executor(None, work)
