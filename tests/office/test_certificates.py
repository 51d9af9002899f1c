"""Consoles' certificates: what is issued to whom, and what a token is worth without its own."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from db.office import access, keys
from db.office.__main__ import main
from db.office.certificates import Authority
from db.office.roll import enrolled
from db.sync.identity import Identity, NewKey
from db.sync.office_sync import Token
from tests.office.asgi import START_US, Answer, Desk
from tests.office.engines import Engine
from tests.office.letting_in import let_in, pem_of
from tests.office.rows import ME, OTHER, Chain

DAY_S = 24 * 3600
BEAT = {"sent_us": 0, "offset_us": 0, "standings": []}


def beat(office: Desk, token: Token, shown: str | None = None, console_id: str = ME) -> Answer:
    """A heartbeat over a connection that shows the token's own certificate, or that one."""
    pem = pem_of(token.identity) if shown is None else shown
    path = f"/v1/heartbeat/{console_id}"
    return office.ask("POST", path, BEAT, token=token.text, shown=pem)


def said(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json.get("code", "")


def rotated(office: Desk, token: Token, key: NewKey | None = None) -> Token:
    """What a console makes of a rotation."""
    pem = pem_of(token.identity)
    if key is None:
        told = office.ask("POST", "/v1/tokens/rotate", token=token.text, shown=pem).json
        return Token(told["token"], told["expires_us"], token.identity)
    body = {"csr": key.csr}
    told = office.ask("POST", "/v1/tokens/renew", body, token=token.text, shown=pem).json
    issued = told["certificate_pem"]
    identity = key.certified(issued) if issued else token.identity
    return Token(told["token"], told["expires_us"], identity)


def live(office: Desk) -> dict[str, str]:
    with office.office.database.read() as connection:
        found = enrolled(connection, office.clock.utc_us())
    return {each.console_id: each.state for each in found}


def enrol_by(office: Desk, csr: str, code: str) -> Answer:
    asked = {"code": code, "console_id": ME, "name": "Krông Bông", "csr": csr}
    return office.ask("POST", "/v1/enrol", asked)


def test_a_certificate_says_whose_key_it_is_and_is_good_for_a_client_alone(
    office: Desk, tmp_path: Path
):
    key = NewKey(OTHER)  # what the request says is of no matter, only its key is
    answer = enrol_by(office, key.csr, office.code())
    made = key.certified(answer.json["certificate_pem"]).certificate
    assert made.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == ME
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [item.value for item in names] == [UUID(ME).urn]
    usage = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert (made.not_valid_after_utc - made.not_valid_before_utc).days == 397
    folder = tmp_path / "office"
    server = x509.load_pem_x509_certificate((folder / keys.SERVER).read_bytes())
    usage = server.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    ca, consoles = (
        x509.load_pem_x509_certificate((folder / name).read_bytes())
        for name in (keys.CA, keys.CONSOLES)
    )
    made.verify_directly_issued_by(consoles)
    consoles.verify_directly_issued_by(ca)
    usage = consoles.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]


def signed(key: ec.EllipticCurvePrivateKey) -> str:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    made = builder.sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def forged() -> str:
    """A request for somebody else's key: the signature is not by it."""
    asked = x509.load_pem_x509_csr(signed(ec.generate_private_key(ec.SECP256R1())).encode())
    der = bytearray(asked.public_bytes(serialization.Encoding.DER))
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    points = [
        each.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        for each in (asked.public_key(), other)
        if isinstance(each, ec.EllipticCurvePublicKey)
    ]
    made = x509.load_der_x509_csr(bytes(der).replace(points[0], points[1]))
    return made.public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.parametrize(
    "csr",
    ["x", "é", forged(), signed(ec.generate_private_key(ec.SECP384R1()))],
    ids=["no request", "not ASCII", "another's key", "P-384"],
)
def test_without_proof_of_a_key_nothing_is_issued_and_the_code_is_not_used_up(
    office: Desk, csr: str
):
    code = office.code()
    assert said(enrol_by(office, csr, code)) == (403, "enrol.csr")
    assert live(office) == {}
    assert enrol_by(office, NewKey(ME).csr, code).status == 200
    token = let_in(office.office, OTHER)
    told = office.ask(
        "POST", "/v1/tokens/renew", {"csr": csr}, token=token.text, shown=pem_of(token.identity)
    )
    assert said(told) == (403, "enrol.csr")


