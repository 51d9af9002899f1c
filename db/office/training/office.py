"""An office that a training run has for itself: made, served, brought back from its copy."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing
from pathlib import Path

from db.engine import sqlite_module
from db.office import access, keys
from db.office.database import Database
from db.office.server import Server
from db.office.service import DATABASE, Office, init, renew_epoch
from db.office.training import reference

_HOST = "127.0.0.1"
_STOP_S = 10.0


class TrainingOffice:
    """One office in a folder, served over TLS on a port of loopback by a thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.copied_us = 0
        """When the copy was made (µs UTC), 0: there is none."""
        self._office: Office | None = None
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        init(folder, "HNTH training", ["localhost", _HOST])
        office = Office(folder)
        try:
            with office.database.write() as connection:
                reference.fill(connection, office.clock_us())
        finally:
            office.close()

    @property
    def sha256(self) -> str:
        """Its certificate's fingerprint."""
        return keys.server_fingerprint(self.folder)

    def code(self) -> str:
        """A one-time code for the console."""
        assert self._office is not None
        with self._office.database.write() as connection:
            return access.issue_code(connection, "technician", self._office.clock_us())

    def start(self) -> None:
        """Serve, at a port of its own choice."""
        self._office = Office(self.folder)
        listener = socket.create_server((_HOST, 0))
        self.port = listener.getsockname()[1]
        self._server = server = Server(
            self._office, log_config=None, lifespan="off", timeout_graceful_shutdown=2
        )

        def run() -> None:
            with listener:
                server.run([listener])

        self._thread = threading.Thread(target=run, name="training-office", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(_STOP_S)
        if self._office is not None:
            self._office.close()
        self._server = self._thread = self._office = None

    def copy(self) -> int:
        """Keep a copy of all there is now, in the place of the one before; when that was."""
        target = self._copy_path
        target.unlink(missing_ok=True)
        with closing(sqlite_module().connect(self.folder / DATABASE)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
        self.copied_us = time.time_ns() // 1000
        return self.copied_us

    def restore(self) -> int:
        """Put the copy in the place of what there is, as after a disk's end; when it was made.

        Raises FileNotFoundError where there is no copy.
        """
        copy = self._copy_path.read_bytes()
        self.stop()
        for part in self.folder.glob(f"{DATABASE}*"):
            part.unlink()
        (self.folder / DATABASE).write_bytes(copy)
        database = Database.open(self.folder / DATABASE)
        try:
            renew_epoch(database)
        finally:
            database.close()
        self.start()
        return self.copied_us

    @property
    def _copy_path(self) -> Path:
        return self.folder / "copy.sqlite3"
