"""Identities: short strings that sort by the time they were made."""

from __future__ import annotations

import itertools
import os
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_count = itertools.count(1)


def new_id() -> str:
    """A 20-character identity: 10 characters of time in ms (Crockford base 32), 10 random ones."""
    value = (int(time.time() * 1000) << 50) | int.from_bytes(os.urandom(7), "big") >> 6
    text = ""
    for _ in range(20):
        text = _ALPHABET[value & 31] + text
        value >>= 5
    return text


def next_number() -> int:
    """The next number of this process, from 1: orders events that carry the same time."""
    return next(_count)
