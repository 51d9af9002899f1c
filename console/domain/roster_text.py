"""A roster written down, so that `read_roster` reads the same sites again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from console.domain.endpoint import Contact, Endpoint, LineKind
from console.domain.roster_columns import COLUMNS

_NOBODY = Contact("")


def roster_text(sites: Sequence[Endpoint], name: str, record: str = "", version: int = 0) -> str:
    """The sites as CSV under every heading we know, in their order, with the mark by which Excel
    knows UTF-8. What the list is called, and which record and version of the office's it is,
    stands behind its first site."""
    out = io.StringIO(newline="")
    rows = csv.DictWriter(out, list(COLUMNS), restval="", lineterminator="\r\n")
    rows.writeheader()
    source = {"list_name": name, "list_record": record, "list_version": version or ""}
    for at, site in enumerate(sites):
        rows.writerow(_row(site) | (source if at == 0 else {}))
    return "\ufeff" + out.getvalue()


def _row(site: Endpoint) -> dict[str, str]:
    people = {contact.role: contact for contact in site.contacts}
    leader, technician = people.get("leader", _NOBODY), people.get("technician", _NOBODY)
    return {
        "code": site.id,
        "parent_code": site.parent,
        "level": site.level,
        "name": site.name,
        "address": site.address,
        "carrier": site.carrier,
        "line": "" if site.line is LineKind.UNKNOWN else site.line.value,
        "leader": leader.name,
        "leader_title": leader.title,
        "leader_phone": leader.phone,
        "technician": technician.name,
        "technician_title": technician.title,
        "technician_phone": technician.phone,
        "zalo": technician.zalo,
        "group": site.group,
        "room_device": site.room,
        "camera_device": site.camera,
    }
