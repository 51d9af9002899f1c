"""The console's link to a real office over TLS: enrolled, taken up again, left, and every no."""

from __future__ import annotations

import os
import socket
import ssl
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from keyring.errors import KeyringLocked

from console.core import office_joining
from console.core.office import OfficeLink
from console.core.office_file import FILE_NAME, OfficeFile
from console.core.office_watch import wrong
from console.core.vault import Vault
from console.domain import facts as f
from console.domain.problem import Problem, Refused
from console.qt.wording import catalogue, say_problem
from db.invitation import Invitation, read_invitation
from db.office import access, keys
from db.office.roll import enrolled
from db.office.service import DATABASE
from db.sync.enrolment import EnrolmentRefused
from db.sync.health import Level
from db.writer import JournalWriter
from tests.core.safe import Safe
from tests.db.rows import SMALL, row
from tests.office.asgi import new_office
from tests.office.engines import SQLITE
from tests.office.letting_in import let_in
from tests.office.serving import Served, serving
from tests.sync.test_end_to_end import rows_of, until

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


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def office(tmp_path: Path, desk: Desk) -> Iterator[Served]:
    new_office(tmp_path / "office")
    with serving(tmp_path / "office") as served:
        yield served
        desk.link.close()


def a_code(served: Served, console: str | None = None, ago_us: int = 0) -> str:
    now_us = served.office.clock_us() - ago_us
    with served.office.database.write() as connection:
        return access.issue_code(connection, "technician", now_us, console)


def level_with(link: OfficeLink) -> bool:
    health = link.health()
    if health is None or health.offset_us is None:
        return False
    return health.last_ack_us > 0 and health.unsent_rows == 0


def test_a_console_is_enrolled_pushes_and_goes_on_after_a_restart(desk: Desk, office: Served):
    link = desk.link
    assert (link.health(), link.account()) == (None, None)
    line = Invitation(office.url, office.fingerprint, a_code(office)).line()
    told = read_invitation(f"Kính gửi:\n{line.replace(' ', chr(10))}\n")
    account = link.enrol(told.url, told.sha256, told.code, "Buôn Hồ")
    assert link.account() == account
    assert (account.url, account.name) == (office.url, "Buôn Hồ")
    until(lambda: level_with(link))
    enrolled = f.OfficeEnrolled(account.office.office_id, office.url, account.since_us)
    assert desk.told == [enrolled]
    _, token, _, passphrase = next(iter(desk.safe.kept.values())).split(" ")
    for path in desk.folder.rglob("*"):
        if path.is_file() and "office" not in path.parent.name:
            for secret in (token, passphrase):
                assert secret.encode() not in path.read_bytes()
    (key,) = desk.keys()
    assert "BEGIN ENCRYPTED PRIVATE KEY" in key.read_text()
    if os.name == "posix":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    desk.writer.append_many([row(n) for n in range(20, 30)]).result()
    again = desk.again()
    journal = office.folder / "office.sqlite3"
    until(lambda: level_with(again) and len(rows_of(journal)) == 30)
    assert again.account() == account
    assert rows_of(journal) == rows_of(desk.folder / "store/journal.sqlite3")


def test_leaving_forgets_the_token_and_coming_back_needs_a_code_of_its_own(
    desk: Desk, office: Served
):
    desk.link.enrol(office.url, office.fingerprint, a_code(office), "x")
    until(lambda: level_with(desk.link))
    account = desk.link.account()
    assert account is not None
    desk.link.leave()
    assert desk.link.health() is None
    assert desk.link.account() is None
    assert desk.safe.kept == {}
    assert not (desk.folder / FILE_NAME).exists()
    assert desk.keys() == []
    assert desk.told[-1] == f.OfficeLeft(account.office.office_id, office.url)
    kept = [path.name for path in (desk.folder / "store").glob("receipts*.json")]
    assert kept == [f"receipts-{account.office.office_id[:32]}.json"]
    taken = desk.refused(office.url, office.fingerprint, a_code(office))
    assert (taken.code, dict(taken.params)) == ("office.taken", {"console": desk.console_id})
    desk.link.enrol(office.url, office.fingerprint, a_code(office, desk.console_id), "x")
    until(lambda: level_with(desk.link))
    assert [p.name for p in (desk.folder / "store").glob("receipts*.json")] == ["receipts.json"]


