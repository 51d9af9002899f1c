"""A Profile: which devices a console runs, told by a TOML file that a technician can write
(decision 064)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from console.core.kinds import is_tls, place_of, rules_of
from console.core.pins import KnownPins
from console.core.profile_check import check
from console.core.profile_entry import Entry, Flaw, Told
from console.core.toml_lines import Mistake, read_toml
from console.core.vault import Vault
from console.domain.device import DeviceSpec
from console.domain.finding import Severity
from console.domain.problem import Problem, Refused
from console.wire.http import Credentials
from console.wire.tls import Trust

LARGEST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Access:
    """One device, the account to use there and whom to believe on TLS."""

    spec: DeviceSpec
    credentials: Credentials | None = field(repr=False)
    trust: Trust


@dataclass(frozen=True, slots=True)
class Profile:
    """What a console is set up for: its site tree, its main site and its devices.

    `flaws` is everything that is wrong, by line. A device whose entry is bad is among `entries`
    with its problem, so that the others can be run.
    """

    path: Path
    roster: Path | None = None
    chair: str = ""
    title: str = ""
    entries: tuple[Entry, ...] = ()
    flaws: tuple[Flaw, ...] = ()

    def entry(self, device: str) -> Entry | None:
        """The entry of a device."""
        return next((e for e in self.entries if e.spec.id == device), None)


class Unreadable(Refused):
    """A profile that can't be used at all; `flaws` says all that is wrong with it."""

    def __init__(self, problem: Problem, flaws: tuple[Flaw, ...] = ()) -> None:
        super().__init__(problem)
        self.flaws = flaws


def read_text(path: Path) -> str:
    """The text of a profile. Raises Unreadable (`profile.missing`, `profile.unreadable`)."""
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise Unreadable(Problem.of("profile.missing", file=str(path))) from error
    except OSError as error:
        words = error.strerror or type(error).__name__
        raise Unreadable(Problem.of("profile.unreadable", words, file=str(path))) from error
    if len(body) > LARGEST_BYTES:
        raise Unreadable(Problem.of("profile.too_large", file=str(path)))
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise Unreadable(Problem.of("profile.encoding", file=path.name, line=line)) from error


def read_profile(path: Path, sites: Collection[str] | None = None) -> Profile:
    """The profile in a TOML file, checked as a whole. `sites` are the codes of the roster in use,
    None where it is not known. Raises Unreadable where it can't be read as TOML."""
    return understand(read_text(path), path, sites)


def understand(text: str, path: Path, sites: Collection[str] | None = None) -> Profile:
    """The profile in a text that stands, or is to stand, in a file. Raises Unreadable."""
    told, mistakes = read_toml(text)
    if mistakes:
        flaws = tuple(_syntax(mistake, path) for mistake in mistakes)
        raise Unreadable(flaws[0].problem, flaws)
    found: Told = check(told, text, path, sites)
    return Profile(path, found.roster, found.chair, found.title, found.entries, found.flaws)


def _syntax(mistake: Mistake, path: Path) -> Flaw:
    problem = Problem.of(
        "profile.syntax",
        "" if mistake.reason else mistake.words,
        file=path.name,
        line=mistake.line,
        reason=mistake.reason,
    )
    return Flaw(mistake.line, Severity.ERROR, problem)


def equip(entry: Entry, vault: Vault, pins: KnownPins) -> Access:
    """A device as it can be connected to: with its password and whom to believe there.

    Raises Refused for a bad entry, a password that is not kept, and whatever keeps the keyring
    from telling it.
    """
    if entry.problem is not None:
        raise Refused(entry.problem)
    return Access(entry.spec, _credentials(entry, vault), trust_in(entry, pins))


def trust_in(entry: Entry, pins: KnownPins) -> Trust:
    """Whom to believe: the profile's own pin, else what was trusted by hand, else its CA."""
    spec, trust = entry.spec, entry.trust
    if trust.pin or not is_tls(spec.address):
        return trust
    known = pins.of(address_key(spec))
    return replace(trust, pinned_sha256=known.sha256) if known is not None else trust


def address_key(spec: DeviceSpec) -> str:
    """Under which a device's certificate is known: `host:port`."""
    host, port = place_of(spec.kind, spec.address)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _credentials(entry: Entry, vault: Vault) -> Credentials | None:
    spec = entry.spec
    rules = rules_of(spec.kind)
    if not rules.login or (not entry.user and rules.user):
        return None
    if vault.problem is not None:
        raise Refused(vault.problem)
    password = vault.password(spec.id, entry.user)
    if password is None:
        raise Refused(no_password(entry))
    return Credentials(entry.user, password)


def no_password(entry: Entry) -> Problem:
    """That no password is kept for a device's account."""
    spec = entry.spec
    return Problem.of("profile.no_password", device=spec.name, user=entry.user or "—", id=spec.id)


Accepted = tuple[list[Access], list[tuple[DeviceSpec, Problem]]]


def equip_all(entries: Collection[Entry], vault: Callable[[], Vault], pins: KnownPins) -> Accepted:
    """Every device that can be connected to, and every other with its reason."""
    opened: Vault | None = None
    ready: list[Access] = []
    declined: list[tuple[DeviceSpec, Problem]] = []
    for entry in entries:
        if opened is None:
            opened = vault()
        try:
            ready.append(equip(entry, opened, pins))
        except Refused as refused:
            declined.append((entry.spec, refused.problem))
    return ready, declined
