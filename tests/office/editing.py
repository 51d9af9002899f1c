"""Records as people and consoles send them to an office, of every kind."""

from __future__ import annotations

from typing import Any

from db.office.revision import standing
from tests.office.asgi import Answer, Desk
from tests.office.rows import ME

SESSION = {
    "title": "Họp giao ban",
    "starts_us": 1,
    "chair": "66",
    "script": [{"title": "Khai mạc"}],
}
CONTACT = {"site": "66", "role": "technician", "person": "An"}
ACCOUNT = {"name": "an", "role": "technician", "password": "scrypt$not-a-password"}
PIN = {"device": "cms-1", "sha256": "a" * 64}
ROSTER = {"name": "2025", "rows": [{"id": "66", "name": "Đắk Lắk"}]}
BODIES = {
    "session": SESSION,
    "contact": CONTACT,
    "account": ACCOUNT,
    "pin": PIN,
    "roster": ROSTER,
}
APPROVED = SESSION | {"state": "approved"}


def put(
    office: Desk, token: str, kind: str, body: Any, version: int = 0, record_id: str = "x"
) -> Answer:
    method = "DELETE" if body is None else "PUT"
    headers = {"if-match": f'"{version}"'}
    path = f"/v1/records/{kind}/{record_id}"
    return office.ask(method, path, body, token=token, headers=headers)


def pull(office: Desk, token: str, after: int = 0, query: str = "") -> Any:
    with office.office.database.read() as connection:
        epoch = standing(connection)[0]
    path = f"/v1/feed?server_epoch={epoch}&after={after}{query}"
    return office.ask("GET", path, token=token).json


def offer(kind: str = "contact", body: Any = CONTACT, **changes: Any) -> dict[str, Any]:
    known = {"id": "a" * 32, "kind": kind, "record_id": "x", "base_version": 0, "body": body}
    return known | {"operator": "hoa"} | changes


def propose(office: Desk, token: str, **changes: Any) -> Answer:
    return office.ask("POST", f"/v1/proposals/{ME}", offer(**changes), token=token)


def decide(office: Desk, token: str, how: str = "accept", proposal_id: str = "a" * 32) -> Answer:
    path = f"/v1/proposals/{proposal_id}/{how}"
    return office.ask("POST", path, {"note": "vì"}, token=token)
