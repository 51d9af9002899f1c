"""VISCA messages as bytes (wire document, rooms §4.1 and §4.2)."""

from __future__ import annotations

LONGEST = 16
END = 0xFF
LENGTH, SYNTAX, FULL, CANCELLED, NO_SOCKET, NOT_EXECUTABLE = 0x01, 0x02, 0x03, 0x04, 0x05, 0x41


class Refused(Exception):
    """A message that gets an error for an answer."""

    def __init__(self, code: int, socket: int = 0) -> None:
        super().__init__(f"{code:02X}")
        self.code, self.socket = code, socket


def ack(socket: int) -> bytes:
    """The command was accepted into a socket."""
    return bytes((0x90, 0x40 | socket, END))


def completion(socket: int) -> bytes:
    """The command in a socket has been carried out."""
    return bytes((0x90, 0x50 | socket, END))


def answer(content: bytes = b"") -> bytes:
    """What an inquiry, or a setting of the interface, is answered."""
    return b"\x90\x50" + content + b"\xff"


def error(code: int, socket: int = 0) -> bytes:
    """A refusal, or the end of a command that was not carried out."""
    return bytes((0x90, 0x60 | socket, code, END))


def nibbles(value: int, count: int = 4) -> bytes:
    """The lowest `4 * count` bits of a number, four to a byte, as two's complement."""
    return bytes((value >> 4 * at) & 0xF for at in reversed(range(count)))


def signed(value: int) -> int:
    """Sixteen bits read as two's complement."""
    return value - 0x10000 if value & 0x8000 else value


def read(pattern: str, content: bytes) -> dict[str, int] | None:
    """The values in a message of this pattern, or None when it is another one.

    In a pattern digits and capitals stand for themselves; each small letter is a hexadecimal
    digit of the value of that name, the highest first: `04 47 0z 0z 0z 0z`.
    """
    wanted, given = pattern.replace(" ", ""), content.hex().upper()
    if len(wanted) != len(given):
        return None
    found: dict[str, str] = {}
    for want, got in zip(wanted, given, strict=True):
        if want.islower():
            found[want] = found.get(want, "") + got
        elif want != got:
            return None
    return {name: int(digits, 16) for name, digits in found.items()}
