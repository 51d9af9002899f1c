"""One events client: its subscriptions, its acks, and the silence that follows a missing one."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import Any, cast

from console.simulators.cms.cluster import BridgeRecord, Call, Cluster, Seat
from console.simulators.cms.subscription import (
    ACTIVE,
    CALL,
    CONFERENCE_ELEMENTS,
    DEACTIVATED,
    LEG_ELEMENTS,
    PENDING,
    ROSTER,
    Subscription,
    parse,
)
from console.simulators.device import Socket
from console.simulators.faults import FaultBoard
from console.simulators.model.change import Change, Kind

WINDOW = 16
ACK_WITHIN_S = 5.0
BATCH = 25
GATHER_S = 0.02


class Conversation:
    """The server's side of one WebSocket.

    At most `WINDOW` messages wait for their ack; once one has waited `ACK_WITHIN_S` seconds,
    nothing is ever sent again on this connection.
    """

    def __init__(
        self, cluster: Cluster, bridge: BridgeRecord, board: FaultBoard, socket: Socket
    ) -> None:
        self._cluster, self._bridge, self._board = cluster, bridge, board
        self._socket = socket
        self._subscriptions: list[Subscription] = []
        self._outbox: deque[dict[str, Any]] = deque()
        self._unacked: dict[int, float] = {}
        self._last_id = 0
        self._silent = False
        self._gathering = False
        self._ready = asyncio.Event()
        self._held_back: dict[str, Any] | None = None

    # -- what the client says ----------------------------------------------------------------

    async def hear(self, text: str) -> None:
        """Take one text frame; what makes no sense is answered with a failure or not at all."""
        try:
            said = json.loads(text)
        except ValueError:
            return
        frame = cast("dict[str, Any]", said) if isinstance(said, dict) else {}
        kind, body = frame.get("type"), frame.get(str(frame.get("type")))
        if not isinstance(body, dict):
            return
        message = cast("dict[str, Any]", body)
        number = message.get("messageId")
        if not isinstance(number, int):
            return
        if kind == "messageAck":
            self._unacked.pop(number, None)
            self._ready.set()
        elif kind == "message":
            request = message.get("type") == "subscribeRequest"
            wanted = parse(message.get("subscriptions")) if request else None
            await self._ack(number, wanted is not None)
            if wanted is not None:
                self._subscribe(wanted)

    async def _ack(self, number: int, success: bool) -> None:
        if self._silent:
            return
        status = "success" if success else "failure"
        ack = {"type": "messageAck", "messageAck": {"messageId": number, "status": status}}
        await self._socket.send(json.dumps(ack))

    def _subscribe(self, wanted: list[Subscription]) -> None:
        """Replace the whole set by another."""
        self._subscriptions = wanted
        if wanted:
            self._say_states([(subscription.index, PENDING) for subscription in wanted])
        for subscription in wanted:
            self._activate(subscription)
        self._say_states([(each.index, each.state) for each in wanted])
        self._gather()

    def _activate(self, subscription: Subscription) -> None:
        """Make a subscription active, with the present state as its first news."""
        cluster, here = self._cluster, self._bridge.number
        if subscription.type == "calls":
            subscription.state = ACTIVE
            for call in cluster.calls:
                if here in call.ids:
                    subscription.add_news(call.ids[here], "add", set(subscription.elements))
            return
        call = cluster.call_with(subscription.call_id, here)
        if call is None:
            subscription.state = DEACTIVATED
            return
        subscription.state = ACTIVE
        if subscription.type == "callInfo":
            subscription.add_news(subscription.call_id, "add", set(subscription.elements))
            return
        for seat in cluster.seats_of(call.conference):
            subscription.add_news(seat.participant_id, "add", set(subscription.elements))

    def _say_states(self, states: list[tuple[int, str]]) -> None:
        lines = [{"index": index, "state": state} for index, state in states]
        if lines:
            self._say({"type": "subscriptionUpdate", "subscriptions": lines})

    # -- what happens on the bridge ----------------------------------------------------------

    def changed(self, change: Change, seat: Seat | None, call: Call | None) -> None:
        """Turn a change into news for whoever subscribed to it."""
        if call is None or self._silent:
            return
        call_id = call.ids.get(self._bridge.number, "")
        for subscription in self._subscriptions:
            if subscription.state != ACTIVE:
                continue
            if subscription.type == "callRoster":
                self._roster_news(subscription, change, seat, call_id)
            else:
                self._call_news(subscription, change, call_id)

    def _roster_news(
        self, subscription: Subscription, change: Change, seat: Seat | None, call_id: str
    ) -> None:
        if subscription.call_id != call_id or call_id == "":
            return
        if change.kind is Kind.CONFERENCE_REMOVED:
            self._deactivate(subscription)
        if seat is None:
            return
        match change.kind:
            case Kind.LEG_ADDED:
                subscription.add_news(seat.participant_id, "add", set(subscription.elements))
            case Kind.LEG_REMOVED:
                subscription.add_news(seat.participant_id, "remove", set())
            case _:
                names = [LEG_ELEMENTS.get(name, frozenset()) for name in change.fields]
                elements = set[str]().union(*names) & subscription.elements
                if elements:
                    subscription.add_news(seat.participant_id, "update", elements)
        self._gather()

    def _call_news(self, subscription: Subscription, change: Change, call_id: str) -> None:
        if subscription.type == "callInfo" and subscription.call_id != call_id:
            return
        elements: set[str] = set()
        how = "update"
        match change.kind:
            case Kind.CONFERENCE_ADDED:
                how, elements = "add", set(subscription.elements)
            case Kind.CONFERENCE_REMOVED if subscription.type == "callInfo":
                self._deactivate(subscription)
                return
            case Kind.CONFERENCE_REMOVED:
                how = "remove"
            case Kind.LEG_ADDED | Kind.LEG_REMOVED:
                elements = {"participants"}
            case Kind.CONFERENCE_CHANGED:
                names = [CONFERENCE_ELEMENTS.get(name, frozenset()) for name in change.fields]
                elements = set[str]().union(*names)
            case _:
                return
        elements &= subscription.elements
        if elements or how != "update":
            subscription.add_news(call_id, how, elements)
            self._gather()

    def _deactivate(self, subscription: Subscription) -> None:
        subscription.state = DEACTIVATED
        self._say_states([(subscription.index, DEACTIVATED)])

    # -- gathering and sending ---------------------------------------------------------------

    def _gather(self) -> None:
        """Wait a moment for more news, then word all of it together."""
        if not self._gathering:
            self._gathering = True
            self._cluster.province.clock.after_wall(GATHER_S, self._word)

    def _word(self) -> None:
        self._gathering = False
        for subscription in self._subscriptions:
            news, subscription.news = subscription.news, []
            if subscription.type == "callInfo":
                self._word_info(subscription, news)
                continue
            key = "participant" if subscription.type == "callRoster" else "call"
            kind = "rosterUpdate" if subscription.type == "callRoster" else "callListUpdate"
            lines = [self._line(key, *item) for item in news]
            found = [line for line in lines if line is not None]
            for at in range(0, len(found), BATCH):
                self._event(kind, subscription, {"updates": found[at : at + BATCH]})

    def _word_info(self, subscription: Subscription, news: list[tuple[str, str, set[str]]]) -> None:
        call = self._cluster.call_with(subscription.call_id, self._bridge.number)
        elements = set[str]().union(*(names for _, _, names in news))
        if call is None or not elements:
            return
        info = {name: CALL[name](self._cluster, call) for name in sorted(elements) if name in CALL}
        info = {name: value for name, value in info.items() if value is not None}
        self._event(
            "callInfoUpdate", subscription, {"callInfo": {"call": subscription.call_id, **info}}
        )

    def _line(self, key: str, item: str, how: str, elements: set[str]) -> dict[str, Any] | None:
        """One entry of `updates`; None when what it is about went away meanwhile."""
        line: dict[str, Any] = {key: item, "updateType": how}
        if how == "remove":
            return line
        if key == "participant":
            seat = self._cluster.seats.get(item)
            if seat is None:
                return None
            line |= {
                name: ROSTER[name](self._cluster, seat)
                for name in sorted(elements)
                if name in ROSTER
            }
            return line
        call = self._cluster.call_with(item, self._bridge.number)
        if call is None:
            return None
        values = {
            name: CALL[name](self._cluster, call) for name in sorted(elements) if name in CALL
        }
        return line | {name: value for name, value in values.items() if value is not None}

    def _event(self, kind: str, subscription: Subscription, body: dict[str, Any]) -> None:
        """Send one event, unless a fault loses it, doubles it or lets the next overtake it."""
        message = {"type": kind, "subscriptionIndex": subscription.index, **body}
        names = (self._bridge.name, "cms")
        if self._take("lost_event", names, kind):
            return
        if self._take("reorder_events", names, kind) and self._held_back is None:
            self._held_back = message
            self._cluster.province.clock.after_wall(0.5, self._release)
            return
        self._say(message)
        if self._take("duplicate_event", names, kind):
            self._say(dict(message))
        self._release()

    def _release(self) -> None:
        held, self._held_back = self._held_back, None
        if held is not None:
            self._say(held)

    def _take(self, fault: str, names: tuple[str, ...], kind: str) -> bool:
        found = self._board.find(fault, names)
        if found is None or found.values.get("event") not in (None, "*", kind):
            return False
        return self._board.take(fault, names) is not None

    def _say(self, message: dict[str, Any]) -> None:
        if not self._silent:
            self._outbox.append(message)
            self._ready.set()

    async def run(self) -> None:
        """Send what is due, as far as acks allow, until cancelled or silent for good."""
        loop = asyncio.get_running_loop()
        while not self._silent:
            self._ready.clear()
            while self._outbox and len(self._unacked) < WINDOW:
                self._last_id += 1
                message = {"messageId": self._last_id, **self._outbox.popleft()}
                self._unacked[self._last_id] = loop.time()
                await self._socket.send(json.dumps({"type": "message", "message": message}))
            oldest_s = min(self._unacked.values(), default=None)
            left_s = None if oldest_s is None else oldest_s + ACK_WITHIN_S - loop.time()
            if left_s is not None and left_s <= 0:
                self._silent = True
                self._outbox.clear()
                return
            try:
                async with asyncio.timeout(left_s):
                    await self._ready.wait()
            except TimeoutError:
                continue
