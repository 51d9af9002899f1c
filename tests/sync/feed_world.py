"""The story world with reference data: people edit at the office, operators propose at consoles.

`python -m tests.sync.feed_world FIRST COUNT` plays seeds. Directories are real files; a console may
die at any statement, lose its directory, or get an older one back with the rest of its disk.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from db.directory import Directory
from db.directory_file import FILE
from db.office import feed as office_feed
from db.office import proposals, records
from db.office.problem import Refusal
from db.office.revision import standing
from db.office.service import renew_epoch
from db.office.tables import proposals as proposals_table
from db.office.tables import records as records_table
from db.reference import Record, Standing
from db.sync import feed as feed_module
from db.sync.feed import Feed
from db.sync.office_sync import Clocks, OfficeSync, Token
from tests.db.rows import raw
from tests.sync.story import EVENTS as PUSH_EVENTS
from tests.sync.story import FAILURES, in_one_thread
from tests.sync.story import act as push_act
from tests.sync.world import HEAL_S, World
from tests.sync.world_console import Broken, Console

POLL_S = 10.0
NAMES = ("c1", "c2", "c3", "c4", "c5")
Key = tuple[str, str]


class Crash(Exception):
    """The program dies here."""


@cache
def _template() -> Path:
    """An empty directory, made once: to make one takes a while."""
    folder = Path(tempfile.mkdtemp(prefix="hnth-directory-"))
    Directory(folder).close()
    return folder


class Member(Console):
    """A console that keeps a directory as well."""

    world: FeedWorld
    directory: Directory | None = None
    crashing = 0

    @property
    def folder(self) -> Path:
        return self.world.folder.parent / self.console_id

    def start(self) -> OfficeSync:
        """A program begins, with nothing but its disk."""
        world = self.world
        if self.directory is None:
            shutil.copytree(_template(), self.folder)
        else:
            self.directory.close()
        self.crashing = 0
        self.feed = Feed(
            self.open(),
            self.console_id,
            self.wire,
            lambda: Token(self.token, 0),
            Clocks(world.clock.monotonic_s, world.clock.utc_us),
            random=world.random,
            wait_s=0,
            poll_s=POLL_S,
        )
        return super().start()

    def open(self) -> Directory:
        """Open the directory; `crashing` counts down the statements until the program dies."""
        self.directory = Directory(self.folder, clock_us=self.world.clock.utc_us)
        file = self.directory._file._file
        assert file is not None

        def count(*_: object) -> None:
            if self.crashing:
                self.crashing -= 1
                if not self.crashing:
                    raise Crash

        event.listen(file._engine, "before_cursor_execute", count)
        self.known = {(r.kind, r.id): r for r in self.directory.everything()}
        return self.directory

    def step(self) -> float:
        """Both machines; what is not due does nothing."""
        wait_s = self.sync.step()
        try:
            wait_s = min(wait_s, self.feed.step())
        except Crash:
            self.sync = self.start()
            wait_s = 0.0
        self.look()
        return wait_s

    def look(self) -> None:
        """Nothing made up, nothing torn, nothing back unseen."""
        assert self.directory is not None
        world, cursor = self.world, self.directory.cursor()
        now = {(r.kind, r.id): r for r in self.directory.everything()}
        for record in now.values():
            if told(record) not in world.made:
                raise Broken(f"never made: {record}")
        kept = self.directory.conflicts() if now != self.known else []
        for key, before in self.known.items():
            after = now.get(key)
            if after == before or (after and after.version > before.version):
                continue
            if after and (after.version, after.body) == (before.version, before.body):
                continue
            body = None if before.deleted else before.body
            mine = [c.proposal.body for c in kept]
            mine += [p.body for p in self.directory.proposals() if p.state in _OPEN]
            if body not in mine and not (after is None and before.deleted):
                raise Broken(f"went back unseen: {before} {after}")
        self.known = now
        epoch, _ = world.standing()
        if cursor.server_epoch == epoch:
            for key, record in world.records().items():
                if record.rev <= cursor.rev and now.get(key) != record:
                    raise Broken(f"skipped: {record} at {cursor.rev}, here {now.get(key)}")

    def propose(self) -> None:
        assert self.directory is not None
        self.due_s = self.world.clock.now_s
        body = None if self.world.random.random() < 0.2 else self.world.body()
        self.directory.propose("contact", self.world.random.choice(NAMES), body, operator="op")

    def answer(self) -> None:
        """An operator looks at a conflict."""
        assert self.directory is not None
        self.due_s = self.world.clock.now_s
        found = self.directory.conflicts()
        if found and self.world.random.random() < 0.5:
            self.directory.keep_office(found[0].proposal.id)
        elif found:
            self.directory.propose_again(found[0].proposal.id, operator="op")

    def damage(self) -> None:
        """The directory's file is cut in half; the program finds out when it starts."""
        assert self.directory is not None
        self.directory.close()
        path = self.folder / FILE
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2])
        self.sync = self.start()
        if not self.directory.evidence:
            raise Broken("the damage was not seen")

    def save(self) -> None:
        """An image of the directory, beside that of the journal."""
        image = self.folder / "image"
        image.unlink(missing_ok=True)
        connection = raw(self.folder / FILE)
        connection.execute("VACUUM INTO ?", (str(image),))
        connection.close()

    def bring_back(self) -> None:
        """The image comes back with the rest of the disk."""
        assert self.directory is not None
        image = self.folder / "image"
        if image.exists():
            self.directory.close()
            for part in self.folder.glob(f"{FILE}*"):
                part.unlink()
            shutil.copy(image, self.folder / FILE)


