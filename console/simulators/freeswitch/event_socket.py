"""The event socket of a switch as a device: who may come in, who is in, its power."""

from __future__ import annotations

import asyncio
import contextlib

from console.simulators.device import Account, ReceivedBy
from console.simulators.faults import FaultBoard
from console.simulators.freeswitch.api import Api
from console.simulators.freeswitch.frames import GOODBYE, commands, framed, with_body
from console.simulators.freeswitch.session import Session
from console.simulators.freeswitch.switch import Switch


class EventSocket:
    """One switch's event socket.

    Attributes:
        account: its password; the user is nobody.
    """

    def __init__(self, switch: Switch, account: Account, board: FaultBoard) -> None:
        self.switch, self.account = switch, account
        self.name, self.family = switch.name, switch.family
        self._board, self._api = board, Api(switch, board)
        self._sessions: dict[Session, asyncio.StreamWriter] = {}

    async def serve(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        received: ReceivedBy,
    ) -> None:
        """Serve one connection; `received` writes each command down, the password left out."""
        if self._refused_outright():
            writer.write(with_body("text/rude-rejection", "Access Denied, go away.\n"))
            await writer.drain()
            return
        session = Session(self.switch, self._api, self.account, self._board, writer)
        self._sessions[session] = writer
        self.switch.ears.append(session.hear)
        pumping = asyncio.get_running_loop().create_task(session.pump())
        session.say(framed([("Content-Type", "auth/request")]))
        try:
            async with contextlib.aclosing(commands(reader)) as said:
                async for command in said:
                    shown = "auth *" if command.word in ("auth", "userauth") else command.line
                    if not await session.serve(command, received(shown)):
                        break
                else:
                    return
            if not writer.transport.is_closing():
                session.say(with_body("text/disconnect-notice", GOODBYE))
                await session.flush()
        except ValueError:
            return  # nobody speaks like that: a line or a body without end
        finally:
            del self._sessions[session]
            if session.hear in self.switch.ears:
                self.switch.ears.remove(session.hear)
            pumping.cancel()
            await asyncio.gather(pumping, return_exceptions=True)

    def _refused_outright(self) -> bool:
        """Whether its list of addresses turns the caller away: a refusal of `connect` alone."""
        names = (self.name, self.family)
        fault = self._board.find("refuse", names, "GET", "connect")
        if fault is None or fault.values.get("path") != "connect":
            return False
        return self._board.take("refuse", names, "GET", "connect") is not None

    # -- power -------------------------------------------------------------------------------

    def reachable(self) -> bool:
        """The switch stands in the same room as the console: its line is never cut."""
        return True

    def go_down(self) -> None:
        """Lose power."""
        self.switch.go_down()

    def come_up(self) -> None:
        """Start again."""
        self.switch.come_up()

    def forget_tokens(self) -> None:
        """Say goodbye to whoever is in; they have to log in anew."""
        for session, writer in self._sessions.items():
            session.say(with_body("text/disconnect-notice", GOODBYE))
            asyncio.get_running_loop().call_later(0.05, writer.transport.close)
