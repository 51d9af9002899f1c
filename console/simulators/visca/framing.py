"""The vendor's frame over UDP: kind, length, sequence number (wire document, rooms §4.1)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

HEADER = struct.Struct(">HHI")
COMMAND, INQUIRY, REPLY, SETTING, CONTROL, CONTROL_REPLY = (
    0x0100,
    0x0110,
    0x0111,
    0x0120,
    0x0200,
    0x0201,
)
RESET, RESET_DONE = b"\x01", b"\x01"
WRONG_SEQUENCE, WRONG_MESSAGE = b"\x0f\x01", b"\x0f\x02"
CONTROLLERS = 5
LONGEST = 16


@dataclass(frozen=True, slots=True)
class Frame:
    """One datagram taken apart. `length` is what its header says of the payload."""

    kind: int
    length: int
    sequence: int
    payload: bytes

    @classmethod
    def parse(cls, datagram: bytes) -> Frame | None:
        """The frame of a datagram, or None where it is too short to be one."""
        if len(datagram) < HEADER.size:
            return None
        kind, length, sequence = HEADER.unpack_from(datagram)
        return cls(kind, length, sequence, datagram[HEADER.size :])

    def sound(self) -> bool:
        """Whether its length is right and its kind fits what it carries.

        An inquiry is taken as a command's kind too: clients send it so, and cameras answer them.
        """
        payload = self.payload
        if self.length != len(payload) or not 1 <= self.length <= LONGEST:
            return False
        asks = len(payload) > 1 and payload[1] == 0x09
        if self.kind == CONTROL:
            return payload == RESET
        if self.kind == SETTING:
            return payload[1:-1] in (b"\x01\x00\x01", b"\x09\x00\x02", b"\x30\x01")
        return self.kind == COMMAND or (self.kind == INQUIRY and asks)


def framed(kind: int, sequence: int, payload: bytes) -> bytes:
    """A datagram."""
    return HEADER.pack(kind, len(payload), sequence % 2**32) + payload


class Sequences:
    """The newest sequence number done of each controller; the oldest of six controllers is
    forgotten. A number is normal when it is ahead of that, by half the circle at most."""

    def __init__(self) -> None:
        self._newest: dict[object, int] = {}

    def normal(self, who: object, sequence: int) -> bool:
        """Whether a message with this number has not been done yet."""
        newest = self._newest.get(who)
        return newest is None or 0 < (sequence - newest) % 2**32 < 2**31

    def done(self, who: object, sequence: int) -> None:
        """A message with this number has been done."""
        self._newest.pop(who, None)
        self._newest[who] = sequence
        if len(self._newest) > CONTROLLERS:
            del self._newest[next(iter(self._newest))]

    def reset(self, who: object) -> None:
        """This controller begins anew."""
        self._newest.pop(who, None)

    def forget(self) -> None:
        """All begin anew: the power was gone."""
        self._newest.clear()
