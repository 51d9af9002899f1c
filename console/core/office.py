"""OfficeLink: this console's link to the office. Enrols, pushes what was journalled, says how it
does (decision 100)."""

from __future__ import annotations

import logging
import platform
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import SystemRandom
from urllib.parse import urlsplit

from console.core.office_file import FILE_NAME, Account, OfficeFile
from console.core.vault import Vault
from console.domain import facts as f
from console.domain.problem import Problem, Refused
from console.domain.text import clean_name
from db import queries
from db.fault import StoreFault
from db.invitation import plain_sha256
from db.protocol import STREAMS
from db.reading import Store
from db.sync.enrolment import EnrolmentRefused, enrol
from db.sync.health import SyncHealth, SyncIncident
from db.sync.office_sync import Clocks, OfficeSync, Token
from db.sync.receipts import FILE as RECEIPTS
from db.sync.receipts import ReceiptFile
from db.sync.runner import SyncRunner
from db.sync.source import StoreJournal
from db.sync.transport import Anchor, HttpsTransport, office_transport

MOST_NAME = 200
_log = logging.getLogger(__name__)


class OfficeLink:
    """One console's link to its office. `health`, `account` and `hurry` are cheap and for any
    thread; `enrol` and `leave` block (network, keyring, disk) and are called off the window's.

    `store` is the journal to push, `file` what is kept of the office, `tell` takes facts for the
    journal. `receipts` is the folder of the receipts, the store's own where it is not said.
    """

    def __init__(
        self,
        store: Store,
        file: OfficeFile,
        tell: Callable[[f.Fact], None],
        clocks: Clocks | None = None,
        receipts: Path | None = None,
    ) -> None:
        self._store = store
        self._file = file
        self._tell = tell
        self._clocks = clocks or Clocks(time.monotonic, lambda: time.time_ns() // 1000)
        self._receipts = receipts or store.folder
        self._lock = threading.Lock()
        self._account: Account | None = None
        self._runner: SyncRunner | None = None
        self._unkept: Token | None = None
        self._stopped: SyncIncident | None = None
        self._exchange: HttpsTransport | None = None
        self._closed = False
        self.problem: Problem | None = None
        """Why an account that is there can't be used, or its token not be kept; None if it can."""

    # -- any thread ----------------------------------------------------------------------------

    def health(self) -> SyncHealth | None:
        """How the sync does; None where the console belongs to no office."""
        runner, stopped = self._runner, self._stopped
        if runner is None:
            return None if stopped is None else SyncHealth(incident=stopped)
        health = runner.health
        return health if stopped is None or health.incident else replace(health, incident=stopped)

    def account(self) -> Account | None:
        """The office this console belongs to."""
        return self._account

    def begin(self) -> None:
        """Take up what is kept of the office, in a thread of its own: the keyring may ask its
        user to unlock it, and that may take as long as it takes."""
        threading.Thread(target=self._begin, name="office-begin", daemon=True).start()

    def hurry(self) -> None:
        """Try at once: the network is back, the keyring is open, or a person asks."""
        runner = self._runner
        if runner is not None:
            runner.hurry()
        if self.problem is not None:
            self.begin()

    # -- off the window's thread ---------------------------------------------------------------

    def enrol(self, url: str, fingerprint: str, code: str, name: str = "") -> Account:
        """Use a code up and begin to push. Raises Refused; the console then is as it was."""
        sha256, code = plain_sha256(fingerprint), "".join(code.split())
        if not sha256:
            raise Refused(Problem.of("office.fingerprint"))
        if not code:
            raise Refused(Problem.of("office.no_code"))
        url = checked_url(url)
        name = clean_name(name)[:MOST_NAME].strip() or platform.node()[:MOST_NAME]
        with self._lock:
            console_id = self._console_id()
            self._file.probe(console_id)
            transport = self._exchange = HttpsTransport(url, Anchor(sha256=sha256))
            try:
                if self._closed:
                    raise Refused(Problem.of("office.closed", host=url))
                office, token = enrol(transport, code, console_id, name)
            except EnrolmentRefused as refused:
                raise Refused(_problem(refused, url, console_id)) from refused
            finally:
                self._exchange = None
                transport.drop()
            account = Account(url, name, self._clocks.utc_us(), office)
            self._file.keep(account, token)
            self._stop()
            if self._account is not None and self._account.office.office_id != office.office_id:
                self._put_receipts_away(self._account)
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
            if account is not None:
                self._put_receipts_away(account)
                self._tell(f.OfficeLeft(account.office.office_id, account.url))

    def close(self) -> None:
        """End the thread and the exchange under way; takes as long as one step at most."""
        self._closed = True
        exchange, runner = self._exchange, self._runner
        if exchange is not None:
            exchange.close()
        if runner is not None:
            runner.close()

    # -- inside --------------------------------------------------------------------------------

    def _begin(self) -> None:
        with self._lock:
            try:
                if self._runner is not None:
                    self._keep_again()
                else:
                    self._take_up()
            except Refused as refused:
                self._fails("sync.stopped", refused.problem)

    def _take_up(self) -> None:
        """Begin with what is kept. Raises Refused."""
        self._account = account = self._file.account()
        if account is None:
            self.problem, self._stopped = None, None
            return
        if account.office.console_id != self._console_id():
            raise Refused(Problem.of("office.other_console", file=str(self._file.path)))
        self._run(account, self._file.token(account))

    def _run(self, account: Account, token: Token) -> None:
        transport = office_transport(account.url, account.office.ca_pem)
        journal, receipts = StoreJournal(self._store), ReceiptFile(self._receipts)
        sync = OfficeSync(
            journal,
            receipts,
            transport,
            account.office.verifies,
            token,
            self._clocks,
            keep_token=self._keep_token,
            random=SystemRandom(),
        )
        with suppress(StoreFault):
            newest = [receipts.newest(journal.place(stream)) for stream in STREAMS]
            last_us = max((known.received_us for known in newest if known), default=0)
            sync.health = replace(sync.health, last_ack_us=last_us)
        self._account, self.problem, self._stopped, self._unkept = account, None, None, None
        if self._closed:
            transport.close()
            return
        self._runner = runner = SyncRunner(sync, transport.close, transport.drop)
        runner.start()
        if self._closed:  # while this was being made
            runner.close()
        self._tell_once(account)

    def _stop(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.close()

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

    def _console_id(self) -> str:
        try:
            found = queries.identity(self._store)
        except StoreFault as fault:
            raise Refused(Problem(fault.code, tuple(sorted(fault.params.items())))) from fault
        if found is None:
            raise Refused(Problem.of("office.no_journal"))
        return found.console_id

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
        """Another office has signed nothing: receipts of this one are kept under its name."""
        with suppress(OSError):
            (self._receipts / RECEIPTS).replace(self._receipts_of(account))

    def _take_receipts_back(self, account: Account) -> None:
        with suppress(OSError):
            if not (self._receipts / RECEIPTS).exists():
                self._receipts_of(account).rename(self._receipts / RECEIPTS)

    def _receipts_of(self, account: Account) -> Path:
        known = "".join(c for c in account.office.office_id if c.isalnum())[:32]
        return self._receipts / f"receipts-{known}.json"


def checked_url(url: str) -> str:
    """The URL of an office: https, a host, no more. Raises Refused."""
    url = url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused(Problem.of("office.url", url=url[:200])) from None
    if parts.scheme == "http":
        raise Refused(Problem.of("office.not_https", url=url[:200]))
    extra = parts.path or parts.query or parts.fragment or parts.username
    if parts.scheme != "https" or not parts.hostname or extra or port == 0:
        raise Refused(Problem.of("office.url", url=url[:200]))
    return url


_LOST = {
    "deadline": "office.deadline",
    "unreachable": "office.unreachable",
    "certificate": "office.certificate",
    "closed": "office.closed",
    "not_http": "office.not_tls",
}
_REFUSED = {
    "enrol.code": "office.code",
    "enrol.taken": "office.taken",
    "request.often": "office.often",
    "lost": "office.not_office",
}


def _problem(refused: EnrolmentRefused, url: str, console_id: str) -> Problem:
    host = urlsplit(url).netloc
    code = _LOST.get(refused.reason) or _REFUSED.get(refused.code, "office.not_office")
    detail = "" if code != "office.not_office" else refused.reason or refused.code
    if code == "office.taken":
        return Problem.of(code, console=console_id)
    return Problem.of(code, detail, host=host)


def _fact(row: queries.StoredRow) -> f.Fact | None:
    from console.core.journal import read_event

    event = read_event(row)
    return event.fact if event is not None else None


def system_file(folder: Path) -> OfficeFile:
    """What a console with this data folder keeps of its office; the token is in the keyring."""
    return OfficeFile(folder / FILE_NAME, Vault.of_system)
