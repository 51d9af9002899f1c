"""The store's folder: who holds it, whether it was left cleanly, and the room on its disk."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from pathlib import Path

from filelock import FileLock, Timeout

from db.fault import StoreFault, fault_of

JOURNAL = "journal.sqlite3"
SAMPLES = "samples.sqlite3"
_PROBE_BYTES = 64 << 10
_BALLAST_STEP_BYTES = 1 << 20
"""Small enough that a row which comes meanwhile hardly waits."""


class StoreFolder:
    """One folder, held by one program at a time through a lock of the operating system.

    `holder.pid` lives from `acquire` to `release`, so that finding one means that the program
    before ended without closing its store. `ballast` is a file of zeros that is given up when
    the disk is full, so that the last rows still find room; it grows back when there is room.
    """

    def __init__(self, path: Path, ballast_bytes: int) -> None:
        self.path = path
        self.journal = path / JOURNAL
        self.next_journal = path / "next-epoch.sqlite3"
        self.samples = path / SAMPLES
        self.left_unclean = False
        self._ballast = path / "ballast"
        self._ballast_bytes = ballast_bytes
        self._holder = path / "holder.pid"
        self._lock = FileLock(path / "store.lock", thread_local=False)

    def acquire(self) -> None:
        """Take the folder, or raise StoreFault `store.locked`, `store.readonly`, `store.io`."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise StoreFault("store.locked", {**self.params, "pid": self._holder_pid()}) from None
        except OSError as error:
            raise fault_of(error, str(self.path)) from error
        try:
            self.left_unclean = self._holder.exists()
            self._write_holder()
        except OSError as error:
            self._lock.release()
            raise fault_of(error, str(self.path)) from error

    def release(self, *, clean: bool) -> None:
        """Give the folder back; `clean` says that the files were closed in order."""
        try:
            if clean:
                self._holder.unlink(missing_ok=True)
        except OSError:
            pass  # the disk has gone: the next start will look at what is there
        finally:
            self._lock.release()

    @property
    def params(self) -> dict[str, str | int]:
        """What every fault of this folder tells."""
        return {"folder": str(self.path)}

    def free_bytes(self) -> int:
        """The room left on the disk for this program, in bytes."""
        return shutil.disk_usage(self.path).free

    def ballast_bytes(self) -> int:
        """The room that giving up the ballast would bring, in bytes."""
        return self._ballast.stat().st_size if self._ballast.exists() else 0

    def drop_ballast(self) -> bool:
        """Give up the ballast; False where there was none."""
        if not self._ballast.exists():
            return False
        self._ballast.unlink()
        return True

    def takes_bytes(self) -> bool:
        """Whether the disk now takes some more bytes, found by giving it some."""
        probe = self.path / "probe"
        try:
            with probe.open("wb") as file:
                file.write(bytes(_PROBE_BYTES))
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            return False
        finally:
            with contextlib.suppress(OSError):
                probe.unlink(missing_ok=True)
        return True

    def grow_ballast(self) -> None:
        """Lay down some more of the ballast, where the disk has three times the room for it."""
        size = self.ballast_bytes()
        step = min(self._ballast_bytes - size, _BALLAST_STEP_BYTES)
        if step <= 0 or self.free_bytes() < 3 * self._ballast_bytes:
            return
        with self._ballast.open("ab") as file:
            if sys.platform == "linux":
                os.posix_fallocate(file.fileno(), size, step)
            else:
                file.write(bytes(step))

    @staticmethod
    def evidence_name(file: Path) -> str:
        """A name under which to keep a damaged file, "" where neither it nor its WAL is there."""
        if not any(part.exists() for part in _parts(file)):
            return ""
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        return f"{file.stem}.damaged-{stamp}-{os.urandom(2).hex()}{file.suffix}"

    @staticmethod
    def set_aside(file: Path, evidence: str) -> None:
        """Rename a damaged file and its WAL, whatever is there of them; nothing for the name ""."""
        if not evidence:
            return
        for part, kept in zip(_parts(file), _parts(file.with_name(evidence)), strict=True):
            if part.exists():
                part.rename(kept)

    def drop_next(self) -> None:
        """Remove what was begun as the next epoch's file and is not in its place."""
        for part in _parts(self.next_journal):
            part.unlink(missing_ok=True)

    def _write_holder(self) -> None:
        try:
            self._holder.write_text(str(os.getpid()))
        except OSError:
            if not self.drop_ballast():
                raise
            self._holder.write_text(str(os.getpid()))

    def _holder_pid(self) -> int:
        try:
            return int(self._holder.read_text())
        except (OSError, ValueError):
            return 0


def _parts(file: Path) -> list[Path]:
    """An SQLite file with all that may lie beside it, itself first."""
    return [file.with_name(file.name + suffix) for suffix in ("", "-wal", "-shm", "-journal")]
