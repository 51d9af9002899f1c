"""Several consoles and one office in one process, on one virtual clock, with everything that
goes wrong between them; and what must hold after every single step.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

from sqlalchemy import select

from db.office.tables import incidents, journal
from db.protocol import STREAMS
from db.queries import StoredRow
from db.record import FIRST_HASH, Place
from db.sync.enrolment import OfficeAccount
from db.sync.exchange import Reply, Request
from db.sync.source import first_altered
from db.verify import verify_file
from tests.db.rows import raw
from tests.office.asgi import Asgi, Clock, Desk, new_office
from tests.sync.world_console import Broken, Console

Key = tuple[Place, int]
HEAL_S = 60.0
_STORED = "SELECT stream, epoch, seq, hash FROM journal WHERE console_id = ?"


class World:
    """The office, its consoles, the weather between them, and what must always hold."""

    console_type = Console

    def __init__(self, folder: Path, seed: int, consoles: int = 2) -> None:
        self.random = Random(seed)
        self.clock = Clock()
        self.folder = new_office(folder / "office")
        self.backup = folder / "backup"
        self.desk = Desk(self.folder, self.clock)
        self.asgi: Asgi = self.desk.client
        office = self.desk.office
        self.account = OfficeAccount("", office.office_id, office.ca_pem, office.public_key.hex())
        self.weather: tuple[str, ...] = ()
        self.roughness = 0.0
        self.offline = False
        self.reached = False
        self.acked: dict[Key, bytes] = {}
        self.seen: dict[str, dict[Key, bytes]] = {}
        """What the office had at the last look, console by console."""
        self.saved: dict[str, dict[Key, bytes]] = {}
        self.excused: set[Key] = set()
        """Acknowledged, and gone with the restored office until its console fills it up."""
        self.genuine: dict[tuple[Place, int, bytes], StoredRow] = {}
        self._number = 0
        self.consoles = [self.console_type(self, n) for n in range(1, consoles + 1)]
        self.save_office()

    def close(self) -> None:
        self.desk.close()

    def next_number(self) -> int:
        self._number += 1
        return self._number

    def written(self, console: Console, stream: str, row: StoredRow) -> None:
        place = Place(console.console_id, stream, row.epoch)
        self.genuine[place, row.seq, row.hash] = row

    def forget(self, console: Console) -> None:
        """A console's disk is no longer what it acknowledged from; the office's rows stay bound."""
        own = console.console_id
        seen = self.seen.get(own, {})
        self.acked = {
            key: value
            for key, value in self.acked.items()
            if key[0].console_id != own or seen.get(key) == value
        }

    def fault(self) -> str:
        if self.offline:
            return "offline"
        if self.weather and self.random.random() < self.roughness:
            return self.random.choice(self.weather)
        return ""

    def deliver(self, request: Request) -> Reply:
        self.reached = True
        return self.asgi(request)

    def step(self, console: Console) -> None:
        """One step of one console, then all of it is looked at, if it came to the office."""
        self.reached = False
        console.due_s = self.clock.now_s + self.advance(console)
        if self.reached:
            self.check(console)

    def advance(self, console: Console) -> float:
        """Let a console do what is due; seconds until something is due again."""
        return console.sync.step()

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Let virtual time go by; whether `until` came true."""
        end_s = self.clock.now_s + seconds
        while not until():
            console = min(self.consoles, key=lambda c: c.due_s)
            if console.due_s > end_s:
                self.clock.now_s = end_s
                return until()
            self.clock.now_s = max(self.clock.now_s, console.due_s)
            self.step(console)
        return True

    def save_office(self) -> None:
        """Last night's backup."""
        shutil.rmtree(self.backup, ignore_errors=True)
        self.backup.mkdir()
        connection = raw(self.folder / "office.sqlite3")
        connection.execute("VACUUM INTO ?", (str(self.backup / "office.sqlite3"),))
        connection.close()
        self.saved = {own: dict(seen) for own, seen in self.seen.items()}

    def restore_office(self) -> None:
        """The office comes back from its backup; its consoles must fill it up again."""
        self.desk.close()
        for part in self.folder.glob("office.sqlite3*"):
            part.unlink()
        shutil.copy(self.backup / "office.sqlite3", self.folder / "office.sqlite3")
        self.desk = Desk(self.folder, self.clock)
        self.asgi = self.desk.client
        self.seen = {own: dict(seen) for own, seen in self.saved.items()}
        spoilt = {(c.console_id, epoch) for c in self.consoles for epoch in c.spoilt}
        self.acked = {  # what only a spoilt journal could bring back is lost for good
            key: value
            for key, value in self.acked.items()
            if key in self.seen.get(key[0].console_id, {})
            or (key[0].console_id, key[0].epoch) not in spoilt
        }
        known = self.seen
        self.excused = {k for k in self.acked if k not in known.get(k[0].console_id, {})}
        self.check()

    def stored(self, console_id: str) -> dict[Key, bytes]:
        """What the office has of a console."""
        connection = raw(self.folder / "office.sqlite3")
        try:
            rows = connection.execute(_STORED, (console_id,)).fetchall()
        finally:
            connection.close()
        places = {(s, e): Place(console_id, s, e) for s, e in {(row[0], row[1]) for row in rows}}
        return {(places[s, e], seq): bytes(digest) for s, e, seq, digest in rows}

    def check(self, only: Console | None = None) -> None:
        """Nothing overwritten, nothing made up, nothing acknowledged lost: of one, or of all."""
        for console in self.consoles if only is None else [only]:
            self._check(console)

    def _check(self, console: Console) -> None:
        own = console.console_id
        now = self.stored(own)
        seen = self.seen.get(own, {})
        for key, value in seen.items():
            if now.get(key) != value:
                raise Broken(f"overwritten: {key}")
        for key, value in now.items():
            if key not in seen and (*key, value) not in self.genuine:
                raise Broken(f"never written: {key}")
        self.seen[own] = now
        for (place, seq), value in self.acked.items():
            if place.console_id != own:
                continue
            if now.get((place, seq)) == value:
                self.excused.discard((place, seq))
                continue
            if (place, seq) not in self.excused:
                raise Broken(f"acknowledged and not there: {place} {seq}")
            rows = console.journal.chain(place)
            if seq > len(rows) or rows[seq - 1].hash != value:
                raise Broken(f"acknowledged and lost: {place} {seq}")

    def settle(self) -> None:
        """Fair weather: all converge; who was spoilt is found out and opens a new epoch."""
        self.offline, self.weather = False, ()
        for console in self.consoles:
            while console.delayed:
                console.late()
                self.check()
        self.run(HEAL_S)
        for console in self.consoles:
            if not console.spoilt and not self.done(console):
                raise Broken(f"not there after {HEAL_S} s: {console.sync.health}")
        self.run(HEAL_S + 5.0)
        for _ in range(3):
            for console in self.consoles:
                if self.differs(console) and not self.told(console):
                    raise Broken(f"not found out: {console.console_id} {console.incident}")
                if console.incident is not None:
                    if console.journal.disk.epoch not in console.spoilt:
                        raise Broken(f"an incident without a cause: {console.incident}")
                    console.open_epoch()
                    console.due_s = self.clock.now_s
            if self.run(HEAL_S, self.converged):
                break
        if not self.converged():
            raise Broken(f"never converged: {[c.sync.health for c in self.consoles]}")
        for console in self.consoles:
            for stream in STREAMS:
                self._same(console, stream)
        bad = verify_file(self.folder / "office.sqlite3").bad
        if bad:
            raise Broken(f"the office's chain: {bad}")

    def converged(self) -> bool:
        return all(self.done(console) for console in self.consoles)

    def done(self, console: Console) -> bool:
        """Whether nothing is left to be sent."""
        health = console.sync.health
        behind = console.due_s <= self.clock.now_s
        return not behind and console.incident is None and health.unsent_rows == 0

    def differs(self, console: Console) -> bool:
        """Whether the office has rows of a console's epoch that are not as its journal has them."""
        for stream in STREAMS:
            place = console.journal.place(stream)
            rows = console.journal.chain(place)
            seen = self.seen.get(place.console_id, {})
            theirs = {seq: value for (at, seq), value in seen.items() if at == place}
            if any(seq > len(rows) or rows[seq - 1].hash != theirs[seq] for seq in theirs):
                return True
            if rows and first_altered(place, rows, 0, FIRST_HASH):
                return True
        return False

    def told(self, console: Console) -> bool:
        """Whether both the console and the office know that something is wrong."""
        with self.desk.office.database.read() as connection:
            query = select(incidents.c.epoch).where(incidents.c.console_id == console.console_id)
            known = set(connection.scalars(query))
        return console.incident is not None and console.journal.disk.epoch in known

    def _same(self, console: Console, stream: str) -> None:
        """Both sides hold the same bytes of the current epoch."""
        place = console.journal.place(stream)
        table = journal.c
        query = select(journal).where(
            table.console_id == place.console_id,
            table.stream == place.stream,
            table.epoch == place.epoch,
        )
        with self.desk.office.database.read() as connection:
            found = connection.execute(query.order_by(table.seq)).all()
        names = StoredRow._fields
        theirs = [tuple(getattr(row, name) for name in names) for row in found]
        own = [tuple(getattr(row, name) for name in names) for row in console.journal.chain(place)]
        if theirs != own:
            raise Broken(f"not the same bytes: {place}, {len(theirs)} and {len(own)} rows")
        if own and found[0].prev_hash != FIRST_HASH:
            raise Broken(f"the first row follows something: {place}")
