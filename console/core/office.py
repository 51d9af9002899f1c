"""OfficeLink: this console's link to the office. Enrols, pushes what was journalled, says how it
does (decision 100)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from console.core.office_file import FILE_NAME, Account, OfficeFile
from console.core.office_joining import console_id_of, join
from console.core.office_running import Running
from console.core.vault import Vault
from console.domain import facts as f
from console.domain.problem import Problem, Refused
from db import queries
from db.directory import Directory
from db.fault import StoreFault
from db.invitation import Invitation
from db.reading import Store
from db.record import OPS
from db.sync.health import SyncHealth, SyncIncident
from db.sync.office_sync import Clocks, Token
from db.sync.receipts import FILE as RECEIPTS
from db.sync.transport import HttpsTransport
from db.sync.witness import FILE as WITNESS

_log = logging.getLogger(__name__)


class OfficeLink:
    """One console's link to its office. `health`, `account` and `hurry` are cheap and for any
    thread; `enrol` and `leave` block (network, keyring, disk) and are called off the window's.

    `store` is the journal to push, `file` what is kept of the office, `tell` takes facts for the
    journal. `folder` is where receipts and directory are, the store's own where it is not said.
    """

    def __init__(
        self,
        store: Store,
        file: OfficeFile,
        tell: Callable[[f.Fact], None],
        clocks: Clocks | None = None,
        folder: Path | None = None,
    ) -> None:
        self._store = store
        self._file = file
        self._tell = tell
        self._clocks = clocks or Clocks(time.monotonic, lambda: time.time_ns() // 1000)
        self._folder = folder or store.folder
        self._lock = threading.Lock()
        self._account: Account | None = None
        self._running: Running | None = None
        self._unkept: Token | None = None
        self._stopped: SyncIncident | None = None
        self._exchange: HttpsTransport | None = None
        self._closed = False
        self.directory: Directory | None = None
        """The office's reference data; None where the console belongs to no office, and where its
        file can't be opened."""
        self.problem: Problem | None = None
        """Why an account that is there can't be used, or its token not be kept; None if it can."""

    # -- any thread ----------------------------------------------------------------------------

    def health(self) -> SyncHealth | None:
        """How the sync does; None where the console belongs to no office."""
        running, stopped = self._running, self._stopped
        if running is None:
            return None if stopped is None else SyncHealth(incident=stopped)
        health = running.health
        return health if stopped is None or health.incident else replace(health, incident=stopped)

    def account(self) -> Account | None:
        """The office this console belongs to."""
        return self._account

    def walked(self) -> int:
        """How far the walk over the journal's own rows came, which finds an altered one."""
        running = self._running
        return 0 if running is None else running.walked(OPS)

    def begin(self) -> None:
        """Take up what is kept of the office, in a thread of its own: the keyring may ask its
        user to unlock it, and that may take as long as it takes."""
        threading.Thread(target=self._begin, name="office-begin", daemon=True).start()

    def hurry(self) -> None:
        """Try at once: the network is back, the keyring is open, or a person asks."""
        running = self._running
        if running is not None:
            running.hurry()
        if self.problem is not None:
            self.begin()

    # -- off the window's thread ---------------------------------------------------------------

    def enrol(self, url: str, fingerprint: str, code: str, name: str = "") -> Account:
        """Use a code up and begin to push. Raises Refused; the console then is as it was."""
        with self._lock:
            asked = Invitation(url, fingerprint, code)
            now_us = self._clocks.utc_us()
            account, token = join(self._store, self._file, asked, name, now_us, self._watch)
            self._stop()
            before = self._account.office.office_id if self._account is not None else ""
            if self._account is not None and before != account.office.office_id:
                self._put_receipts_away(self._account)
                self._forget_directory()
            self._take_receipts_back(account)
            self._run(account, token)
        return account

    def leave(self) -> None:
        """Belong to no office any more; what was journalled stays here. Raises Refused.

        The office's own record of this console is its administrator's to revoke.
        """
        with self._lock:
            account = self._account
            self._file.forget(account)
            self._stop()
            self._account, self.problem, self._stopped, self._unkept = None, None, None, None
            self._forget_directory()
            if account is not None:
                self._put_receipts_away(account)
                self._tell(f.OfficeLeft(account.office.office_id, account.url))

    def close(self) -> None:
        """End the thread and the exchange under way; takes as long as one step at most."""
        self._closed = True
        if self._exchange is not None:
            self._exchange.close()
        self._end()

    # -- inside --------------------------------------------------------------------------------

    def _watch(self, exchange: HttpsTransport | None) -> None:
        """The exchange of an enrolment, so that closing ends it."""
        self._exchange = exchange
        if self._closed and exchange is not None:
            exchange.close()

    def _end(self) -> None:
        running, directory = self._running, self.directory
        if running is not None:
            running.close()
        if directory is not None:
            directory.close()

    def _begin(self) -> None:
        with self._lock:
            try:
                if self._running is not None:
                    self._keep_again()
                else:
                    self._take_up()
            except Refused as refused:
                code = "sync.stopped" if self._running is None else "sync.token"
                self._fails(code, refused.problem)

    def _take_up(self) -> None:
        """Begin with what is kept. Raises Refused."""
        self._account = account = self._file.account()
        if account is None:
            self.problem, self._stopped = None, None
            return
        if account.office.console_id != console_id_of(self._store):
            raise Refused(Problem.of("office.other_console", file=str(self._file.path)))
        self._run(account, self._file.token(account))

    def _run(self, account: Account, token: Token) -> None:
        self._account, self.problem, self._stopped, self._unkept = account, None, None, None
        self._open_directory()
        self._running = Running(
            self._store,
            self._folder,
            self.directory,
            account,
            token,
            self._clocks,
            self._keep_token,
        )
        if self._closed:  # while this was being made
            self._end()
        self._tell_once(account)

    def _open_directory(self) -> None:
        """Evidence goes to the office whether there is a directory or not."""
        if self.directory is None:
            try:
                self.directory = Directory(self._folder, clock_us=self._clocks.utc_us)
            except StoreFault as fault:
                _log.warning("the directory can't be opened: %s", fault)

    def _forget_directory(self) -> None:
        directory, self.directory = self.directory, None
        if directory is not None:
            with suppress(StoreFault):
                directory.clear()
            directory.close()

    def _stop(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.close()

    def _keep_token(self, token: Token) -> None:
        """A token that took the place of another; where it can't be kept it is used all the same,
        and kept once the keyring opens."""
        self._unkept = token
        try:
            self._keep_again()
        except Refused as refused:
            self._fails("sync.token", refused.problem)

    def _keep_again(self) -> None:
        token, account = self._unkept, self._account
        if token is not None and account is not None:
            self._file.keep_token(account, token)
        self._unkept, self.problem, self._stopped = None, None, None

    def _fails(self, code: str, problem: Problem) -> None:
        _log.warning("the office's account: %s", problem.code)
        self.problem = problem
        told = (("reason", problem.code),)
        self._stopped = SyncIncident(code, told, self._clocks.utc_us())

    def _tell_once(self, account: Account) -> None:
        """Tell the journal of an enrolment that it does not know of: one made on a terminal."""
        kinds = [kind.__name__ for kind in (f.OfficeEnrolled, f.OfficeLeft)]
        fact = f.OfficeEnrolled(account.office.office_id, account.url, account.since_us)
        with suppress(StoreFault):
            newest = queries.latest(self._store, 1, kinds=kinds)
            if newest and fact == _fact(newest[0]):
                return
        self._tell(fact)

    def _put_receipts_away(self, account: Account) -> None:
        """Another office has signed nothing: what this one did is kept under its name."""
        for name in (RECEIPTS, WITNESS):
            with suppress(OSError):
                (self._folder / name).replace(self._away(name, account))

    def _take_receipts_back(self, account: Account) -> None:
        for name in (RECEIPTS, WITNESS):
            with suppress(OSError):
                if not (self._folder / name).exists():
                    self._away(name, account).rename(self._folder / name)

    def _away(self, name: str, account: Account) -> Path:
        known = "".join(c for c in account.office.office_id if c.isalnum())[:32]
        return self._folder / f"{name.removesuffix('.json')}-{known}.json"


def _fact(row: queries.StoredRow) -> f.Fact | None:
    from console.core.journal import read_event

    event = read_event(row)
    return event.fact if event is not None else None


def system_file(folder: Path) -> OfficeFile:
    """What a console with this data folder keeps of its office; the token is in the keyring."""
    return OfficeFile(folder / FILE_NAME, Vault.of_system)
