"""One office: its folder, its database, its keys and its clocks."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from sqlalchemy import insert, select, update

from db.office import keys
from db.office.database import Database
from db.office.metrics import Metrics
from db.office.rates import Rates
from db.office.tables import office

DATABASE = "office.sqlite3"


def init(folder: Path, name: str, hosts: Sequence[str]) -> None:
    """Make an office in an empty or new folder. Raises FileExistsError where there is one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys.make_authority(folder, name)
    keys.make_server_certificate(folder, hosts)
    keys.make_signing_key(folder)
    database = Database(folder / DATABASE)
    try:
        with database.write() as connection:
            now_us = time.time_ns() // 1000
            connection.execute(
                insert(office).values(
                    id=1,
                    office_id=uuid.uuid4().hex,
                    created_utc_us=now_us,
                    server_epoch=uuid.uuid4().hex,
                )
            )
    finally:
        database.close()


def renew_epoch(database: Database) -> str:
    """A new server epoch, for an office that was restored: what it gave out since is not here.

    Consoles that pull learn so from the feed, and compare all they have with all there is.
    """
    epoch = uuid.uuid4().hex
    with database.write() as connection:
        connection.execute(update(office).values(server_epoch=epoch))
    return epoch


class Office:
    """What every request needs. `clock_us` gives µs of UTC, `monotonic_s` seconds."""

    def __init__(
        self,
        folder: Path,
        *,
        clock_us: Callable[[], int] = lambda: time.time_ns() // 1000,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        key = keys.signing_key(folder)
        self.sign: Callable[[bytes], bytes] = key.sign
        self.public_key = key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        self.ca_pem = (folder / keys.CA).read_text("ascii")
        self.clock_us = clock_us
        self.rates = Rates(monotonic_s)
        self.metrics = Metrics()
        self.database = Database(folder / DATABASE)
        with self.database.read() as connection:
            self.office_id = str(connection.scalar(select(office.c.office_id)))

    def close(self) -> None:
        """Close the database."""
        self.database.close()
