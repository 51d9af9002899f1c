"""An office over real TLS on loopback, in a thread of this process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from db.office import keys
from db.office.server import Server
from db.office.service import Office
from tests.office.asgi import new_office


@dataclass(frozen=True, slots=True)
class Served:
    """Where it is, and the office itself."""

    url: str
    office: Office
    folder: Path

    @property
    def fingerprint(self) -> str:
        return keys.server_fingerprint(self.folder)


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[Served]:
    """An office in `folder`, made where there is none, served until the block ends."""
    if not folder.exists():
        new_office(folder)
    office = Office(folder)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(64)
    server = Server(office, log_config=None, lifespan="off", timeout_graceful_shutdown=2)
    thread = threading.Thread(target=server.run, args=([listener],), name="office-server")
    thread.start()
    try:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        yield Served(url, office, folder)
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
        office.close()
        assert not thread.is_alive()
