"""The control plane: the whole truth, the request log, and faults, as JSON over plain HTTP."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from typing import Any, cast

from console.simulators.cms.cluster import Cluster
from console.simulators.device import Ask, Reply, Socket
from console.simulators.doings import Doings
from console.simulators.fault_kinds import KINDS, BadFault
from console.simulators.gateway import Gateway
from console.simulators.model.province import Province
from console.simulators.options import FASTEST
from console.simulators.pacer import Pacer
from console.simulators.truth import truth

ACTS = (
    "join",
    "leave",
    "speak",
    "quiet",
    "room_mute",
    "room_unmute",
    "self_mute",
    "self_unmute",
    "open_mic",
    "hold",
    "rename",
    "no_answer",
    "camera_moved",
)


class Control:
    """The control plane as one more device, on a port of its own, for whoever has the token."""

    name = "control"
    family = "control"
    header = "X-Control-Token"

    def __init__(
        self,
        province: Province,
        cluster: Cluster,
        gateway: Gateway,
        doings: Doings,
        pacer: Pacer,
    ) -> None:
        self.token = secrets.token_urlsafe(24)
        self._province, self._cluster, self._gateway = province, cluster, gateway
        self._doings, self._pacer = doings, pacer

    async def answer(self, ask: Ask, *, dry: bool = False) -> Reply:
        """Answer one request; none is ever dry."""
        given = ask.headers.get(self.header.lower(), "")
        if not secrets.compare_digest(given.encode(), self.token.encode()):
            return shown({"error": "token"}, 401)
        try:
            return await self._route(ask)
        except BadFault as problem:
            return shown({"error": str(problem)}, 400)

    async def _route(self, ask: Ask) -> Reply:
        query = dict(ask.query)
        match ask.method, ask.path:
            case "GET", "/state":
                return shown(truth(self._province, self._cluster))
            case "GET", "/log":
                since = query.get("since", "0")
                serial = int(since) if since.isdigit() else 0
                lines = self._gateway.log.since(serial, query.get("device", ""))
                return shown({"requests": [line.as_json() for line in lines]})
            case "GET", "/story":
                return shown({"story": [asdict(line) for line in self._province.story]})
            case "GET", "/faults":
                active = [asdict(fault) for fault in self._gateway.board.in_force()]
                return shown({"kinds": [asdict(kind) for kind in KINDS], "active": active})
            case "POST", "/fault":
                said = body(ask)
                kind, target = str(said.pop("kind", "")), str(said.pop("target", "*"))
                return shown({"fault": await self._doings.cause(kind, target, said)})
            case "POST", "/clear":
                number = body(ask).get("fault", 0)
                if not isinstance(number, int):
                    raise BadFault("fault must be a number")
                return shown({"cleared": await self._doings.clear(number)})
            case "POST", "/act":
                return await self._act(body(ask))
            case "POST", "/speed":
                speed = body(ask).get("speed", 1.0)
                if not isinstance(speed, int | float) or not 0 < speed <= FASTEST:
                    raise BadFault(f"speed must be a number above 0, at most {FASTEST}")
                self._pacer.set_speed(float(speed))
                return shown({"speed": speed})
            case _:
                return shown({"error": "no such page"}, 404)

    async def _act(self, said: dict[str, Any]) -> Reply:
        """Make a site do something: the same doings as faults, under the names of acts."""
        act, site = str(said.pop("act", "")), str(said.pop("site", ""))
        if act not in ACTS:
            raise BadFault(f"act must be one of {', '.join(ACTS)}")
        if act == "leave":
            act, said = "drop", {"seconds": 0}
        await self._doings.cause(act, site, said)
        return shown({"done": True})

    # -- a device like any other -------------------------------------------------------------

    def refusal(self, ask: Ask, code: str) -> Reply:
        """A refusal in its own words."""
        return shown({"error": code}, 400)

    def handshake(self, ask: Ask) -> Reply | str | None:
        """It has no socket."""
        return shown({"error": "no socket here"}, 404)

    async def converse(self, ask: Ask, socket: Socket) -> None:
        """It has no socket."""

    def reachable(self) -> bool:
        """Always."""
        return True

    def go_down(self) -> None:
        """It never does."""

    def come_up(self) -> None:
        """It never went down."""

    def forget_tokens(self) -> None:
        """Its token lasts as long as the process."""


def body(ask: Ask) -> dict[str, Any]:
    """The request's JSON object; empty for an empty body."""
    if not ask.body:
        return {}
    try:
        said = json.loads(ask.body)
    except ValueError:
        raise BadFault("the body is not JSON") from None
    if not isinstance(said, dict):
        raise BadFault("the body is not an object")
    return cast("dict[str, Any]", said)


def shown(value: object, status: int = 200) -> Reply:
    """A JSON answer."""
    return Reply(status, json.dumps(value, ensure_ascii=False).encode(), "application/json")
