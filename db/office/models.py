"""What requests and answers look like; the interface's description is made from these."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from db.push import MAX_ORDINAL, NO_NUL

_INT64 = 1 << 63
Number = Annotated[
    int,
    Field(strict=True, ge=-_INT64, lt=_INT64),
    WithJsonSchema(
        {"type": "integer", "format": "int64", "minimum": -MAX_ORDINAL, "maximum": MAX_ORDINAL}
    ),
]
Count = Annotated[int, Field(strict=True, ge=0, le=MAX_ORDINAL)]
Ordinal = Annotated[int, Field(strict=True, ge=1, le=MAX_ORDINAL)]
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
ConsoleId = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
Stream = Literal["ops", "qos"]
Role = Literal["viewer", "technician", "mcu_operator", "supervisor", "administrator", "auditor"]
Csr = Annotated[str, Field(min_length=1, max_length=4096)]
"""A PKCS#10 request in PEM."""


class Strict(BaseModel):
    """A request's body: nothing in it that the office does not know."""

    model_config = ConfigDict(extra="forbid")


class HelloAnswer(BaseModel):
    """Who the office is and what it speaks."""

    office_id: str
    protos: list[int]
    streams: list[str]
    max_rows: int
    max_push_bytes: int
    server_time_us: int


class EnrolRequest(Strict):
    """A one-time code, the console that it is to enrol, and its request for a certificate.

    Of the request only the key counts, which must be one of P-256.
    """

    code: Annotated[str, Field(min_length=1, max_length=100)]
    console_id: ConsoleId
    name: Annotated[str, Field(max_length=200, pattern=NO_NUL)]
    csr: Csr


class RenewRequest(Strict):
    """A console's request for a certificate for its next key, one of P-256."""

    csr: Csr


class TokenAnswer(BaseModel):
    """A token; it is shown this once."""

    token: str
    expires_us: int


class RenewAnswer(TokenAnswer):
    """A token and the certificate that it is bound to, in PEM; "" where the office can issue none
    now, and the token is bound to the certificate of before."""

    certificate_pem: str


class EnrolAnswer(RenewAnswer):
    """What a console keeps of its office: its own token, whom to believe, whose signature."""

    console_id: str
    office_id: str
    ca_pem: str
    public_key: str


class PushAnswer(BaseModel):
    """The office has every row up to `acked_seq` on its disk, and signs for it (Ed25519, hex)."""

    acked_seq: int
    head_hash: str
    received_us: int
    server_time_us: int
    countersignature: str


class StandingBody(Strict):
    """Where one chain stands at home; `altered_seq` 0 where every row looked at was sound."""

    stream: Stream
    epoch: Ordinal
    seq: Count
    hash: Hash
    acked_seq: Count
    acked_hash: Hash
    altered_seq: Count = 0


class HeartbeatRequest(Strict):
    """A console's sign of life. `offset_us` is what it measured last time, server less own."""

    sent_us: Number
    offset_us: Number
    standings: Annotated[list[StandingBody], Field(max_length=2)]


class HeadBody(BaseModel):
    """The last row of a chain that the office has."""

    stream: str
    seq: int
    hash: str


class WitnessBody(BaseModel):
    """A countersigned head of any console's chain."""

    console_id: str
    stream: str
    epoch: int
    seq: int
    hash: str
    received_us: int
    signature: str


class HeartbeatAnswer(BaseModel):
    """When the heartbeat came and when it was answered, and where the office's chains stand.

    `witness`, once an hour: the newest head of every console's chain, for this one to keep.
    """

    received_us: int
    server_time_us: int
    heads: list[HeadBody]
    witness: list[WitnessBody] = []


class CodeRequest(Strict):
    """For whom a code is wanted; `console_id` where that console was enrolled before."""

    role: Role
    console_id: ConsoleId | None = None


class CodeAnswer(BaseModel):
    """A code for one console, good for 15 minutes."""

    code: str
    expires_us: int


class RevokedAnswer(BaseModel):
    """How many tokens were made void, and the console's certificates with them."""

    revoked: int


class StoredRow(BaseModel):
    """A row as the office keeps it."""

    epoch: int
    seq: int
    utc_us: int
    mono_us: int
    boot_id: str
    kind: str
    schema_v: int
    actor: str
    cause: str
    body: str
    prev_hash: str
    hash: str


class PageAnswer(BaseModel):
    """Rows of one chain in order; the next page begins after the last of them."""

    rows: list[StoredRow]


class IncidentBody(BaseModel):
    """Something that went against the protocol, and how often."""

    console_id: str
    stream: str
    epoch: int
    kind: str
    seq: int
    first_us: int
    last_us: int
    times: int
    detail: str


class IncidentsAnswer(BaseModel):
    """The newest incidents first."""

    incidents: list[IncidentBody]
