"""A plain client of the pretend devices: requests, websockets and sockets, none of our drivers."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
import requests
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

PATIENCE_S = 15.0


class Started:
    """One simulator process with its ready line."""

    def __init__(self, *arguments: str, stdin: int | None = subprocess.DEVNULL) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "console.simulators", "province", *arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            _, errors = self.process.communicate(timeout=10)
            raise RuntimeError(errors.decode())
        self.ready: dict[str, Any] = json.loads(line)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, bytes, bytes]:
        """Stop it; returns its exit code and what else it wrote."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            out, errors = self.process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        return self.process.returncode, out, errors

    # -- addresses ---------------------------------------------------------------------------

    @property
    def ca(self) -> str:
        return str(self.ready["ca"])

    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca)

    # -- requests ----------------------------------------------------------------------------

    def http(self, method: str, url: str, **options: Any) -> requests.Response:
        """One request on a connection of its own, trusting the private CA alone."""
        with requests.Session() as session:
            session.trust_env = False
            session.verify = self.ca
            options.setdefault("timeout", PATIENCE_S)
            return session.request(method, url, **options)

    def cms(self, method: str, path: str, form: Any = None, bridge: int = 0, **options: Any) -> Any:
        """One REST request to a bridge."""
        at = self.ready["cms"][bridge]
        options.setdefault("auth", (at["user"], at["password"]))
        return self.http(method, at["url"] + "/api/v1" + path, data=form, **options)

    def read(self, path: str, bridge: int = 0, **query: Any) -> ET.Element:
        """A successful read, as an element."""
        reply = self.cms("GET", path, bridge=bridge, params=query)
        assert reply.status_code == 200, reply.text
        assert reply.headers["Content-Type"].startswith("text/xml")
        return ET.fromstring(reply.content)

    def call(self, bridge: int = 0) -> str:
        return str(self.ready["cms"][bridge]["call"])

    def roster(self, bridge: int = 0) -> dict[str, str]:
        """Participant ids by name, read page after page until all are there."""
        found: dict[str, str] = {}
        for _ in range(50):
            totals: set[int] = set()
            offset = 0
            while not totals or offset < max(totals):
                page = self.read(f"/calls/{self.call(bridge)}/participants", bridge, offset=offset)
                totals.add(int(page.attrib["total"]))
                found |= {each.attrib["id"]: each.findtext("name") or "" for each in page}
                offset += max(1, len(page))
            if totals == {len(found)}:
                return {name: participant for participant, name in found.items()}
            if len(totals) > 1 or len(found) > max(totals):
                found = {}
        raise AssertionError("the roster never became whole")

    def room(self, code: str, role: str = "Admin") -> tuple[str, tuple[str, str]]:
        """A room's address and login."""
        at = self.ready["rooms"][code]
        login = at["roles"][role]
        return at["url"], (login["user"], login["password"])

    def get(self, code: str, location: str, role: str = "Admin") -> requests.Response:
        """One `getxml`."""
        url, auth = self.room(code, role)
        return self.http("GET", url + "/getxml", params={"location": location}, auth=auth)

    def put(self, code: str, document: str, role: str = "Admin") -> ET.Element:
        """One `putxml` that is answered with a document."""
        url, auth = self.room(code, role)
        headers = {"Content-Type": "text/xml"}
        body = document.encode()
        reply = self.http("POST", url + "/putxml", data=body, headers=headers, auth=auth)
        assert reply.status_code == 200, reply.text
        return ET.fromstring(reply.content)

    # -- control -----------------------------------------------------------------------------

    def control(self, method: str, path: str, said: Any = None, **options: Any) -> Any:
        at = self.ready["control"]
        headers = {at["header"]: at["token"]}
        return self.http(method, at["url"] + path, json=said, headers=headers, **options)

    def state(self) -> dict[str, Any]:
        return dict(self.control("GET", "/state").json())

    def site(self, code: str) -> dict[str, Any]:
        return dict(self.state()["sites"][code])

    def fault(self, kind: str, target: str, **values: Any) -> int:
        reply = self.control("POST", "/fault", {"kind": kind, "target": target, **values})
        assert reply.status_code == 200, reply.text
        return int(reply.json()["fault"])

    def clear(self) -> None:
        assert self.control("POST", "/clear", {}).status_code == 200

    def act(self, act: str, site: str, **values: Any) -> None:
        reply = self.control("POST", "/act", {"act": act, "site": site, **values})
        assert reply.status_code == 200, reply.text


def until(what: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """What `what` returns as soon as that is true."""
    end_s = time.monotonic() + patience_s
    while True:
        found = what()
        if found or time.monotonic() > end_s:
            assert found, "it never came true"
            return found
        time.sleep(0.02)


def failure(reply: requests.Response) -> str:
    """The code of a refusal."""
    root = ET.fromstring(reply.content)
    assert root.tag == "failureDetails"
    return root[0].tag


def port_of(url: str) -> int:
    return int(urlsplit(url).port or 0)


def tls_socket(peer: Started, url: str, timeout_s: float = 5.0) -> ssl.SSLSocket:
    """A verified TLS connection with nothing said on it yet."""
    plain = socket.create_connection(("127.0.0.1", port_of(url)), timeout=timeout_s)
    try:
        return peer.tls().wrap_socket(plain, server_hostname="127.0.0.1")
    except BaseException:
        plain.close()
        raise


def refused(address: str, tls: ssl.SSLContext, **options: Any) -> int:
    """The status with which a WebSocket is refused."""

    async def ask() -> int:
        with pytest.raises(InvalidStatus) as caught:
            await connect(address, ssl=tls, proxy=None, **options)
        return caught.value.response.status_code

    return asyncio.run(ask())
