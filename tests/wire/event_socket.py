"""An event socket as a peer: what it asks, whom it lets in, what it says then."""

from __future__ import annotations

import socket
import time

from console.wire.http import Credentials
from tests.wire.peers import Act, hang

ACCOUNT = Credentials("", "ClueCon mật")


def read_line(sock: socket.socket) -> str:
    """One command."""
    data = b""
    while not data.endswith(b"\n\n"):
        more = sock.recv(4096)
        if not more:
            raise ConnectionError("gone")
        data += more
    return data.decode().strip()


def frame(kind: str, body: bytes = b"", **headers: str) -> bytes:
    """A frame of the socket; `_` in a header's name is a hyphen."""
    head = "".join(f"{key.replace('_', '-')}: {value}\n" for key, value in headers.items())
    length = f"Content-Length: {len(body)}\n" if body else ""
    return f"Content-Type: {kind}\n{head}{length}\n".encode() + body


HELLO = frame("auth/request")
LET_IN = frame("command/reply", Reply_Text="+OK accepted")


def login(sock: socket.socket) -> None:
    """Let them in, whoever knows the password."""
    sock.sendall(HELLO)
    known = read_line(sock) == f"auth {ACCOUNT.password}"
    sock.sendall(LET_IN if known else frame("command/reply", Reply_Text="-ERR invalid"))


def saying(*chunks: bytes, every_s: float = 0.0, silent: bool = False) -> Act:
    """Lets in, then answers each command with these chunks."""

    def act(sock: socket.socket) -> None:
        login(sock)
        while True:
            read_line(sock)
            for chunk in chunks:
                sock.sendall(chunk)
                time.sleep(every_s)
            if silent:
                hang(sock)

    return act


def echo(sock: socket.socket) -> None:
    """Lets in, then answers each command with itself."""
    login(sock)
    while True:
        sock.sendall(frame("api/response", read_line(sock).encode()))
