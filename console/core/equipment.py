"""The Equipment: this console's devices as its profile tells them; read, checked, changed."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from console.core import pins as known
from console.core.atomic import write_whole
from console.core.kinds import is_tls, rules_of
from console.core.pins import KnownPins, Pin
from console.core.profile import (
    Accepted,
    Access,
    Profile,
    Unreadable,
    address_key,
    equip,
    equip_all,
    no_password,
    read_text,
    trust_in,
    understand,
)
from console.core.profile_edit import drop_device, put_device, put_roster
from console.core.profile_entry import Entry, Flaw
from console.core.profile_memories import put_memories
from console.core.vault import Vault
from console.domain.device import DeviceSpec
from console.domain.finding import Severity
from console.domain.problem import Problem, Refused
from console.wire.certificate import Certificate
from console.wire.http import Credentials

_HEAD = (
    "# Hồ sơ thiết bị; mẫu có chú thích: resources/profile/example.toml\n"
    "# Device profile; for a commented example see resources/profile/example.toml\n"
)


class BadEntry(Refused):
    """A device that can't be described so; `flaws` says why, by field. Nothing was written."""

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        super().__init__(flaws[0].problem)
        self.flaws = flaws


@dataclass(frozen=True, slots=True)
class Described:
    """A device as it is described now, and as it can be connected to, or why it can't."""

    entry: Entry
    access: Access | None
    problem: Problem | None = None


