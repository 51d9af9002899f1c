"""A site (điểm cầu): its place in the tree and what the roster says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class LineKind(Enum):
    """The line a site is to use (R13, R17)."""

    UNKNOWN = "unknown"
    SLCD = "slcd"
    """Đường truyền số liệu chuyên dùng: the government's dedicated network."""
    INTERNET = "internet"


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone at a site (R23): role is `leader` or `technician`."""

    role: str
    name: str = ""
    title: str = ""
    phone: str = ""
    zalo: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One site as the roster describes it.

    `id` is the site's code, `parent` its parent's code ("" at the root), `level` the tier's
    name as data (province, district, commune, department, guest), `address` the dial address
    that an MCU reports (`sip:…`), `room` the id of its room system or "", `camera` that of a
    camera by itself or "", `order` its place.
    `group` names the row it is shown in where the province has no districts, "" otherwise.
    """

    id: str
    name: str
    short: str
    parent: str = ""
    level: str = ""
    address: str = ""
    room: str = ""
    camera: str = ""
    line: LineKind = LineKind.UNKNOWN
    carrier: str = ""
    contacts: tuple[Contact, ...] = ()
    check: str = ""
    """Result of the technical check: "" not yet, "passed", "failed" (R59)."""
    order: int = field(default=0)
    group: str = ""
