"""Who sits at the console: sign-in, lock, and whether that person may wish what he wishes.

Without an account the console is open to whoever sits at it, under the name of the operating
system's user. From the first account on it takes wishes of a person who signed in alone (decision
097). What happened is told as facts; how often somebody failed is read back from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from console.core.accounts import Account, Roll, account_name
from console.core.clock import Clock
from console.core.dispatcher import OWN, Dispatcher
from console.core.store import Store
from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.commands.base import Command
from console.domain.commands.own import TrustCertificate
from console.domain.commands.room import MoveCamera
from console.domain.event import Event, stamped
from console.domain.problem import Problem
from console.domain.roles import (
    ACTS,
    ADMINISTRATOR,
    APPROVES,
    RUNS_MEETING,
    TECHNICIAN,
    bars,
    why_not,
)
from console.domain.text import clean_name

TRIES = 5
"""So many failures in a row lock an account out (TCVN level 3)."""
LOCKED_OUT_US = 15 * 60 * 1_000_000
IDLE_US, IDLE_ADMINISTRATOR_US = 15 * 60 * 1_000_000, 5 * 60 * 1_000_000
REASON_LEAST, NAME_LEAST = 10, 3
"""What must be typed at the emergency entrance, in characters."""
_AGREED_US = 60_000_000
"""How long a supervisor's agreement to one certificate stands."""
EMERGENCY = "own:emergency"
_EMERGENCY_KIND = "own_emergency_entry"
HISTORY = (f.OperatorSignInRefused, f.OperatorSignedIn, f.ConsoleUnlocked, f.OfficeLeft)
"""What the journal is read for at the start."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who sits there. `name` is the actor of his wishes, `title` what he is called; `how` he came:
    "password", "emergency", or "system" for the operating system's user."""

    name: str
    title: str
    role: str
    how: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody at the door: `account` None where nobody is known by that name."""

    account: Account | None

    def holds(self, password: str) -> bool | None:
        """Whether the password is the account's; None where its record can't be checked. Takes a
        quarter of a second of a processor on purpose, whoever it is: off the window's thread."""
        from db import passwords

        if self.account is None:
            passwords.holds(password, passwords.nobodys())
            return False
        try:
            return passwords.holds(password, self.account.secret)
        except passwords.Malformed:
            return None


