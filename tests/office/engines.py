"""The engines that an office's data may be on, as tests make, dump and bring them back."""

from __future__ import annotations

import os
import shutil
from abc import ABC, abstractmethod
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from db.office import address
from db.office.service import DATABASE, init
from tests.db.rows import raw
from tests.office import postgres

HOME = TemporaryDirectory(prefix="hnth-office-", ignore_cleanup_errors=True)
HOSTS = ["localhost", "127.0.0.1"]
Rows = list[tuple[object, ...]]


class Engine(ABC):
    """Makes offices on one engine."""

    name: str

    @abstractmethod
    def new_office(self, folder: Path) -> Path:
        """A fresh office in a folder that is not there yet."""

    @abstractmethod
    def rows(self, folder: Path, query: str) -> Rows:
        """What a query finds in an office's data, past the program."""

    @abstractmethod
    def back_up(self, folder: Path, to: Path) -> None:
        """Copy an office's data into a file, also while it is in use."""

    @abstractmethod
    def restore(self, folder: Path, backup: Path) -> None:
        """Bring an office's data back; nobody has it open."""

    @abstractmethod
    def raw_bytes(self, folder: Path) -> bytes:
        """Everything that is kept of an office, texts as they are."""

    @abstractmethod
    def forget(self, folder: Path) -> None:
        """Remove what an office has outside of its folder."""


class Sqlite(Engine):
    """An office in a file of its folder."""

    name = "sqlite"

    def new_office(self, folder: Path) -> Path:
        shutil.copytree(_template(), folder)
        return folder

    def rows(self, folder: Path, query: str) -> Rows:
        connection = raw(folder / DATABASE)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def back_up(self, folder: Path, to: Path) -> None:
        connection = raw(folder / DATABASE)
        connection.execute("VACUUM INTO ?", (str(to),))
        connection.close()

    def restore(self, folder: Path, backup: Path) -> None:
        for part in folder.glob(f"{DATABASE}*"):
            part.unlink()
        shutil.copy(backup, folder / DATABASE)

    def raw_bytes(self, folder: Path) -> bytes:
        return b"".join(path.read_bytes() for path in folder.glob(f"{DATABASE}*"))

    def forget(self, folder: Path) -> None:
        assert (folder / DATABASE).exists()


class Postgres(Engine):
    """An office in a database of the tests' own server."""

    name = "postgresql"

    def __init__(self, server: postgres.Server) -> None:
        self.server = server
        self._offices: dict[Path, str] = {}
        self._template = Path(HOME.name) / server.folder.name
        self._origin = ""

    def new_office(self, folder: Path) -> Path:
        if not self._origin:
            self._origin = self.server.new()
            init(self._template, "Office", HOSTS, self.server.url(self._origin))
        shutil.copytree(self._template, folder, ignore=lambda *_: [address.FILE])
        self._offices[folder] = self.server.new(self._origin)
        address.remember(folder, address.parsed(self.server.url(self._offices[folder])))
        return folder

    def rows(self, folder: Path, query: str) -> Rows:
        return self.server.ask(query, name=self._offices[folder])

    def back_up(self, folder: Path, to: Path) -> None:
        self.server.dump(self._offices[folder], to)

    def restore(self, folder: Path, backup: Path) -> None:
        self.server.restore(self._offices[folder], backup)

    def raw_bytes(self, folder: Path) -> bytes:
        return self.server.text(self._offices[folder])

    def forget(self, folder: Path) -> None:
        self.server.drop(self._offices.pop(folder))


SQLITE = Sqlite()


@cache
def _template() -> Path:
    """An office made once for all tests of this process."""
    folder = Path(HOME.name) / "office"
    init(folder, "Office", HOSTS)
    return folder


def own_server() -> postgres.Server:
    """A server of this process. Skips the test where there is none to be had."""
    programs = postgres.programs()
    if programs is None:
        why = "PostgreSQL is not installed (Debian: postgresql)"
        if os.environ.get(postgres.REQUIRED) == "1":
            pytest.fail(f"{why}, and {postgres.REQUIRED} says that it must be")
        pytest.skip(why)
    return postgres.Server(programs)
