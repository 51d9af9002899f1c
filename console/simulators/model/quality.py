"""The line of one site: loss in bursts, jitter and delay that follow it, video that adapts.

Loss is a Gilbert-Elliott channel: a two-state chain, good or bad, each with its own loss,
stepped once a second. A district's trunk is a second such channel shared by its sites.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

PACKET_BYTES = 1100
INTERVAL_S = 5
LADDER = (
    (1920, 1080, 30.0, 2_400_000),
    (1280, 720, 30.0, 1_500_000),
    (960, 540, 25.0, 800_000),
    (640, 360, 20.0, 450_000),
)


@dataclass(frozen=True, slots=True)
class Channel:
    """A Gilbert-Elliott channel: chance per second to turn bad or good, and the bad's loss."""

    turns_bad: float
    turns_good: float
    bad_loss_pct: float


@dataclass(slots=True)
class Burst:
    """A channel's present state."""

    bad: bool = False
    loss_pct: float = 0.0

    def step(self, channel: Channel, rng: Random) -> float:
        """One second on; returns the loss in percent."""
        turn = rng.random()
        if self.bad:
            self.bad = turn >= channel.turns_good
        else:
            self.bad = turn < channel.turns_bad
        if self.bad:
            self.loss_pct = channel.bad_loss_pct * (0.4 + 1.2 * rng.random())
        else:
            self.loss_pct = 0.0
        return self.loss_pct


@dataclass(slots=True)
class Flow:
    """One direction of one medium as a receiver counts it (jitter ms, rates bit/s)."""

    loss_pct: float = 0.0
    jitter_ms: float = 1.0
    bitrate_bps: int = 0
    packets: int = 0
    bytes: int = 0
    lost: int = 0
    interval_received: int = 0
    interval_lost: int = 0
    max_jitter_ms: float = 1.0
    counted_received: int = 0
    counted_lost: int = 0
    residue: float = 0.0

    def second(self, loss_pct: float, jitter_ms: float, bitrate_bps: int) -> None:
        """Count one second of packets under this loss."""
        self.loss_pct, self.jitter_ms, self.bitrate_bps = loss_pct, jitter_ms, bitrate_bps
        self.max_jitter_ms = max(self.max_jitter_ms, jitter_ms)
        sent = max(50, bitrate_bps // (8 * PACKET_BYTES))
        self.residue += sent * loss_pct / 100
        lost = int(self.residue)
        self.residue -= lost
        received = sent - lost
        self.packets += received
        self.bytes += received * bitrate_bps // (8 * sent)
        self.lost += lost
        self.counted_received += received
        self.counted_lost += lost

    def close_interval(self) -> None:
        """End a five-second interval; its counts become the ones that can be read."""
        self.interval_received, self.interval_lost = self.counted_received, self.counted_lost
        self.counted_received = self.counted_lost = 0


@dataclass(slots=True)
class Line:
    """What one site's connection is like now. `up` is towards the bridge, `down` from it."""

    rng: Random
    base_rtt_ms: float
    base_jitter_ms: float
    channel: Channel
    own: Burst = field(default_factory=Burst)
    rtt_ms: float = 0.0
    rung: int = 0
    strain: float = 0.0
    forced_until_s: float = -1.0
    forced_loss_pct: float = 0.0
    forced_jitter_ms: float = 0.0
    seconds: int = 0
    audio_up: Flow = field(default_factory=Flow)
    audio_down: Flow = field(default_factory=Flow)
    video_up: Flow = field(default_factory=Flow)
    video_down: Flow = field(default_factory=Flow)

    def __post_init__(self) -> None:
        self.rtt_ms = self.base_rtt_ms

    @property
    def resolution(self) -> tuple[int, int, float]:
        """Width, height and frames per second of the site's picture."""
        width, height, rate, _ = LADDER[self.rung]
        return width, height, rate

    def force(self, until_s: float, loss_pct: float, jitter_ms: float) -> None:
        """Make the line bad until `until_s` (virtual seconds)."""
        self.forced_until_s = until_s
        self.forced_loss_pct, self.forced_jitter_ms = loss_pct, jitter_ms

    def restart(self) -> None:
        """A new call: counters from zero, full picture again."""
        self.rung, self.strain, self.seconds = 0, 0.0, 0
        self.audio_up, self.audio_down = Flow(), Flow()
        self.video_up, self.video_down = Flow(), Flow()

    def second(self, now_s: float, trunk_loss_pct: float) -> None:
        """One second of call: loss, then what follows from it."""
        rng = self.rng
        loss = 100 - (100 - self.own.step(self.channel, rng)) * (100 - trunk_loss_pct) / 100
        jitter = self.base_jitter_ms * (0.8 + 0.4 * rng.random()) + 3.5 * loss
        if now_s < self.forced_until_s:
            loss = max(loss, self.forced_loss_pct * (0.8 + 0.4 * rng.random()))
            jitter = max(jitter, self.forced_jitter_ms)
        target_rtt_ms = self.base_rtt_ms + 6 * loss
        self.rtt_ms += (target_rtt_ms - self.rtt_ms) * 0.5 + rng.uniform(-0.5, 0.5)
        self.adapt(loss)
        rate = LADDER[self.rung][3]
        voice = 36_000 + rng.randrange(-1500, 1500)
        picture = int(rate * rng.uniform(0.93, 1.04))
        self.audio_up.second(round(loss * 0.8, 2), jitter, voice)
        self.video_up.second(round(loss, 2), jitter * 1.2, picture)
        self.audio_down.second(round(loss * 0.3, 2), jitter * 0.7, 64_000)
        self.video_down.second(round(loss * 0.4, 2), jitter * 0.9, int(2_000_000 * 0.98))
        self.seconds += 1
        if self.seconds % INTERVAL_S == 0:
            for flow in (self.audio_up, self.audio_down, self.video_up, self.video_down):
                flow.close_interval()

    def adapt(self, loss_pct: float) -> None:
        """Step the picture down under lasting loss, and up again long after it."""
        self.strain = self.strain * 0.8 + loss_pct * 0.2
        if self.strain > 3 and self.rung < len(LADDER) - 1:
            self.rung, self.strain = self.rung + 1, 1.5
        elif self.strain < 0.05 and self.rung and self.rng.random() < 0.1:
            self.rung -= 1
