"""What goes over the event socket: commands in, replies and events out (mcu.md §3, recorded).

Lengths are in bytes; in event frames `Content-Length` comes before `Content-Type`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from urllib.parse import quote
from xml.sax.saxutils import escape

Headers = list[tuple[str, str]]
NOT_ENCODED = "!$'()*,/~-._"
LINE_BYTES = 65_536
BODY_BYTES = 1_048_576
GOODBYE = "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its first line, the headers below it (names in lower case) and its body."""

    line: str
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""

    @property
    def word(self) -> str:
        """What is to be done, in lower case."""
        return self.line.partition(" ")[0].lower()

    @property
    def rest(self) -> str:
        """What stands after the first word."""
        return self.line.partition(" ")[2].strip()


@dataclass(frozen=True, slots=True)
class Event:
    """One event with its headers in the order they are sent."""

    headers: tuple[tuple[str, str], ...]
    body: str = ""

    def get(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


async def commands(reader: asyncio.StreamReader) -> AsyncGenerator[Command]:
    """The commands of one connection until it ends, however they are cut into pieces.

    Raises:
        ValueError: a line is too long, or a body is longer than anyone sends.
    """
    lines: list[str] = []
    while raw := await reader.readline():
        text = raw.decode("utf-8", "replace").rstrip("\r\n")
        if text or not raw.endswith(b"\n"):
            lines.append(text)
            continue
        if not lines:
            continue
        pairs = [line.partition(":") for line in lines[1:]]
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        length = headers.get("content-length", "0")
        size = int(length) if length.isdigit() else 0
        if size > BODY_BYTES:
            raise ValueError("a body too long")
        try:
            body = await reader.readexactly(size)
        except asyncio.IncompleteReadError:
            return
        yield Command(lines[0].strip(), headers, body)
        lines = []


def encoded(text: str) -> str:
    """A header's value as events carry it."""
    return quote(text, safe=NOT_ENCODED)


def framed(headers: Headers, body: bytes = b"") -> bytes:
    """Header lines, an empty line, the body."""
    return "".join(f"{name}: {value}\n" for name, value in headers).encode() + b"\n" + body


def reply(text: str, *more: tuple[str, str]) -> bytes:
    """The answer to a command that is no `api`."""
    return framed([("Content-Type", "command/reply"), ("Reply-Text", text), *more])


def with_body(content_type: str, text: str | bytes) -> bytes:
    """An answer or a notice that has a body."""
    body = text if isinstance(text, bytes) else text.encode()
    return framed([("Content-Type", content_type), ("Content-Length", str(len(body)))], body)


def response(text: str) -> bytes:
    """The answer to `api`; a command that wrote nothing is answered for."""
    return with_body("api/response", text or "-ERR no reply\n")


def event_frame(event: Event, form: str) -> bytes:
    """An event as `plain`, `json` or `xml`."""
    body = {"plain": as_plain, "json": as_json, "xml": as_xml}[form](event).encode()
    return framed(
        [("Content-Length", str(len(body))), ("Content-Type", f"text/event-{form}")], body
    )


def as_plain(event: Event) -> str:
    """Header lines with encoded values, an empty line, and the body where there is one."""
    lines = "".join(f"{name}: {encoded(value)}\n" for name, value in event.headers)
    if not event.body:
        return lines + "\n"
    return f"{lines}Content-Length: {len(event.body.encode())}\n\n{event.body}"


def as_json(event: Event) -> str:
    """One object; a header that stands twice stands twice in it."""
    pairs = list(event.headers)
    if event.body:
        pairs += [("Content-Length", str(len(event.body.encode()))), ("_body", event.body)]
    return "{" + ",".join(f"{quoted(name)}:{quoted(value)}" for name, value in pairs) + "}"


def as_xml(event: Event) -> str:
    """`<event>` with the headers encoded, and the body where there is one."""
    rows = [f"    <{name}>{escape(encoded(value))}</{name}>\n" for name, value in event.headers]
    tail = ""
    if event.body:
        rows.append(f"    <Content-Length>{len(event.body.encode())}</Content-Length>\n")
        tail = f"  <body>{escape(event.body)}</body>\n"
    return f"<event>\n  <headers>\n{''.join(rows)}  </headers>\n{tail}</event>"


def quoted(text: str) -> str:
    """A JSON string, letters as they are."""
    return json.dumps(text, ensure_ascii=False)
