"""Hearing the event feed: what changes, at once. It can lose, repeat and reorder; REST decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import cast

from console.domain import facts as f
from console.domain.text import clean_name
from console.drivers.cms import feed as feeds
from console.drivers.cms.feed import Feed, Place, Update
from console.drivers.cms.memory import Call, Member
from console.drivers.cms.names import LAYOUTS, PRESENCES
from console.drivers.cms.parse import importance, truth
from console.drivers.cms.reading import Reading
from console.drivers.protocol import Heard, Report, Talk

_RENEWALS = 3
_SURPRISES = 2
_RECORDING = {"active": True, "inactive": False, "true": True, "false": False}
_LOCK = {"locked": True, "unlocked": False}


class Hearing:
    """One connection of the feed, told into the call's memory. Garbage means nothing."""

    def __init__(
        self, call: Call, reading: Reading, observe: Callable[[], Talk], now_us: Callable[[], int]
    ) -> None:
        self._call = call
        self._reading = reading
        self._observe = observe
        self._now_us = now_us
        self.feed = Feed()
        self.in_doubt = False
        """Messages are missing: everything is to be read again."""
        self._asking: set[str] = set()
        self._talkers: set[str] = set()
        self._surprises = 0

    def begin(self) -> str:
        """A new connection: what to say first."""
        self.feed = Feed()
        return self.feed.subscribe(self._call.id)

    def end(self) -> list[f.Fact]:
        """No connection. Who was speaking is no longer heard to."""
        self.feed = Feed()
        self.in_doubt = False
        self._surprises = 0
        silent = [f.SpeechHeard(site, False) for site in sorted(self._talkers)]
        self._talkers.clear()
        return [*silent]

    def surprised(self, times: int) -> Iterator[f.Fact]:
        """A complete list told of so many comings and goings that the feed had not. Once may be
        chance; twice in a row, and the feed is silent until it speaks again."""
        self._surprises = self._surprises + 1 if times else 0
        if self._surprises >= _SURPRISES:
            yield from self._alive(False)

    def hear(self, message: str) -> Heard:
        """One frame."""
        inner = feeds.read(message)
        number = inner.get("messageId") if inner is not None else None
        if inner is None or isinstance(number, bool) or not isinstance(number, int):
            return Heard()
        send, talks, facts = [feeds.acknowledgement(number)], list[Talk](), list[f.Fact]()
        place = self.feed.place(number)
        self.in_doubt = self.in_doubt or place in (Place.AFTER_GAP, Place.LATE)
        if place in (Place.NEXT, Place.AFTER_GAP):
            facts += self._told(inner, talks)
        if self._call.id and self.feed.subscribed != self._call.id and not talks:
            send.append(self.feed.subscribe(self._call.id))
        return Heard(facts, send, talks)

    def _told(self, inner: Update, talks: list[Talk]) -> Iterator[f.Fact]:
        match inner.get("type"):
            case "subscriptionUpdate":
                yield from self._subscribed(inner)
            case "callListUpdate":
                self._calls(inner, talks)
            case "callInfoUpdate":
                yield from self._info(inner)
            case "rosterUpdate" if self.feed.subscribed == self._call.id != "":
                yield from self._alive(True)
                for update in feeds.updates(inner):
                    yield from self._roster(update, talks)
                yield from self._call.conference_news()
            case _:
                pass

    def _alive(self, alive: bool) -> Iterator[f.Fact]:
        if alive is not self.feed.alive:
            self.feed.alive = alive
            yield f.PushChanged(self._call.device, alive)

    def _subscribed(self, inner: Update) -> Iterator[f.Fact]:
        for one in feeds.updates(inner, "subscriptions"):
            if one.get("index") != feeds.ROSTER:
                continue
            yield from self._alive(one.get("state") == "active")
            ended = one.get("state") == "deactivated" and self.feed.subscribed == self._call.id
            if ended and self.feed.renewals < _RENEWALS:
                self.feed.renewals += 1
                self.feed.subscribed = ""

    def _calls(self, inner: Update, talks: list[Talk]) -> None:
        """A call began or ended: REST tells whether it is ours."""
        for update in feeds.updates(inner):
            call = feeds.word(update, "call")
            removed = update.get("updateType") in ("remove", "delete")
            if removed and call == self.feed.subscribed != "":
                self.feed.subscribed = ""
            if call and (call == self._call.id if removed else not self._call.id):
                talks.append(self._observe())
                return

    def _info(self, inner: Update) -> Iterator[f.Fact]:
        told = inner.get("callInfo")
        if not isinstance(told, dict):
            return
        info = cast("Update", told)
        if info.get("call", self._call.id) != self._call.id or not self._call.id:
            return
        if "lockState" in info:
            self._call.locked = _LOCK.get(feeds.word(info, "lockState") or "")
        if "recording" in info:
            told_recording = info["recording"]
            self._call.recording = (
                told_recording
                if isinstance(told_recording, bool)
                else _RECORDING.get(feeds.word(info, "recording") or "")
            )
        yield from self._call.conference_news()

    def _roster(self, update: Update, talks: list[Talk]) -> Iterable[f.Fact]:
        call = self._call
        participant = feeds.word(update, "participant")
        if not participant:
            return
        member = call.of_participant(participant)
        if update.get("updateType") in ("delete", "remove"):
            call.remote.discard(participant)
            call.second.discard(participant)
            if member is not None:
                if call.second:
                    self._reading.checked_us = 0
                yield from call.ended(member)
            return
        if member is None:
            member = self._newcomer(participant, update, talks)
            if member is None:
                return
        self._apply(member, update)
        yield from call.news(member)
        talking = truth(update.get("activeSpeaker"))
        if talking is not None:
            (self._talkers.add if talking else self._talkers.discard)(member.site)
            yield f.SpeechHeard(member.site, talking)

    def _newcomer(self, participant: str, update: Update, talks: list[Talk]) -> Member | None:
        call = self._call
        if not call.unknown(participant):
            return None
        address = feeds.word(update, "uri")
        if not address or call.clustered:
            # Which bridge carries it, or who it is, the feed does not say.
            if participant not in self._asking:
                self._asking.add(participant)
                talks.append(self._ask_who(participant))
            return None
        member = call.member(address, feeds.word(update, "name") or "")
        return call.bind(member, participant, self._now_us())

    def _ask_who(self, participant: str) -> Talk:
        try:
            facts = yield from self._reading.participant(participant)
            if facts:
                yield Report(facts)
            member = self._call.of_participant(participant)
            if member is not None:
                yield from self._reading.details([member.site])
        finally:
            self._asking.discard(participant)
        return [*self._call.conference_news()]

    def _apply(self, member: Member, update: Update) -> None:
        member.heard_us = self._now_us()
        if (state := feeds.word(update, "state")) is not None:
            member.presence = PRESENCES.get(state, member.presence)
        if "audioMuted" in update:
            member.mic_muted = truth(update["audioMuted"])
        if "videoMuted" in update:
            member.video_muted = truth(update["videoMuted"])
        if "importance" in update:
            member.importance = importance(update["importance"])
        if "layout" in update:
            member.layout = LAYOUTS.get(feeds.word(update, "layout") or "")
        if name := feeds.word(update, "name"):
            member.name = clean_name(name)
