"""The certificates that devices show, and whether they are to be believed."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from console.core.equipment import Equipment
from console.core.kinds import is_tls, place_of
from console.core.profile import address_key
from console.core.profile_entry import Entry
from console.domain.commands.own import TrustCertificate
from console.domain.device import DeviceSpec
from console.qt.dialogs.background import Background, Failure
from console.qt.looks.device_rows import DeviceRow, belief, certificate_lines, print_lines
from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.wording import say
from console.wire.certificate import Certificate, shown_by

_TONES = {"pinned": "value", "changed": "bad", "refused": "warn", "trusted": "value"}
_CHOICES = {"changed": "replace", "refused": "trust"}


class Certificates:
    """What each device showed last, by device. Nobody is believed here: see `wish`."""

    def __init__(self, equipment: Equipment, background: Background) -> None:
        self._equipment, self._background = equipment, background
        self._looking: set[str] = set()
        self.shown: dict[str, Certificate] = {}

    def look(self, spec: DeviceSpec, seen: Callable[[], None]) -> None:
        """See what a device shows, unless it was seen already; without a word to it."""
        if spec.id not in self.shown and spec.id not in self._looking:
            self._looking.add(spec.id)
            host, port = place_of(spec.kind, spec.address)
            self._background.run(partial(shown_by, host, port), partial(self._saw, spec.id, seen))

    def _saw(self, device: str, seen: Callable[[], None], outcome: Certificate | Failure) -> None:
        self._looking.discard(device)
        if isinstance(outcome, Certificate):
            self.shown[device] = outcome
            seen()

    def told(self, row: DeviceRow, entry: Entry) -> tuple[list[Said], str]:
        """A device's certificate in words, and the choice it calls for: `trust`, `replace`, or ""
        for none, as with one that has run out."""
        shown = self.shown.get(row.id)
        if shown is None or not is_tls(entry.spec.address):
            return [], ""
        believed, now_s = self._equipment.believed(entry.spec), time.time()
        stands = belief(entry.spec, shown, believed, row.problem)
        lines = [*certificate_lines(shown, now_s), *print_lines(shown, believed)]
        lines.append(Said(say(f"devices.cert.is_{stands}"), _TONES[stands]))
        expired = (shown.days_left(now_s) or 0) < 0
        choice = "" if self._equipment.fixed or expired else _CHOICES.get(stands, "")
        return lines, choice

    def wish(self, entry: Entry, approver: str = "") -> TrustCertificate | None:
        """The wish to believe what a device shows, as `approver` agreed; None where it showed
        nothing."""
        shown = self.shown.get(entry.spec.id)
        if shown is None or self._equipment.fixed:
            return None
        believed = self._equipment.believed(entry.spec)
        return TrustCertificate(
            device=entry.spec.id,
            address=address_key(entry.spec),
            fingerprint=shown.sha256,
            before=believed.sha256 if believed is not None else "",
            approver=approver,
        )

    def believe(
        self, entry: Entry, desk: Desk, done: Callable[[Any], None], approver: str = ""
    ) -> None:
        """Believe what a device shows: journalled, then written down, and where somebody agreed
        to it proposed to the office."""
        wish = self.wish(entry, approver)
        if wish is not None and desk.actions.submit(wish):
            shown, now_us = self.shown[wish.device], desk.clock.now_us()
            work = partial(self._equipment.trust, wish.device, shown, now_us, approver)
            self._background.run(work, done)
