"""A PostgreSQL server of this process's own: made, started and ended by the tests."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

ROOMS = "/usr/lib/postgresql/*/bin/initdb"
"""Where Debian keeps what is not on the path."""
REQUIRED = "HNTH_REQUIRE_POSTGRES"
START_S = 60.0


def programs() -> Path | None:
    """The folder of the newest server's programs on this machine."""
    found = sorted(Path("/").glob(ROOMS[1:]), key=lambda path: int(path.parts[4].partition(".")[0]))
    known = shutil.which("initdb")
    found = found or ([Path(known)] if known else [])
    return found[-1].parent if found else None


class Server:
    """One server on a socket in a folder of its own, to be ended; `fsync` is on, as ever.

    It runs as nobody special where the tests run as root, which PostgreSQL refuses, and ends by
    itself when this process is killed.
    """

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="hnth-pg-"))
        self._numbers = itertools.count(1)
        self._as: dict[str, Any] = _unprivileged()
        if self._as:
            shutil.chown(self.folder, self._as["user"], self._as["group"])
        self._run("initdb", "-D", "data", "-A", "trust", "-U", "office", "-E", "UTF8",
                  "--locale=C", "--no-sync")  # fmt: skip
        setpriv = shutil.which("setpriv")  # util-linux; after the change of user, or it is void
        words = [setpriv, "--pdeathsig", "INT"] if setpriv else []
        words += [str(programs / "postgres"), "-D", "data", "-k", str(self.folder)]
        for option in ("listen_addresses=", "shared_buffers=32MB"):
            words += ["-c", option]
        self._words = words
        self._process: subprocess.Popen[Any] | None = None
        self.start()

    def start(self) -> None:
        """Start it, and wait until it lets clients in."""
        with (self.folder / "log").open("ab") as log:
            started = subprocess.Popen(
                self._words,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                **self._as,
            )
        self._process = started
        end = time.monotonic() + START_S
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if started.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def stop(self, how: int = signal.SIGINT) -> None:
        """End it: clients are cut off, what was committed stays; SIGQUIT is a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(START_S)
            self._process = None

    def close(self) -> None:
        """End it for good."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str, **query: str) -> str:
        """The URL of a database."""
        more = "".join(f"&{key}={value}" for key, value in query.items())
        return f"postgresql://office@/{name}?host={self.folder}{more}"

    def ask(self, *statements: str, name: str = "postgres") -> list[Any]:
        """Statements, each a transaction of its own; the rows of the last."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def new(self, template: str = "template0") -> str:
        """The name of a new database."""
        name = f"t{next(self._numbers)}"
        self.ask(f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING UTF8')
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self.ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def dump(self, name: str, to: Path) -> None:
        """Back a database up, while it is in use."""
        to.write_bytes(self._run("pg_dump", "-Fc", "-h", str(self.folder), "-U", "office", name))

    def text(self, name: str) -> bytes:
        """A database as SQL."""
        return self._run("pg_dump", "-h", str(self.folder), "-U", "office", name)

    def restore(self, name: str, dump: Path) -> None:
        """Make a database anew from a backup."""
        self.drop(name)
        self.ask(f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING UTF8')
        self._run("pg_restore", "-e", "-h", str(self.folder), "-U", "office", "-d", name,
                  stdin=dump.read_bytes())  # fmt: skip

    def _run(self, name: str, *words: str, stdin: bytes = b"") -> bytes:
        done = subprocess.run(
            [self.programs / name, *words],
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            check=False,
            timeout=START_S,
            **self._as,
        )
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr.decode(errors='replace')[-2000:]}")
        return done.stdout


def _unprivileged() -> dict[str, Any]:
    """For a subprocess of root: whom to run it as."""
    if os.name != "posix" or os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise RuntimeError("neither postgres nor nobody is a user of this machine")
