"""A console's certificate over its life: rotated by the office's clock, and what goes wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from db.office import access, keys
from db.office.__main__ import main
from db.sync.enrolment import EnrolmentRefused
from db.sync.exchange import Lost, Reply, Request
from db.sync.health import SyncIncident
from db.sync.office_sync import Clocks, OfficeSync, Token
from db.sync.transport import HttpsTransport
from tests.office.asgi import Clock, new_office
from tests.office.letting_in import let_in
from tests.office.rows import ME, OTHER, Chain
from tests.office.serving import Served, serving
from tests.sync.joined import enrolled
from tests.sync.memory import MemoryJournal, MemoryReceipts
from tests.sync.mutual_tls import DAY_US, another, beat, issued, told, wire, written


class Console:
    """A sync over real TLS whose rotations are asked for by its clock."""

    def __init__(self, served: Served, transport: HttpsTransport, token: Token) -> None:
        self.served = served
        self.clock = Clock()
        self.kept: list[Token] = []
        self.lose = False
        self.transport = transport
        self.ahead_us = 0
        journal = MemoryJournal(ME)
        journal.append("ops", Chain(1).rows[0])
        self.sync = OfficeSync(
            journal,
            MemoryReceipts(journal),
            self.send,
            lambda *_: True,
            token,
            Clocks(self.clock.monotonic_s, self.utc_us),
            keep_token=self.kept.append,
            random=Random(1),
        )

    def utc_us(self) -> int:
        return self.served.office.clock_us() + self.ahead_us

    def send(self, request: Request) -> Reply:
        reply = self.transport(request)
        if self.lose and request.path == "/v1/tokens/renew":
            raise Lost("deadline")
        return reply

    def go(self, times: int = 6) -> SyncIncident | None:
        """So many steps, each two hours after the other."""
        for _ in range(times):
            self.clock.now_s += 7200
            self.sync.hurry()
            self.sync._beat_at_s = self.clock.now_s
            self.sync.step()
            self.sync._beat_at_s = 1e12
            self.sync.step()
        return self.sync.health.incident


def test_a_rotation_whose_answer_is_lost_is_asked_again_with_the_old_key(served: Served):
    now_us = served.office.clock_us()
    served.office.clock_us = lambda: now_us - 61 * DAY_US
    token = let_in(served.office, ME)
    served.office.clock_us = lambda: now_us
    with wire(served) as transport:
        console = Console(served, transport, token)
        console.lose = True
        assert console.go() is None
        assert console.kept == []
        served.office.clock_us = lambda: now_us + 25 * DAY_US
        console.lose = False
        assert console.go() is None
        assert console.sync.health.failure == ""
        (fresh,) = console.kept
        assert fresh.identity is not None
        assert token.identity is not None
        assert console.sync.token == fresh
        assert fresh.identity.thumbprint != token.identity.thumbprint
        assert told(transport, beat(token)) == ""  # for a day
        served.office.clock_us = lambda: now_us + 27 * DAY_US
        assert told(transport, beat(token)) == "access.token"
        assert console.go() is None
        assert told(transport, beat(fresh)) == ""


def test_a_console_rotates_by_the_offices_clock_not_its_own(served: Served):
    now_us = served.office.clock_us()
    token = let_in(served.office, ME)
    served.office.clock_us = lambda: now_us + 61 * DAY_US
    with wire(served) as transport:
        console = Console(served, transport, token)
        console.ahead_us = -300 * DAY_US
        assert console.go() is None
        assert len(console.kept) == 1


@pytest.mark.parametrize(
    ("damage", "code", "params"),
    [
        ("expired", "sync.expired", ()),
        ("revoked", "sync.access", (("status", 401), ("reason", "access.token"))),
        ("other", "sync.certificate", (("reason", "other"),)),
        ("foreign", "sync.certificate", (("reason", "refused"),)),
    ],
)
def test_the_console_is_told_what_is_wrong_with_its_certificate(
    served: Served, tmp_path: Path, damage: str, code: str, params: tuple[Any, ...]
):
    token = let_in(served.office, ME)
    now_us = served.office.clock_us()
    if damage == "expired":
        with served.office.database.write() as connection:
            connection.exec_driver_sql(f"UPDATE certificates SET not_after_us = {now_us}")
    elif damage == "revoked":
        main(["revoke", str(served.folder), ME])
    elif damage == "other":
        token = replace(token, identity=let_in(served.office, OTHER).identity)
    else:
        token = replace(token, identity=issued(another(tmp_path), ME, now_us))
    with wire(served) as transport:
        incident = Console(served, transport, token).go(2)
    assert incident is not None
    assert (incident.code, incident.params) == (code, params)
    assert written(served) == 0


def test_an_office_of_before_whose_authority_is_elsewhere_serves_on_and_enrols_nobody(
    tmp_path: Path,
):
    folder = new_office(tmp_path / "office")
    for name in (keys.CA_KEY, keys.CONSOLES, keys.CONSOLES_KEY):
        (folder / name).rename(tmp_path / name)
    with serving(folder) as served:
        with pytest.raises(EnrolmentRefused) as caught:
            enrolled(served, ME)
        assert caught.value.code == "enrol.authority"
        with served.office.database.write() as connection:
            now_us = served.office.clock_us()
            text = access.issue_token(connection, access.CONSOLE, ME, "technician", now_us).token
            query = f"INSERT INTO consoles (console_id, name, enrolled_us) VALUES ('{ME}', 'x', 1)"
            connection.exec_driver_sql(query)
        with wire(served) as transport:
            console = Console(served, transport, Token(text, 0))
            assert console.go() is None
            assert {token.identity for token in console.kept} == {None}
    (tmp_path / keys.CA_KEY).rename(folder / keys.CA_KEY)
    with serving(folder) as served, wire(served) as transport:
        assert told(transport, beat(console.sync.token)) == ""
        with served.office.database.read() as connection:
            query = "SELECT count(*) FROM certificates"
            assert connection.exec_driver_sql(query).scalar_one() == 0
        account, token = enrolled(served, OTHER)
        assert account.console_id == OTHER
        assert token.identity is not None
