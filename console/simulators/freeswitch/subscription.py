"""Which events one connection wants, in which form (`event`, `nixevent`, `noevents`, `filter`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from console.simulators.freeswitch.frames import Event

FORMS = ("plain", "json", "xml")
KNOWN = """
    CUSTOM CLONE CHANNEL_CREATE CHANNEL_DESTROY CHANNEL_STATE CHANNEL_CALLSTATE CHANNEL_ANSWER
    CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HOLD
    CHANNEL_UNHOLD CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA
    CHANNEL_OUTGOING CHANNEL_PARK CHANNEL_UNPARK CHANNEL_APPLICATION CHANNEL_ORIGINATE CHANNEL_UUID
    API LOG INBOUND_CHAN OUTBOUND_CHAN STARTUP SHUTDOWN PUBLISH UNPUBLISH TALK NOTALK
    SESSION_CRASH MODULE_LOAD MODULE_UNLOAD DTMF MESSAGE PRESENCE_IN PRESENCE_OUT
    PRESENCE_PROBE MESSAGE_WAITING MESSAGE_QUERY ROSTER CODEC BACKGROUND_JOB DETECTED_SPEECH
    DETECTED_TONE PRIVATE_COMMAND HEARTBEAT TRAP ADD_SCHEDULE DEL_SCHEDULE EXE_SCHEDULE
    RE_SCHEDULE RELOADXML NOTIFY PHONE_FEATURE PHONE_FEATURE_SUBSCRIBE SEND_MESSAGE RECV_MESSAGE
    REQUEST_PARAMS CHANNEL_DATA GENERAL COMMAND SESSION_HEARTBEAT CLIENT_DISCONNECTED
    SERVER_DISCONNECTED SEND_INFO RECV_INFO RECV_RTCP_MESSAGE SEND_RTCP_MESSAGE CALL_SECURE NAT
    RECORD_START RECORD_STOP PLAYBACK_START PLAYBACK_STOP CALL_UPDATE FAILURE SOCKET_DATA
    MEDIA_BUG_START MEDIA_BUG_STOP CONFERENCE_DATA_QUERY CONFERENCE_DATA CALL_SETUP_REQ
    CALL_SETUP_RESULT CALL_DETAIL DEVICE_STATE TEXT SHUTDOWN_REQUESTED
"""
NAMES = frozenset(KNOWN.split())
NO_KEYWORDS = "-ERR no keywords supplied"


@dataclass(slots=True)
class Subscription:
    """What was asked for so far; requests add up until they are taken back."""

    form: str = "plain"
    listening: bool = False
    everything: bool = False
    names: set[str] = field(default_factory=set[str])
    subclasses: set[str] = field(default_factory=set[str])
    filters: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def listen(self, rest: str) -> str:
        """`event [plain|json|xml] NAME… [CUSTOM SUBCLASS…]`."""
        words = rest.split()
        if words and words[0].lower() in FORMS:
            self.form = words.pop(0).lower()
        known = custom = False
        for word in words:
            name = word.upper()
            if custom:
                self.subclasses.add(word)
            elif name == "ALL":
                known = self.everything = True
            elif name in NAMES:
                known = True
                self.names.add(name)
                custom = name == "CUSTOM"
        if not known:
            return NO_KEYWORDS
        self.listening = True
        return f"+OK event listener enabled {self.form}"

    def nix(self, rest: str) -> str:
        """`nixevent NAME… [CUSTOM SUBCLASS…]`: these no longer."""
        known = custom = False
        for word in rest.split():
            name = word.upper()
            if custom:
                self.subclasses.discard(word)
            elif name == "ALL":
                known, self.everything = True, False
                self.names.clear()
            elif name in NAMES:
                known = True
                custom = name == "CUSTOM"
                if self.everything and not custom:
                    self.everything, self.names = False, set(NAMES)
                if not custom:
                    self.names.discard(name)
        if not known:
            return NO_KEYWORDS
        self.listening = True
        return "+OK events nixed"

    def stop(self) -> str:
        """`noevents`: none any more."""
        if not self.listening:
            return "-ERR not listening for events"
        self.listening = self.everything = False
        self.names.clear()
        self.subclasses.clear()
        return "+OK no longer listening for events"

    def filter(self, rest: str) -> str:
        """`filter NAME VALUE`, or `filter delete NAME [VALUE]`: only events with such a header."""
        name, _, value = rest.partition(" ")
        if name.lower() == "delete" and value:
            name, _, value = value.partition(" ")
            self.filters = [
                (key, wanted)
                for key, wanted in self.filters
                if name.lower() != "all"
                and (key.lower() != name.lower() or value not in ("", wanted))
            ]
            return f"+OK filter deleted. [{name}][{value}]"
        if name.lower() == "add" and value:
            name, _, value = value.partition(" ")
        if not name or not value:
            return "-ERR invalid syntax"
        self.filters.append((name, value))
        return f"+OK filter added. [{name}]=[{value}]"

    def wants(self, event: Event) -> bool:
        """Whether this event is sent to this connection."""
        if not self.listening:
            return False
        if not self.everything:
            if event.get("Event-Name") not in self.names:
                return False
            subclass = event.get("Event-Subclass")
            if subclass is not None and subclass not in self.subclasses:
                return False
        return not self.filters or self._passes(event)

    def _passes(self, event: Event) -> bool:
        passed = False
        for name, wanted in self.filters:
            value = event.get(name)
            if value is None or not matches(value, wanted.lstrip("+-")):
                continue
            if wanted.startswith("-"):
                return False
            passed = True
        return passed


def matches(value: str, wanted: str) -> bool:
    """Equal but for case, or, where `/…/` stands, found by that expression."""
    if not wanted.startswith("/"):
        return value.casefold() == wanted.casefold()
    try:
        return re.search(wanted.strip("/"), value) is not None
    except re.error:
        return False
