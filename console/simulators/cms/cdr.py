"""Call records, pushed to at most four receivers (CMS CDR guide).

A receiver must listen on loopback: a pretend device talks to nobody else.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import aiohttp

from console.simulators.cms.cluster import BridgeRecord, Call, Cluster, Seat
from console.simulators.cms.fields import invalid
from console.simulators.cms.legs import alarms_of
from console.simulators.cms.participants import bare
from console.simulators.cms.xml import HEAD, Refused, maybe, node, text
from console.simulators.faults import FaultBoard
from console.simulators.model.change import Change, Kind

MOST_RECEIVERS = 4
MOST_WAITING = 1000
RETRY_S = 5.0
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(slots=True, eq=False)
class Receiver:
    """One place records go to. `waiting` holds the records not yet accepted, oldest first."""

    receiver_id: str
    uri: str
    session: str
    index: int = 0
    failed: bool = False
    waiting: deque[str] = field(default_factory=lambda: deque[str](maxlen=MOST_WAITING))


class Recorder:
    """One bridge's records: written as things happen, sent by `run`.

    Attributes:
        correlator: the number the next record carries at every receiver alike.
        failing_since_s: since when a receiver does not take records, or None.
    """

    def __init__(self, cluster: Cluster, bridge: BridgeRecord, board: FaultBoard) -> None:
        self._cluster, self._bridge, self._board = cluster, bridge, board
        self.receivers: list[Receiver] = []
        self.correlator = 0
        self.failing_since_s: float | None = None
        self.uptime_before_s = 86_400
        self._epoch = datetime.now(UTC)
        self._alarm_ids: dict[str, str] = {}
        self._written = asyncio.Event()
        cluster.listen(self._changed)

    def timestamp(self) -> str:
        """The present as records write it, such as `2026-01-05T01:02:03Z`."""
        clock = self._cluster.province.clock
        return (self._epoch + timedelta(seconds=clock.now_s)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def alarm_id(self, key: str) -> str:
        """The id of one instance of an alarm, the same for as long as it lasts."""
        if key not in self._alarm_ids:
            self._alarm_ids[key] = self._cluster.new_id()
        return self._alarm_ids[key]

    # -- receivers ---------------------------------------------------------------------------

    def add_receiver(self, uri: str) -> Receiver:
        """A further receiver; the fifth is refused."""
        if len(self.receivers) >= MOST_RECEIVERS:
            raise Refused("tooManyCdrReceivers")
        self._judge(uri)
        receiver = Receiver(self._cluster.new_id(), uri, self._cluster.new_id())
        if not self._cluster.dry:
            self.receivers.append(receiver)
        return receiver

    def receiver(self, receiver_id: str) -> Receiver:
        """The receiver of this id, or a refusal."""
        for receiver in self.receivers:
            if receiver.receiver_id == receiver_id:
                return receiver
        raise Refused("cdrReceiverDoesNotExist")

    def set_uri(self, receiver: Receiver, uri: str) -> None:
        """Send to another place; the empty one sends nothing and keeps the id."""
        self._judge(uri)
        if not self._cluster.dry:
            receiver.uri = uri

    def _judge(self, uri: str) -> None:
        parts = urlsplit(uri)
        if uri and (parts.scheme not in ("http", "https") or parts.hostname not in LOOPBACK):
            raise invalid("uri")

    # -- records -----------------------------------------------------------------------------

    def write(self, record_type: str, *children: str) -> None:
        """Write one record for every receiver; a lost one leaves a gap in the index."""
        lost = self._board.take("lost_record", (self._bridge.name, "cms"))
        for receiver in self.receivers:
            receiver.index += 1
            if lost is None and receiver.uri:
                receiver.waiting.append(
                    node(
                        "record",
                        *children,
                        type=record_type,
                        time=self.timestamp(),
                        recordIndex=receiver.index,
                        correlatorIndex=self.correlator,
                    )
                )
        self.correlator += 1
        self._written.set()

    def _changed(self, change: Change, seat: Seat | None, call: Call | None) -> None:
        here = self._bridge.number
        if seat is not None:
            if seat.leg.bridge != here:
                return
            if change.kind is Kind.LEG_ADDED:
                self._leg_record("callLegStart", seat, call)
            elif change.kind is Kind.LEG_CHANGED and change.fields & {"state", "label"}:
                self._leg_record("callLegUpdate", seat, call)
            elif change.kind is Kind.LEG_REMOVED:
                self._leg_end(seat, change.reason)
        elif call is not None and here in call.ids:
            call_id, conference = call.ids[here], call.conference
            if change.kind is Kind.CONFERENCE_ADDED:
                self.write("callStart", node("call", text("name", conference.name), id=call_id))
            elif change.kind is Kind.CONFERENCE_REMOVED:
                seconds = int(self._cluster.province.clock.now_s - conference.started_s)
                ended = node("call", text("durationSeconds", seconds), id=call_id)
                self.write("callEnd", ended)
            for name in sorted({"recording", "streaming"} & change.fields):
                ending = "Start" if getattr(conference, name) else "End"
                self.write(name + ending, node(name, text("call", call_id), id=call_id))

    def _leg_record(self, record_type: str, seat: Seat, call: Call | None) -> None:
        leg = seat.leg
        self.write(
            record_type,
            node(
                "callLeg",
                text("displayName", leg.shown_name),
                text("remoteParty", bare(leg.site.uri)),
                text("type", "sip"),
                text("direction", "outgoing" if leg.outgoing else "incoming"),
                text("state", leg.state),
                text("groupId", seat.group_id),
                maybe("call", call.ids.get(self._bridge.number) if call else None),
                id=seat.leg_id,
            ),
        )

    def _leg_end(self, seat: Seat, reason: str) -> None:
        leg, line = seat.leg, seat.leg.site.line
        alarms = [
            node("alarm", type=alarm, durationPercentage=round(line.strain, 1))
            for alarm in alarms_of(seat)
        ]
        self.write(
            "callLegEnd",
            node(
                "callLeg",
                text("reason", reason),
                text("remoteParty", bare(leg.site.uri)),
                text("durationSeconds", int(self._cluster.province.clock.now_s - leg.began_s)),
                text("encryptedMedia", leg.encrypted),
                text("unencryptedMedia", not leg.encrypted),
                *alarms,
                id=seat.leg_id,
            ),
        )

    def dial_scan(self, calls: int) -> None:
        """Somebody tries numbers one after the other; none exists."""
        rng = self._cluster.province.rng("cms/scan")
        for _ in range(calls):
            number, leg_id = rng.randrange(100, 9999), self._cluster.new_id()
            self.write(
                "callLegEnd",
                node(
                    "callLeg",
                    text("reason", "unknownDestination"),
                    text("remoteParty", f"{number}@198.51.100.7"),
                    text("durationSeconds", 0),
                    id=leg_id,
                ),
            )

    # -- sending -----------------------------------------------------------------------------

    async def run(self) -> None:
        """Send what is written, in order, until cancelled; try again what was not taken."""
        timeout = aiohttp.ClientTimeout(total=5.0)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                self._written.clear()
                for receiver in list(self.receivers):
                    await self._send(session, receiver)
                failing = any(receiver.failed for receiver in self.receivers)
                clock = self._cluster.province.clock
                if not failing:
                    self.failing_since_s = None
                elif self.failing_since_s is None:
                    self.failing_since_s = clock.now_s
                try:
                    async with asyncio.timeout(RETRY_S if failing else None):
                        await self._written.wait()
                except TimeoutError:
                    continue

    async def _send(self, session: aiohttp.ClientSession, receiver: Receiver) -> None:
        while receiver.waiting and receiver.uri:
            batch = list(receiver.waiting)[:20]
            markup = node("records", *batch, session=receiver.session, callBridge=self._bridge.guid)
            try:
                headers = {"Content-Type": "text/xml"}
                body = (HEAD + markup).encode()
                async with session.post(receiver.uri, data=body, headers=headers) as answer:
                    receiver.failed = answer.status >= 300
            except (aiohttp.ClientError, TimeoutError, OSError):
                receiver.failed = True
            if receiver.failed:
                return
            for _ in batch:
                receiver.waiting.popleft()
