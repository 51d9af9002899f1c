"""What was really said, read by another parser than the drivers', against what they tell."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any
from xml.etree import ElementTree as ET

from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.observed import Leg
from console.domain.presence import Presence
from console.drivers.cms.names import LAYOUTS


class Witness:
    """Remembers what was said, read by another parser than the drivers'.

    What a fact tells anew must have been said since the last check.
    """

    def __init__(self) -> None:
        self.said: set[tuple[str, str]] = set()
        self.replies = 0
        self.legs: dict[str, Leg] = {}
        self.locked: bool | None = None
        self.podium: str | None = None
        self.weighed = False

    def hear_xml(self, body: bytes) -> None:
        self.replies += 1
        try:
            root = ET.fromstring(body)
        except (ET.ParseError, ValueError):
            return
        for element in root.iter():
            self.said.add((element.tag, (element.text or "").strip()))

    def hear_json(self, text: str) -> None:
        self.replies += 1
        try:
            self._walk(json.loads(text), "")
        except (ValueError, RecursionError):
            return

    def _walk(self, value: Any, name: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                self._walk(inner, str(key))
        elif isinstance(value, list):
            for inner in value:
                self._walk(inner, name)
        else:
            told = str(value).lower() if isinstance(value, bool) else str(value)
            self.said.add((name, told.strip()))

    def heard(self, value: str, *names: str) -> bool:
        """Whether one of these was said to be so."""
        return any((name, value) in self.said for name in names)

    def check(self, facts: Iterable[f.Fact]) -> None:
        """Every fact is well formed and was said."""
        for fact in facts:
            assert isinstance(fact, f.Fact), fact
            check_texts(fact)
            match fact:
                case f.LegSeen(leg):
                    self._check_leg(leg)
                case f.ConferenceSeen(conference):
                    locked, self.locked = self.locked, conference.locked
                    for value in (True, False):
                        if conference.locked is value is not locked:
                            words = ("true", "locked") if value else ("false", "unlocked")
                            assert any(self.heard(w, "locked", "lockState") for w in words)
                    podium, self.podium = self.podium, conference.podium
                    if conference.podium and conference.podium != podium:
                        assert self.weighed or self.weighs(), conference
                case f.RoomSeen():
                    if fact.mic_muted is not None:
                        assert self.heard("On" if fact.mic_muted else "Off", "Mute")
                    if fact.standby is False:
                        assert self.heard("Off", "State")
                    if fact.in_call:
                        assert self.heard("Connected", "Status") or self.heard("True", "InCall")
                case f.PresetsListed(presets=presets):
                    for preset in presets:
                        assert self.heard(str(preset.number), "PresetId")
                case f.CameraSeen():
                    assert fact.preset is None or fact.moving is False
                case f.SpeechHeard(talking=True):
                    assert self.heard("true", "activeSpeaker")
                case _:
                    pass
        self.weighed = self.weighed or self.weighs()
        self.said.clear()

    def weighs(self) -> bool:
        """Whether anybody was said to have an importance."""
        return any(name == "importance" for name, _ in self.said)

    def _check_leg(self, leg: Leg) -> None:
        before = self.legs.get(leg.endpoint)
        self.legs[leg.endpoint] = leg
        for field, names in (
            ("mic_muted", ("rxAudioMute", "audioMuted")),
            ("video_muted", ("rxVideoMute", "videoMuted")),
            ("deaf", ("txAudioMute",)),
            ("encrypted", ("encryptedMedia",)),
        ):
            value = getattr(leg, field)
            if value is not None and (before is None or getattr(before, field) is not value):
                assert self.heard("true" if value else "false", *names), (leg, names)
        if leg.layout is not None and (before is None or before.layout is not leg.layout):
            words = [word for word, layout in LAYOUTS.items() if layout is leg.layout]
            assert any(self.heard(w, "layout", "chosenLayout") for w in words)
        joined = before is None or before.presence is not leg.presence
        if leg.presence is Presence.CONNECTED and joined:
            assert self.heard("connected", "state")


def check_texts(value: Any) -> None:
    """Text is clean; numbers are finite; records hold what they say they hold."""
    if isinstance(value, str):
        assert len(value) <= 400, value
        assert not any(unicodedata.category(c) in ("Cc", "Cs", "Cf") for c in value), value
    elif isinstance(value, float):
        assert value == value
        assert abs(value) < 1e15
    elif is_dataclass(value) and not isinstance(value, Command):
        for one in fields(value):
            check_texts(getattr(value, one.name))
    elif isinstance(value, tuple | frozenset):
        for one in value:
            check_texts(one)
