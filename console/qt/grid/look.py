"""TileLook: everything that one tile shows, as plain values; no text in any language but names.

Both records are named tuples and not dataclasses: thousands are made and compared in a second,
and a tuple is made five times and compared ten times as fast (decision 041).
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from console.domain.endpoint import LineKind
from console.domain.presence import Presence

_CONNECTED, _ON_HOLD = Presence.CONNECTED, Presence.ON_HOLD


class Tally(IntEnum):
    """Whether a site is seen by everyone, or will be next."""

    NONE = 0
    PODIUM = 1
    NEXT = 2


class Mark(IntEnum):
    """What became of the newest wish about a site; achieved ones leave no mark."""

    NONE = 0
    PENDING = 1
    REFUSED = 2
    UNKNOWN = 3


class Band(IntEnum):
    """How good a line is, by the thresholds of the policy."""

    UNKNOWN = 0
    GOOD = 1
    WARN = 2
    BAD = 3


class Stale(IntEnum):
    """How long the site's MCU has been silent."""

    FRESH = 0
    HATCHED = 1
    GREYED = 2


class Site(NamedTuple):
    """What a tile shows that comes from the roster alone. `tier` is the name's own first words
    (`Xã`, `Thị trấn`), `parent` the full name of the unit above, `phone` its technician's."""

    id: str
    name: str
    short: str
    tier: str = ""
    parent: str = ""
    lead: bool = False
    line: LineKind = LineKind.UNKNOWN
    carrier: str = ""
    technician: str = ""
    phone: str = ""


class TileLook(NamedTuple):
    """One tile, as it is to be seen. Times are whole seconds, −1 where there is none to show.

    `since_s` counts while the site is out or dialling, `mic_s` while its microphone is open out
    of turn; `wish` names the wish (`mute`, `take`, …) that `mark` is about and `wish_n` its
    number if it has one. `loss` is in tenths of a percent, `jitter` in ms, both −1 if unmeasured;
    `picture` is `(height, fps)`; `trend` the newest losses in %, oldest first, at density L only.
    `alarm` is 1–3 (1 is the most urgent), 0 for none, and `acked` once someone took note of it.
    `connected` of `total` counts a district's sites, −1 of them where nothing was reported. `level`
    is 0–8, −1 without a meter.

    First what only larger tiles show, then from `stale` to `talking` what every tile shows.
    """

    site: Site
    presence: Presence = Presence.UNKNOWN
    since_s: int = -1
    mic_s: int = -1
    wish: str = ""
    wish_n: int = 0
    loss: int = -1
    jitter: int = -1
    picture: tuple[int, int] = (0, 0)
    rate_kbps: int = -1
    trend: tuple[float, ...] = ()
    stale: Stale = Stale.FRESH
    tally: Tally = Tally.NONE
    mark: Mark = Mark.NONE
    video_muted: bool = False
    hand: bool = False
    check_failed: bool = False
    alarm: int = 0
    acked: bool = False
    net: bool = False
    loss_band: Band = Band.UNKNOWN
    jitter_band: Band = Band.UNKNOWN
    connected: int = 0
    total: int = 0
    talking: bool = False
    level: int = -1

    @property
    def here(self) -> bool:
        """Whether the site is in the conference."""
        presence = self.presence
        return presence is _CONNECTED or presence is _ON_HOLD

    @property
    def band(self) -> Band:
        """The worse of loss and jitter."""
        return max(self.loss_band, self.jitter_band)

    @property
    def short_of(self) -> bool:
        """Whether some of a district's sites are missing, as far as anything was reported."""
        return 0 <= self.connected < self.total
