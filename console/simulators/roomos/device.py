"""One room's device behind its port: reads, documents, sessions, feedback, the socket."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from random import Random

from console.simulators.device import Account, Ask, Reply, Socket
from console.simulators.model.change import Change
from console.simulators.model.province import Province
from console.simulators.model.site import Site
from console.simulators.roomos import firmware
from console.simulators.roomos.actor import Actor
from console.simulators.roomos.executor import HEAD, Executor, xml
from console.simulators.roomos.feedback import Courier
from console.simulators.roomos.news import notices, wanted
from console.simulators.roomos.rpc import Session
from console.simulators.roomos.sessions import Sessions
from console.simulators.roomos.spec import command_tree
from console.simulators.roomos.status import status_of
from console.simulators.roomos.tree import BadPath, Tree, as_xml, attribute, select, steps
from console.simulators.roomos.view import View

PATH_FAULT = (
    '<Fault><XPathError type="parsing"><ErrorCode type="string">10</ErrorCode>'
    '<Location type="string"></Location><ProcessString type="string"></ProcessString>'
    "</XPathError></Fault>"
)
CHALLENGE = {"WWW-Authenticate": 'Basic realm="Cisco"'}


class RoomDevice:
    """One pretend RoomOS device."""

    family = "rooms"

    def __init__(
        self,
        province: Province,
        site: Site,
        accounts: list[Account],
        delay_s: tuple[float, float],
        courier: Courier,
    ) -> None:
        if site.room is None:
            raise ValueError(f"{site.code} has no room")
        self.name = f"room:{site.code}"
        self.site, self.accounts = site, accounts
        release = firmware.draw(Random(f"{province.seed}/firmware/{site.code}"))
        self.view = View(province, site, site.room, release, {})
        self.actor = Actor(self.view, self._later, courier)
        self.executor = Executor(self.view, self.actor)
        self.sessions = Sessions()
        self._courier = courier
        self._rpc: list[Session] = []
        self._delay_s, self._delays = delay_s, province.rng(f"room/{site.code}")
        self._settled_s = 0.0
        self._dry = False

    def _later(self, deed: Callable[[], object]) -> None:
        """Let a deed be done 50–800 ms from now, after any that was asked before."""
        if self._dry:
            return
        clock = self.view.province.clock
        due_s = clock.now_s + self._delays.uniform(*self._delay_s) * clock.speed
        self._settled_s = max(due_s, self._settled_s + 0.001)
        clock.after(self._settled_s - clock.now_s, deed)

    # -- requests ----------------------------------------------------------------------------

    async def answer(self, ask: Ask, *, dry: bool = False) -> Reply:
        """Answer one request of the XML API."""
        if ask.path == "/xmlapi/session/begin":
            return self._begin(ask)
        account = self._who(ask)
        if account is None:
            return Reply(401, b"", "text/plain", dict(CHALLENGE))
        self._dry = dry
        try:
            return self._route(ask, account)
        finally:
            self._dry = False

    def _who(self, ask: Ask) -> Account | None:
        """Who asks: by session cookie, else by Basic authentication."""
        return self.sessions.who(ask.headers.get("cookie", "")) or self._login(ask.basic())

    def _login(self, given: tuple[str, str] | None) -> Account | None:
        for account in self.accounts:
            if given is not None and given[0] == account.user:
                same = secrets.compare_digest(given[1].encode(), account.password.encode())
                return account if same else None
        return None

    def _begin(self, ask: Ask) -> Reply:
        account = self._login(ask.basic())
        if ask.method != "POST" or account is None:
            return Reply(401, b"", "text/plain", dict(CHALLENGE))
        key = self.sessions.begin(account)
        if key is None:
            return Reply(503, b"Maximum number of sessions reached", "text/plain")
        cookie = f"SecureSessionId={key}; Path=/; Secure; HttpOnly"
        return Reply(204, headers={"Set-Cookie": cookie})

    def _route(self, ask: Ask, account: Account) -> Reply:
        match ask.method, ask.path:
            case "POST", "/xmlapi/session/end":
                self.sessions.end(ask.headers.get("cookie", ""))
                return Reply(204)
            case "GET", "/getxml":
                return self._getxml(dict(ask.query).get("location", ""))
            case "GET", "/status.xml":
                return self._document("Status", status_of(self.view))
            case "GET", "/configuration.xml":
                return self._document("Configuration", self.view.configuration())
            case "GET", "/command.xml":
                return self._document("Command", command_tree())
            case "GET", "/valuespace.xml":
                return self._document("ValueSpace", {})
            case "POST", "/putxml":
                return self.executor.document(ask.body, account)
            case _:
                return Reply(404, b"Not Found", "text/plain")

    def _document(self, root: str, tree: Tree) -> Reply:
        """A whole document, with what the device is written on its root."""
        inner = as_xml(tree)
        version = attribute(self.view.firmware.version)
        marks = f'product="Cisco Codec" version={version} apiVersion="4"'
        if not inner:
            return xml(f"<EmptyResult {marks}/>")
        return xml(f"<{root} {marks}>{inner}</{root}>")

    def _getxml(self, location: str) -> Reply:
        try:
            path = steps(location)
        except BadPath:
            return xml(PATH_FAULT)
        root, rest = ("Status", path) if path[0].deep else (path[0].name, path[1:])
        branch = rest[0].name if rest and not rest[0].deep else "*"
        tree: Tree
        match root:
            case "Status":
                tree = status_of(self.view, branch)
            case "Configuration":
                tree = self.view.configuration()
            case "Command":
                tree = command_tree()
            case _:
                tree = {}
        return self._document(root, select(tree, rest))

    def refusal(self, ask: Ask, code: str) -> Reply:
        """Refuse in the device's words: commands by an error result, reads by nothing found."""
        if ask.path == "/putxml":
            return self.executor.refusal(ask.body, code)
        return self._document("Status", {})

    # -- what is pushed ----------------------------------------------------------------------

    def changed(self, change: Change) -> None:
        """Tell every slot and every socket what a change in the model means here."""
        if not self._rpc and not self.view.slots:
            return
        for notice in notices(self.view, change):
            for session in self._rpc:
                session.notice(notice)
            for slot in list(self.view.slots.values()):
                if parts := [part for path in slot.paths if (part := wanted(notice, path))]:
                    self._courier.send(slot, self._feedback(notice.root, parts[0]))

    def _feedback(self, root: str, part: Tree) -> str:
        room = self.view.room
        identification = as_xml(
            {
                "Identification": {
                    "SystemName": self.view.name or self.site.name,
                    "MACAddress": room.mac,
                    "IPAddress": room.address,
                    "ProductType": "Cisco Codec",
                    "ProductID": room.product,
                    "SWVersion": self.view.firmware.version,
                    "SerialNumber": room.serial,
                }
            }
        )
        return f"{HEAD}<{root}>{identification}{as_xml(part)}</{root}>"

    # -- the socket --------------------------------------------------------------------------

    def handshake(self, ask: Ask) -> Reply | str | None:
        """Let in whoever logs in, by Basic or by subprotocol; 403 for others."""
        if ask.path.rstrip("/") != "/ws":
            return Reply(404, b"Not Found", "text/plain")
        offered = [
            part.strip() for part in ask.headers.get("sec-websocket-protocol", "").split(",")
        ]
        for protocol in offered:
            given = Sessions.from_protocol(protocol)
            if given is not None and self._login(given) is not None:
                return protocol
        if self._login(ask.basic()) is not None:
            return None
        return Reply(403, b"Forbidden", "text/plain")

    async def converse(self, ask: Ask, socket: Socket) -> None:
        """Serve one JSON-RPC client."""
        given = ask.basic()
        for part in ask.headers.get("sec-websocket-protocol", "").split(","):
            given = Sessions.from_protocol(part.strip()) or given
        account = self._login(given)
        if account is None:
            return
        session = Session(self, account, socket)
        self._rpc.append(session)
        try:
            await session.serve()
        finally:
            self._rpc.remove(session)

    # -- power -------------------------------------------------------------------------------

    def reachable(self) -> bool:
        """Whether its line carries anything."""
        return self.view.province.clock.now_s >= self.site.cut_until_s

    def go_down(self) -> None:
        """Lose power: the call drops, sessions are gone, feedback slots stay."""
        leg = self.site.leg
        if leg is not None:
            self.view.province.hang_up(leg, "timeout")
        self.forget_tokens()
        self.site.answers = False

    def come_up(self) -> None:
        """Start again: microphones as after a start, the call made anew."""
        province = self.view.province
        self.site.answers = True
        self.view.room.booted_s = province.clock.now_s
        self.view.calls_made, self.view.call_ids = 0, {}
        province.clock.after_wall(2.0, lambda: province.call_in(self.site))

    def forget_tokens(self) -> None:
        """Let every session end."""
        self.sessions.clear()
