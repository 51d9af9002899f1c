"""A camera with an address of its own, and what it holds (R87, R88).

The camera keeps positions in numbered memories. Names for them exist only on paper: here, and in
the ready line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from console.simulators.model.camera import Position, Reach, house_presets

TRANSPORTS = ("udp", "tcp", "rawudp")
VISCA_REACH = Reach((-0x2200, 0x2200), (-0x400, 0x1200), (0, 0x4000), (0x1000, 0xF000))
STARTS_S = 3.0


@dataclass(slots=True)
class Ptz:
    """What such a camera holds, in the units of its protocol. Times are the story's.

    Attributes:
        transport: udp (framed), tcp (raw) or rawudp.
        names: what the people call the memories; no device knows it.
        recalled: the memory it was last sent to.
        starting_until_s: until when it finds its bearings after power came.
    """

    transport: str
    memories: dict[int, Position]
    names: dict[int, str]
    power: bool = True
    starting_until_s: float = -1.0
    recalled: int | None = None
    auto_focus: bool = True
    menu: bool = False
    moved: bool = False
    recall_speeds: dict[int, int] = field(default_factory=dict[int, int])

    def starting(self, now_s: float) -> bool:
        """Whether it still finds its bearings."""
        return now_s < self.starting_until_s


def in_visca(position: Position) -> Position:
    """A position of the codec's camera (hundredths of a degree, zoom 0…12000) in VISCA units."""
    pan, tilt = round(position.pan * 0.512), round(position.tilt * 0.512)
    return Position(pan, tilt, round(position.zoom * 0x4000 / 12000)).held(VISCA_REACH)


def house_memories() -> tuple[dict[int, Position], dict[int, str]]:
    """The six house positions in memories 0 to 5, the overall view first, and their names."""
    presets = sorted(house_presets().values(), key=lambda preset: not preset.default_position)
    positions = {at: in_visca(preset.position) for at, preset in enumerate(presets)}
    return positions, {at: preset.name for at, preset in enumerate(presets)}
