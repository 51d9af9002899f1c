"""Listening: what a device pushes, heard for as long as its link is up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import SystemRandom

from console.core.contact import Contact
from console.domain import facts as f
from console.domain.problem import Refused
from console.drivers.protocol import Heard, Talk
from console.wire.feed import FeedPlan, open_feed
from console.wire.http import Credentials
from console.wire.problems import Closed, WireError
from console.wire.tls import Trust

RANDOM = SystemRandom()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a Link waits before it tries again: from `first_s`, doubling, to `longest_s`."""

    first_s: float = 1.0
    longest_s: float = 15.0


class Listening:
    """One device's feed, opened anew whenever it ends. `talk` holds what is asked because of what
    was heard, beside all else."""

    def __init__(
        self,
        contact: Contact,
        talk: Callable[[Talk], None],
        patience: Patience,
        trust: Trust,
        credentials: Credentials | None,
    ) -> None:
        self._contact, self._talk, self._patience = contact, talk, patience
        self._trust, self._credentials = trust, credentials

    async def run(self) -> None:
        """Listen until there is nothing to listen to; after a gap, again and again."""
        contact, loop = self._contact, asyncio.get_running_loop()
        wait_s = self._patience.first_s
        afresh = False
        while True:
            began = loop.time()
            try:
                plan = await contact.exchange.converse(contact.driver.listen())
                if plan is None:
                    return
                await self._listen(plan, afresh=afresh)
            except (WireError, Refused):
                pass
            except Exception as error:  # noqa: BLE001 - whatever a driver does, the link goes on
                contact.fault(error)
            contact.tell([f.PushChanged(contact.spec.id, False)])
            afresh = True
            if loop.time() - began > self._patience.longest_s:
                wait_s = self._patience.first_s
            await asyncio.sleep(wait_s * RANDOM.uniform(0.8, 1.2))
            wait_s = min(wait_s * 2, self._patience.longest_s)

    async def _listen(self, plan: FeedPlan, *, afresh: bool) -> None:
        """Hear until the feed ends. After a gap all is read again, events meanwhile heard."""
        contact = self._contact
        feed = await open_feed(plan, self._credentials, self._trust)
        try:
            if afresh:
                self._talk(contact.driver.observe())
            async for message in feed:
                heard: Heard = contact.driver.hear(message)
                for reply in heard.send:
                    await feed.send(reply)
                contact.tell([f.DeviceHeard(contact.spec.id, None)])
                if heard.facts:
                    contact.tell(heard.facts)
                for talk in heard.talks:
                    self._talk(talk)
            raise Closed("wire.closed")
        finally:
            await feed.close()
