"""What a console keeps of its office: a keyring that is locked, a file or token that is gone."""

from __future__ import annotations

import pytest
from keyring.errors import KeyringLocked

from console.core.office import OfficeLink
from console.core.office_file import FILE_NAME, OfficeFile
from console.core.vault import Vault
from console.domain.problem import Problem, Refused
from db.sync.health import Level
from tests.core.office_link.bench import Desk, level_with
from tests.office.letting_in import a_code
from tests.office.serving import Served
from tests.sync.joined import until


@pytest.mark.parametrize(
    ("vault", "why"),
    [
        (Vault(None, Problem.of("keyring.absent")), "office.keyring_absent"),
        (Vault(None, Problem.of("keyring.unsafe", backend="x")), "office.keyring_unsafe"),
    ],
)
def test_without_a_keyring_no_code_is_used_up(desk: Desk, office: Served, vault: Vault, why: str):
    file = OfficeFile(desk.folder / FILE_NAME, lambda: vault)
    code = a_code(office.office)
    with pytest.raises(Refused) as told:
        OfficeLink(desk.writer, file, desk.told.append).enrol(
            office.url, office.fingerprint, code, "x"
        )
    assert told.value.problem.code == why
    desk.link.enrol(office.url, office.fingerprint, code, "x")


def test_a_keyring_that_is_locked_at_the_start_stops_the_sync_alone_and_is_asked_again(
    desk: Desk, office: Served
):
    desk.link.enrol(office.url, office.fingerprint, a_code(office.office), "x")
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
    link.enrol(office.url, office.fingerprint, a_code(office.office), "x")
    until(lambda: level_with(link))
    assert link.problem is None


def test_an_account_of_another_console_and_a_token_that_is_gone_are_told(
    desk: Desk, office: Served
):
    desk.link.enrol(office.url, office.fingerprint, a_code(office.office), "x")
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


def test_a_token_that_cant_be_kept_is_used_and_kept_once_the_keyring_opens(
    desk: Desk, office: Served
):
    desk.link.enrol(office.url, office.fingerprint, a_code(office.office), "x")
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
