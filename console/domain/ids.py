"""Identities: short strings that sort by the time they were made."""

from __future__ import annotations

import itertools
import os
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
_SHIFTS = range(90, -1, -10)
_count = itertools.count(1)


def new_id() -> str:
    """A 20-character identity: 10 characters of time in ms (Crockford base 32), 10 random ones."""
    value = (int(time.time() * 1000) << 50) | int.from_bytes(os.urandom(7), "big") >> 6
    return "".join([_PAIRS[value >> shift & 1023] for shift in _SHIFTS])


def next_number() -> int:
    """The next number of this process, from 1: orders events that carry the same time."""
    return next(_count)
