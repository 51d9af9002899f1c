"""Builds one site of the province: its line, its room, its temper, all from the seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from console.simulators.model.camera import Camera
from console.simulators.model.ptz import TRANSPORTS, VISCA_REACH, Ptz, house_memories
from console.simulators.model.quality import Channel, Line
from console.simulators.model.room import PRODUCTS, Room
from console.simulators.model.roster import RosterRow
from console.simulators.model.site import DOMAIN, Site

WEAK_SHARE = 0.05
ATTENTIVE_SHARE = 0.95


def built(
    row: RosterRow, number: int, rng_for: Callable[[str], Random], *, rooms: bool, calm: bool
) -> Site:
    """The site of a roster row. One line in twenty is weak, unless the scene is calm."""
    rng = rng_for(f"site/{row.code}")
    weak = rng.random() < WEAK_SHARE
    often = 1 / 40_000 if calm else (1 / 90 if weak else 1 / 900)
    line = Line(
        rng=rng_for(f"line/{row.code}"),
        base_rtt_ms=rng.uniform(4, 28) + (20 if weak else 0),
        base_jitter_ms=rng.uniform(0.8, 3.0),
        channel=Channel(often, 1 / 6, rng.uniform(3, 12)),
    )
    site = Site(
        code=row.code,
        parent_code=row.parent_code,
        level=row.level,
        name=row.name,
        display_name=row.name,
        line=line,
        uri=f"sip:{row.code}@{DOMAIN}",
        attentive=calm or rng.random() < ATTENTIVE_SHARE,
    )
    if rooms:
        site.room = Room(
            serial=f"FOC{rng.randrange(16**8):08X}",
            product=rng.choice(PRODUCTS),
            address=f"10.66.{number // 250}.{number % 250 + 2}",
            mac=":".join(f"{rng.randrange(256):02X}" for _ in range(6)),
            booted_s=-rng.uniform(3_600, 900_000),
            people=rng.randrange(2, 40),
        )
    return site


def trunk_of(site: Site) -> str:
    """The code of the district whose trunk a site's line runs over."""
    return site.code if site.level == "district" else site.parent_code


def fit(sites: Sequence[Site], count: int) -> list[Site]:
    """Give so many rooms, spread over the roster, such a camera in place of the codec's own.

    The three transports take turns. Returns the sites.
    """
    able = [site for site in sites if site.room is not None]
    count = min(count, len(able))
    chosen = [able[(2 * at + 1) * len(able) // (2 * count)] for at in range(count)]
    for at, site in enumerate(chosen):
        if site.room is None:
            continue
        site.room.ptz = Ptz(TRANSPORTS[at % len(TRANSPORTS)], *house_memories())
        site.room.presets = {}
        site.room.camera = Camera(connected=False, reach=VISCA_REACH, preset_id=None)
    return chosen
