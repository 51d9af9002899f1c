"""Logins kept by cookie: few, and never ended by time."""

from __future__ import annotations

import base64
import binascii
import secrets
from http.cookies import CookieError, SimpleCookie

from console.simulators.device import Account

LIMIT = 5
NAMES = ("SecureSessionId", "SessionId")


class Sessions:
    """The sessions of one device; the one after the last allowed is refused."""

    def __init__(self) -> None:
        self._open: dict[str, Account] = {}

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, account: Account) -> str | None:
        """A new session's key, or None when there are too many."""
        if len(self._open) >= LIMIT:
            return None
        key = secrets.token_hex(20)
        self._open[key] = account
        return key

    def who(self, cookies: str) -> Account | None:
        """Whose session a cookie header names."""
        return next((self._open[key] for key in keys(cookies) if key in self._open), None)

    def end(self, cookies: str) -> None:
        """End the session a cookie header names."""
        for key in keys(cookies):
            self._open.pop(key, None)

    def clear(self) -> None:
        """End all."""
        self._open.clear()

    @staticmethod
    def from_protocol(protocol: str) -> tuple[str, str] | None:
        """User and password out of a subprotocol `auth-` + unpadded base64url."""
        if not protocol.startswith("auth-"):
            return None
        value = protocol.removeprefix("auth-")
        try:
            text = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
        user, colon, password = text.partition(":")
        return (user, password) if colon else None


def keys(cookies: str) -> list[str]:
    """The session keys of a cookie header."""
    try:
        jar = SimpleCookie(cookies)
    except CookieError:
        return []
    return [jar[name].value for name in NAMES if name in jar]
