"""The only door for writing: one thread, group commit, futures that mean what they say."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from db.engine import sqlite_version
from db.epochs import NewEpoch
from db.fault import StoreFault
from db.files import StoreFiles
from db.folder import StoreFolder
from db.health import Health, Limits, warnings_of
from db.record import OPS, JournalRow, Sample

MAX_COMMIT_ROWS = 4096
MAX_SAMPLE_ROWS = 256
"""Samples are written in batches this small, so that a row never waits behind a large one."""

_TICK_S = 1.0
_IDLE_S = 2.0


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows that must be committed together."""

    rows: tuple[tuple[str, JournalRow], ...]
    future: Future[int]
    queued_at: float


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place in the queue: resolves once everything before it is written; may be the last."""

    future: Future[None]
    last: bool = False


@dataclass(frozen=True, slots=True)
class _Epoch:
    """A place in the queue at which the next epoch begins."""

    act: NewEpoch
    future: Future[int]


class JournalWriter:
    """Writes the store of one folder from one thread; every method may be called from any.

    Futures resolve on the writer thread, so what is attached to them must be short. A future
    can't be cancelled: what was appended is written. Each fails with StoreFault only.
    """

    def __init__(self, files: StoreFiles, limits: Limits, folder: Path) -> None:
        self.folder = folder
        self._files = files
        self._limits = limits
        self._queue: queue.SimpleQueue[_Rows | _Mark | _Epoch] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._samples: dict[tuple[str, str], Sample] = {}
        self._backlog: list[Sample] = []
        self._in_hand = 0
        self._since: float | None = None
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        limits: Limits | None = None,
        on_fault: Callable[[StoreFault], None] = lambda _: None,
    ) -> JournalWriter:
        """Open the store in `folder`, making it where there is none.

        May take seconds after an unclean end, so call it off the window's thread. Raises
        StoreFault: `store.locked`, `store.readonly`, `store.newer`, `store.no_room`, `store.io`.
        `on_fault` is called for each new fault: here, or later on the writer thread.
        """
        limits = limits or Limits()
        files = StoreFiles(StoreFolder(folder, limits.ballast), limits, on_fault)
        files.open()
        writer = cls(files, limits, folder)
        writer._thread.start()
        return writer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, row: JournalRow, stream: str = OPS) -> Future[int]:
        """Queue a row; the future gives its number once it is on the disk."""
        return self._put(((stream, row),))

    def append_many(self, rows: Sequence[JournalRow], stream: str = OPS) -> Future[int]:
        """Queue rows that are committed together or not at all; gives the last one's number."""
        return self._put(tuple((stream, row) for row in rows))

    def begin_epoch(self, act: NewEpoch) -> Future[int]:
        """Begin the next epoch after what was appended before; gives its number."""
        future: Future[int] = Future()
        future.set_running_or_notify_cancel()
        with self._gate:
            if not self._closed:
                self._queue.put(_Epoch(act, future))
                return future
        future.set_exception(StoreFault("store.closed"))
        return future

    def add_sample(self, sample: Sample) -> None:
        """Keep a sample; written within about a second, the newest of each endpoint then."""
        with self._gate:
            self._samples[sample.session, sample.endpoint] = sample

    def flush(self, timeout: float | None = None) -> bool:
        """Wait until all that was queued before is written; False when `timeout` s went by."""
        return self._mark(last=False, timeout=timeout)

    def close(self, timeout: float | None = 30.0) -> bool:
        """Write what is queued and close; False when that took longer than `timeout` s.

        Closing a second time does nothing. Rows appended afterwards fail with `store.closed`.
        """
        if not self._mark(last=True, timeout=timeout):
            return not self._thread.is_alive()
        self._thread.join()
        return True

    @property
    def health(self) -> Health:
        """How the store is doing right now."""
        figures, since = self._files.figures, self._since
        queued = self._queue.qsize() + self._in_hand
        return Health(
            figures=figures,
            sqlite_version=sqlite_version(),
            queued=queued,
            oldest_wait_s=time.monotonic() - since if queued and since is not None else 0.0,
            warnings=warnings_of(figures, self._limits),
        )

    def _put(self, rows: tuple[tuple[str, JournalRow], ...]) -> Future[int]:
        future: Future[int] = Future()
        future.set_running_or_notify_cancel()
        with self._gate:
            if not self._closed:
                self._queue.put(_Rows(rows, future, time.monotonic()))
                return future
        future.set_exception(StoreFault("store.closed"))
        return future

    def _mark(self, *, last: bool, timeout: float | None) -> bool:
        future: Future[None] = Future()
        with self._gate:
            if self._closed:
                return False
            self._closed = last
            self._queue.put(_Mark(future, last))
        try:
            future.result(timeout)
        except TimeoutError:
            return False
        return True

    def _run(self) -> None:
        """The writer thread."""
        tick_at = time.monotonic() + _TICK_S
        busy_at = 0.0
        while True:
            wait_s = 0.0 if self._backlog else max(0.0, tick_at - time.monotonic())
            self._since = None
            batch, mark = self._gather(wait_s)
            self._since = batch[0].queued_at if batch else time.monotonic()
            if batch:
                self._commit(batch)
                busy_at = time.monotonic()
            if self._backlog:
                self._write_samples()
            if isinstance(mark, _Epoch):
                self._begin_epoch(mark)
            elif mark is not None:
                self._take_samples()
                while self._backlog:
                    self._write_samples()
                if mark.last:
                    self._files.close()
                mark.future.set_result(None)
                if mark.last:
                    return
            now = time.monotonic()
            if now >= tick_at:
                self._take_samples()
                self._files.tend(idle=now - busy_at > _IDLE_S)
                self._files.tell_minutes()
                tick_at = now + _TICK_S

    def _gather(self, wait_s: float) -> tuple[list[_Rows], _Mark | _Epoch | None]:
        """What waits, up to a mark or to `MAX_COMMIT_ROWS` rows."""
        batch: list[_Rows] = []
        count = 0
        with contextlib.suppress(queue.Empty):
            item = self._queue.get(timeout=wait_s) if wait_s else self._queue.get_nowait()
            while True:
                if not isinstance(item, _Rows):
                    return batch, item
                batch.append(item)
                count += len(item.rows)
                if count >= MAX_COMMIT_ROWS:
                    break
                item = self._queue.get_nowait()
        return batch, None

    def _commit(self, batch: list[_Rows]) -> None:
        self._in_hand = len(batch)
        try:
            numbers = self._files.commit([row for item in batch for row in item.rows])
        except StoreFault as fault:
            if fault.code == "store.internal" and len(batch) > 1:
                for item in batch:  # what one item broke must not be paid for by the others
                    self._commit([item])
            else:
                for item in batch:
                    item.future.set_exception(fault)
            return
        finally:
            self._in_hand = 0
        end = 0
        for item in batch:
            end += len(item.rows)
            item.future.set_result(numbers[end - 1] if item.rows else 0)

    def _begin_epoch(self, item: _Epoch) -> None:
        try:
            item.future.set_result(self._files.begin_epoch(item.act))
        except StoreFault as fault:
            item.future.set_exception(fault)

    def _take_samples(self) -> None:
        with self._gate:
            taken, self._samples = self._samples, {}
        self._backlog += taken.values()

    def _write_samples(self) -> None:
        batch, self._backlog = self._backlog[:MAX_SAMPLE_ROWS], self._backlog[MAX_SAMPLE_ROWS:]
        self._files.write_samples(batch)
