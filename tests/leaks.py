"""What a test may leave running by mistake, taken before and after it and compared.

Cheap enough for thousands of tests: nothing here walks the heap or every process of the machine.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

GRACE_S = 2.0
PAUSE_S = 0.01

Living = dict[str, str]  # what is alive: a key that stays its own, and words for a person


def threads() -> Iterator[tuple[str, str]]:
    """Python threads, daemons too; threads that Qt started and Python only met are not ours."""
    for thread in threading.enumerate():
        if not isinstance(thread, threading._DummyThread):
            yield f"thread {id(thread)}", f"thread {thread.name!r}"


def tasks() -> Iterator[tuple[str, str]]:
    """Unfinished asyncio tasks of every loop (the registry's name differs between Pythons)."""
    for registry in ("_all_tasks", "_scheduled_tasks", "_eager_tasks"):
        for task in list(getattr(asyncio.tasks, registry, ())):
            if not task.done():
                yield f"task {id(task)}", f"task {task.get_name()!r} {task.get_coro()}"


def language() -> Iterator[tuple[str, str]]:
    """Another language than the first: the next test would read its sentences in that."""
    spoken: Any = sys.modules.get("console.qt.wording")
    if spoken is not None and spoken.wording.language != spoken.LANGUAGES[0]:
        yield "language", f"language {spoken.wording.language!r}"


def service_processes() -> set[int]:
    """Processes that multiprocessing keeps for the life of the interpreter."""
    found: set[int] = set()
    for module, attribute, pid in (
        ("multiprocessing.resource_tracker", "_resource_tracker", "_pid"),
        ("multiprocessing.forkserver", "_forkserver", "_forkserver_pid"),
    ):
        number = getattr(getattr(sys.modules.get(module), attribute, None), pid, None)
        if number is not None:
            found.add(number)
    return found


def child_pids() -> set[int]:
    """Direct children of this process, the unwaited dead among them."""
    try:
        return {
            int(pid)
            for thread in os.listdir("/proc/self/task")  # noqa: PTH208
            for pid in Path(f"/proc/self/task/{thread}/children").read_text().split()
        }
    except OSError:
        import psutil

        return {child.pid for child in psutil.Process().children()}


def processes() -> Iterator[tuple[str, str]]:
    """Child processes, by number and command line."""
    for pid in child_pids() - service_processes():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:120]
        except OSError:
            words = ""
        yield f"process {pid}", f"process {pid} {words or '(ended, never waited for)'}"


def sockets() -> Iterator[tuple[str, str]]:
    """Open sockets, where the system lists them."""
    try:
        names = os.listdir("/proc/self/fd")  # noqa: PTH208
    except OSError:
        return
    for name in names:
        try:
            target = os.readlink(f"/proc/self/fd/{name}")  # noqa: PTH115
        except OSError:
            continue
        if target.startswith("socket:"):
            yield target, f"{target} (descriptor {name})"


def qt_objects() -> Iterator[tuple[str, str]]:
    """Visible windows and running timers, once a test has brought Qt in."""
    widgets: Any = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return
    from PySide6.QtCore import QTimer
    from shiboken6 import Shiboken, getCppPointer

    for window in widgets.QApplication.topLevelWidgets():
        if window.isVisible():
            yield f"window {id(window)}", f"visible window {window!r}"
    for wrapper in Shiboken.getAllValidWrappers():
        if isinstance(wrapper, QTimer) and wrapper.isActive():
            pointer = getCppPointer(wrapper)[0]
            yield f"timer {pointer}", f"running timer {wrapper!r} of {wrapper.parent()!r}"


SOURCES: tuple[Callable[[], Iterator[tuple[str, str]]], ...] = (
    threads,
    tasks,
    processes,
    sockets,
    qt_objects,
    language,
)


def living() -> Living:
    """Everything alive right now."""
    return {key: words for source in SOURCES for key, words in source()}


def settle() -> None:
    """Let Qt delete what was asked to be deleted later."""
    core: Any = sys.modules.get("PySide6.QtCore")
    if core is not None and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
        core.QCoreApplication.processEvents()


@contextmanager
def nothing_left() -> Iterator[None]:
    """Whatever begins to live inside must be gone at its end."""
    before = living()
    yield
    found = left_behind(before)
    assert not found, found


def left_behind(before: Living, grace_s: float = GRACE_S) -> list[str]:
    """What lives now and did not before, after a grace in which it may still end."""
    settle()
    found = {key: words for key, words in living().items() if key not in before}
    if not found:
        return []
    gc.collect()
    until = time.monotonic() + grace_s
    while found and time.monotonic() < until:
        time.sleep(PAUSE_S)
        settle()
        found = {key: words for key, words in living().items() if key not in before}
    return sorted(found.values())
