"""The leak guard sees each kind of thing that a test may leave behind."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.leaks import left_behind, living


@contextmanager
def a_thread() -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="forgotten", daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join()


@contextmanager
def a_task() -> Iterator[None]:
    loop = asyncio.new_event_loop()
    task = loop.create_task(asyncio.sleep(60), name="forgotten")
    loop.run_until_complete(asyncio.sleep(0))
    yield
    task.cancel()
    loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    loop.close()


@contextmanager
def a_process() -> Iterator[None]:
    line = [sys.executable, "-c", "print('up', flush=True); input()", "forgotten"]
    pipe = subprocess.PIPE
    with subprocess.Popen(line, stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield
        process.kill()


@contextmanager
def a_socket() -> Iterator[None]:
    one, other = socket.socketpair()
    with one, other:
        yield


@contextmanager
def a_window() -> Iterator[None]:
    window = QWidget()
    window.setObjectName("forgotten")
    window.show()
    yield
    window.close()


@contextmanager
def a_timer() -> Iterator[None]:
    timer = QTimer()
    timer.setObjectName("forgotten")
    timer.start(60_000)
    yield
    timer.stop()


@pytest.mark.parametrize("forget", [a_thread, a_task, a_process, a_socket, a_window, a_timer])
def test_what_is_left_is_named_and_what_is_ended_is_not(
    qapp: QApplication, forget: Callable[[], AbstractContextManager[None]]
) -> None:
    before = living()
    with forget():
        found = left_behind(before, grace_s=0)
        kind = forget.__name__.removeprefix("a_")
        named = [words for words in found if kind in words]
        assert len(named) == (2 if kind == "socket" else 1)
        assert kind == "socket" or "forgotten" in named[0]
    assert left_behind(before) == []


def test_a_widget_to_be_deleted_later_is_not_left(qapp: QApplication) -> None:
    before = living()
    window = QWidget()
    timer = QTimer(window)
    timer.start(60_000)
    window.deleteLater()
    assert left_behind(before) == []
