"""Training mode's own office: a process beside the console, and the instructor's hand on it
(decision 101)."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, cast

from console.core.office import OfficeLink
from console.core.office_file import FILE_NAME, OfficeFile
from console.core.vault import Vault
from console.domain import facts as f
from console.domain.problem import Problem, Refused
from db.reading import Store
from db.record import OPS
from db.sync.office_sync import Clocks
from db.sync.receipts import ReceiptFile
from db.sync.source import StoreJournal

READY_S = 60.0
ANSWER_S = 30.0


def office_command(arguments: Sequence[str]) -> list[str]:
    """The command line that starts the training office with this program's own Python."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "office-server", "train", *arguments]
    return [sys.executable, "-m", "db.office", "train", *arguments]


class _Memory:
    """A keyring that lasts as long as the training run."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._kept.pop((service, username), None)


class TrainingOffice:
    """The office that one training run has for itself. Nothing of it outlives the run but the
    rows that tell of it. Every method blocks and is called off the window's thread; each act
    raises Refused where it can't be done."""

    def __init__(
        self, store: Store, tell: Callable[[f.Fact], None], clocks: Clocks | None = None
    ) -> None:
        self._store = store
        self._folder = Path(mkdtemp(prefix="hnth-training-"))
        vault = Vault(_Memory())
        file = OfficeFile(self._folder / FILE_NAME, lambda: vault)
        self.link = OfficeLink(store, file, tell, clocks, self._folder)
        self.cut_now = "whole"
        """How the line is: `whole`, `silent` (a black hole) or `refused`."""
        self.copied_us = 0
        """When the copy was made that `restore_old_backup` puts back, µs UTC; 0: there is none."""
        self._lock = threading.Lock()
        self.stopped = False
        """Whether the run is over."""
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def start(self, name: str) -> None:
        """Start it, enrol the console there under this name, and keep a copy. Raises Refused."""
        with self._lock:
            if self.stopped:
                return
            where = ["--store", str(self._store.folder), "--beside", str(self._folder)]
            where.append(str(self._folder / "office"))
            self._process = process = subprocess.Popen(
                office_command(where), stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            threading.Thread(target=self._read, args=(process,), name="office-answers").start()
            ready = self._answer(READY_S)
        if not ready.get("ready"):
            missing = ", ".join(ready.get("missing", []))
            code = "training.office_missing" if missing else "training.no_office"
            raise Refused(Problem.of(code, packages=missing))
        self.link.enrol(ready["url"], ready["sha256"], ready["code"], name)
        self.keep_backup()

    # -- the instructor's acts -----------------------------------------------------------------

    def cut(self, how: str = "silent") -> None:
        """Cut the line: `silent`, where everything is taken and nothing answered, or `refused`."""
        self.cut_now = str(self._order({"act": "cut", "how": how})["cut"])

    def reconnect(self) -> None:
        """Mend the line; the console tries at once."""
        self.cut_now = str(self._order({"act": "reconnect"})["cut"])
        self.link.hurry()

    def keep_backup(self) -> int:
        """Keep a copy of the office as it is now; when that was, µs UTC."""
        self.copied_us = int(self._order({"act": "copy"})["copied_us"])
        return self.copied_us

    def restore_old_backup(self) -> int:
        """Put the office's copy back, as after its disk failed: rows it had since are gone, until
        the console sends them again. When the copy was made, µs UTC."""
        copied_us = int(self._order({"act": "restore"})["copied_us"])
        self.link.hurry()
        return copied_us

    def edit_row_behind_its_back(self, where: str) -> int:
        """Edit a row that the office has acknowledged, on one side only: `console` (its hash stays
        and fits no more) or `office` (with a hash that fits the lie). The row's number."""
        order: dict[str, Any] = {"act": "edit", "where": where}
        if where == "console":
            order["seq"] = self._acknowledged()
        seq = int(self._order(order)["seq"])
        self.link.hurry()
        return seq

    def _acknowledged(self) -> int:
        """An acknowledged row, the first that the console comes to on its next walk over its rows:
        whoever teaches can't wait for the walk to go all round. Raises Refused."""
        place = StoreJournal(self._store).place(OPS)
        receipt = ReceiptFile(self._folder).newest(place)
        if receipt is None:
            raise Refused(Problem.of("training.office_refused", "nothing_there"))
        ahead = self.link.walked() + 1
        return ahead if ahead <= receipt.head.seq else 1

    # -- its process ---------------------------------------------------------------------------

    def stop(self) -> None:
        """End the link, then the office; its folder goes with it."""
        self.stopped = True
        self.link.close()
        process = self._process
        if process is not None:
            assert process.stdin is not None
            with suppress(OSError):  # it has ended, and takes no more
                process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            process = self._process
            if process is None or process.stdin is None:
                raise Refused(Problem.of("training.no_office"))
            try:
                process.stdin.write(json.dumps(order).encode() + b"\n")
                process.stdin.flush()
            except (OSError, ValueError) as error:
                raise Refused(Problem.of("training.no_office")) from error
            answer = self._answer(ANSWER_S)
        if not answer.get("done"):
            raise Refused(Problem.of("training.office_refused", str(answer.get("error", ""))[:200]))
        return answer

    def _answer(self, within_s: float) -> dict[str, Any]:
        """Its next line. Raises Refused where none comes in time, or it has ended."""
        try:
            line = self._answers.get(timeout=within_s)
            if not line:
                self._answers.put(line)  # for whoever asks next
            return cast("dict[str, Any]", json.loads(line))
        except (queue.Empty, ValueError):
            raise Refused(Problem.of("training.no_office")) from None

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self._answers.put(line)
        self._answers.put(b"")  # it has ended: whoever waits need wait no longer
