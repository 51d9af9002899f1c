"""Reading the samples: one endpoint's series, and the minutes of a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, ScalarSelect, select, tuple_

from db.folder import SAMPLES
from db.reading import PAGE_ROWS, Store, fetch
from db.record import Sample
from db.schema import METRICS, names, rollups, samples

_SCALE = {"loss_ppm": 10_000, "jitter_us": 1000, "rtt_us": 1000}


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure over one minute: how often it was measured, its mean and maximum."""

    n: int
    mean: float | None
    max: float | None


@dataclass(frozen=True, slots=True)
class Minute:
    """One endpoint's minute: `t_us` is its start in µs of UTC; units as in `Sample`."""

    endpoint: str
    t_us: int
    loss_pct: Figure
    jitter_ms: Figure
    rtt_ms: Figure
    rx_kbps: Figure
    tx_kbps: Figure


def series(
    store: Store, session: str, endpoint: str, *, after_us: int = 0, limit: int = PAGE_ROWS
) -> list[Sample]:
    """One endpoint's samples later than `after_us`, oldest first."""
    query = (
        select(samples)
        .where(samples.c.session == _id(session), samples.c.endpoint == _id(endpoint))
        .where(samples.c.t_us > after_us)
        .order_by(samples.c.t_us)
    )
    found: list[Sample] = []
    for row in fetch(store, SAMPLES, query, limit):
        loss, jitter, rtt, rx, tx = (_unscaled(m, getattr(row, m)) for m in METRICS)
        size = (row.width_px, row.height_px)
        found.append(Sample(session, endpoint, row.t_us, loss, jitter, rtt, rx, tx, *size))
    return found


def minutes(
    store: Store, session: str, *, after: Minute | None = None, limit: int = PAGE_ROWS
) -> list[Minute]:
    """A session's minutes, endpoint by endpoint; the next page with `after` the last minute."""
    query = (
        select(names.c.name, rollups)
        .join(names, names.c.id == rollups.c.endpoint)
        .where(rollups.c.session == _id(session))
        .order_by(rollups.c.endpoint, rollups.c.t_us)
    )
    if after is not None:
        place = tuple_(rollups.c.endpoint, rollups.c.t_us)
        query = query.where(place > tuple_(_id(after.endpoint), after.t_us))
    return [
        Minute(row.name, row.t_us, *(_figure(metric, row) for metric in METRICS))
        for row in fetch(store, SAMPLES, query, limit)
    ]


def _id(text: str) -> ScalarSelect[int]:
    return select(names.c.id).where(names.c.name == text).scalar_subquery()


def _unscaled(metric: str, value: float | None) -> float | None:
    return None if value is None else value / _SCALE.get(metric, 1)


def _figure(metric: str, row: Row[Any]) -> Figure:
    n, total, most = (getattr(row, f"{metric}_{part}") for part in ("n", "sum", "max"))
    return Figure(n, _unscaled(metric, total / n if n else None), _unscaled(metric, most))
