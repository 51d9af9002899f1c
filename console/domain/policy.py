"""The thresholds a province may set for itself; the defaults and where they come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds. Loss in %, times in s or ms as named.

    Quality bands follow video-conference vendors' practice (loss < 1 % good, > 5 % bad; jitter
    30 and 50 ms); staleness and alarm delays are the console's own rules.
    """

    loss_warn_pct: float = 1.0
    loss_bad_pct: float = 5.0
    jitter_warn_ms: float = 30.0
    jitter_bad_ms: float = 50.0
    stale_s: float = 2.0
    grey_s: float = 5.0
    drop_delay_s: float = 10.0
    """A site that is neither on the podium, the chair nor scheduled alarms only after this."""
    open_mic_delay_s: float = 3.0
    group_above: int = 3
    """More sites than this lost together are one alarm with a count."""
    undo_s: float = 10.0
    speech_proof_s: float = 1.0
    """So long a site must be heard to prove two-way talk (R6)."""
    connection_target_s: float = 10.0
