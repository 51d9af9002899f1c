"""Heads that were kept elsewhere: what shows a cut or rewritten tail, which no chain can."""

from __future__ import annotations

import importlib
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from db.verifier.record import Key, field

_NOT_HEADS = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


class BadHead(Exception):
    """A file of heads, or a key, that can't be used: code and values of a text."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Head:
    """Who says that row `seq` of a chain has `hash`. `signed`: the office's signature held."""

    key: Key
    seq: int
    hash: bytes
    source: str
    signed: bool = False
    evidence: str = ""
    """The one file it speaks of, where it speaks of one."""


def read_heads(path: Path, public_key: Any) -> list[Head]:
    """The heads of a JSON file (decision 086), each signature checked where a key is given."""
    try:
        told: Any = json.loads(path.read_text(encoding="utf-8"))
        entries: list[Any] = [told] if isinstance(told, dict) else list(told)
        return [head_of(entry, path.name, public_key) for entry in entries]
    except _NOT_HEADS as error:
        detail = f"{type(error).__name__}: {error}"
        raise BadHead("bad_head", file=str(path), detail=detail) from error


def seen_heads(path: Path, public_key: Any) -> list[Head]:
    """What a witness saw: its file, or the folder of its store. Raises BadHead."""
    file = path / "witness.json" if path.is_dir() else path
    return [replace(head, source=str(file)) for head in read_heads(file, public_key)]


def stored_heads(path: Path, public_key: Any) -> tuple[list[Head], list[BadHead]]:
    """What the console keeps of the office's countersignatures, and what of it is no good."""
    heads: list[Head] = []
    bad: list[BadHead] = []
    try:
        entries: list[Any] = list(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return [], []
    except _NOT_HEADS as error:
        return [], [BadHead("bad_head", file=path.name, detail=type(error).__name__)]
    for entry in entries:
        try:
            heads.append(head_of(entry, path.name, public_key))
        except BadHead as error:
            bad.append(error)
        except _NOT_HEADS as error:
            bad.append(BadHead("bad_head", file=path.name, detail=type(error).__name__))
    return heads, bad


def receipt(row: tuple[Any, ...], public_key: Any) -> Head:
    """A stored countersignature as a head. Raises BadHead, ValueError."""
    console_id, stream, epoch, seq, digest, received_us, signature = row
    entry = {"console_id": console_id, "stream": stream, "epoch": epoch, "seq": seq}
    entry |= {"hash": bytes(digest).hex(), "received_us": received_us}
    return head_of({**entry, "signature": bytes(signature).hex()}, "receipts", public_key)


def read_key(path: Path) -> Any:
    """The office's Ed25519 public key: PEM, 64 hex digits, or JSON with them as `public_key`."""
    try:
        crypto = importlib.import_module("cryptography.hazmat.primitives.serialization")
        ed25519 = importlib.import_module("cryptography.hazmat.primitives.asymmetric.ed25519")
    except ImportError as error:
        raise BadHead("no_cryptography") from error
    try:
        data = path.read_bytes()
        if data.lstrip().startswith(b"{"):
            data = str(json.loads(data)["public_key"]).encode()
        if re.fullmatch(rb"\s*[0-9a-fA-F]{64}\s*", data):
            return ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(data.decode().strip()))
        key = crypto.load_pem_public_key(data)
        if isinstance(key, ed25519.Ed25519PublicKey):
            return key
        raise ValueError("not an Ed25519 key")
    except _NOT_HEADS as error:
        raise BadHead("bad_key", file=str(path), detail=str(error)) from error


def message(key: Key, seq: int, digest: bytes, received_us: int) -> bytes:
    """The bytes that the office signs."""
    texts = [field(key[0]), field(key[1]), len(digest).to_bytes(4, "big") + digest]
    numbers = [number.to_bytes(8, "big", signed=True) for number in (key[2], seq, received_us)]
    return b"hnth-head-1" + b"".join(part for part in (*texts, *numbers) if part is not None)


def head_of(entry: Any, source: str, public_key: Any) -> Head:
    """One entry of a JSON list of heads. Raises BadHead, and what an entry that is none raises."""
    key, seq = (entry["console_id"], entry["stream"], entry["epoch"]), entry["seq"]
    if [type(value) for value in (*key, seq)] != [str, str, int, int]:
        raise ValueError("console_id, stream, epoch, seq")
    digest = bytes.fromhex(entry["hash"])
    if public_key is not None:
        signed = message(key, seq, digest, int(entry["received_us"]))
        try:
            public_key.verify(bytes.fromhex(entry["signature"]), signed)
        except importlib.import_module("cryptography.exceptions").InvalidSignature as error:
            told = dict(
                zip(("console", "stream", "epoch", "seq"), map(str, (*key, seq)), strict=True)
            )
            raise BadHead("forged_head", source=source, **told) from error
    return Head(key, seq, digest, source, signed=public_key is not None)
