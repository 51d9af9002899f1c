"""What the Digester's tests parse with: functions at a module's top level, for a worker process."""

from __future__ import annotations

import os

from console.wire.problems import XmlRefused


def process_of(body: bytes) -> tuple[int, int]:
    """The process that parses, and how much."""
    return os.getpid(), len(body)


def refusing(body: bytes) -> None:
    """Something that is not what it should be."""
    raise XmlRefused(reason="syntax", line=len(body))


def deadly(body: bytes) -> None:
    """A body that kills whoever parses it."""
    os._exit(1)


def deadly_once(body: bytes) -> int:
    """A body that kills the first worker and is fine for the second; it names a file."""
    path = body.rstrip(b" ").decode()
    if not os.path.exists(path):  # noqa: PTH110
        with open(path, "wb"):  # noqa: PTH123
            pass
        os._exit(1)
    return os.getpid()


def niceness(body: bytes) -> int:
    """How far the process that parses steps back for others."""
    return os.nice(0)


def never_begins() -> None:
    """In place of how a worker begins."""
    os._exit(1)