class Operators:
    """The one who says whether the person at the console is let in. Used on the main thread."""

    def __init__(self, store: Store, dispatcher: Dispatcher, clock: Clock, user: str) -> None:
        self._store, self._dispatcher, self._clock = store, dispatcher, clock
        self._user = user
        self._roll: Roll | None = None
        self._failures: dict[str, int] = {}
        self._until_us: dict[str, int] = {}
        self._agreed_us: dict[tuple[str, str, str], int] = {}
        self._touched_us = clock.now_us()
        self._known = False
        """Whether the journal tells of somebody who signed in at this office's console."""
        self.current: Operator | None = None
        """Whoever signed in last and did not leave."""
        self.locked = False
        """Whether the lock is on while somebody is signed in."""
        self.on_changed: Callable[[], None] = lambda: None
        """Called when another sits there, or the lock went on or off."""
        dispatcher.permit = self.permit
        self._seat(self._system())

    # -- what is known -------------------------------------------------------------------------

    @property
    def needed(self) -> bool:
        """Whether somebody has to sign in."""
        return self._roll is not None and self._roll.needed

    @property
    def closed(self) -> bool:
        """Whether the console takes no wishes now."""
        return self.needed and (self.current is None or self.locked)

    @property
    def problem(self) -> Problem | None:
        """Why the accounts can't be read, None while they can."""
        return self._roll.problem if self._roll is not None else None

    def take_up(self, events: Iterable[Event]) -> None:
        """What the journal tells of earlier tries: an account stays locked out over a restart."""
        now = self._clock.now_us()
        for event in events:
            fact = event.fact
            if isinstance(fact, f.OperatorSignInRefused):
                if fact.reason in ("password", "locked_out"):
                    self._failures[fact.operator] = fact.failures
                if fact.until_us:
                    self._until_us[fact.operator] = min(fact.until_us, now + LOCKED_OUT_US)
            elif isinstance(fact, (f.OperatorSignedIn, f.ConsoleUnlocked)):
                self._forgive(fact.operator)
                self._known = True
            elif isinstance(fact, f.OfficeLeft):
                self._known = False

    def learn(self, roll: Roll) -> None:
        """The accounts as they are now. Known before anybody began to work, they close the
        console; later, whoever works there goes on until he leaves or the lock falls. What can't
        be read any more, or was lost with its file, stays as it was, and opens nothing."""
        first, known = self._roll is None, self.needed
        if not roll.accounts and not roll.pulled and (self._known or known):
            roll = Roll(problem=roll.problem or Problem.of("access.unreadable"))
        if roll.problem is not None and not first:
            return
        self._roll = roll
        current = self.current
        if not self.needed:
            if current is None or current.how != "system":
                self._leave("disabled")
                self._seat(self._system())
        elif first:
            self._tell(f.AlarmCleared(EMERGENCY), OWN)  # of a program that was killed
            self._seat(None)
        elif current is not None and current.how == "password" and roll.problem is None:
            account = roll.accounts.get(current.name)
            if account is None or account.disabled:
                self._leave("disabled")
            elif account.role != current.role:
                self._seat(_operator(account))
        if known != self.needed:
            self._touched_us = self._clock.now_us()
            self.on_changed()

    # -- signing in ----------------------------------------------------------------------------

    def ask(self, name: str) -> Asked:
        """Somebody wants in under a name."""
        roll = self._roll or Roll()
        return Asked(roll.accounts.get(account_name(name)))

    def sign_in(self, asked: Asked, holds: bool | None) -> Problem | None:
        """Let somebody in whose password was checked, or say why not."""
        account = asked.account
        problem = self._refusal(account, holds, "sign_in")
        if problem is not None or account is None:
            return problem
        before, locked = self.current, self.locked
        self.locked = False
        if before is None or before.name != account.name:
            if before is not None and before.how != "system":
                self._left(before, "relieved")
            self._tell(f.OperatorSignedIn(account.name, account.role, "password"), account.name)
        self._enter(_operator(account), locked and before is not None)
        return None

    def approve(
        self, asked: Asked, holds: bool | None, device: str, fingerprint: str
    ) -> Problem | str:
        """A supervisor's agreement to believe one certificate of one device, once: his account's
        name, or why he can't give it."""
        account = asked.account
        problem = self._refusal(account, holds, "approval")
        if problem is not None or account is None:
            return problem or Problem.of("access.wrong", left=0)
        self._agreed_us[account.name, device, fingerprint] = self._clock.now_us()
        return account.name

    def _refusal(self, account: Account | None, holds: bool | None, purpose: str) -> Problem | None:
        """Why somebody is not let in; told as a fact. None, and his failures are forgiven."""
        if account is None:
            self._refuse("", "unknown", purpose)
            return Problem.of("access.wrong", reason="plain")
        now, name = self._clock.now_us(), account.name
        until = self._until_us.get(name, 0)
        if now < until:
            self._refuse(name, "locked_out", purpose, self._failures.get(name, 0), until)
            return self._locked_out(until, now)
        if until:
            self._forgive(name)
        if holds is None:
            self._refuse(name, "record", purpose)
            return Problem.of("access.record")
        if not holds:
            return self._failed(name, purpose, now)
        if account.disabled:
            self._refuse(name, "disabled", purpose)
            return Problem.of("access.disabled")
        if not account.role or (purpose == "approval" and account.role not in APPROVES):
            self._refuse(name, "role", purpose)
            code = "access.not_supervisor" if purpose == "approval" else "access.no_role"
            return Problem.of(code)
        self._forgive(name)
        return None

    def _failed(self, name: str, purpose: str, now: int) -> Problem:
        failures = self._failures.get(name, 0) + 1
        self._failures[name] = failures
        until = now + LOCKED_OUT_US if failures >= TRIES else 0
        self._refuse(name, "password", purpose, failures, until)
        if until:
            self._until_us[name] = until
            return self._locked_out(until, now)
        if failures >= TRIES - 2:
            return Problem.of("access.wrong", reason="few", left=TRIES - failures)
        return Problem.of("access.wrong", reason="plain")

    def _locked_out(self, until_us: int, now: int) -> Problem:
        return Problem.of("access.locked_out", minutes=max(1, -(-(until_us - now) // 60_000_000)))

    def _refuse(
        self, name: str, reason: str, purpose: str, failures: int = 0, until_us: int = 0
    ) -> None:
        self._tell(f.OperatorSignInRefused(name, reason, failures, until_us, purpose), OWN)

    def _forgive(self, name: str) -> None:
        self._failures.pop(name, None)
        self._until_us.pop(name, None)

    # -- the emergency entrance ----------------------------------------------------------------

    @property
    def emergency(self) -> bool:
        """Whether the emergency entrance is open: accounts are needed, and none of those that may
        run a meeting can be signed in to now."""
        if not self.closed or self._roll is None:
            return False
        now = self._clock.now_us()
        return not any(
            account.role in RUNS_MEETING
            and not account.disabled
            and now >= self._until_us.get(account.name, 0)
            for account in self._roll.accounts.values()
        )

    def enter_by_emergency(self, name: str, reason: str) -> Problem | None:
        """Let somebody in without an account, as a technician: the name and the reason that he
        typed are journalled, and an alarm stands until he leaves."""
        name, reason = clean_name(name).strip(), clean_name(reason).strip()
        if not self.emergency:
            return Problem.of("access.no_emergency")
        if len(name) < NAME_LEAST or len(reason) < REASON_LEAST:
            return Problem.of("access.emergency_words", letters=REASON_LEAST)
        before, self.locked = self.current, False
        if before is not None and before.how != "system":
            self._left(before, "relieved")
        operator = Operator(f"emergency:{name}", name, TECHNICIAN, "emergency")
        self._tell(f.OperatorSignedIn(operator.name, TECHNICIAN, "emergency", reason), OWN)
        self._tell(f.AlarmRaised(Alarm(EMERGENCY, _EMERGENCY_KIND, Priority.HIGH)), OWN)
        self._enter(operator, unlocks=False)
        return None

    # -- leaving and locking -------------------------------------------------------------------

    def sign_out(self, why: str = "asked") -> None:
        """Nobody sits there any more."""
        if self.needed and self.current is not None:
            self._leave(why)

    def lock(self, why: str = "asked") -> None:
        """Take no wishes until somebody signs in. What is under way goes on."""
        if not self.needed or self.closed or self.current is None:
            return
        self._tell(f.ConsoleLocked(self.current.name, why), OWN)
        if self.current.how == "system":  # there is nothing to unlock with
            self._seat(None)
        else:
            self.locked = True
            self.on_changed()

    def touch(self) -> None:
        """A key or the mouse was used. Comes too late where the time was up before."""
        self.look()
        if not self.closed:
            self._touched_us = self._clock.now_us()

    def look(self) -> None:
        """Lock where nobody touched the console for too long and no wish of a person is open."""
        current = self.current
        if not self.needed or self.closed or current is None:
            return
        limit_us = IDLE_ADMINISTRATOR_US if current.role == ADMINISTRATOR else IDLE_US
        if self._clock.now_us() - self._touched_us < limit_us:
            return
        if all(t.command.actor == OWN for t in self._store.state.open_commands()):
            self.lock("idle")

    def _enter(self, operator: Operator, unlocks: bool) -> None:
        if unlocks:
            self._tell(f.ConsoleUnlocked(operator.name), operator.name)
        self._touched_us = self._clock.now_us()
        self._seat(operator)

    def _leave(self, why: str) -> None:
        if self.current is not None:
            self._left(self.current, why)
        self.locked = False
        self._seat(None)

    def _left(self, operator: Operator, why: str) -> None:
        self._tell(f.OperatorSignedOut(operator.name, why), operator.name)
        if operator.how == "emergency":
            self._tell(f.AlarmCleared(EMERGENCY), OWN)

    def _seat(self, operator: Operator | None) -> None:
        self.current = operator
        self._agreed_us.clear()
        self._dispatcher.actor = operator.name if operator is not None else ""
        self.on_changed()

    def _system(self) -> Operator:
        return Operator(f"os:{self._user}", self._user, "", "system")

    def _tell(self, fact: f.Fact, source: str) -> None:
        self._store.tell([stamped(fact, self._clock.now_us(), source)])

    # -- what may be wished --------------------------------------------------------------------

    def permit(self, command: Command) -> Problem | None:
        """Why the person at the console may not wish this now; None if he may. What turns a
        camera may always be let go."""
        if command.actor == OWN or not self.needed:
            return None
        if isinstance(command, MoveCamera) and not (command.pan or command.tilt or command.zoom):
            return None
        current = self.current
        if current is None or self.locked:
            return self._shut()
        problem = None if current.how == "system" else why_not(current.role, command)
        if problem is None and isinstance(command, TrustCertificate) and command.fingerprint:
            agreed_us = self._agreed_us.get(
                (command.approver, command.device, command.fingerprint), 0
            )
            if not agreed_us or self._clock.now_us() - agreed_us > _AGREED_US:
                return Problem.of("access.role", reason="approval")
        return problem

    def bars(self, act: str) -> Problem | None:
        """Why the person at the console may not do this at the window; None if he may."""
        if not self.needed or act not in ACTS:
            return None
        current = self.current
        if current is None or self.locked:
            return self._shut()
        return None if current.how == "system" else bars(current.role, act)

    def _shut(self) -> Problem:
        return Problem.of("access.sign_in" if self.current is None else "access.locked")


def _operator(account: Account) -> Operator:
    return Operator(account.name, account.title, account.role, "password")