class Equipment:
    """Holds the profile, its pins and the way to the keyring. Everything here may block (disk,
    keyring) and is called off the window's thread; one caller at a time changes the file.

    In training (`path` None) the devices are given and can't be changed.
    """

    def __init__(
        self,
        path: Path | None,
        sites: Callable[[], Collection[str]] = tuple,
        vault: Callable[[], Vault] = Vault.of_system,
    ) -> None:
        self.path = path
        self._sites = sites
        self._open_vault = vault
        self._lock = threading.Lock()
        self.profile = Profile(path or Path())
        self.pins = KnownPins((path.parent if path else Path()) / known.FILE_NAME)
        self._given: dict[str, Access] = {}
        self.propose: Callable[[str, Pin, str], None] = lambda address, pin, approver: None
        """Told a pin by address, and who agreed to it; may block."""

    @property
    def fixed(self) -> bool:
        """Whether the devices can't be changed here."""
        return self.path is None

    # -- reading -------------------------------------------------------------------------------

    def read(self) -> Profile:
        """Read the profile afresh. Raises Unreadable."""
        with self._lock:
            assert self.path is not None
            self.profile = understand(read_text(self.path), self.path, self._codes())
            return self.profile

    def _codes(self) -> Collection[str] | None:
        return self._sites() or None

    def give(self, accesses: Collection[Access]) -> None:
        """The devices of a training run."""
        self._given = {access.spec.id: access for access in accesses}
        entries = tuple(
            Entry(a.spec, a.credentials.user if a.credentials else "", a.trust, number)
            for number, a in enumerate(accesses)
        )
        self.profile = replace(self.profile, entries=entries)

    def accesses(self) -> Accepted:
        """Every device that can be connected to, and every other with its reason."""
        if self.fixed:
            return list(self._given.values()), []
        return equip_all(self.profile.entries, self._open_vault, self.pins)

    def access(self, device: str) -> Access:
        """One device as it can be connected to. Raises Refused."""
        if device in self._given:
            return self._given[device]
        entry = self.profile.entry(device)
        if entry is None:
            raise Refused(Problem.of("command.no_device"))
        return equip(entry, self._open_vault(), self.pins)

    def keyring_problem(self) -> Problem | None:
        """Why no password can be kept here, None if it can."""
        return self._open_vault().problem

    def has_password(self, entry: Entry) -> bool:
        """Whether a password of a device's account is kept. Raises Refused."""
        if self.fixed:
            return self._given[entry.spec.id].credentials is not None
        return self._open_vault().password(entry.spec.id, entry.user) is not None

    # -- changing ------------------------------------------------------------------------------

    def draft(self, device: str, values: Mapping[str, str], password: str) -> Access:
        """A device as it would be, to try it out before anything is kept. Raises Refused."""
        with self._lock:
            _, profile, number = self._changed(device, values)
        entry, kept = profile.entries[number], self.profile.entry(device)
        if rules_of(entry.spec.kind).login and not password:
            if kept is not None:
                password = self._open_vault().password(device, kept.user) or ""
            if not password:
                raise Refused(no_password(entry))
        credentials = Credentials(entry.user, password) if password else None
        unpinned = values.get("pin") == ""
        return Access(
            entry.spec, credentials, entry.trust if unpinned else trust_in(entry, self.pins)
        )

    def save(
        self,
        device: str,
        values: Mapping[str, str],
        password: str = "",
        memories: Mapping[int, str] | None = None,
    ) -> Described:
        """Describe a device so ("" for `device`: a new one), and keep its password if one is
        given. `memories` are all the names of its camera memories, None to leave them. "" for
        `pin` also takes back what was trusted by hand. Raises BadEntry, Unreadable or Refused;
        then nothing was changed, save that less may be believed."""
        with self._lock:
            assert self.path is not None
            text, profile, number = self._changed(device, values, memories)
            entry = profile.entries[number]
            before = self.profile.entry(device)
            if values.get("pin") == "":
                self.pins.forget(address_key(entry.spec))
            if password:
                self._open_vault().keep(entry.spec.id, entry.user, password)
            elif before is not None and _account_key(before) != _account_key(entry):
                self._move_password(before, entry)
            self._write(text, profile)
        return self.described(entry)

    def _move_password(self, before: Entry, entry: Entry) -> None:
        """A device or an account with another name keeps its password."""
        vault = self._open_vault()
        if vault.problem is None and (kept := vault.password(before.spec.id, before.user)):
            vault.keep(entry.spec.id, entry.user, kept)

    def keep_password(self, device: str, password: str) -> Described:
        """Keep the password of a device's account. Raises Refused."""
        entry = self.profile.entry(device)
        if entry is None:
            raise Refused(Problem.of("profile.no_device", device=device, file=str(self.path)))
        self._open_vault().keep(device, entry.user, password)
        return self.described(entry)

    def described(self, entry: Entry) -> Described:
        """A device as it can be connected to, or why it can't."""
        try:
            return Described(entry, equip(entry, self._open_vault(), self.pins))
        except Refused as refused:
            return Described(entry, None, refused.problem)

    def remove(self, device: str) -> None:
        """Take a device out of the profile, and its password out of the keyring where that can be
        done. Raises Refused."""
        with self._lock:
            assert self.path is not None
            text = read_text(self.path)
            found = understand(text, self.path, self._codes()).entry(device)
            if found is None:
                return
            new = drop_device(text, found.number)
            self._write(new, understand(new, self.path, self._codes()))
        try:
            self._open_vault().forget(device, found.user)
        except Refused:
            pass  # a password that nobody asks for any more

    def name_roster(self, value: str) -> str:
        """Have the profile name this roster, a path from its folder, "" for the one shipped; what
        it named before. Raises Unreadable or Refused; then nothing was changed."""
        with self._lock:
            assert self.path is not None
            text = self._text()
            understand(text, self.path)
            before = tomllib.loads(text).get("roster")
            if before != value and (before or value):
                new = put_roster(text, value)
                self._write(new, understand(new, self.path, self._codes()))
        return before if isinstance(before, str) else ""

    def trust(self, device: str, shown: Certificate, now_us: int, approver: str = "") -> Described:
        """Believe a certificate from now on, and where somebody agreed to it propose it to the
        office. Raises Refused; then nothing has changed."""
        with self._lock:
            entry = self.profile.entry(device)
            if entry is None or self.path is None:
                raise Refused(Problem.of("command.no_device"))
            before = trust_in(entry, self.pins).pin
            if entry.trust.pin:
                text, profile, number = self._changed(device, {"pin": shown.sha256})
                self._write(text, profile)
                entry = profile.entries[number]
            address = address_key(entry.spec)
            pin = Pin(shown.sha256, now_us, entry.spec.name, before)
            self.pins.keep(address, pin)
        if approver:
            self.propose(address, pin, approver)
        return self.described(entry)

    def give_pins(self, office: Mapping[str, Pin]) -> list[Described]:
        """What the office has every console believe; the devices that this concerns, as they can
        be connected to now."""
        changed = self.pins.give(office)
        if not changed or self.fixed:
            return []
        concerned = [e for e in self.profile.entries if is_tls(e.spec.address) and not e.trust.pin]
        return [self.described(e) for e in concerned if address_key(e.spec) in changed]

    def believed(self, spec: DeviceSpec) -> Pin | None:
        """The certificate that is believed at a device: the profile's, else a known one."""
        entry = self.profile.entry(spec.id)
        if entry is not None and entry.trust.pin:
            return Pin(entry.trust.pin)
        return self.pins.of(address_key(spec))

    def _changed(
        self, device: str, values: Mapping[str, str], memories: Mapping[int, str] | None = None
    ) -> tuple[str, Profile, int]:
        """The text with a device described so, as it reads, and the device's number in it."""
        assert self.path is not None
        text = self._text()
        found = understand(text, self.path, self._codes()).entry(device) if device else None
        number = found.number if found is not None else None
        new = put_device(text, number, values)
        if number is None:
            number = len(understand(new, self.path).entries) - 1
        if memories is not None:
            new = put_memories(new, number, memories)
        profile = understand(new, self.path, self._codes())
        flaws = tuple(
            f for f in profile.flaws if f.number == number and f.severity is Severity.ERROR
        )
        if flaws:
            raise BadEntry(flaws)
        return new, profile, number

    def _text(self) -> str:
        """What stands in the file; the head of a new one where there is none."""
        assert self.path is not None
        try:
            return read_text(self.path)
        except Unreadable as error:
            if error.problem.code != "profile.missing":
                raise
            return _HEAD

    def _write(self, text: str, profile: Profile) -> None:
        assert self.path is not None
        try:
            write_whole(self.path, text)
        except OSError as error:
            words = error.strerror or type(error).__name__
            raise Refused(Problem.of("profile.unwritable", words, file=str(self.path))) from error
        self.profile = profile


def _account_key(entry: Entry) -> tuple[str, str]:
    return entry.spec.id, entry.user
