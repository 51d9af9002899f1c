"""One office: its folder, its database, its keys and its clocks."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from sqlalchemy import insert, select, update

from db.office import address, keys
from db.office.certificates import Authority
from db.office.database import Database
from db.office.metrics import Metrics
from db.office.polls import Polls
from db.office.rates import Rates
from db.office.tables import office
from db.office.witnesses import Witnesses

DATABASE = "office.sqlite3"


def init(folder: Path, name: str, hosts: Sequence[str], database: str = "") -> None:
    """Make an office in an empty or new folder, its data in there or behind `database`, a URL.

    Raises FileExistsError where there is one, and before anything was made BadAddress and
    StoreFault for a database that can't be used.
    """
    url = address.parsed(database) if database else None
    if url is not None:
        with closing(Database.open(database)) as found, found.read() as connection:
            if connection.scalar(select(office.c.id)) is not None:
                raise FileExistsError(17, "an office", found.where)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys.make_authority(folder, name)
    keys.make_console_authority(folder)
    keys.make_server_certificate(folder, hosts)
    keys.make_signing_key(folder)
    if url is not None:
        address.remember(folder, url)
    with (
        closing(Database.open(database or folder / DATABASE)) as made,
        made.write() as connection,
    ):
        connection.execute(
            insert(office).values(
                id=1,
                office_id=uuid.uuid4().hex,
                created_utc_us=time.time_ns() // 1000,
                server_epoch=uuid.uuid4().hex,
            )
        )


def database_of(folder: Path) -> str | Path:
    """Where an office's data is, as its folder says. Raises FileNotFoundError for no office."""
    path = folder / DATABASE
    if url := address.remembered(folder):
        return url
    if not path.exists():
        raise FileNotFoundError(2, "no office", str(path))
    return path


def renew_epoch(database: Database) -> str:
    """A new server epoch, for an office that was restored: what it gave out since is not here.

    Consoles that pull learn so from the feed, and compare all they have with all there is.
    """
    epoch = uuid.uuid4().hex
    with database.write() as connection:
        connection.execute(update(office).values(server_epoch=epoch))
    return epoch


class Office:
    """What every request needs. `clock_us` gives µs of UTC, `monotonic_s` seconds.

    `database` is where its data is, if not where its folder says. Raises FileNotFoundError.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database: str = "",
        clock_us: Callable[[], int] = lambda: time.time_ns() // 1000,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder = folder
        key = keys.signing_key(folder)
        self.authority = Authority(folder)
        """What certifies consoles."""
        self.sign: Callable[[bytes], bytes] = key.sign
        self.public_key = key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        self.ca_pem = (folder / keys.CA).read_text("ascii")
        self.clock_us = clock_us
        self.rates = Rates(monotonic_s)
        self.metrics = Metrics()
        self.witnesses = Witnesses()
        self.polls = Polls()
        self.database = Database.open(database or database_of(folder))
        with self.database.read() as connection:
            self.office_id = str(connection.scalar(select(office.c.office_id)))

    def close(self) -> None:
        """Close the database."""
        self.database.close()
