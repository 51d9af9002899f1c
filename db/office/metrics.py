"""Figures for Prometheus, in its text format 0.0.4."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter

from sqlalchemy import Connection, func, select

from db.office import proposals
from db.office.revision import standing
from db.office.tables import consoles, incidents, tokens

_BOUNDS_S = (0.005, 0.02, 0.1, 0.5, 2.0, 10.0)


class Metrics:
    """What was counted since the server started. Any thread may count."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._times: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()
        self._rows: Counter[str] = Counter()

    def request(self, operation: str, status: int, seconds: float) -> None:
        """One request was answered."""
        with self._lock:
            self._requests[operation, status] += 1
            times = self._times.setdefault(operation, [0] * (len(_BOUNDS_S) + 1))
            times[bisect_left(_BOUNDS_S, seconds)] += 1
            self._seconds[operation] += seconds  # pyright: ignore[reportArgumentType]

    def rows(self, stream: str, count: int) -> None:
        """Rows of a stream were taken, repeated ones among them."""
        with self._lock:
            self._rows[stream] += count

    def text(self, connection: Connection, now_us: int, polls: int) -> str:
        """Everything as Prometheus reads it; `polls` is how many wait for the feed now."""
        lines: list[str] = []
        with self._lock:
            lines.append("# TYPE hnth_office_requests_total counter")
            for (operation, status), count in sorted(self._requests.items()):
                labels = f'operation="{operation}",status="{status}"'
                lines.append(f"hnth_office_requests_total{{{labels}}} {count}")
            lines.append("# TYPE hnth_office_request_seconds histogram")
            for operation, times in sorted(self._times.items()):
                total = 0
                for bound, count in zip((*_BOUNDS_S, "+Inf"), times, strict=True):
                    total += count
                    labels = f'operation="{operation}",le="{bound}"'
                    lines.append(f"hnth_office_request_seconds_bucket{{{labels}}} {total}")
                label = f'{{operation="{operation}"}}'
                seconds = self._seconds[operation]
                lines.append(f"hnth_office_request_seconds_sum{label} {seconds:.6f}")
                lines.append(f"hnth_office_request_seconds_count{label} {total}")
            lines.append("# TYPE hnth_office_rows_total counter")
            for stream, count in sorted(self._rows.items()):
                lines.append(f'hnth_office_rows_total{{stream="{stream}"}} {count}')
        lines.append("# TYPE hnth_office_incidents gauge")
        by_kind = select(incidents.c.kind, func.sum(incidents.c.times)).group_by(incidents.c.kind)
        for kind, count in connection.execute(by_kind.order_by(incidents.c.kind)):
            lines.append(f'hnth_office_incidents{{kind="{kind}"}} {count}')
        lines.append("# TYPE hnth_office_console_silent_seconds gauge")
        heard = select(consoles.c.console_id, consoles.c.heard_us)
        for console_id, heard_us in connection.execute(heard.order_by(consoles.c.console_id)):
            if heard_us is not None:
                silent_s = (now_us - heard_us) / 1e6
                label = f'{{console="{console_id}"}}'
                lines.append(f"hnth_office_console_silent_seconds{label} {silent_s:.1f}")
        live = select(func.count()).where(
            tokens.c.revoked_us.is_(None), tokens.c.expires_us > now_us
        )
        lines.append("# TYPE hnth_office_live_tokens gauge")
        lines.append(f"hnth_office_live_tokens {connection.scalar(live)}")
        lines.append("# TYPE hnth_office_feed_revision counter")
        lines.append(f"hnth_office_feed_revision {standing(connection)[1]}")
        lines.append("# TYPE hnth_office_waiting_polls gauge")
        lines.append(f"hnth_office_waiting_polls {polls}")
        lines.append("# TYPE hnth_office_waiting_proposals gauge")
        lines.append(f"hnth_office_waiting_proposals {proposals.waiting(connection)}")
        return "\n".join(lines) + "\n"