@pytest.mark.parametrize(
    ("url", "sha256", "code", "why"),
    [
        ("office.example:8443", ANY, "X", "office.url"),
        ("https://office.example:port", ANY, "X", "office.url"),
        ("https://me@office.example", ANY, "X", "office.url"),
        ("https://office.example/v1", ANY, "X", "office.url"),
        ("http://127.0.0.1:1", ANY, "X", "office.not_https"),
        ("https://127.0.0.1:1", "12:34", "X", "office.fingerprint"),
        ("https://127.0.0.1:1", ANY, " ", "office.no_code"),
        ("https://127.0.0.1:1", ANY, "X", "office.unreachable"),
    ],
)
def test_what_was_typed_is_refused_with_its_reason(
    desk: Desk, url: str, sha256: str, code: str, why: str
):
    assert desk.refused(url, sha256, code).code == why
    assert desk.link.health() is None


def test_a_code_is_good_once_and_for_fifteen_minutes_and_only_at_that_certificate(
    desk: Desk, office: Served
):
    code = a_code(office)
    assert desk.refused(office.url, ANY, code).code == "office.certificate"
    old = a_code(office, ago_us=16 * 60 * 1_000_000)
    assert desk.refused(office.url, office.fingerprint, old).code == "office.code"
    used = a_code(office)
    let_in(office.office, "f" * 32, code=used)
    assert desk.refused(office.url, office.fingerprint, used).code == "office.code"
    desk.link.enrol(office.url, office.fingerprint, code, "x")  # it never left before


@pytest.mark.parametrize(
    ("code", "reason", "why"),
    [
        ("lost", "deadline", "office.deadline"),
        ("lost", "large", "office.not_office"),
        ("request.often", "", "office.often"),
        ("request.body", "", "office.not_office"),
        ("request.invalid", "", "office.other_version"),
        ("enrol.authority", "", "office.no_authority"),
    ],
)
def test_every_other_no_has_its_sentence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, code: str, reason: str, why: str
):
    def refuses(*_: object) -> None:
        raise EnrolmentRefused(code, reason)

    monkeypatch.setattr(office_joining, "enrol", refuses)
    problem = desk.refused("https://office.example:8443")
    assert problem.code == why
    assert "{" not in say_problem(problem)


