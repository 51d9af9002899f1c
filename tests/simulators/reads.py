"""A harmless read of a pretend bridge or room, with a client and as bytes."""

from __future__ import annotations

import base64
from typing import Any

import requests

from tests.simulators.peer import Started

TARGETS = ["cms-1", "room:24121"]


def request(peer: Started, target: str, extra: str = "") -> bytes:
    """A harmless read as bytes."""
    if target.startswith("room:"):
        _, login = peer.room(target[5:])
        path = "/getxml?location=/Status/Standby"
    else:
        at = peer.ready["cms"][0]
        path, login = "/api/v1/system/load", (at["user"], at["password"])
    key = base64.b64encode(":".join(login).encode()).decode()
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {key}\r\n"
    return (head + extra + "\r\n").encode()


def url_of(peer: Started, target: str) -> str:
    if target.startswith("room:"):
        return str(peer.ready["rooms"][target[5:]]["url"])
    return str(peer.ready["cms"][0]["url"])


def ask(peer: Started, target: str, **options: Any) -> requests.Response:
    """A harmless read of a device."""
    if target.startswith("room:"):
        url, auth = peer.room(target[5:])
        params = {"location": "/Status/Standby"}
        return peer.http("GET", url + "/getxml", params=params, auth=auth, **options)
    return peer.cms("GET", "/system/status", **options)


def well(peer: Started, target: str) -> bool:
    reply = ask(peer, target)
    return reply.status_code == 200 and reply.content.startswith(b"<?xml")