def test_a_token_is_worth_nothing_without_its_own_certificate(office: Desk):
    mine, other = let_in(office.office, ME), let_in(office.office, OTHER)
    assert beat(office, mine).status == 200
    for shown, why in (("", "none"), (pem_of(other.identity), "other")):
        assert said(beat(office, mine, shown)) == (401, f"access.certificate_{why}")
        for method, path, body in (
            ("POST", f"/v1/journal/{ME}/ops", Chain(1).push(1, 1)),
            ("POST", "/v1/tokens/rotate", None),
            ("POST", "/v1/tokens/renew", {"csr": NewKey(ME).csr}),
            ("GET", "/v1/feed", None),
        ):
            answer = office.ask(method, path, body, token=mine.text, shown=shown)
            assert said(answer) == (401, f"access.certificate_{why}")
            assert answer.headers["www-authenticate"] == "Bearer"
    with office.office.database.read() as connection:
        for table in ("journal", "receipts"):
            query = f"SELECT count(*) FROM {table}"
            assert connection.exec_driver_sql(query).scalar_one() == 0
    (told,) = office.ask("GET", "/v1/incidents", token=office.person("auditor")).json["incidents"]
    assert (told["console_id"], told["kind"], told["times"]) == (ME, "certificate", 10)
    assert json.loads(told["detail"]) == {"why": "none", "shown": "", "address": "192.0.2.1"}


def test_a_persons_token_is_bound_to_none_and_asks_for_no_certificate(office: Desk):
    person = office.person("auditor")
    shown = pem_of(let_in(office.office, ME).identity)
    for pem in ("", shown):
        assert office.ask("GET", "/v1/incidents", token=person, shown=pem).status == 200
    asked = {"csr": NewKey(ME).csr}
    assert said(office.ask("POST", "/v1/tokens/renew", asked, token=person)) == (
        403,
        "access.console",
    )
    fresh = office.ask("POST", "/v1/tokens/rotate", token=person).json
    assert office.ask("GET", "/v1/incidents", token=fresh["token"]).status == 200


def test_an_offices_clock_may_go_back_a_day_and_no_further(office: Desk):
    token = let_in(office.office, ME)
    office.clock.now_s -= DAY_S
    assert beat(office, token).status == 200
    office.clock.now_s -= 2
    assert said(beat(office, token)) == (401, "access.certificate_early")


def test_a_certificate_ends_by_the_offices_clock_whatever_the_token_says(office: Desk):
    """As after tokens that were rotated while the consoles' authority was elsewhere."""
    token = let_in(office.office, ME)
    for _ in range(5):
        office.clock.now_s += 75 * DAY_S
        token = rotated(office, token)
    office.clock.now_s += 22 * DAY_S - 1
    assert beat(office, token).status == 200
    office.clock.now_s += 1
    assert said(beat(office, token)) == (401, "access.certificate_expired")
    assert live(office) == {ME: "expired"}


def test_a_rotation_brings_a_new_key_and_a_lost_answer_locks_nobody_out(office: Desk):
    old = let_in(office.office, ME)
    rotated(office, old, NewKey(ME))  # nobody hears of it
    office.clock.now_s += 45 * DAY_S  # nor asks again for long
    assert beat(office, old).status == 200
    new = rotated(office, old, NewKey(ME))
    assert new.identity != old.identity
    assert said(beat(office, new, pem_of(old.identity))) == (401, "access.certificate_other")
    office.clock.now_s += 2 * DAY_S
    assert beat(office, old).status == 200  # the new one was not seen yet
    assert beat(office, new).status == 200
    office.clock.now_s += DAY_S - 1
    assert (beat(office, old).status, beat(office, new).status) == (200, 200)
    office.clock.now_s += 1
    assert said(beat(office, old)) == (401, "access.token")
    assert beat(office, new).status == 200


