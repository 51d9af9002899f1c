"""An office's invitation as a person pastes it, and the fingerprint as two people compare it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

PRINT_DIGITS, CODE_LETTERS = 64, 24
_GROUP = 4
_URL = re.compile(r"\b(?:https|hnth(?:-office)?)://[^\s?#,;\"'«»<>]+", re.IGNORECASE)
_PRINT = re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[:\s]?){31}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])")
_CODE = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z2-7]{4}[-\s]?){5}[A-Za-z2-7]{4}(?![A-Za-z0-9])")
_HEX = re.compile(r"[0-9A-F]*")
_IGNORED = re.compile(r"[\s:.\-]")


@dataclass(frozen=True, slots=True)
class Invitation:
    """What it takes to enrol; the code never shows."""

    url: str
    fingerprint: str
    code: str = field(repr=False)


def read_invitation(text: str) -> Invitation | None:
    """The address, the fingerprint and the code in a pasted text, whatever stands around them;
    None where one of them is missing."""
    url, shown = _URL.search(text), _PRINT.search(text)
    if url is None or shown is None:
        return None
    rest = text.replace(url.group(), " ").replace(shown.group(), " ")
    code = _CODE.search(rest)
    if code is None:
        return None
    address = re.sub(r"^hnth(-office)?://", "https://", url.group(), flags=re.IGNORECASE)
    return Invitation(
        address.rstrip("/."), plain_print(shown.group()), grouped_code(code.group())
    )


def plain_print(text: str) -> str:
    """A fingerprint in capitals without what separates its digits."""
    return _IGNORED.sub("", text).upper()


def print_flaw(text: str) -> tuple[str, int]:
    """What is wrong with a fingerprint (`wrong`, `short`, `long`, "" for nothing), and by how
    many digits."""
    plain = plain_print(text)
    if not _HEX.fullmatch(plain):
        return "wrong", 0
    missing = PRINT_DIGITS - len(plain)
    return ("short", missing) if missing > 0 else ("long", -missing) if missing else ("", 0)


def print_groups(text: str) -> tuple[str, ...]:
    """A fingerprint in groups of four, as they are read aloud."""
    plain = plain_print(text)
    return tuple(plain[at : at + _GROUP] for at in range(0, len(plain), _GROUP))


def grouped_code(text: str) -> str:
    """A code in groups of four, as it is written down."""
    plain = re.sub(r"[\s\-]", "", text).upper()
    return "-".join(plain[at : at + _GROUP] for at in range(0, len(plain), _GROUP))