_OPEN = (Standing.QUEUED, Standing.WAITING, Standing.CONFLICT)


class FeedWorld(World):
    """The world, with people at the office who edit and decide."""

    console_type = Member
    consoles: list[Any]

    def __init__(self, folder: Path, seed: int, consoles: int = 2) -> None:
        self.made: set[str] = set()
        """Every version that the office ever committed."""
        super().__init__(folder, seed, consoles)

    def close(self) -> None:
        for console in self.consoles:
            console.directory.close()
        super().close()

    def advance(self, console: Any) -> float:
        return console.step()

    def deliver(self, request: Any) -> Any:
        reply = super().deliver(request)
        self.note()
        return reply

    def body(self) -> dict[str, Any]:
        number = self.next_number()
        return {"site": "66", "role": "leader", "person": f"An {number}"}

    def note(self) -> None:
        """Remember what the office has."""
        self.made |= {told(record) for record in self.records().values()}

    def records(self) -> dict[Key, Record]:
        with self.desk.office.database.read() as connection:
            found = [Record.of_row(row) for row in connection.execute(select(records_table))]
        return {(record.kind, record.id): record for record in found}

    def standing(self) -> tuple[str, int]:
        with self.desk.office.database.read() as connection:
            return standing(connection)

    def edit(self) -> None:
        """A person at the office makes, changes or deletes a record; or thinks better of it."""
        name = self.random.choice(NAMES)
        known = self.records().get(("contact", name))
        here = known is not None and not known.deleted
        body = None if here and self.random.random() < 0.3 else self.body()
        try:
            with self.desk.office.database.write() as connection:
                records.put(
                    connection,
                    "contact",
                    name,
                    body,
                    version=known.version if known else 0,
                    author="lan",
                    now_us=self.clock.utc_us(),
                )
                if self.random.random() < 0.2:
                    raise Refusal(500, "taken back")
        except Refusal as refusal:
            if refusal.code != "taken back":
                raise
        self.note()

    def decide(self, share: float = 0.7) -> None:
        """A person at the office decides what waits."""
        query = select(proposals_table.c.id).where(proposals_table.c.state == "waiting")
        with self.desk.office.database.read() as connection:
            waiting = list(connection.scalars(query.order_by(proposals_table.c.id)))
        for proposal_id in waiting:
            if self.random.random() > share:
                continue
            how = proposals.accept if self.random.random() < 0.6 else proposals.reject
            try:
                with self.desk.office.database.write() as connection:
                    now_us = self.clock.utc_us()
                    how(connection, proposal_id, author="lan", note="", now_us=now_us)
            except Refusal as refusal:
                if refusal.code != "proposal.decided":  # outdated by one just accepted
                    raise
        self.note()

    def restore_office(self) -> None:
        """As `hnth-office restore` does it: with a new epoch."""
        super().restore_office()
        renew_epoch(self.desk.office.database)

    def settle(self) -> None:
        """All converge on the journal, then on the records; nothing proposed stays open."""
        super().settle()
        for _ in range(8):
            for console in self.consoles:
                console.crashing = 0
                console.due_s = self.clock.now_s
            self.run(HEAL_S)
            self.decide(1.0)
            for console in self.consoles:
                while console.directory.conflicts():
                    console.answer()
            if not any(console.directory.counts() != (0, 0) for console in self.consoles):
                break
        self.run(HEAL_S)
        office = sorted(self.records().values(), key=lambda r: (r.kind, r.id))
        for console in self.consoles:
            if console.directory.counts() != (0, 0):
                raise Broken(f"still open: {console.directory.proposals()[:3]}")
            if console.directory.everything() != office:
                raise Broken(f"not the office's records: {console.directory.cursor()}")