@contextmanager
def answering(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Something at a port that does what it likes with each caller."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller:
                try:
                    talk(caller)
                except OSError:
                    pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        with socket.socket() as last:
            last.connect_ex(listener.getsockname())
        listener.close()
        thread.join(10)


def test_what_does_not_speak_tls_is_told(desk: Desk):
    with answering(lambda caller: caller.sendall(b"HTTP/1.0 400 no\r\n\r\n")) as url:
        assert desk.refused(url).code == "office.not_tls"


def test_another_server_with_a_good_certificate_is_no_office(desk: Desk, office: Served):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(office.folder / keys.SERVER, office.folder / keys.SERVER_KEY)

    def talk(caller: socket.socket) -> None:
        with context.wrap_socket(caller, server_side=True) as secured:
            asked = b""
            while b"}" not in asked and (more := secured.recv(4096)):
                asked += more
            secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    with answering(talk) as url:
        assert desk.refused(url, office.fingerprint).code == "office.not_office"


def test_closing_ends_an_enrolment_that_nobody_answers(desk: Desk):
    let_go = threading.Event()
    came = threading.Event()

    def talk(caller: socket.socket) -> None:
        came.set()
        let_go.wait(20)

    with answering(talk) as url:
        found: list[str] = []
        asking = threading.Thread(target=lambda: found.append(desk.refused(url).code))
        asking.start()
        assert came.wait(10)
        began = time.monotonic()
        desk.link.close()
        asking.join(10)
        assert time.monotonic() - began < 5
        let_go.set()
    assert found == ["office.closed"]


@pytest.mark.parametrize(
    ("vault", "why"),
    [
        (Vault(None, Problem.of("keyring.absent")), "office.keyring_absent"),
        (Vault(None, Problem.of("keyring.unsafe", backend="x")), "office.keyring_unsafe"),
    ],
)
def test_without_a_keyring_no_code_is_used_up(desk: Desk, office: Served, vault: Vault, why: str):
    file = OfficeFile(desk.folder / FILE_NAME, lambda: vault)
    code = a_code(office)
    with pytest.raises(Refused) as told:
        OfficeLink(desk.writer, file, desk.told.append).enrol(
            office.url, office.fingerprint, code, "x"
        )
    assert told.value.problem.code == why
    desk.link.enrol(office.url, office.fingerprint, code, "x")


def test_a_keyring_that_is_locked_at_the_start_stops_the_sync_alone_and_is_asked_again(
    desk: Desk, office: Served
):
    desk.link.enrol(office.url, office.fingerprint, a_code(office), "x")
    desk.safe.error = KeyringLocked("locked")
    link = desk.again()
    until(lambda: link.problem is not None)
    assert link.problem == Problem("office.keyring_locked", (), "KeyringLocked")
    health = link.health()
    assert health is not None
    assert health.level is Level.RED
    assert health.incident is not None
    assert health.incident.code == "sync.stopped"
    desk.safe.error = None
    link.hurry()
    until(lambda: level_with(link))
    assert link.problem is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1]", '{"url": "x"}', "\x00" * 50],
    ids=["empty", "cut", "list", "part", "zeros"],
)
def test_an_account_that_cant_be_read_is_told_and_can_be_made_anew(
    desk: Desk, office: Served, text: str
):
    (desk.folder / FILE_NAME).write_text(text)
    link = desk.again()
    until(lambda: link.problem is not None)
    assert link.problem is not None
    assert link.problem.code == "office.unreadable"
    link.enrol(office.url, office.fingerprint, a_code(office), "x")
    until(lambda: level_with(link))
    assert link.problem is None


def test_an_account_of_another_console_and_a_token_that_is_gone_are_told(
    desk: Desk, office: Served
):
    desk.link.enrol(office.url, office.fingerprint, a_code(office), "x")
    kept, desk.safe.kept = desk.safe.kept, {}
    link = desk.again()
    until(lambda: link.problem is not None)
    assert link.problem == Problem.of("office.no_token", url=office.url)
    desk.safe.kept = kept
    path = desk.folder / FILE_NAME
    path.write_text(path.read_text().replace(desk.console_id, "0" * 32))
    link = desk.again()
    until(lambda: link.problem is not None)
    assert link.problem is not None
    assert link.problem.code == "office.other_console"


@pytest.mark.parametrize("damage", ["gone", "cut", "another's", "passphrase"])
def test_a_key_that_cant_be_opened_is_told_and_can_be_put_back_or_made_anew(
    desk: Desk, office: Served, damage: str
):
    desk.link.enrol(office.url, office.fingerprint, a_code(office), "x")
    until(lambda: level_with(desk.link))
    (path,) = desk.keys()
    ((where, kept),) = desk.safe.kept.items()
    whole = path.read_text()
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_text(whole[:300])
    elif damage == "another's":
        identity = let_in(office.office, "f" * 32).identity
        assert identity is not None
        path.write_text(identity.pem)
    else:
        desk.safe.kept[where] = kept[:-1]
    link = desk.again()
    until(lambda: link.problem is not None)
    assert link.problem is not None
    assert (link.problem.code, dict(link.problem.params)) == ("office.key", {"file": str(path)})
    assert "{" not in say_problem(link.problem)
    health = link.health()
    assert health is not None
    assert health.incident is not None
    assert health.incident.code == "sync.stopped"
    if damage == "gone":
        desk.link.enrol(office.url, office.fingerprint, a_code(office, desk.console_id), "x")
    else:
        path.write_text(whole)
        desk.safe.kept[where] = kept
        link.hurry()
    until(lambda: level_with(link) and link.problem is None)


