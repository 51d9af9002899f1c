"""Becoming known to an office: what was typed is checked, the code used up, the account kept."""

from __future__ import annotations

import platform
from collections.abc import Callable
from urllib.parse import urlsplit

from console.core.office_file import Account, OfficeFile
from console.domain.problem import Problem, Refused
from console.domain.text import clean_name
from db import queries
from db.fault import StoreFault
from db.invitation import Invitation, plain_sha256
from db.reading import Store
from db.sync.enrolment import EnrolmentRefused, enrol
from db.sync.office_sync import Token
from db.sync.transport import Anchor, HttpsTransport

MOST_NAME = 200
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
    "request.invalid": "office.other_version",
    "enrol.authority": "office.no_authority",
}


def join(
    store: Store,
    file: OfficeFile,
    asked: Invitation,
    name: str,
    now_us: int,
    watch: Callable[[HttpsTransport | None], None] = lambda _: None,
) -> tuple[Account, Token]:
    """Use a code up and keep what the office gave. Raises Refused.

    The keyring is tried before the code leaves. `watch` is given the exchange while it lasts, so
    that another thread may close it. A `name` of "" is this computer's.
    """
    sha256, code = plain_sha256(asked.sha256), "".join(asked.code.split())
    if not sha256:
        raise Refused(Problem.of("office.fingerprint"))
    if not code:
        raise Refused(Problem.of("office.no_code"))
    url = checked_url(asked.url)
    name = clean_name(name)[:MOST_NAME].strip() or platform.node()[:MOST_NAME]
    console_id = console_id_of(store)
    file.probe(console_id)
    transport = HttpsTransport(url, Anchor(sha256=sha256))
    watch(transport)
    try:
        office, token = enrol(transport, code, console_id, name)
    except EnrolmentRefused as refused:
        raise Refused(_problem(refused, url, console_id)) from refused
    finally:
        watch(None)
        transport.drop()
    account = Account(url, name, now_us, office)
    file.keep(account, token)
    return account, token


def console_id_of(store: Store) -> str:
    """Whose journal it is. Raises Refused."""
    try:
        found = queries.identity(store)
    except StoreFault as fault:
        raise Refused(Problem.told_by(fault)) from fault
    if found is None:
        raise Refused(Problem.of("office.no_journal"))
    return found.console_id


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


def _problem(refused: EnrolmentRefused, url: str, console_id: str) -> Problem:
    host = urlsplit(url).netloc
    code = _LOST.get(refused.reason) or _REFUSED.get(refused.code, "office.not_office")
    if code == "office.taken":
        return Problem.of(code, console=console_id)
    detail = (refused.reason or refused.code) if code == "office.not_office" else ""
    return Problem.of(code, detail, host=host)
