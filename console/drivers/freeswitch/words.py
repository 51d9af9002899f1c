"""Quoting: what people and devices named, as words of a command line and back.

FreeSWITCH cuts a command at its spaces, minds single quotes and backslashes, takes a leading `^^`
for another separator and ends the command with the line. Nothing that was named may do any of
that.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from console.domain.problem import Problem, Refused

_PLAIN = re.compile(r"[A-Za-z0-9_.@:/+-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_SIP = re.compile(
    r"(?:sips?:)?(?P<user>[A-Za-z0-9_.+*#~-]{1,128})@(?P<host>[A-Za-z0-9.:\[\]-]{1,255})",
    re.IGNORECASE,
)
_ACTS = ("clear", "reset", "allclear")
"""What a banner may not be called: these take it away instead."""


def word(text: str, device: str = "") -> str:
    """One argument of an API command. Raises Refused for what no quoting can carry."""
    if not text or _CONTROL.search(text):
        raise Refused(Problem.of("freeswitch.bad_text", device=device))
    if _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def banner(text: str) -> str:
    """A banner's text as `vid-banner` wants it: percent-encoded, in one word."""
    line = " ".join(text.split())
    if not line:
        return "clear"
    return quote(f"{line} " if line.lower() in _ACTS else line, safe="")


def plain(value: str) -> str:
    """A header's value as it was before the event socket percent-encoded it."""
    return unquote(value, errors="replace")


def user_of(address: str) -> str:
    """The user part of a SIP address, or the whole where it is not one; in lower case."""
    key = address.strip().lower()
    for scheme in ("sip:", "sips:"):
        key = key.removeprefix(scheme)
    return key.partition("@")[0]


def dial_string(address: str, profile: str, device: str = "") -> str:
    """Where to call a SIP address, through one of the device's SIP profiles.

    Anything else than user@host is refused: a dial string may name several places, set channel
    variables and run applications.
    """
    found = _SIP.fullmatch(address.strip())
    if found is None:
        raise Refused(Problem.of("freeswitch.bad_address", device=device, address=address[:80]))
    return f"sofia/{profile}/{found['user']}@{found['host']}"
