"""Where the two families of cameras differ (wire document, rooms §4.2 and §4.3)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """One family's ways.

    Attributes:
        version: vendor, model, release and number of sockets, as the version inquiry answers.
        last_memory: the highest memory number there is.
        reserved: memory numbers that open the camera's menu instead.
        tilt_fastest: the highest tilt speed; the highest pan speed is 18h for all.
        own_address_only: whether messages to other addresses than 1 are none of its business.
        starts_at_zero: whether it goes to memory 0 when power comes.
        refuses_empty: whether recalling an empty memory is refused, or done without moving.
        speed_of_each: whether recall has a speed for each memory, or one for all.
    """

    version: bytes
    last_memory: int
    reserved: range
    tilt_fastest: int
    own_address_only: bool
    starts_at_zero: bool
    refuses_empty: bool
    speed_of_each: bool


SONY = Profile(
    version=bytes.fromhex("0001 0516 0100 02"),
    last_memory=15,
    reserved=range(0),
    tilt_fastest=0x17,
    own_address_only=False,
    starts_at_zero=False,
    refuses_empty=True,
    speed_of_each=True,
)
OTHERS = Profile(
    version=bytes.fromhex("0220 0513 0100 02"),
    last_memory=254,
    reserved=range(90, 100),
    tilt_fastest=0x14,
    own_address_only=True,
    starts_at_zero=True,
    refuses_empty=False,
    speed_of_each=False,
)


def profile_of(transport: str) -> Profile:
    """The family that speaks over this transport."""
    return SONY if transport == "udp" else OTHERS
