"""A province that changes: what opens it, and an endless sequence of changes made beforehand."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from console.domain import facts as f
from console.domain.conference import Conference
from console.domain.endpoint import Endpoint, LineKind
from console.domain.event import Event, stamped
from console.domain.facts import Fact
from console.domain.observed import Leg, Quality
from console.domain.presence import Presence

_SYLLABLES = ("Ea", "Cư", "Krông", "Buôn", "Hòa", "Tân", "Ia", "Đắk", "Ya", "Dliê", "Quảng", "M'")
_ENDS = ("Kar", "Súp", "Drăng", "Pắc", "Thắng", "Lợi", "Knốp", "Bông", "Hiao", "Yang", "Wer", "Tul")
_LOSSES = (0.1, 0.4, 0.8, 1.2, 2.4, 6.5)
_CHUNK_S = 0.004
_STEPS = 4
"""Different changes of each kind for each site: few, so that Events are as near as new ones."""
_DISTRICTS = 38
_KINDS = ("level", "talk", "loss", "mute", "status", "podium")
_WEIGHTS = (70, 10, 10, 5, 4, 1)


class Load:
    """A roster of `sites` in three tiers, and changes to it as prepared Events."""

    def __init__(self, sites: int, now_us: int, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._now_us = now_us
        self.sent = 0
        self.cpu_s = 0.0
        roster = _roster(sites)
        self._ids = [endpoint.id for endpoint in roster]
        self.opening = self._events(
            f.RosterLoaded("bench", roster),
            f.SessionOpened("bench", "Bench", "live", roster[0].id, "c"),
            f.ConferenceSeen(Conference("c", "mcu", live=True)),
            *(f.LegSeen(self._leg(site)) for site in self._ids),
            *(f.QualityMeasured(site, self._quality(0.1)) for site in self._ids),
        )
        self._sequence = self._changes(100_000)

    def feed(self, post: Callable[[Sequence[Event]], None], rate: int, seconds: float) -> None:
        """Post `rate` changes a second, in chunks of some milliseconds, from this thread."""
        start = time.perf_counter()
        sequence, size = self._sequence, len(self._sequence)
        while (spent := time.perf_counter() - start) < seconds:
            due = int(spent * rate) - self.sent
            at = self.sent % size
            post(sequence[at : min(at + due, size)])
            self.sent += min(due, size - at)
            self.cpu_s = time.thread_time()
            time.sleep(_CHUNK_S)

    def _events(self, *facts: Fact) -> list[Event]:
        return [
            stamped(fact, self._now_us - self._random.randrange(1_000_000), "mcu") for fact in facts
        ]

    def _leg(self, site: str, presence: Presence = Presence.CONNECTED, muted: bool = True) -> Leg:
        return Leg(site, "c", presence, mic_muted=muted, video_muted=False)

    def _quality(self, loss: float) -> Quality:
        return Quality(self._now_us, loss, 12.0, 20.0, 1900.0, 1900.0, 1920, 1080, 30.0)

    def _changes(self, count: int) -> list[Event]:
        """The mix, each Event made once and then met again at random."""
        made: dict[tuple[str, str, int], Event] = {}
        sequence: list[Event] = []
        kinds = self._random.choices(_KINDS, _WEIGHTS, k=count)
        for kind in kinds:
            key = (kind, self._random.choice(self._ids), self._random.randrange(_STEPS))
            if key not in made:
                made[key] = self._events(self._fact(*key))[0]
            sequence.append(made[key])
        return sequence

    def _fact(self, kind: str, site: str, step: int) -> Fact:
        match kind:
            case "level":
                return f.SpeechHeard(site, True, 2 * step + 1)
            case "talk":
                return f.SpeechHeard(site, step % 2 == 0, step if step % 2 == 0 else None)
            case "loss":
                return f.QualityMeasured(site, self._quality(_LOSSES[step % len(_LOSSES)]))
            case "mute":
                return f.LegSeen(self._leg(site, muted=step % 2 == 0))
            case "status":
                out = Presence.DROPPED if step % 2 else Presence.CONNECTED
                return f.LegSeen(self._leg(site, out))
            case _:
                return f.ConferenceSeen(Conference("c", "mcu", live=True, podium=site))


def _roster(sites: int) -> tuple[Endpoint, ...]:
    """One province, 38 districts (one to ten sites where there are few), communes under each."""
    districts = min(_DISTRICTS, max(1, sites // 12))
    found = [Endpoint("1", "Tỉnh Thử Nghiệm", "Thử Nghiệm", level="province")]
    for i in range(districts):
        name = f"{_SYLLABLES[i % 12]} {_ENDS[(i * 5) % 12]} {i + 1}"
        found.append(Endpoint(f"{100 + i}", f"Huyện {name}", name, "1", "district", order=i + 1))
    for i in range(sites - len(found)):
        name = f"{_SYLLABLES[i % 12]} {_ENDS[(i // 12) % 12]} {i}"
        parent, line = f"{100 + i % districts}", LineKind.SLCD
        found.append(
            Endpoint(
                f"{20000 + i}", f"Xã {name}", name, parent, "commune", line=line, order=1000 + i
            )
        )
    return tuple(found)
