"""The edge of every command: letters that arrive, and a quiet end when nobody reads on.

Standard library alone, since the bootstrap and the pretend devices use it too. `hnth-verify`,
which imports nothing of the program, has its own few lines.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable
from typing import Any

UNREAD = 141
"""What a shell reports of a program that a closed pipe ended: 128 and SIGPIPE's number."""
_GONE = frozenset({errno.EPIPE, errno.EINVAL})  # Windows calls a closed pipe EINVAL


def at_terminal(work: Callable[[], int]) -> int:
    """The exit code of `work`, its output flushed; UNREAD where the reader of it has gone.

    A pipe to a device that breaks is not meant: then the error passes on.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # in a pipe on Windows it has no Vietnamese
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        try:
            return work()
        finally:
            _flush(sys.stdout)
    except OSError as error:
        gone = [stream for stream in (sys.stdout, sys.stderr) if _is_gone(stream)]
        if error.errno not in _GONE or not gone:
            raise
        for stream in gone:
            _silence(stream)
        return UNREAD


def _flush(stream: Any) -> None:
    if stream is not None and not stream.closed:
        stream.flush()


def _is_gone(stream: Any) -> bool:
    """Whether what is still to be written finds no reader; of stdout, one line more than that,
    since it may keep nothing back."""
    try:
        if stream is sys.stdout and stream is not None:
            stream.write("\n")
        _flush(stream)
    except OSError as error:
        return error.errno in _GONE
    return False


def _silence(stream: Any) -> None:
    """What is still in its buffer, and would go out at the interpreter's end, goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
