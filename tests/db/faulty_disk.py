"""A disk that fails when told, or remembers everything it was asked, to cut its power later."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
import pytest

from db import engine
from tests.db.apsw_dbapi import module

SECTOR = 512


@dataclass
class Disk:
    """What happens to writes and syncs, and all that was asked of the disk, in order.

    `on_write(path, size)` and `on_sync(path)` may raise an apsw error. `log` holds
    ("write", path, offset, bytes), ("truncate", path, size), ("sync", path), ("delete", path)
    and, put in by a test, ("ack", number).
    """

    on_write: Callable[[str, int], None] = lambda _path, _size: None
    on_sync: Callable[[str], None] = lambda _path: None
    log: list[tuple[Any, ...]] = field(default_factory=list)


class FaultyFile(apsw.VFSFile):
    """A file of the real file system under a Disk's rules."""

    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._disk = disk
        self._path = name.filename() if isinstance(name, apsw.URIFilename) else str(name or "")

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.on_write(self._path, len(data))
        super().xWrite(data, offset)
        self._disk.log.append(("write", self._path, offset, bytes(data)))

    def xTruncate(self, size: int) -> None:
        super().xTruncate(size)
        self._disk.log.append(("truncate", self._path, size))

    def xSync(self, flags: int) -> None:
        self._disk.on_sync(self._path)
        super().xSync(flags)
        self._disk.log.append(("sync", self._path))


class FaultyFileSystem(apsw.VFS):
    """Registers under `name`; hand that to `apsw_dbapi.module`."""

    def __init__(self, name: str, disk: Disk) -> None:
        self._disk = disk
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> FaultyFile:
        return FaultyFile(self._disk, name, flags)

    def xDelete(self, name: str, sync_dir: bool) -> None:
        super().xDelete(name, sync_dir)
        self._disk.log.append(("delete", name))


def broken(*_: object) -> None:
    """For `on_write` and `on_sync`: the disk answers EIO."""
    error: Any = apsw.IOError("disk I/O error")
    error.extendedresult = apsw.SQLITE_IOERR_FSYNC
    raise error


def full(*_: object) -> None:
    """For `on_write`: the disk answers ENOSPC."""
    error: Any = apsw.FullError("database or disk is full")
    error.extendedresult = apsw.SQLITE_FULL
    raise error


@contextmanager
def store_on(disk: Disk) -> Iterator[None]:
    """Inside, every store that is opened is kept on this disk."""
    system = FaultyFileSystem("faulty", disk)
    using = module("faulty")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "sqlite_module", lambda: using)
        yield
    system.unregister()


def power_cut(log: list[tuple[Any, ...]], at: int, chance: random.Random, folder: Path) -> None:
    """Write into `folder` what a disk may hold whose power went after `at` of these entries.

    Of what was written since a file's last sync any part may have arrived, in any order, and
    the last sectors of a write may be missing. Names of files are taken to arrive at once.
    """
    last_sync: dict[str, int] = {}
    for index, (what, path, *_) in enumerate(log[:at]):
        if what == "sync":
            last_sync[path] = index
    files: dict[str, bytearray] = {}
    unsynced: list[tuple[Any, ...]] = []
    for index, entry in enumerate(log[:at]):
        what, path = entry[0], entry[1]
        if what == "delete":
            files.pop(path, None)
            unsynced = [other for other in unsynced if other[1] != path]
        elif what in {"write", "truncate"}:
            files.setdefault(path, bytearray())
            if index < last_sync.get(path, -1):
                _apply(files[path], entry)
            else:
                unsynced.append(entry)
    arrived = [entry for entry in unsynced if chance.random() < 0.5]
    chance.shuffle(arrived)
    for entry in arrived:
        torn = entry
        if entry[0] == "write" and len(entry[3]) > SECTOR and chance.random() < 0.3:
            sectors = chance.randrange(1, len(entry[3]) // SECTOR + 1)
            torn = (*entry[:3], entry[3][: sectors * SECTOR])
        _apply(files[entry[1]], torn)
    for path, data in files.items():
        (folder / Path(path).name).write_bytes(data)


def _apply(data: bytearray, entry: tuple[Any, ...]) -> None:
    if entry[0] == "truncate":
        del data[entry[2] :]
        return
    offset, written = entry[2], entry[3]
    if len(data) < offset:
        data.extend(bytes(offset - len(data)))
    data[offset : offset + len(written)] = written