def test_revoking_closes_certificate_and_tokens_at_once(
    office: Desk, engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    old = let_in(office.office, ME)
    new, other = rotated(office, old, NewKey(ME)), let_in(office.office, OTHER)
    assert (beat(office, old).status, beat(office, new).status) == (200, 200)
    assert main(["revoke", str(tmp_path / "office"), ME]) == 0
    assert "2 tokens" in capsys.readouterr().out
    for token in (old, new):
        assert said(beat(office, token)) == (401, "access.token")
    person = office.person("auditor")
    for token in (old, new):  # whatever token comes over such a connection
        answer = office.ask("GET", "/v1/incidents", token=person, shown=pem_of(token.identity))
        assert said(answer) == (401, "access.certificate_revoked")
    assert beat(office, other, console_id=OTHER).status == 200
    assert live(office) == {ME: "revoked", OTHER: "admitted"}
    again = let_in(office.office, ME, code=office.code(console_id=ME))
    assert beat(office, again).status == 200
    assert live(office) == {ME: "admitted", OTHER: "admitted"}
    query = "SELECT revoked_us IS NULL FROM certificates WHERE console_id = '{}' ORDER BY 1"
    assert [bool(row[0]) for row in engine.rows(tmp_path / "office", query.format(ME))] == [
        False,
        False,
        True,
    ]


def test_the_list_tells_every_consoles_serial_and_end(
    tmp_path: Path, office: Desk, capsys: pytest.CaptureFixture[str]
):
    token = let_in(office.office, ME, name="Krông Bông")
    with office.office.database.write() as connection:
        access.issue_token(connection, access.CONSOLE, OTHER, "technician", START_US)
        query = "INSERT INTO consoles (console_id, name, enrolled_us) VALUES ('{}', 'Ea', 1)"
        connection.exec_driver_sql(query.format(OTHER))
    folder = str(tmp_path / "office")
    assert main(["consoles", folder]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "no certificate" in first
    assert token.identity is not None
    serial = f"{token.identity.certificate.serial_number:x}"
    assert f"certificate {serial} until 2028-02-16" in second
    assert "Krông Bông" in second
    assert main(["consoles", folder, "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["console_id"], each["serial"]) for each in told] == [(OTHER, ""), (ME, serial)]
    assert told[1]["not_after_us"] == START_US + 397 * DAY_S * 1_000_000
    # by the real clock, which the command looks at, the office's is months ahead
    assert told[1]["state"] == "admitted"


def test_an_office_of_before_gives_its_consoles_certificates_as_they_rotate(
    office: Desk, engine: Engine, tmp_path: Path
):
    """From the schema before, with a console that has a token bound to nothing."""
    folder = tmp_path / "office"
    let_in(office.office, ME)
    with office.office.database.write() as connection:
        text = access.issue_token(connection, access.CONSOLE, ME, "technician", START_US).token
    office.office.close()
    for name in (keys.CONSOLES, keys.CONSOLES_KEY):
        (folder / name).unlink()
    for act in (
        "DROP TABLE certificates",
        *(f"ALTER TABLE tokens DROP COLUMN {c}" for c in ("certificate", "replaces", "seen_us")),
        "UPDATE alembic_version SET version_num = 'office_0003'",
    ):
        engine.rows(folder, act)
    upgraded = Desk(folder, office.clock)
    try:
        token = Token(text, 0)
        assert beat(upgraded, token).status == 200
        assert live(upgraded)[ME] == "unbound"
        again = rotated(upgraded, token)  # a console of before asks for no certificate
        assert again.identity is None
        assert beat(upgraded, again).status == 200
        office.clock.now_s += 1
        new = rotated(upgraded, again, NewKey(ME))
        assert beat(upgraded, new).status == 200
        assert said(beat(upgraded, new, "")) == (401, "access.certificate_none")
        assert live(upgraded) == {ME: "admitted"}
    finally:
        upgraded.close()


def test_where_the_consoles_authority_is_elsewhere_nobody_is_locked_out(
    office: Desk, tmp_path: Path
):
    folder = tmp_path / "office"
    token = let_in(office.office, ME)
    (folder / keys.CONSOLES_KEY).rename(tmp_path / "elsewhere")
    office.office.authority = Authority(folder)
    assert not office.office.authority.there
    code = office.code()
    answer = enrol_by(office, NewKey(ME).csr, office.code(console_id=ME))
    assert said(answer) == (503, "enrol.authority")
    body = {"code": code, "console_id": OTHER, "name": "x", "csr": NewKey(OTHER).csr}
    assert office.ask("POST", "/v1/enrol", body).status == 503
    fresh = rotated(office, token, NewKey(ME))
    assert fresh.identity == token.identity
    assert beat(office, fresh).status == 200
    (tmp_path / "elsewhere").rename(folder / keys.CONSOLES_KEY)
    office.office.authority = Authority(folder)
    assert office.ask("POST", "/v1/enrol", body).status == 200


def test_the_consoles_authority_outlives_no_certificate_of_the_offices(tmp_path: Path):
    keys.make_authority(tmp_path, "Văn phòng UBND tỉnh " * 5)
    keys.make_console_authority(tmp_path)
    late = dt.datetime(2036, 9, 1, tzinfo=dt.UTC)
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    made = Authority(tmp_path).issue(key, ME, int(late.timestamp()) * 1_000_000)
    ca = x509.load_pem_x509_certificate((tmp_path / keys.CA).read_bytes())
    assert made.not_after_us == int(ca.not_valid_after_utc.timestamp()) * 1_000_000


def test_a_key_that_was_kept_opens_with_its_passphrase_alone_and_shows_nothing():
    key = NewKey(ME)
    own = ec.generate_private_key(ec.SECP256R1())
    assert "PRIVATE" not in key.csr
    folder_key = NewKey(OTHER)
    with pytest.raises(ValueError, match="another key"):
        key.certified(self_signed(own))
    with pytest.raises(ValueError, match="PEM"):
        folder_key.certified("nonsense")
    identity = key.certified(self_signed(key._key))
    assert Identity.opened(identity.pem, identity.passphrase) == identity
    assert "ENCRYPTED PRIVATE KEY" in identity.pem
    for part in (identity.passphrase, identity.pem):
        assert part not in repr(identity)
        assert part not in repr(Token("t", 1, identity))
    for pem, passphrase in (
        (identity.pem, "wrong"),
        (identity.pem, ""),
        (identity.pem[: len(identity.pem) // 2], identity.passphrase),
        (identity.pem.partition("-----BEGIN CERT")[0] + self_signed(own), identity.passphrase),
    ):
        with pytest.raises(ValueError, match=r".+"):
            Identity.opened(pem, passphrase)


def self_signed(key: ec.EllipticCurvePrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()
