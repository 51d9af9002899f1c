"""A push as JSON: what it looks like, and both ways between its bytes and its rows.

The console writes it and the office reads it, both from the same description. It is msgspec's:
rows are what goes over this wire most of all, and a row takes a fifth of the time that the
standard library and pydantic take for it (decision 121).
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from db.protocol import MAX_BODY_TEXT, MAX_ROWS
from db.record import MAX_BODY_BYTES, MAX_TEXT_BYTES

MAX_ORDINAL = 9 * 10**18
"""A description's bounds go through floating point: this one comes out as it went in."""
NO_NUL = r"^[^\x00]*$"
"""PostgreSQL's text takes no NUL; no engine of the office does."""

_INT64 = 1 << 63
_Number = Annotated[int, Meta(ge=-_INT64, le=_INT64 - 1, extra_json_schema={"format": "int64"})]
_Ordinal = Annotated[int, Meta(ge=1, le=MAX_ORDINAL)]
_Short = Annotated[str, Meta(max_length=MAX_TEXT_BYTES, extra_json_schema={"pattern": NO_NUL})]
_Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
_Bytes = Annotated[
    bytes,
    Meta(
        max_length=MAX_BODY_BYTES,
        extra_json_schema={"format": "byte", "maxLength": MAX_BODY_TEXT},
    ),
]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One row of a journal; `body` is base64 of the stored bytes."""

    utc_us: _Number
    mono_us: _Number
    boot_id: _Short
    kind: _Short
    schema_v: _Number
    actor: _Short
    cause: _Short
    body: _Bytes


class Push(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A run of rows of one chain, numbered `first_seq` and on."""

    proto: Literal[1]
    epoch: _Ordinal
    first_seq: _Ordinal
    prev_hash: _Hash
    rows: Annotated[list[Row], Meta(min_length=1, max_length=MAX_ROWS)]
    head_hash: _Hash


class Unfit(ValueError):
    """A push that is not as its description says; `where` is the place, such as `rows.3.kind`."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


def push_to_json(push: Push) -> bytes:
    """A push as it goes over the wire, before compression."""
    return msgspec.json.encode(push)


def push_from_json(data: bytes) -> Push:
    """A push that came over the wire.

    Raises Unfit, and ValueError for what is no JSON at all.
    """
    try:
        push = _DECODER.decode(data)
    except msgspec.ValidationError as error:
        path = _PATH.search(str(error))
        where = path[1].replace("[", ".").replace("]", "") if path else ""
        raise Unfit(where.strip(".")) from None
    if b"\\u" in data or not data.isascii():  # only then can a text be what no journal can hold
        for index, row in enumerate(push.rows):
            for name in ("boot_id", "kind", "actor", "cause"):
                text = getattr(row, name)
                if "\0" in text or len(text.encode()) > MAX_TEXT_BYTES:
                    raise Unfit(f"rows.{index}.{name}")
    return push


_DECODER = msgspec.json.Decoder(Push)
_PATH = re.compile(r"`\$([^`]*)`$")


def push_schema() -> dict[str, Any]:
    """What a push looks like, as JSON Schema."""
    _, kinds = msgspec.json.schema_components([Push], ref_template="{name}")
    push, row = kinds["Push"], kinds["Row"]
    for field in row["properties"].values():
        field.pop("contentEncoding", None)  # a word of a later JSON Schema than OpenAPI's
        if field["type"] == "integer":
            field |= {"minimum": -MAX_ORDINAL, "maximum": MAX_ORDINAL}
    push["properties"]["rows"]["items"] = row
    return push
