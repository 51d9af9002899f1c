"""A store with some rows, a keyring and a link to an office, as a console has them."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked

from console.core.office import OfficeLink
from console.core.office_file import FILE_NAME, OfficeFile
from console.core.vault import Vault
from console.domain import facts as f
from console.domain.problem import Problem, Refused
from db.writer import JournalWriter
from tests.core.safe import Safe
from tests.db.rows import SMALL, row
from tests.sync.joined import until

ANY = "ab" * 32


class Keyring(Safe):
    """One that may be open for reading and locked for anything new."""

    refuses_new = False

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.refuses_new:
            raise KeyringLocked("locked")
        super().set_password(service, username, password)


class Desk:
    """A store with some rows, a keyring and a link, as a console has them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.safe = Keyring()
        self.told: list[f.Fact] = []
        self.writer = JournalWriter.open(folder / "store", limits=SMALL)
        self.writer.append_many([row(n) for n in range(20)]).result()
        self.link = self.opened()

    def opened(self) -> OfficeLink:
        file = OfficeFile(self.folder / FILE_NAME, lambda: Vault(self.safe))
        return OfficeLink(self.writer, file, self.told.append)

    def again(self) -> OfficeLink:
        """As the program finds it at its next start."""
        self.link.close()
        self.link = self.opened()
        self.link.begin()
        return self.link

    def close(self) -> None:
        self.link.close()
        end = time.monotonic() + 10
        while any(
            t.name in ("office-begin", "office-sync", "office-feed") for t in threading.enumerate()
        ):
            assert time.monotonic() < end
            time.sleep(0.01)
        self.writer.close()

    def refused(self, url: str, sha256: str = ANY, code: str = "X") -> Problem:
        with pytest.raises(Refused) as told:
            self.link.enrol(url, sha256, code, "Buôn Hồ")
        return told.value.problem

    def keys(self) -> list[Path]:
        """The files with a key of this console."""
        return sorted(self.folder.glob("office-*.pem"))

    @property
    def console_id(self) -> str:
        until(lambda: self.writer.health.figures.console_id != "")
        return self.writer.health.figures.console_id


def level_with(link: OfficeLink) -> bool:
    health = link.health()
    if health is None or health.offset_us is None:
        return False
    return health.last_ack_us > 0 and health.unsent_rows == 0
