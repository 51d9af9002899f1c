"""The session that the window's tests play on: the one that the pictures show."""

from console.qt.scene import (
    CALL,
    CHAIR,
    NEXT,
    NOW_US,
    PODIUM,
    PRESETS,
    Paper,
    PretendMcu,
    S,
    Scene,
    SceneClock,
    empty_scene,
    roster,
    scene,
    script,
)

__all__ = [
    "CALL",
    "CHAIR",
    "NEXT",
    "NOW_US",
    "PODIUM",
    "PRESETS",
    "Paper",
    "PretendMcu",
    "S",
    "Scene",
    "SceneClock",
    "empty_scene",
    "roster",
    "scene",
    "script",
]
