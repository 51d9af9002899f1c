"""Whatever is thrown at the pretend devices, they stay up and say nothing on standard error."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import socket

import pytest
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import HttpProcessingError
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as some

from console.simulators.device import Reply
from console.simulators.door import on_the_answer
from console.simulators.faults import Fault
from console.simulators.gateway import own_faults_only
from console.simulators.roomos.putxml import SyntaxFault, orders, parsed, settings
from console.simulators.roomos.tree import BadPath, as_xml, select, steps
from tests.simulators.events import events
from tests.simulators.peer import Started, port_of, tls_socket

HEADS = (
    b"",
    b"GET / HTTP/1.1\r\n",
    b"GET /api/v1/calls HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ////\r\n\r\n",
    b"PUT /api/v1/calls HTTP/9.9\r\n\r\n",
    b"POST /putxml HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST /putxml HTTP/1.1\r\nHost: x\r\nContent-Length: 999999\r\n\r\n",
    b"POST /putxml HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /events/v1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: auth-%\r\n\r\n",
    b"G" * 70_000,
)


def test_noise_on_the_line(quiet: Started) -> None:
    rng = random.Random(3)
    urls = [quiet.ready["cms"][0]["url"], quiet.ready["rooms"]["24121"]["url"]]
    for url in urls:
        for head in HEADS:
            with tls_socket(quiet, url) as line, contextlib.suppress(OSError):
                line.sendall(head + rng.randbytes(rng.randrange(400)))
                line.settimeout(0.05)
                line.recv(2000)
            with socket.create_connection(("127.0.0.1", port_of(url)), 2) as plain:
                plain.sendall(rng.randbytes(50))
    assert quiet.read("/calls").attrib["total"] == "1"
    assert quiet.get("24121", "/Status/Audio").status_code == 200


def test_noise_on_the_socket(quiet: Started) -> None:
    rng = random.Random(4)
    with events(quiet) as ears:
        for _ in range(50):
            ears.socket.send(rng.randbytes(40))
            ears.say("".join(chr(rng.randrange(32, 0x2FFF)) for _ in range(60)))
        ears.say('{"type":"message","message":{"messageId":5,"type":"subscribeRequest"}}')
        assert ears.hear(lambda: ears.answers)
    assert ears.answers == [{"messageId": 5, "status": "failure"}]


@given(some.text())
def test_any_expression_is_read_or_refused(text: str) -> None:
    tree = {"Status": {"Audio": {"Volume": 50}, "Call": []}}
    try:
        path = steps(text)
    except BadPath:
        return
    assert isinstance(as_xml(select(tree, path)), str)


@given(some.binary(max_size=300) | some.text(max_size=200).map(lambda text: text.encode()))
def test_any_document_is_read_or_refused(body: bytes) -> None:
    try:
        root = parsed(body)
    except SyntaxFault:
        return
    assert all(isinstance(order.path, str) for order in orders(root))
    assert isinstance(settings(root), dict)


@pytest.mark.parametrize(
    ("mistake", "ours"),
    [
        (ConnectionResetError("Cannot write to closing transport"), False),
        (HttpProcessingError(message="garbage"), False),
        (ValueError("a mistake of ours"), True),
    ],
)
def test_only_mistakes_of_ours_are_said(mistake: Exception, ours: bool) -> None:
    """A client that hangs up between two bytes of its answer is found out by writing to it."""
    error = (type(mistake), mistake, None)
    record = logging.LogRecord("", logging.ERROR, "", 0, "Error handling request", (), error)
    assert bool(own_faults_only().filter(record)) is ours


class Line(AbstractStreamWriter):
    """What an answer is written to; it counts the pieces of the body."""

    pieces = 0

    async def write(self, chunk: object) -> None:
        self.pieces += 1

    async def write_eof(self, chunk: bytes = b"") -> None: ...
    async def drain(self) -> None: ...
    def enable_compression(self, *_: object, **__: object) -> None: ...
    def enable_chunking(self) -> None: ...
    async def write_headers(self, *_: object) -> None: ...


@pytest.mark.parametrize("kind", ["flood", "drip"])
def test_nobody_goes_on_talking_to_who_has_hung_up(kind: str) -> None:
    """A client gives up a device that never ends; nothing more is written then."""
    line = Line()

    async def answer() -> None:
        request = make_mocked_request("GET", "/api/v1/calls", writer=line)
        request.transport.is_closing.side_effect = [False, True]  # type: ignore[union-attr]
        fault = Fault(1, kind, "cms-1", {"megabytes": 64, "every_s": 0.001})
        await on_the_answer(request, Reply(200, b"<calls/>"), fault)

    asyncio.run(answer())
    assert line.pieces == 1
