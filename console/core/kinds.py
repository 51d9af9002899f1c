"""What a profile must say of each kind of device: how it is addressed, and where it stands."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from console.drivers.registry import KINDS


@dataclass(frozen=True, slots=True)
class KindRules:
    """`ports` by the scheme of an address that may be left to the default; `site`: it stands in a
    site (else it is an MCU); `login`: whether it has an account; `user`: whether that account has
    a name; `memories`: the numbers of the camera memories that the profile may name; `path`: what
    an address may say after host and port."""

    ports: dict[str, int]
    example: str
    site: bool = False
    login: bool = True
    user: bool = True
    memories: range = range(0)
    path: re.Pattern[str] = re.compile(r"/?")


_RULES = {
    "cms": KindRules({"https": 443}, "https://10.0.0.10:445"),
    "freeswitch": KindRules(
        {"esl": 8021},
        "esl://10.0.0.11:8021",
        user=False,
        path=re.compile(r"/?|/[A-Za-z0-9_.-]{1,64}/?"),  # the SIP profile that calls sites
    ),
    "roomos": KindRules({"https": 443}, "https://10.1.0.20", site=True),
    "visca": KindRules(
        {"visca+udp": 52381, "visca+tcp": 5678, "visca+rawudp": 1259},
        "visca+udp://10.1.0.30:52381",
        site=True,
        login=False,
        user=False,
        memories=range(1, 91),  # 91–100 are some makers' own functions
    ),
}
_OTHER = KindRules({"https": 443}, "https://10.0.0.12", user=False, memories=range(1, 256))
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def known_kinds() -> tuple[str, ...]:
    """The kinds that this program has a driver for."""
    return tuple(sorted(KINDS))


def rules_of(kind: str) -> KindRules:
    """What holds for a kind."""
    return _RULES.get(kind, _OTHER)


def address_trouble(kind: str, address: str) -> str:
    """Why this is no address for a kind, as a word, "" if it is one.

    `scheme`, `host`, `port`, `path` (more than its kind's may say), `secret` (an account in it),
    `plain` (http beyond this computer).
    """
    parts = split(address)
    if parts is None:
        return "host"
    scheme = parts.scheme.lower()
    if scheme == "http" and "https" in rules_of(kind).ports:
        if parts.hostname not in _LOOPBACK:
            return "plain"
    elif scheme not in rules_of(kind).ports:
        return "scheme"
    if "@" in parts.netloc:
        return "secret"
    if not parts.hostname or not _is_host(parts.hostname):
        return "host"
    try:
        if parts.port == 0:
            return "port"
    except ValueError:
        return "port"
    known = rules_of(kind).path.fullmatch(parts.path)
    return "path" if not known or parts.query or parts.fragment else ""


def split(address: str) -> SplitResult | None:
    """The parts of an address, None where it has no such form."""
    try:
        parts = urlsplit(address)
        _ = parts.hostname
    except ValueError:
        return None
    return parts


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        labels = host.rstrip(".").split(".")
        digits = all(label.isdigit() for label in labels)  # 10.0.0.256, 10.0.0
        return not digits and all(
            0 < len(label) <= 63 and label.replace("-", "a").replace("_", "a").isalnum()
            for label in labels
        )
    return True


def place_of(kind: str, address: str) -> tuple[str, int]:
    """Host and port of a sound address."""
    parts = urlsplit(address)
    ports = {"http": 80, **rules_of(kind).ports}
    return parts.hostname or "", parts.port or ports.get(parts.scheme.lower(), 443)


def is_tls(address: str) -> bool:
    """Whether a device is spoken to over TLS."""
    return address.lower().startswith("https://")
