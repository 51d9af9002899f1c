"""JSON-RPC 2.0 over the WebSocket: commands, reads, settings, feedback."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import TYPE_CHECKING, Any, cast

from console.simulators.device import Account, Socket
from console.simulators.roomos.actor import Failed
from console.simulators.roomos.news import Notice, wanted
from console.simulators.roomos.spec import BY_PATH, BadParameter
from console.simulators.roomos.status import status_of
from console.simulators.roomos.tree import Step, Tree, as_json, at, select

if TYPE_CHECKING:
    from console.simulators.roomos.device import RoomDevice

COMMAND_ERROR = 1
PARSE, REQUEST, METHOD, PARAMS = -32700, -32600, -32601, -32602
NOT_READY, SUBSCRIBERS, PERMISSION = -31997, -31998, -31999
MOST_SUBSCRIPTIONS = 50
SETTINGS = {("SystemUnit", "Name"), ("UserInterface", "CustomMessage")}


class Fault(Exception):
    """An error reply: its code, its message, and for calls a cause."""

    def __init__(self, code: int, message: str, cause: int | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.cause = code, message, cause


class Session:
    """One client's connection; its subscriptions end with it."""

    def __init__(self, device: RoomDevice, account: Account, socket: Socket) -> None:
        self._device, self._account, self._socket = device, account, socket
        self._subscriptions: dict[int, list[Step]] = {}
        self._last = 0
        self._outbox: deque[str] = deque()
        self._ready = asyncio.Event()

    async def serve(self) -> None:
        """Answer until the client leaves."""
        sending = asyncio.get_running_loop().create_task(self._send())
        try:
            async for text in self._socket:
                self._hear(text)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send(self) -> None:
        while True:
            self._ready.clear()
            while self._outbox:
                await self._socket.send(self._outbox.popleft())
            await self._ready.wait()

    def _say(self, message: dict[str, Any]) -> None:
        self._outbox.append(json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False))
        self._ready.set()

    # -- requests ----------------------------------------------------------------------------

    def _hear(self, text: str) -> None:
        try:
            said: Any = json.loads(text)
        except ValueError:
            self._say({"id": None, "error": {"code": PARSE, "message": "Parse error"}})
            return
        request = cast("dict[str, Any]", said) if isinstance(said, dict) else {}
        number, method = request.get("id"), request.get("method")
        if not isinstance(method, str):
            self._say({"id": number, "error": {"code": REQUEST, "message": "Invalid request"}})
            return
        params: object = request.get("params") or {}
        try:
            if not isinstance(params, dict):
                raise Fault(PARAMS, "Invalid params")
            result, after = self._serve(method, cast("dict[str, Any]", params))
        except Fault as fault:
            error: dict[str, Any] = {"code": fault.code, "message": fault.message}
            if fault.cause is not None:
                error["data"] = {"Cause": fault.cause}
            self._say({"id": number, "error": error})
            return
        self._say({"id": number, "result": result})
        for message in after:
            self._say(message)

    def _serve(self, method: str, params: dict[str, Any]) -> tuple[Any, list[dict[str, Any]]]:
        """One request's result, and what is to be said after it."""
        if method.startswith("xCommand/"):
            return self._command(method.removeprefix("xCommand/"), params), []
        match method:
            case "xGet":
                return self._get(query(params.get("Path"))), []
            case "xSet":
                return self._set(query(params.get("Path")), params.get("Value")), []
            case "xQuery":
                return as_json(self._select(query(params.get("Query")))), []
            case "xFeedback/Subscribe":
                return self._subscribe(params)
            case "xFeedback/Unsubscribe":
                if self._subscriptions.pop(cast("int", params.get("Id")), None) is None:
                    raise Fault(PARAMS, "No such subscription")
                return True, []
            case _:
                raise Fault(METHOD, "Method not found")

    def _command(self, path: str, params: dict[str, Any]) -> Any:
        command = BY_PATH.get(path.replace("/", " ").casefold())
        if command is None:
            raise Fault(COMMAND_ERROR, "Unknown command")
        given = {
            name: [shown(each) for each in cast("list[object]", value)]
            if isinstance(value, list)
            else [shown(value)]
            for name, value in params.items()
        }
        try:
            payload = self._device.executor.perform(command, given, self._account)
        except PermissionError:
            raise Fault(PERMISSION, "Permission denied") from None
        except BadParameter as problem:
            raise Fault(PARAMS, str(problem)) from None
        except Failed as problem:
            raise Fault(COMMAND_ERROR, problem.reason, problem.cause) from None
        return as_json(payload) if payload else {"status": "OK"}

    def _tree(self, path: list[Step]) -> Tree:
        view = self._device.view
        root = path[0].name.casefold() if path else ""
        if root == "status":
            return {"Status": status_of(view, path[1].name if len(path) > 1 else "*")}
        if root == "configuration":
            return {"Configuration": view.configuration()}
        return {}

    def _select(self, path: list[Step]) -> Tree:
        return select(self._tree(path), path)

    def _get(self, path: list[Step]) -> Any:
        """Just what stands at the end of a path; null when nothing does."""
        return at(self._tree(path), path)

    def _set(self, path: list[Step], value: object) -> bool:
        names = tuple(step.name for step in path[1:])
        if self._account.role != "Admin":
            raise Fault(PERMISSION, "Permission denied")
        if not path or path[0].name != "Configuration" or names not in SETTINGS:
            raise Fault(PARAMS, "No match on Path argument")
        self._device.executor.configure("/".join(names), shown(value))
        return True

    # -- feedback ----------------------------------------------------------------------------

    def _subscribe(self, params: dict[str, Any]) -> tuple[Any, list[dict[str, Any]]]:
        path = query(params.get("Query"))
        if len(self._subscriptions) >= MOST_SUBSCRIPTIONS:
            raise Fault(SUBSCRIBERS, "Too many subscriptions")
        self._last += 1
        self._subscriptions[self._last] = path
        after: list[dict[str, Any]] = []
        if params.get("NotifyCurrentValue") and (present := self._select(path)):
            after.append(event(self._last, present))
        return {"Id": self._last}, after

    def notice(self, notice: Notice) -> None:
        """Tell every subscription that asked for it."""
        for number, path in self._subscriptions.items():
            if part := wanted(notice, path):
                self._say(event(number, {notice.root: part}))


def event(number: int, part: Tree) -> dict[str, Any]:
    """One feedback message."""
    return {"method": "xFeedback/Event", "params": {"Id": number, **as_json(part)}}


def shown(value: object) -> str:
    """A JSON value as the text a parameter takes."""
    if isinstance(value, bool):
        return "True" if value else "False"
    return str(value)


def query(path: object) -> list[Step]:
    """A path given as a list of names and item numbers."""
    if not isinstance(path, list) or not path:
        raise Fault(PARAMS, "Path must be a list")
    found: list[Step] = []
    for part in cast("list[object]", path):
        text = str(part)
        if text.isdigit() and found:
            last = found.pop()
            found.append(Step(last.name, int(text), last.deep))
        elif text == "**":
            continue
        else:
            found.append(Step(text))
    return found
