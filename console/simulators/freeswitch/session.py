"""One connection to the event socket, in inbound mode."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque

from console.simulators.device import Account
from console.simulators.door import POLL_S
from console.simulators.faults import Fault, FaultBoard
from console.simulators.freeswitch.api import Answer, Api
from console.simulators.freeswitch.door import (
    INSTEAD,
    SPOILING,
    instead,
    method_of,
    spoilt,
)
from console.simulators.freeswitch.frames import (
    Command,
    Event,
    event_frame,
    reply,
    response,
)
from console.simulators.freeswitch.subscription import Subscription
from console.simulators.freeswitch.switch import Switch
from console.simulators.request_log import Received

MOST_WAITING = 20_000
LEVELS = ("CONSOLE", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG")
AT_COMMANDS = INSTEAD | SPOILING | {"slow", "ignored_write"}
AT_LOGIN = AT_COMMANDS | {"unauthorized"}
SILENCE = frozenset({"hang", "half_open"})
REORDERED_S = 0.5


class Session:
    """Serves one caller: commands are answered in their order, events come between.

    Attributes:
        authorised: whether it has given the password.
    """

    def __init__(
        self,
        switch: Switch,
        api: Api,
        account: Account,
        board: FaultBoard,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._switch, self._api, self._account, self._board = switch, api, account, board
        self._writer = writer
        self._names = (switch.name, switch.family)
        self._subscription = Subscription()
        self._waiting: deque[tuple[bytes, Fault | None]] = deque()
        self._filled, self._drained = asyncio.Event(), asyncio.Event()
        self._drained.set()
        self._held_back: bytes | None = None
        self._logging = False
        self._leaving = False
        self.authorised = False

    # -- sending -----------------------------------------------------------------------------

    def _silent(self) -> bool:
        return self._board.find(SILENCE, self._names, "GET", "event") is not None

    def say(self, frame: bytes, fault: Fault | None = None) -> None:
        """Send a frame after those that wait already."""
        if len(self._waiting) >= MOST_WAITING:
            self._writer.transport.abort()
            return
        self._waiting.append((frame, fault))
        self._drained.clear()
        self._filled.set()

    async def pump(self) -> None:
        """Send what waits, until cancelled or the caller is gone; nothing passes a silent line."""
        try:
            while not self._writer.transport.is_closing():
                await self._filled.wait()
                self._filled.clear()
                while self._waiting:
                    frame, fault = self._waiting.popleft()
                    if not self._silent():
                        await self._send(frame, fault)
                self._drained.set()
        except ConnectionError:
            return
        finally:
            self._drained.set()

    async def _send(self, frame: bytes, fault: Fault | None) -> None:
        transport = self._writer.transport
        if fault is None and not transport.is_closing():
            self._writer.write(frame)
            await self._writer.drain()
        elif fault is not None:
            async for piece in spoilt(frame, fault):
                if transport.is_closing():
                    return
                self._writer.write(piece)
                await self._writer.drain()
            if fault.kind != "drip":
                transport.close()

    async def flush(self) -> None:
        """Wait until everything said is sent."""
        await self._drained.wait()

    # -- events ------------------------------------------------------------------------------

    def hear(self, event: Event) -> None:
        """An event was fired: send it if it was asked for, unless a fault has its way with it."""
        if not self.authorised or not self._subscription.wants(event):
            return
        kind = event.get("Action") or event.get("Event-Name") or ""
        if self._take("lost_event", kind):
            return
        frame = event_frame(event, self._subscription.form)
        if self._take("reorder_events", kind) and self._held_back is None:
            self._held_back = frame
            self._switch.province.clock.after_wall(REORDERED_S, self._release)
            return
        self.say(frame)
        if self._take("duplicate_event", kind):
            self.say(frame)
        self._release()

    def _release(self) -> None:
        held, self._held_back = self._held_back, None
        if held is not None:
            self.say(held)

    def _take(self, fault: str, kind: str) -> bool:
        found = self._board.find(fault, self._names)
        if found is None or found.values.get("event") not in (None, "*", kind):
            return False
        return self._board.take(fault, self._names) is not None

    # -- commands ----------------------------------------------------------------------------

    async def serve(self, command: Command, line: Received) -> bool:
        """Answer one command, through whatever fault there is; False when that was the last."""
        path = command.line if command.word != "auth" else "auth"
        kinds = AT_LOGIN if command.word in ("auth", "userauth") else AT_COMMANDS
        fault = self._board.take(kinds, self._names, method_of(command), path)
        line.fault = fault.kind if fault is not None else ""
        if fault is not None and fault.kind in INSTEAD:
            return await self._instead(command, fault)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(float(fault.values["delay_ms"]) / 1000)
        dry = fault is not None and fault.kind == "ignored_write" and method_of(command) != "GET"
        turned_away = fault is not None and fault.kind == "unauthorized"
        frame = await self._answered(command, dry=dry, turned_away=turned_away)
        line.status = 400 if b"-ERR" in frame[:120] else 200
        self.say(frame, fault if fault is not None and fault.kind in SPOILING else None)
        return not self._leaving

    async def _instead(self, command: Command, fault: Fault) -> bool:
        if fault.kind == "hang":
            while fault in self._board.in_force() or fault.left == 0:  # noqa: ASYNC110
                await asyncio.sleep(POLL_S)
        if fault.kind in ("hang", "reset"):
            self._writer.transport.abort()
            return False
        frame, stays = instead(command, fault)
        self.say(frame)
        await self.flush()
        if not stays:
            self._writer.transport.close()
        return stays

    async def _answered(self, command: Command, *, dry: bool, turned_away: bool) -> bytes:
        word, rest = command.word, command.rest
        if word in ("exit", "..."):
            self._leaving = True
            return reply("+OK bye")
        if word == "auth":
            return self._auth(rest, turned_away)
        if not self.authorised:
            return reply("-ERR command not found")
        if word == "api" and rest:
            return response(await settled(self._api.run(rest, dry=dry)))
        if word == "bgapi" and rest:
            return self._background(command, dry)
        return reply(self._said(word, rest, command))

    def _auth(self, password: str, turned_away: bool) -> bytes:
        right = secrets.compare_digest(password.encode(), self._account.password.encode())
        if right and not turned_away:
            self.authorised = True
            return reply("+OK accepted")
        self._leaving = True
        return reply("-ERR invalid")

    def _said(self, word: str, rest: str, command: Command) -> str:
        """What the commands about the connection itself are answered."""
        subscription = self._subscription
        match word:
            case "event" | "events":
                return subscription.listen(rest)
            case "nixevent":
                return subscription.nix(rest)
            case "noevents":
                return subscription.stop()
            case "filter":
                return subscription.filter(rest)
            case "log":
                return self._log(rest)
            case "nolog":
                was, self._logging = self._logging, False
                return "+OK no longer logging" if was else "-ERR not loging"
            case "linger" | "nolinger":
                return "-ERR not controlling a session"
            case "divert_events":
                return "-ERR not controlling a session."
            case "sendevent":
                return f"+OK {self._switch.new_uuid()}"
            case "sendmsg":
                return self._sendmsg(rest or command.headers.get("session-id", ""))
            case _:
                return "-ERR command not found"

    def _log(self, level: str) -> str:
        name = level.upper() or "DEBUG"
        if name.isdigit() and int(name) < len(LEVELS):
            name = LEVELS[int(name)]
        if name not in LEVELS:
            return "-ERR invalid log level"
        self._logging = True
        return f"+OK log level {level} [{LEVELS.index(name)}]"

    def _sendmsg(self, channel: str) -> str:
        """Nothing can be told to a channel by this way here."""
        if self._switch.with_uuid(channel) is None:
            return f"-ERR invalid session id [{channel}]"
        return "-ERR permission denied"

    def _background(self, command: Command, dry: bool) -> bytes:
        job = command.headers.get("job-uuid") or self._switch.new_uuid()
        name, _, arg = command.rest.partition(" ")
        answer = self._api.run(command.rest, dry=dry)

        def done(text: str) -> None:
            headers = [("Job-UUID", job), ("Job-Command", name)]
            headers += [("Job-Command-Arg", arg)] if arg else []
            event = self._switch.news.event("BACKGROUND_JOB", headers, body=text)
            self._switch.fire(event)

        if isinstance(answer, str):
            text = answer or "-ERR no reply\n"
            self._switch.later(("job", job), lambda: done(text))
        else:
            answer.add_done_callback(
                lambda future: None if future.cancelled() else done(future.result())
            )
        return reply(f"+OK Job-UUID: {job}", ("Job-UUID", job))


async def settled(answer: Answer) -> str:
    """An answer, waited for where it is not there yet."""
    return answer if isinstance(answer, str) else await answer
