"""The link to a real office over TLS: enrolled, taken up again, left, wanted anew."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from console.core.office_file import FILE_NAME
from console.domain import facts as f
from db.invitation import Invitation, read_invitation
from db.office.service import DATABASE
from tests.core.office_link.bench import ANY, Desk, level_with
from tests.db.rows import row
from tests.office.asgi import new_office
from tests.office.engines import SQLITE
from tests.office.letting_in import a_code, let_in
from tests.office.serving import Served, serving
from tests.sync.joined import rows_of, until


def test_a_console_is_enrolled_pushes_and_goes_on_after_a_restart(desk: Desk, office: Served):
    link = desk.link
    assert (link.health(), link.account()) == (None, None)
    line = Invitation(office.url, office.fingerprint, a_code(office.office)).line()
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
    desk.link.enrol(office.url, office.fingerprint, a_code(office.office), "x")
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
    taken = desk.refused(office.url, office.fingerprint, a_code(office.office))
    assert (taken.code, dict(taken.params)) == ("office.taken", {"console": desk.console_id})
    desk.link.enrol(office.url, office.fingerprint, a_code(office.office, desk.console_id), "x")
    until(lambda: level_with(desk.link))
    assert [p.name for p in (desk.folder / "store").glob("receipts*.json")] == ["receipts.json"]


def test_a_code_is_good_once_and_for_fifteen_minutes_and_only_at_that_certificate(
    desk: Desk, office: Served
):
    code = a_code(office.office)
    assert desk.refused(office.url, ANY, code).code == "office.certificate"
    old = a_code(office.office, ago_us=16 * 60 * 1_000_000)
    assert desk.refused(office.url, office.fingerprint, old).code == "office.code"
    used = a_code(office.office)
    let_in(office.office, "f" * 32, code=used)
    assert desk.refused(office.url, office.fingerprint, used).code == "office.code"
    desk.link.enrol(office.url, office.fingerprint, code, "x")  # it never left before


def test_an_office_restored_from_before_the_enrolment_wants_a_new_code(desk: Desk, tmp_path: Path):
    folder = new_office(tmp_path / "office")
    with serving(folder) as office:
        SQLITE.back_up(folder, tmp_path / "backup")
        desk.link.enrol(office.url, office.fingerprint, a_code(office.office), "x")
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
        link.enrol(office.url, office.fingerprint, a_code(office.office), "x")
        until(lambda: level_with(link) and len(rows_of(folder / DATABASE)) == 20)
        assert len(desk.keys()) == 1
        desk.link.close()