def test_a_rotated_key_takes_the_place_of_the_old_one_and_is_used_after_a_restart(
    desk: Desk, office: Served
):
    desk.link.enrol(office.url, office.fingerprint, a_code(office), "x")
    until(lambda: level_with(desk.link))
    (old,) = desk.keys()
    ((where, kept),) = desk.safe.kept.items()
    desk.safe.kept[where] = f"1 {kept.partition(' ')[2]}"  # so old that it is changed at once
    link = desk.again()
    until(lambda: desk.keys() != [old] and len(desk.keys()) == 1)
    until(lambda: level_with(link))
    again = desk.again()
    desk.writer.append_many([row(n) for n in range(20, 30)]).result()
    until(lambda: level_with(again) and len(rows_of(office.folder / DATABASE)) == 30)
    with office.office.database.read() as connection:
        (told,) = enrolled(connection, office.office.clock_us())
    (new,) = desk.keys()
    shown = x509.load_pem_x509_certificate(new.read_bytes())
    assert (told.state, told.serial) == ("admitted", f"{shown.serial_number:x}")
    assert shown.fingerprint(SHA256()).hex()[:16] in new.name


def test_an_office_restored_from_before_the_enrolment_wants_a_new_code(desk: Desk, tmp_path: Path):
    folder = new_office(tmp_path / "office")
    with serving(folder) as office:
        SQLITE.back_up(folder, tmp_path / "backup")
        desk.link.enrol(office.url, office.fingerprint, a_code(office), "x")
        until(lambda: level_with(desk.link))
        port = int(office.url.rsplit(":", 1)[1])
        desk.link.close()
    SQLITE.restore(folder, tmp_path / "backup")
    with serving(folder, port) as office:
        link = desk.again()
        until(lambda: (h := link.health()) is not None and h.incident is not None)
        health = link.health()
        assert health is not None
        assert health.incident is not None
        assert health.incident.code == "sync.access"
        link.enrol(office.url, office.fingerprint, a_code(office), "x")
        until(lambda: level_with(link))
        assert len(rows_of(folder / DATABASE)) == 20
        assert len(desk.keys()) == 1
        desk.link.close()


def test_a_certificate_that_has_run_out_is_an_incident_that_says_what_to_do(
    desk: Desk, office: Served
):
    desk.link.enrol(office.url, office.fingerprint, a_code(office), "x")
    until(lambda: level_with(desk.link))
    with office.office.database.write() as connection:
        connection.exec_driver_sql("UPDATE certificates SET not_after_us = 1")
    desk.link.hurry()
    until(lambda: (h := desk.link.health()) is not None and h.incident is not None)
    health = desk.link.health()
    assert health is not None
    assert health.incident is not None
    assert health.incident.code == "sync.expired"
    assert list(wrong(health)) == ["office_expired"]
    for language in ("vi", "en"):
        text = catalogue(language)["problem.sync.expired"]
        assert "hnth-office code" in str(text)


def test_a_token_that_cant_be_kept_is_used_and_kept_once_the_keyring_opens(
    desk: Desk, office: Served
):
    desk.link.enrol(office.url, office.fingerprint, a_code(office), "x")
    ((where, kept),) = desk.safe.kept.items()
    old = f"1 {kept.partition(' ')[2]}"  # so old that it is changed at once
    desk.safe.kept[where] = old
    desk.safe.refuses_new = True
    link = desk.again()
    until(lambda: link.problem is not None)
    assert link.problem is not None
    assert link.problem.code == "office.keyring_locked"
    until(lambda: (h := link.health()) is not None and h.incident is not None)
    health = link.health()
    assert health is not None
    assert health.incident is not None
    assert (health.incident.code, health.failure) == ("sync.token", "")
    desk.safe.refuses_new = False
    link.hurry()
    until(lambda: link.problem is None)
    assert desk.safe.kept[where] not in (kept, old)
    again = desk.again()
    until(lambda: level_with(again))
