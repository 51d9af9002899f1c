"""What the body of a record of each kind is. Lengths in characters, times in µs of UTC."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from db.office.models import Number, Role, Strict
from db.office.problem import Refusal
from db.reference import MAX_BODY_BYTES

Word = Annotated[str, Field(max_length=100)]
Line = Annotated[str, Field(max_length=300)]
Text = Annotated[str, Field(max_length=4000)]
Small = Annotated[int, Field(strict=True, ge=0, le=100_000)]
ContactRole = Literal["leader", "technician"]


class ScriptLineBody(Strict):
    """One item of a running order (R34, R50, R81); `endpoint` "" where no site speaks."""

    title: Line
    endpoint: Word = ""
    detail: Text = ""
    minutes: Small | None = None
    preset: Small | None = None


class SessionBody(Strict):
    """A session's plan. Once approved it stays: a change of it is approved as a new version.

    `approver` is written by the office: who made this version an approved one.
    """

    title: Line
    starts_us: Number
    chair: Word = ""
    roster: Word = ""
    script: list[ScriptLineBody] = Field(default_factory=list[ScriptLineBody], max_length=500)
    note: Text = ""
    state: Literal["draft", "approved"] = "draft"
    approver: Word = ""


class ContactLine(Strict):
    """Someone at a site of a roster (R23)."""

    role: ContactRole
    name: Word = ""
    title: Word = ""
    phone: Word = ""
    zalo: Word = ""


class SiteBody(Strict):
    """One site of a roster, as `console.domain.endpoint.Endpoint` has it."""

    id: Word
    name: Line
    short: Word = ""
    parent: Word = ""
    level: Word = ""
    address: Line = ""
    room: Word = ""
    camera: Word = ""
    line: Literal["unknown", "slcd", "internet"] = "unknown"
    carrier: Word = ""
    contacts: list[ContactLine] = Field(default_factory=list[ContactLine], max_length=8)
    check: Literal["", "passed", "failed"] = ""
    order: Small = 0
    group: Line = ""


class RosterBody(Strict):
    """A list of sites."""

    name: Line
    rows: Annotated[list[SiteBody], Field(max_length=2500)]


class ContactBody(Strict):
    """Someone to call about a site, kept apart from any roster."""

    site: Word
    role: ContactRole
    person: Word
    title: Word = ""
    phone: Word = ""
    zalo: Word = ""


class AccountBody(Strict):
    """Someone who may sit at a console. `password` is what `db.passwords` makes, never a password.

    "" where the account has none yet; the office shows it to consoles only.
    """

    name: Word
    display: Line = ""
    role: Role
    password: Annotated[str, Field(max_length=1000)] = Field(default="", repr=False)
    disabled: bool = False


class PinBody(Strict):
    """The one certificate that a device is believed by; `approved_by` is written by the office."""

    device: Word
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    note: Line = ""
    approved_by: Word = ""


BODIES: dict[str, type[Strict]] = {
    "session": SessionBody,
    "roster": RosterBody,
    "contact": ContactBody,
    "account": AccountBody,
    "pin": PinBody,
}


def stored(kind: str, body: dict[str, Any], author: str) -> str:
    """The body as it is kept: checked, complete, with its approver. Raises Refusal."""
    model = BODIES.get(kind)
    if model is None:
        raise Refusal(422, "request.invalid", {"where": "kind"})
    try:
        known = model.model_validate(body).model_dump(mode="json")
    except ValidationError as error:
        where = ".".join(str(part) for part in ("body", *error.errors()[0]["loc"]))
        raise Refusal(422, "request.invalid", {"where": where}) from None
    if kind == "session":
        known["approver"] = author if known["state"] == "approved" else ""
    elif kind == "pin":
        known["approved_by"] = author
    text = json.dumps(known, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if len(text.encode()) > MAX_BODY_BYTES:
        raise Refusal(413, "request.large", {"bytes": MAX_BODY_BYTES})
    return text


def approves(kind: str, body: dict[str, Any] | None) -> bool:
    """Whether this, as a version, is an approval: of a session's plan or of a certificate."""
    return kind == "pin" or (
        kind == "session" and body is not None and body.get("state") == "approved"
    )