def told(record: Record) -> str:
    """A version as it can be looked up: its revision may be given out again after a restore."""
    body = json.dumps(record.body, sort_keys=True)
    return f"{record.kind} {record.id} {record.version} {record.rev} {record.author} {body}"


def act(world: FeedWorld, name: str) -> None:
    """One thing that happens, by its name."""
    console: Member = world.random.choice(world.consoles)
    try:
        _act(world, console, name)
    except Crash:
        console.sync = console.start()


def _act(world: FeedWorld, console: Member, name: str) -> None:
    if name == "edit":
        world.edit()
    elif name == "decide":
        world.decide()
    elif name == "propose":
        console.propose()
    elif name == "answer":
        console.answer()
    elif name == "tear":
        console.crashing = world.random.randint(1, 9)
    elif name == "damage":
        console.damage()
    elif name == "image":
        for each in world.consoles:
            each.save()
        push_act(world, name)
    elif name == "restore":
        console.bring_back()
        console.sync = console.start()
    else:
        push_act(world, name)


EVENTS = (
    *("edit",) * 12,
    *("propose",) * 4,
    *("decide",) * 3,
    *("answer",) * 2,
    *("tear",) * 3,
    "damage",
    *(name for name in PUSH_EVENTS if name not in ("write", "tamper")),
    "write",
    "restore_office",
    "save_office",
)


@contextmanager
def small_pages() -> Iterator[None]:
    """Pages of three rows, so that some are cut; and looks when there is something to see."""
    with pytest.MonkeyPatch.context() as patch, in_one_thread():
        patch.setattr(feed_module, "MAX_PAGE_ROWS", 3)
        patch.setattr(feed_module, "LOOK_S", 20.0)
        patch.setattr(office_feed, "PAGE_CHARS", 150)
        yield


def play(folder: Path, seed: int, *, consoles: int = 2, events: int = 40) -> None:
    """One seeded story, from its first event to everyone's agreement."""
    with small_pages():
        world = FeedWorld(folder, seed, consoles)
        try:
            for console in world.consoles:
                console.write("ops", 3)
            for _ in range(events):
                act(world, world.random.choice(EVENTS))
            world.settle()
        finally:
            world.close()


def main(words: list[str]) -> int:
    """Play seeds until one breaks; its last line names the seed and what broke."""
    first, count = int(words[0]), int(words[1])
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory() as folder:
            try:
                play(Path(folder), seed)
            except FAILURES as error:
                traceback.print_exc()
                print(f"seed {seed}: {type(error).__name__}: {str(error)[:150]}")
                return 1
    print(f"{count} seeds held")
    return 0


if __name__ == "__main__":
    started = time.monotonic()
    code = main(sys.argv[1:])
    shutil.rmtree(_template(), ignore_errors=True)
    print(f"{time.monotonic() - started:.1f} s")
    sys.exit(code)
