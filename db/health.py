"""How the store is doing, as numbers; and the limits it works within."""

from __future__ import annotations

from dataclasses import dataclass

from db.fault import StoreFault

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds. The defaults are for a technician's PC."""

    ballast: int = 64 * _MIB
    """Kept aside, to be given up when the disk is full."""
    free_low: int = 2048 * _MIB
    free_pause_samples: int = 500 * _MIB
    """With less room than this no samples are written: the rest is for the journal."""
    free_critical: int = 100 * _MIB
    wal_checkpoint: int = 32 * _MIB
    """A WAL of this size is moved into its file at once, a smaller one in the next pause. It
    keeps its size, since to write over it costs less than to grow it; a larger one is cut."""
    wal_alarm: int = 64 * _MIB
    check_after_s: float = 60.0
    check_every_s: float = 7 * 24 * 3600.0
    """How long after the start, and how often, the journal is checked whole."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the writer thread last measured of its files; refreshed every second."""

    console_id: str = ""
    epoch: int = 0
    journal_mode: str = ""
    wal_bytes: int = 0
    free_bytes: int = 0
    ballast_bytes: int = 0
    samples_dropped: int = 0
    """Samples not written since the start, for want of room or for a fault."""
    fault: StoreFault | None = None
    """What keeps the store from writing now, None when it writes."""
    samples_fault: StoreFault | None = None
    notices: tuple[StoreFault, ...] = ()
    """What was found when the files were opened: damage, a journal that had gone."""


@dataclass(frozen=True, slots=True)
class Health:
    """One look at the store; cheap enough to take every second from the window."""

    figures: Figures
    sqlite_version: str
    queued: int
    """Appends waiting or being committed."""
    oldest_wait_s: float
    """How long the oldest of them can have waited; 0 when there are none."""
    warnings: tuple[str, ...]
    """Codes: `store.wal_large`, `store.space_low`, `store.space_critical`,
    `store.samples_paused`, `store.ballast_gone`, `store.journal_delete_mode`."""


def warnings_of(figures: Figures, limits: Limits) -> tuple[str, ...]:
    """What a person should be warned of."""
    free = figures.free_bytes
    held = {
        "store.wal_large": figures.wal_bytes > limits.wal_alarm,
        "store.space_critical": free < limits.free_critical,
        "store.space_low": limits.free_critical <= free < limits.free_low,
        "store.samples_paused": free < limits.free_pause_samples,
        "store.ballast_gone": free < limits.free_low and not figures.ballast_bytes,
        "store.journal_delete_mode": figures.journal_mode == "delete",
    }
    return tuple(code for code, holds in held.items() if holds)
