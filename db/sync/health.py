"""How the sync is doing, as numbers and codes; the wording is not made here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

AMBER_AGE_S, RED_AGE_S = 300.0, 3600.0
AMBER_OFFSET_US, RED_OFFSET_US = 2_000_000, 60_000_000


class Level(IntEnum):
    """How much attention it wants."""

    CALM = 0
    AMBER = 1
    RED = 2


@dataclass(frozen=True, slots=True)
class SyncIncident:
    """What keeps rows from being sent and does not go away by waiting.

    Codes: `sync.fork` (`stream`, `seq`): the office has other rows under our numbers;
    `sync.rollback` (`stream`, `seq`, `own`): the office has rows that this journal lost;
    `sync.altered` (`stream`, `seq`): a row's bytes no longer give its hash;
    `sync.head` (`stream`, `seq`): the office acknowledged what we did not send;
    `sync.countersignature` (`stream`): signed by another key than the office's;
    `sync.witness` (`console`, `stream`, `seq`): the office signed for two different rows of one
    number of that console's journal: one of the two histories is forged;
    `sync.refused` (`stream`, `status`, `reason`), `sync.access` (`status`, `reason`);
    `sync.expired`: the office says that this console's certificate has run out;
    `sync.certificate` (`reason`: `none`, `other`, `early`, `revoked`; `refused` by TLS itself): it
    does not take the one shown.
    """

    code: str
    params: tuple[tuple[str, str | int], ...]
    since_us: int


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """One look at the feed; cheap enough to take every second."""

    pulled_us: int = 0
    """When the office last answered, µs of UTC on our clock; 0 for never since the start."""
    rev: int = 0
    """The office's revision up to which everything is here."""
    proposals: int = 0
    """Made here and not decided by the office."""
    conflicts: int = 0
    """That somebody here must answer."""
    failure: str = ""
    """Why the last exchange failed: a reason of `Lost`, `status 503` and the like, or ""."""


@dataclass(frozen=True, slots=True)
class SyncHealth:
    """One look at the sync; cheap enough to take every second from the window."""

    unsent_rows: int = 0
    oldest_unsent_s: float = 0.0
    """Age of the first row that the office has not acknowledged; 0 where there is none."""
    last_ack_us: int = 0
    """When the office last acknowledged anything, µs of UTC on the office's clock; 0 for never."""
    offset_us: int | None = None
    """The office's clock less ours; None before the first heartbeat was answered."""
    failure: str = ""
    """Why the last exchange failed: a reason of `Lost`, `status 503` and the like, or ""."""
    incident: SyncIncident | None = None
    pulled_us: int = 0
    """When the feed was last pulled, µs of UTC on our clock; 0 for never since the start."""
    feed_rev: int = 0
    """The office's revision up to which its records are here."""
    proposals: int = 0
    """Made here and not decided by the office."""
    conflicts: int = 0
    """That somebody here must answer."""

    @property
    def level(self) -> Level:
        """Red: an incident, rows older than an hour, a clock off by a minute.

        Amber: rows older than 5 min, a clock off by 2 s, a conflict to be answered.
        """
        offset_us = abs(self.offset_us or 0)
        if self.incident or self.oldest_unsent_s > RED_AGE_S or offset_us > RED_OFFSET_US:
            return Level.RED
        if self.oldest_unsent_s > AMBER_AGE_S or offset_us > AMBER_OFFSET_US or self.conflicts:
            return Level.AMBER
        return Level.CALM
