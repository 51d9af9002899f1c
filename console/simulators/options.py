"""What the command line can ask of a pretend province."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

FASTEST = 100
SCENES = ("calm", "lively", "empty", "joining")


@dataclass(frozen=True, slots=True)
class Options:
    """One pretend province. `delay_s` is by how much what was asked takes effect late."""

    roster: Path | None = None
    seed: int = 1
    delay_s: tuple[float, float] = (0.05, 0.8)
    port_base: int = 0
    sites: int | None = None
    scene: str = "lively"
    speed: float = 1.0
    rooms: bool = True
    bridges: int = 1
    odd_names: bool = False
    with_parent: bool = False
    cameras: int = 0


def delay_range(text: str) -> tuple[float, float]:
    """`100` or `50..800`, in milliseconds, as a range of seconds."""
    low, dots, high = text.partition("..")
    try:
        first, last = float(low) / 1000, float(high if dots else low) / 1000
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: give 100 or 50..800") from None
    if not 0 <= first <= last <= 600:
        raise argparse.ArgumentTypeError(f"{text}: give 0 to 600000, the smaller first")
    return first, last


def positive(text: str) -> float:
    """A number above zero."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: give a number") from None
    if not 0 < value <= FASTEST:
        raise argparse.ArgumentTypeError(f"{text}: give a number above 0, at most {FASTEST}")
    return value


def whole(low: int, high: int, text: str) -> int:
    """A whole number in range."""
    if not text.isdigit() or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text}: give a whole number from {low} to {high}")
    return int(text)


def parse(arguments: list[str] | None = None) -> Options:
    """The options; the process ends with a message when they make no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m console.simulators",
        description="Pretend devices on loopback. Prints one line of JSON when ready.",
    )
    kinds = parser.add_subparsers(required=True, metavar="WHAT")
    province = kinds.add_parser("province", help="an MCU, the rooms of every site, a control plane")
    add = province.add_argument
    add("--roster", type=Path, metavar="CSV", help="code,parent_code,level,name; default: 2021")
    add("--seed", type=lambda text: whole(0, 2**63, text), default=1, help="same seed, same story")
    add(
        "--delay-ms",
        type=delay_range,
        default=(0.05, 0.8),
        metavar="A..B",
        help="how late what was asked takes effect; default 50..800",
    )
    add(
        "--port-base",
        type=lambda text: whole(1024, 65_000, text),
        default=0,
        help="first port; default: any that are free",
    )
    add("--sites", type=lambda text: whole(1, 5000, text), help="this many sites of the roster")
    add("--scene", choices=SCENES, default="lively")
    add("--speed", type=positive, default=1.0, help="story seconds per second; default 1")
    add("--bridges", type=lambda text: whole(1, 2, text), default=1)
    add("--no-rooms", action="store_true", help="the MCU alone")
    add(
        "--cameras",
        type=lambda text: whole(0, 5000, text),
        default=0,
        help="so many rooms have a VISCA camera in place of the codec's own; default 0",
    )
    add("--odd-names", action="store_true", help="some sites have hostile names")
    add("--with-parent", action="store_true", help="end when standard input closes")
    said = province_arguments(parser, arguments)
    return Options(
        roster=said.roster,
        seed=said.seed,
        delay_s=said.delay_ms,
        port_base=said.port_base,
        sites=said.sites,
        scene=said.scene,
        speed=said.speed,
        rooms=not said.no_rooms,
        bridges=said.bridges,
        odd_names=said.odd_names,
        with_parent=said.with_parent,
        cameras=said.cameras,
    )


def province_arguments(
    parser: argparse.ArgumentParser, arguments: list[str] | None
) -> argparse.Namespace:
    """The parsed arguments, the roster found to be there."""
    said = parser.parse_args(arguments)
    if said.roster is not None and not said.roster.is_file():
        parser.error(f"--roster {said.roster}: no such file")
    return said
