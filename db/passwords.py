"""Passwords of people: turned into a record that can be checked and not turned back.

scrypt (RFC 7914) with a salt of its own for each record. A record names its own cost, so that a
later version may ask for more: `$scrypt$ln=15,r=8,p=3$SALT$HASH`, salt and hash in base64 without
padding, `ln` being log2 of N. Nothing here logs or keeps a password.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass

LEAST, MOST = 12, 256
"""Length of a password in characters, after normalisation."""
MEMORY_BYTES = 64 << 20
"""A record that wants more memory than this is refused, whoever wrote it."""
_SALT_BYTES, _HASH_BYTES = 16, 32
_FORM = re.compile(
    r"\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})"
)
_FREQUENT = """
    123456789012 1234567890123 12345678901234 123456123456 012345678910 111111111111 000000000000
    abcdefghijkl qwertyuiop12 qwertyuiopas qwerty123456 1q2w3e4r5t6y passwordpassword
    password1234 password12345 administrator adminadminadmin admin12345678 letmeinletmein
    welcome12345 matkhau12345 matkhau123456 matkhaumatkhau khongcomatkhau khongcopass
    vietnam12345 vietnamvodich hoinghitructuyen truyenhinhhoinghi ubndtinhdaklak daklak123456
    anhyeuem1234 emyeuanh1234 iloveyou1234 changeme1234 thaydoimatkhau
"""
"""What people take first, here and elsewhere: letters and figures alone."""
_COMMON = frozenset(_FREQUENT.split())


class Unsuitable(ValueError):
    """A password that nobody may have. `reason`: `short`, `long`, `name`, `common`, `plain`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Malformed(ValueError):
    """A record that is none, or that would cost more than a machine can be asked for."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try costs: 128 · 2**ln · r bytes of memory, p times over."""

    ln: int = 15
    r: int = 8
    p: int = 3

    @property
    def memory_bytes(self) -> int:
        """How much memory one try takes."""
        return 128 * (1 << self.ln) * self.r

    def check(self) -> None:
        """Raises Malformed where a machine can't be asked for this."""
        if not (10 <= self.ln <= 20 and 1 <= self.r <= 32 and 1 <= self.p <= 16):
            raise Malformed("cost")
        if self.memory_bytes > MEMORY_BYTES:
            raise Malformed("memory")


def normal(password: str) -> str:
    """The same password however it was typed: composed (NFC), so that «ế» is one letter."""
    return unicodedata.normalize("NFC", password)


def check(password: str, name: str = "") -> None:
    """Raises Unsuitable where nobody may have this password, `name` least of all."""
    text = normal(password)
    if len(text) < LEAST:
        raise Unsuitable("short")
    if len(text) > MOST:
        raise Unsuitable("long")
    plain = _plain(text)
    own = _plain(name)
    alike = own and plain and (own in plain or plain in own)
    if alike and len(plain) < len(own) + LEAST // 2:
        raise Unsuitable("name")
    if plain in _COMMON:
        raise Unsuitable("common")
    if len(set(text.casefold())) < 4:
        raise Unsuitable("plain")


def _plain(text: str) -> str:
    """Letters and figures alone, without case and marks."""
    decomposed = unicodedata.normalize("NFD", normal(text).casefold().replace("đ", "d"))
    return "".join(c for c in decomposed if c.isalnum())


def make(password: str, cost: Cost | None = None) -> str:
    """The record of a password, salted afresh. Raises Malformed for a cost beyond all bounds."""
    cost = cost or Cost()
    cost.check()
    salt = secrets.token_bytes(_SALT_BYTES)
    made = _derive(password, salt, cost)
    return f"$scrypt$ln={cost.ln},r={cost.r},p={cost.p}${_text(salt)}${_text(made)}"


def holds(password: str, record: str) -> bool:
    """Whether this is the record's password; takes as long for a wrong one. Raises Malformed."""
    cost, salt, kept = _read(record)
    return hmac.compare_digest(_derive(password, salt, cost), kept)


def well_formed(record: str) -> bool:
    """Whether this is a record that can be checked."""
    try:
        _read(record)
    except Malformed:
        return False
    return True


def nobodys(cost: Cost | None = None) -> str:
    """A record that no password holds: checked where there is no account, to take as long."""
    cost = cost or Cost()
    salt, made = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_HASH_BYTES)
    return f"$scrypt$ln={cost.ln},r={cost.r},p={cost.p}${_text(salt)}${_text(made)}"


def _read(record: str) -> tuple[Cost, bytes, bytes]:
    found = _FORM.fullmatch(record)
    if found is None:
        raise Malformed("form")
    cost = Cost(int(found[1]), int(found[2]), int(found[3]))
    cost.check()
    try:
        return cost, _bytes(found[4]), _bytes(found[5])
    except binascii.Error as error:
        raise Malformed("form") from error


def _derive(password: str, salt: bytes, cost: Cost) -> bytes:
    return hashlib.scrypt(
        normal(password).encode("utf-8", "surrogatepass"),
        salt=salt,
        n=1 << cost.ln,
        r=cost.r,
        p=cost.p,
        maxmem=cost.memory_bytes + (2 << 20) + 128 * cost.r * cost.p,
        dklen=_HASH_BYTES,
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii").rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
