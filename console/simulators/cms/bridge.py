"""One bridge as a device: who may ask, which handler answers, tokens and events."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable

from console.simulators.cms import calls, legs, participants, system
from console.simulators.cms.cdr import Receiver, Recorder
from console.simulators.cms.cluster import BridgeRecord, Call, Cluster, Seat
from console.simulators.cms.context import Context
from console.simulators.cms.conversation import Conversation
from console.simulators.cms.paging import listing
from console.simulators.cms.xml import Refused, failure, node, page, text
from console.simulators.device import Account, Ask, Reply, Socket
from console.simulators.faults import FaultBoard
from console.simulators.model.change import Change

TOKEN_LIFE_S = 30.0
PREFIX = "/api/v1"
EVENTS = "/events/v1"
ID = "([0-9a-fA-F-]{1,64})"
Handler = Callable[..., Reply]

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/calls", calls.get_calls),
    ("POST", "/calls", calls.post_calls),
    ("GET", f"/calls/{ID}", calls.get_call),
    ("PUT", f"/calls/{ID}", calls.put_call),
    ("DELETE", f"/calls/{ID}", calls.delete_call),
    ("GET", f"/calls/{ID}/participants", participants.get_participants),
    ("POST", f"/calls/{ID}/participants", participants.post_participant),
    ("PUT", rf"/calls/{ID}/participants/\*", participants.put_all),
    ("GET", f"/calls/{ID}/callLegs", legs.get_legs),
    ("GET", "/participants", participants.get_participants),
    ("GET", f"/participants/{ID}", participants.get_participant),
    ("PUT", f"/participants/{ID}", participants.put_participant),
    ("DELETE", f"/participants/{ID}", participants.delete_participant),
    ("GET", f"/participants/{ID}/callLegs", legs.get_participant_legs),
    ("GET", "/callLegs", legs.get_legs),
    ("GET", f"/callLegs/{ID}", legs.get_leg),
    ("PUT", f"/callLegs/{ID}", legs.put_leg),
    ("DELETE", f"/callLegs/{ID}", legs.delete_leg),
    ("PUT", f"/callLegs/{ID}/cameraControl", legs.put_camera),
    ("GET", "/coSpaces", system.get_spaces),
    ("GET", f"/coSpaces/{ID}", system.get_space),
    ("GET", "/callBridges", system.get_bridges),
    ("GET", f"/callBridges/{ID}", system.get_bridge),
    ("GET", "/callLegProfiles", system.get_profiles),
    ("GET", f"/callLegProfiles/{ID}", system.get_profile),
    ("PUT", f"/callLegProfiles/{ID}", system.put_profile),
    ("GET", "/system/profiles", system.get_global_profile),
    ("GET", "/system/load", system.get_load),
    ("GET", "/system/database", system.get_database),
    ("GET", "/system/configuration/cluster", system.get_cluster),
)
COMPILED = tuple((method, re.compile(pattern), handler) for method, pattern, handler in ROUTES)
RECEIVERS = "/system/cdrReceivers"


class CmsBridge:
    """One pretend Meeting Server behind one port."""

    family = "cms"

    def __init__(
        self, cluster: Cluster, bridge: BridgeRecord, account: Account, board: FaultBoard
    ) -> None:
        self.name = bridge.name
        self.cluster, self.bridge, self.account = cluster, bridge, account
        self.recorder = Recorder(cluster, bridge, board)
        self._board = board
        self._tokens: dict[str, float] = {}
        self._conversations: list[Conversation] = []
        cluster.listen(self._changed)

    # -- requests ----------------------------------------------------------------------------

    async def answer(self, ask: Ask, *, dry: bool = False) -> Reply:
        """Answer one REST request."""
        if not ask.path.startswith(PREFIX):
            return Reply(404, b"Not Found", "text/plain")
        if ask.basic() != (self.account.user, self.account.password):
            return Reply(401, b"", "text/plain", {"WWW-Authenticate": 'Basic realm="acano"'})
        context = Context(ask, self.cluster, self.bridge, self._board)
        self.cluster.dry = dry
        try:
            return self._route(context, ask.path.removeprefix(PREFIX))
        except Refused as refusal:
            return refusal.reply()
        finally:
            self.cluster.dry = False

    def refusal(self, ask: Ask, code: str) -> Reply:
        """Refuse with this code, with the status such codes come with."""
        return Refused(code).reply()

    def _route(self, context: Context, path: str) -> Reply:
        method = context.ask.method
        path = path.rstrip("/")
        if path.startswith(RECEIVERS):
            return self._receivers(context, path.removeprefix(RECEIVERS))
        match method, path:
            case "POST", "/authTokens":
                return self._token()
            case "GET", "/system/status":
                return system.get_status(context, self.recorder)
            case "GET", "/system/alarms":
                return system.get_alarms(context, self.recorder)
            case _:
                pass
        known = False
        for route_method, pattern, handler in COMPILED:
            found = pattern.fullmatch(path)
            if found is not None and route_method == method:
                return handler(context, *found.groups())
            known = known or found is not None
        if known:
            raise Refused("invalidOperation")
        deep = path.count("/") > 1
        raise Refused("unrecognisedObject" if deep else "unrecognizedObject")

    def _receivers(self, context: Context, rest: str) -> Reply:
        """`/system/cdrReceivers` and what stands below it."""
        form, recorder = context.form(), self.recorder
        match context.ask.method, rest.strip("/"):
            case "GET", "":
                return listing(
                    "cdrReceivers", recorder.receivers, receiver_node, context.query, maximum=4
                )
            case (("POST" | "PUT"), ""):
                receiver = recorder.add_receiver(form.get("uri", form.get("url", "")))
                place = f"{PREFIX}{RECEIVERS}/{receiver.receiver_id}"
                return Reply(200, headers={"Location": place})
            case "GET", key:
                return page(receiver_node(recorder.receiver(key)))
            case "PUT", key:
                receiver = recorder.receiver(key)
                if "uri" in form:
                    recorder.set_uri(receiver, form["uri"])
                return Reply()
            case "DELETE", key:
                receiver = recorder.receiver(key)
                if not self.cluster.dry:
                    recorder.receivers.remove(receiver)
                return Reply()
            case _:
                raise Refused("invalidOperation")

    # -- events ------------------------------------------------------------------------------

    def _token(self) -> Reply:
        """A short-lived token for the events socket."""
        token = secrets.token_urlsafe(32)
        self._tokens[token] = self._board.now() + TOKEN_LIFE_S
        return Reply(200, headers={"X-Cisco-CMS-Auth-Token": token})

    def handshake(self, ask: Ask) -> Reply | str | None:
        """Let a client in that brings a token which has not expired."""
        if ask.path != EVENTS:
            return Reply(404, b"Not Found", "text/plain")
        token = dict(ask.query).get("authToken", "")
        if self._tokens.pop(token, 0.0) < self._board.now():
            return failure("unauthorized", 401)
        return None

    async def converse(self, ask: Ask, socket: Socket) -> None:
        """Serve one events client."""
        conversation = Conversation(self.cluster, self.bridge, self._board, socket)
        self._conversations.append(conversation)
        sending = asyncio.get_running_loop().create_task(conversation.run())
        try:
            async for said in socket:
                await conversation.hear(said)
        finally:
            self._conversations.remove(conversation)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    def _changed(self, change: Change, seat: Seat | None, call: Call | None) -> None:
        for conversation in self._conversations:
            conversation.changed(change, seat, call)

    # -- power -------------------------------------------------------------------------------

    def reachable(self) -> bool:
        """The bridge stands in the same room as the console: its line is never cut."""
        return True

    def go_down(self) -> None:
        """Lose power."""
        self.forget_tokens()
        self.cluster.go_down(self.bridge)

    def come_up(self) -> None:
        """Start again."""
        self.recorder.uptime_before_s = 0
        self.cluster.come_up(self.bridge)

    def forget_tokens(self) -> None:
        """Let every token expire."""
        self._tokens.clear()


def receiver_node(receiver: Receiver) -> str:
    """A receiver as lists and reads show it."""
    return node("cdrReceiver", text("uri", receiver.uri), id=receiver.receiver_id)
