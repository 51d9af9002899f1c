"""The console's key and certificate: damaged, rotated, run out."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from console.core.office_watch import wrong
from console.qt.wording import catalogue, say_problem
from db.office.roll import enrolled
from db.office.service import DATABASE
from tests.core.office_link.bench import Desk, level_with
from tests.db.rows import row
from tests.office.letting_in import a_code, let_in
from tests.office.serving import Served
from tests.sync.joined import rows_of, until


@pytest.mark.parametrize("damage", ["gone", "cut", "another's", "passphrase"])
def test_a_key_that_cant_be_opened_is_told_and_can_be_put_back_or_made_anew(
    desk: Desk, office: Served, damage: str
):
    desk.link.enrol(office.url, office.fingerprint, a_code(office.office), "x")
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
        desk.link.enrol(office.url, office.fingerprint, a_code(office.office, desk.console_id), "x")
    else:
        path.write_text(whole)
        desk.safe.kept[where] = kept
        link.hurry()
    until(lambda: level_with(link) and link.problem is None)


def test_a_rotated_key_takes_the_place_of_the_old_one_and_is_used_after_a_restart(
    desk: Desk, office: Served
):
    desk.link.enrol(office.url, office.fingerprint, a_code(office.office), "x")
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


def test_a_certificate_that_has_run_out_is_an_incident_that_says_what_to_do(
    desk: Desk, office: Served
):
    desk.link.enrol(office.url, office.fingerprint, a_code(office.office), "x")
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
