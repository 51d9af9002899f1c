"""Rows as a session writes them: a leg that changed, a wish, its outcome; each one different."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from random import Random

from db.record import JournalRow

_KINDS = ("LegSeen", "LegSeen", "LegSeen", "CommandSubmitted", "CommandResolved", "AlarmRaised")


def rows(seed: int) -> Iterator[JournalRow]:
    """Endless rows of some 250 bytes of body, of 200 sites."""
    random = Random(seed)
    utc_us = time.time_ns() // 1000 - 4 * 3600 * 1_000_000
    while True:
        utc_us += random.randrange(200_000)
        kind = random.choice(_KINDS)
        site = f"xa-{random.randrange(200):03}-krong-bong"
        body = {
            "_": kind,
            "endpoint": site,
            "conference": "hop-giao-ban-tinh",
            "presence": random.choice(("connected", "connected", "dropped", "calling")),
            "mic_muted": random.random() < 0.9,
            "video_muted": random.random() < 0.1,
            "since_us": utc_us - random.randrange(600_000_000),
            "note": random.choice(("Đắk Lắk", "mất tiếng", "đã vào phòng", "")),
            "id": f"{random.getrandbits(64):016x}",
        }
        yield JournalRow(
            kind=kind,
            body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
            actor=random.choice(("cms-1", "cms-2", "operator")),
            utc_us=utc_us,
            mono_us=utc_us % 10**12,
            cause=f"{random.getrandbits(48):012x}" if random.random() < 0.5 else "",
        )
