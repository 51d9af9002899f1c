"""Frames of the event socket (`wire/mcu.md` §3): header lines, an empty line, and a body of
`Content-Length` bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from console.wire.problems import NotUnderstood, TooLarge

HEAD_BYTES = 64 * 1024
"""A frame's header lines may be this long."""
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9_-]*): ?([^\0]*)")


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: its headers by lower-case name (the last of a name counts) and its body."""

    headers: dict[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """The Content-Type, or ""."""
        return self.headers.get("content-type", "")

    def header(self, name: str) -> str:
        """The header of that name (lower case), or ""."""
        return self.headers.get(name, "")


class Framer:
    """Cuts a stream of bytes into frames. `max_bytes` caps a body.

    What can't be the event socket is refused at its first line, not at the deadline.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._data = bytearray()
        self._headers: dict[str, str] = {}
        self._head_size = 0
        self._needed: int | None = None

    @property
    def empty(self) -> bool:
        """Whether all that was received has been taken."""
        return not self._data and not self._headers

    def feed(self, data: bytes) -> None:
        """Add what was received."""
        self._data += data

    def end(self) -> None:
        """Nothing more comes. Raises NotUnderstood where that cuts a frame in two."""
        if not self.empty:
            raise NotUnderstood(reason="truncated")

    def take(self) -> Frame | None:
        """The next whole frame, or None. Raises NotUnderstood or TooLarge; then there are no more.

        Empty lines between frames are passed over.
        """
        while self._needed is None:
            end = self._data.find(b"\n")
            if end < 0:
                self._check(bytes(self._data[: HEAD_BYTES + 1]))
                return None
            line = bytes(self._data[:end]).rstrip(b"\r")
            del self._data[: end + 1]
            if line:
                self._add(line)
            elif self._headers:
                self._needed = self._length()
        if len(self._data) < self._needed:
            return None
        frame = Frame(self._headers, bytes(self._data[: self._needed]))
        del self._data[: self._needed]
        self._headers, self._head_size, self._needed = {}, 0, None
        return frame

    def _check(self, part: bytes) -> None:
        """Whether what has come of a line can still become a header."""
        if self._head_size + len(part) > HEAD_BYTES:
            raise TooLarge(part="head", bytes=HEAD_BYTES)
        if b"\0" in part or (part and not part[:1].isalpha() and part not in (b"\r", b"\n")):
            raise NotUnderstood(reason="not_esl")

    def _add(self, line: bytes) -> None:
        self._check(line)
        self._head_size += len(line)
        match = _HEADER.fullmatch(line)
        if match is None:
            raise NotUnderstood(reason="not_esl")
        name, value = (part.decode("utf-8", "replace") for part in match.groups())
        self._headers[name.lower()] = value.strip()

    def _length(self) -> int:
        told = self._headers.get("content-length", "0")
        if not (told.isascii() and told.isdigit()):
            raise NotUnderstood(reason="not_esl")
        if len(told) > 12 or int(told) > self.max_bytes:
            raise TooLarge(part="body", bytes=self.max_bytes)
        return int(told)
