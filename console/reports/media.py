"""A session's minutes of quality figures, put together site by site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from console.domain.policy import Policy
from console.reports.figures import Media


class Figure(Protocol):
    """A measured figure over one minute: how often it was measured (`n`), its mean and maximum;
    None where it never was."""

    @property
    def n(self) -> int: ...
    @property
    def mean(self) -> float | None: ...
    @property
    def max(self) -> float | None: ...


class Minute(Protocol):
    """One site's minute, as the store of samples keeps it: loss in %, jitter and round trip in ms,
    bandwidth in kbit/s."""

    @property
    def endpoint(self) -> str: ...
    @property
    def loss_pct(self) -> Figure: ...
    @property
    def jitter_ms(self) -> Figure: ...
    @property
    def rtt_ms(self) -> Figure: ...
    @property
    def rx_kbps(self) -> Figure: ...
    @property
    def tx_kbps(self) -> Figure: ...


def media_by_site(minutes: Iterable[Minute], policy: Policy) -> dict[str, Media]:
    """What was measured of each site; a site without a minute is not in it."""
    by_site: dict[str, list[Minute]] = defaultdict(list)
    for minute in minutes:
        by_site[minute.endpoint].append(minute)
    return {site: _media(told, policy) for site, told in by_site.items()}


def _media(minutes: list[Minute], policy: Policy) -> Media:
    losses = [m.loss_pct.mean for m in minutes if m.loss_pct.mean is not None]
    return Media(
        minutes=len(minutes),
        loss_mean=_mean(m.loss_pct for m in minutes),
        loss_worst=max(losses, default=None),
        minutes_warn=sum(loss >= policy.loss_warn_pct for loss in losses),
        minutes_bad=sum(loss >= policy.loss_bad_pct for loss in losses),
        jitter_mean=_mean(m.jitter_ms for m in minutes),
        jitter_max=max((v for m in minutes if (v := m.jitter_ms.max) is not None), default=None),
        rtt_mean=_mean(m.rtt_ms for m in minutes),
        rx_mean=_mean(m.rx_kbps for m in minutes),
        tx_mean=_mean(m.tx_kbps for m in minutes),
    )


def _mean(figures: Iterable[Figure]) -> float | None:
    """The mean over all measurements, not over the minutes."""
    n, total = 0, 0.0
    for figure in figures:
        if figure.mean is not None:
            n += figure.n
            total += figure.n * figure.mean
    return total / n if n else None
