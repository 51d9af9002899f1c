"""`hnth-console doctor` and `hnth-console password`: a checkup and a password, on a terminal."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.core.checkup import Check, Report, Verdict, examine
from console.core.equipment import Equipment
from console.core.kinds import rules_of
from console.core.places import data_folder, profile_path, profile_roster, roster_path
from console.core.profile import Access, Profile, Unreadable
from console.core.roster_choice import load_roster
from console.core.upkeep import check_keyring, check_sqlite, check_store
from console.core.vault import Vault
from console.domain.finding import Severity
from console.domain.problem import Problem, Refused
from console.qt.looks.checkup import check_text, subject_text
from console.qt.settings import Settings
from console.qt.wording import say, say_problem, wording

_Value = str | int | float
_OURS = frozenset({"device", "reason", "file", "folder", "id", "user", "how"})
"""What a check tells that no device can have said."""
_SIGNS = {Verdict.GOOD: "✓", Verdict.WARN: "!", Verdict.BAD: "✗"}


@dataclass
class _Printer:
    """Prints each check as it comes, or all of them as JSON at the end."""

    as_json: bool
    secrets: Sequence[str] = ()

    def __post_init__(self) -> None:
        self.checks: list[Check] = []

    def tell(self, check: Check) -> None:
        self.checks.append(check)
        if not self.as_json:
            line = f"{_SIGNS[check.verdict]} {subject_text(check)}: {self._text(check)}"
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    def tell_all(self, report: Report) -> None:
        """A device's checks."""
        for check in report.checks:
            self.tell(check)

    def _text(self, check: Check) -> str:
        """Its words; a device that says our password back is not quoted. Our own words stay as
        they are: a dot in the middle of one would tell what the password is."""
        problem = check.problem
        if problem is not None:
            problem = replace(
                problem, params=self._veiled(problem.params), detail=self._veil(problem.detail)
            )
        return check_text(replace(check, problem=problem, values=self._veiled(check.values)))

    def _veiled(self, told: tuple[tuple[str, _Value], ...]) -> tuple[tuple[str, _Value], ...]:
        return tuple(
            (name, self._veil(value) if name not in _OURS and isinstance(value, str) else value)
            for name, value in told
        )

    def _veil(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, "•••")
        return text

    def end(self) -> int:
        """Sum up; the exit code: 0 all good, 1 something to look at, 2 something wrong."""
        worst = max((check.verdict for check in self.checks), default=Verdict.GOOD)
        if self.as_json:
            told = {"exit": int(worst), "checks": [self._plain(check) for check in self.checks]}
            sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        else:
            counts = {v: sum(c.verdict is v for c in self.checks) for v in Verdict}
            sys.stdout.write(
                say(
                    "doctor.sum",
                    good=counts[Verdict.GOOD],
                    warn=counts[Verdict.WARN],
                    bad=counts[Verdict.BAD],
                )
                + "\n"
            )
        return int(worst)

    def _plain(self, check: Check) -> dict[str, object]:
        problem = check.problem
        return {
            "subject": check.subject,
            "check": check.name,
            "verdict": check.verdict.name.lower(),
            "text": self._text(check),
            "code": problem.code if problem else "",
        }


def speak(args: argparse.Namespace) -> None:
    """Speak the operator's language."""
    wording.use(args.language or Settings(data_folder(args) / "window.toml").now.language)


def equipment_of(args: argparse.Namespace) -> Equipment:
    """The devices of the profile that the command line means."""
    codes = tuple(site.id for site in load_roster(roster_path(args))[0].endpoints)
    return Equipment(profile_path(args), lambda: codes, Vault.of_system)


def doctor(args: argparse.Namespace) -> int:
    """Check everything a session stands on; the exit code."""
    speak(args)
    out = _Printer(args.json)
    equipment = equipment_of(args)
    profile = _check_profile(equipment, out)
    _check_roster(args, out)
    out.tell(check_sqlite())
    for check in check_store(data_folder(args) / "store"):
        out.tell(check)
    keyring = check_keyring(Vault.of_system())
    if profile is None or not any(rules_of(e.spec.kind).login for e in profile.entries):
        keyring = keyring if keyring.verdict is Verdict.GOOD else _milder(keyring)
    out.tell(keyring)
    if profile is not None:
        accesses, declined = equipment.accesses()
        for spec, problem in declined:
            if not problem.code.startswith("profile.") or problem.code == "profile.no_password":
                out.tell(Check(spec.name, "access", Verdict.BAD, problem))
        out.secrets = _secrets(accesses)
        examine(accesses, args.deadline, on_done=out.tell_all)
    return out.end()


def _secrets(accesses: Sequence[Access]) -> list[str]:
    return [a.credentials.password for a in accesses if a.credentials and a.credentials.password]


def _milder(check: Check) -> Check:
    return Check(check.subject, check.name, Verdict.WARN, check.problem, check.values)


def _check_profile(equipment: Equipment, out: _Printer) -> Profile | None:
    try:
        profile = equipment.read()
    except Unreadable as unreadable:
        for problem in [flaw.problem for flaw in unreadable.flaws] or [unreadable.problem]:
            out.tell(Check("profile", "profile", Verdict.BAD, problem))
        return None
    for flaw in profile.flaws:
        verdict = Verdict.BAD if flaw.severity is Severity.ERROR else Verdict.WARN
        out.tell(Check("profile", "profile", verdict, flaw.problem))
    if not profile.flaws:
        values = (("file", str(profile.path)), ("n", len(profile.entries)))
        out.tell(Check("profile", "profile", Verdict.GOOD, values=values))
    if equipment.pins.problem is not None:
        out.tell(Check("profile", "pins", Verdict.BAD, equipment.pins.problem))
    return profile


def _check_roster(args: argparse.Namespace, out: _Printer) -> None:
    """Whether sites are in the list that the profile names; one that is not there is told with
    the profile's line."""
    named = profile_roster(args)
    if named is not None and named.is_file():
        _, problem = load_roster(named)
        if problem is not None:
            out.tell(Check("profile", "profile", Verdict.BAD, problem))


def password(args: argparse.Namespace) -> int:
    """Ask for a device's password, without echo, and keep it in the system's keyring."""
    speak(args)
    equipment = equipment_of(args)
    try:
        entry = equipment.read().entry(args.device)
        if entry is None:
            told = {"device": args.device, "file": str(equipment.path)}
            raise Refused(Problem.of("profile.no_device", **told))
        asked = say("doctor.ask_password", user=entry.user or "—", device=entry.spec.name)
        typed = getpass.getpass(f"{asked} ")
        if not typed:
            sys.stderr.write(say("doctor.no_password") + "\n")
            return 1
        equipment.keep_password(args.device, typed)
    except Refused as refused:
        sys.stderr.write(say_problem(refused.problem) + "\n")
        return 2
    sys.stdout.write(say("doctor.kept", device=args.device) + "\n")
    return 0
