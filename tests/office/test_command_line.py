"""`hnth-office`: what each command does, says, and refuses."""

from __future__ import annotations

import os
import socket
import ssl
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography import x509

from db.invitation import read_invitation
from db.office import access, keys
from db.office.__main__ import main
from db.office.service import DATABASE, Office
from db.sync.exchange import Lost, Request
from db.sync.transport import office_transport
from tests.office.asgi import new_office
from tests.office.letting_in import let_in
from tests.office.rows import ME


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return new_office(tmp_path / "office")


def test_an_office_is_made_once_with_keys_that_only_its_owner_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "new" / "office"
    assert main(["init", str(folder), "--host", "office.example", "--host", "192.0.2.7"]) == 0
    assert keys.server_fingerprint(folder) in capsys.readouterr().out
    before = {path.name: path.read_bytes() for path in folder.glob("*.*e*")}
    assert main(["init", str(folder)]) == 2
    assert "already there" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in folder.glob("*.*e*")} == before
    if os.name == "posix":
        for name in (keys.CA_KEY, keys.SERVER_KEY, keys.SIGNING_KEY):
            assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    certificate = x509.load_pem_x509_certificate((folder / keys.SERVER).read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(item.value) for item in names] == ["office.example", "192.0.2.7"]


def test_the_certificate_stands_the_strictest_check(folder: Path):
    context = ssl.create_default_context(cafile=folder / keys.CA)
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / keys.SERVER, folder / keys.SERVER_KEY)
    here, there = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = context.wrap_bio(here, there, server_hostname="127.0.0.1")
    answering = server.wrap_bio(there, here, server_side=True)
    for side in (asking, answering, asking):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            pass
    assert asking.version() == "TLSv1.3"


def test_a_new_certificate_is_of_the_same_authority(folder: Path):
    before, ca = keys.server_fingerprint(folder), (folder / keys.CA).read_bytes()
    assert main(["certificate", str(folder), "--host", "127.0.0.1"]) == 0
    assert keys.server_fingerprint(folder) != before
    assert (folder / keys.CA).read_bytes() == ca


def test_a_code_and_a_token_work_and_are_void_when_revoked(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["code", str(folder), "--role", "mcu_operator"]) == 0
    shown = capsys.readouterr().out
    assert keys.server_fingerprint(folder) in shown
    code = shown.splitlines()[0].rsplit(" ", 1)[1]
    assert main(["token", str(folder), "an", "--role", "auditor"]) == 0
    person = capsys.readouterr().out.strip()
    office = Office(folder)
    try:
        console = let_in(office, ME, code=code)
        assert console.identity is not None
        shown = bytes.fromhex(console.identity.thumbprint)
        with office.database.read() as connection:
            roles = [
                access.authenticate(connection, token, office.clock_us(), shown).role
                for token in (console.text, person)
            ]
        assert roles == ["mcu_operator", "auditor"]
        assert main(["revoke", str(folder), "an"]) == 0
        assert main(["revoke", str(folder), ME]) == 0
        assert main(["revoke", str(folder), ME]) == 1
        with office.database.read() as connection:
            for token in (console.text, person):
                with pytest.raises(Exception, match=r"access\.token"):
                    access.authenticate(connection, token, office.clock_us(), shown)
    finally:
        office.close()


def test_a_code_with_an_address_is_one_line_to_copy(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["code", str(folder), "--url", "https://office.example:8443/"]) == 0
    shown = capsys.readouterr().out
    told = read_invitation(shown)
    last = shown.splitlines()[-1]
    assert told == read_invitation(last)
    assert last == f"to copy: {told.line()}"
    assert told.url == "https://office.example:8443"
    assert told.sha256 == keys.server_fingerprint(folder)
    office = Office(folder)
    try:
        assert let_in(office, ME, code=told.code).text
    finally:
        office.close()
    with pytest.raises(SystemExit):
        main(["code", str(folder), "--url", "http://office.example"])
    assert "https://HOST:PORT" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["code", "revoke x", "token x --role auditor", "serve"])
def test_where_there_is_no_office_nothing_is_made(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
):
    name, *rest = command.split()
    assert main([name, str(tmp_path), *rest]) == 2
    assert "init" in capsys.readouterr().err
    assert not (tmp_path / DATABASE).exists()


@pytest.mark.slow
def test_a_server_that_is_told_to_stop_ends_in_order(folder: Path):
    """A process of its own: it answers over TLS, and leaves no WAL behind."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["-m", "db.office", "serve", str(folder), "--listen", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen([sys.executable, *words], stderr=subprocess.DEVNULL)
    transport = office_transport(f"https://127.0.0.1:{port}", (folder / keys.CA).read_text())
    try:
        end = time.monotonic() + 60
        while True:
            try:
                assert transport(Request("GET", "/v1/hello")).status == 200
                break
            except Lost:
                assert time.monotonic() < end
                assert process.poll() is None
                time.sleep(0.1)
        transport.drop()
    finally:
        process.terminate()
        code = process.wait(60)
    if os.name == "posix":
        assert code == 0
        assert not (folder / f"{DATABASE}-wal").exists()
