"""A certificate's fingerprint and an enrolment code as people type, compare and read them aloud."""

from __future__ import annotations

import re

PRINT_DIGITS, CODE_LETTERS = 64, 24
_GROUP = 4
_HEX = re.compile(r"[0-9A-F]*")
_BETWEEN = re.compile(r"[\s:.\-]")


def plain_print(text: str) -> str:
    """A fingerprint in capitals without what separates its digits."""
    return _BETWEEN.sub("", text).upper()


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
