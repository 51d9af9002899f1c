"""The digits of a site's code, typed one after another anywhere in the session."""

from __future__ import annotations

_WITHIN_US = 1_500_000
"""Digits that follow one another within this time are one code."""


class TypedCode:
    """What was typed so far, "" once it has rested for a while."""

    def __init__(self) -> None:
        self.digits = ""
        self._at_us = 0

    def type(self, figure: str, now_us: int) -> str:
        """One more digit; the code as it is now."""
        if now_us - self._at_us > _WITHIN_US:
            self.digits = ""
        self.digits += figure
        self._at_us = now_us
        return self.digits

    def rests(self, now_us: int) -> bool:
        """Whether a code has just ended by not being gone on with."""
        if not self.digits or now_us - self._at_us <= _WITHIN_US:
            return False
        self.digits = ""
        return True
