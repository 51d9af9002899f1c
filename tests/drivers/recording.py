"""Traffic recorded from a real FreeSWITCH 1.11 with six sites, as what was said by whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

RECORDED = Path(__file__).parent / "recordings" / "freeswitch.txt"
SITES = {
    "643": "Thành phố Buôn Ma Thuột",
    "644": "Thị xã Buôn Hồ",
    "645": "Huyện Ea H'leo",
    "646": "Huyện Ea Súp",
    "647": "Huyện Buôn Đôn",
    "648": "Huyện Cư M'gar",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One frame: what was sent (`kind` "sent") or received, its body and when, in s."""

    at_s: float
    kind: str
    body: str
    raw: bytes


def recorded() -> list[Said]:
    """All of it, in order."""
    text = RECORDED.read_bytes().decode()
    parts = re.split(r"^(>>>|<<<) (\d+\.\d+)\n", text, flags=re.MULTILINE)
    found: list[Said] = []
    for at in range(1, len(parts), 3):
        way, when, frame = parts[at : at + 3]
        if way == ">>>":
            found.append(Said(float(when), "sent", frame.strip(), frame.encode()))
            continue
        raw = frame.removesuffix("\n").encode()
        head, _, body = frame.partition("\n\n")
        kind = re.search(r"Content-Type: (\S+)", head)
        reply = re.search(r"Reply-Text: (.*)", head)
        told = reply[1] if reply else body
        found.append(Said(float(when), kind[1] if kind else "", told, raw))
    return found
