"""Badly behaved peers on loopback: raw sockets that do what no honest device would."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Act = Callable[[socket.socket], None]


class Peer:
    """A listener that runs `act` on each connection in a thread of its own."""

    def __init__(self, act: Act, context: ssl.SSLContext | None = None) -> None:
        self._act = act
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stopping = threading.Event()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.connections = 0
        self.host, self.port = self._listener.getsockname()
        self._acceptor = threading.Thread(target=self._accept, name="peer", daemon=True)
        self._acceptor.start()

    def url(self, scheme: str = "") -> str:
        """Where it listens."""
        scheme = scheme or ("https" if self._context else "http")
        return f"{scheme}://127.0.0.1:{self.port}"

    def replace_context(self, context: ssl.SSLContext) -> None:
        """Show another certificate from the next connection on."""
        self._context = context

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(sock)
            thread = threading.Thread(target=self._serve, args=(sock,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        try:
            if self._context is not None:
                sock = self._context.wrap_socket(sock, server_side=True)
                self._open.append(sock)
            self._act(sock)
        except (OSError, ValueError):
            pass
        finally:
            sock.close()

    def close(self) -> None:
        """Cut everything and wait for every thread."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._open:
            try:
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            except OSError:
                pass
        self._acceptor.join(5)
        for thread in self._threads:
            thread.join(5)
        for sock in self._open:
            sock.close()


@contextmanager
def peer(act: Act, context: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """A Peer for the length of a block."""
    made = Peer(act, context)
    try:
        yield made
    finally:
        made.close()


def read_request(sock: socket.socket) -> bytes:
    """One request: its head, and as much body as it announces."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more:
            raise ConnectionError("gone")
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            wanted = int(line.split(b":")[1])
            while len(body) < wanted:
                body += sock.recv(65536)
    return head + b"\r\n\r\n" + body


def answering(*chunks: bytes, every_s: float = 0.0, keep: bool = False) -> Act:
    """After a request, send these chunks with a pause between, then close (or stay silent)."""

    def act(sock: socket.socket) -> None:
        read_request(sock)
        for chunk in chunks:
            sock.sendall(chunk)
            if every_s:
                time.sleep(every_s)
        if keep:
            hang(sock)

    return act


def dripping(head: bytes, drop: bytes, every_s: float = 0.05) -> Act:
    """After a request, send `head` and then `drop` again and again until cut off."""

    def act(sock: socket.socket) -> None:
        read_request(sock)
        sock.sendall(head)
        while True:
            sock.sendall(drop)
            time.sleep(every_s)

    return act


def flooding(head: bytes, wave: bytes) -> Act:
    """After a request, send `head` and then `wave` without end, as fast as it goes."""
    return dripping(head, wave, 0.0)


def hang(sock: socket.socket) -> None:
    """Read whatever comes and never answer; ends when the other side does."""
    while sock.recv(65536):
        pass


def resetting(sock: socket.socket) -> None:
    """After a request, cut the connection with RST."""
    read_request(sock)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def serving(reply: Callable[[bytes], bytes]) -> Act:
    """Keep-alive: answer every request with what `reply` makes of it."""

    def act(sock: socket.socket) -> None:
        while True:
            sock.sendall(reply(read_request(sock)))

    return act


def ok(body: bytes, *headers: bytes) -> bytes:
    """A plain 200 with its length."""
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers, b"", b""]
    return b"\r\n".join(lines) + body
