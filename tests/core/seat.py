"""A console and who may sit at it."""

from __future__ import annotations

from typing import Any

from console.core.accounts import Account, Roll
from console.core.operators import (
    HISTORY,
    Operators,
)
from console.domain import facts as f
from console.domain.commands.mcu import MuteSite
from console.domain.problem import Problem
from console.qt.scene import Scene
from db import passwords
from db.passwords import Cost

MINUTE = 60_000_000
WORD = "mưa rào ở Krông Bông"
SECRET = passwords.make(WORD, Cost(10, 8, 1))


def account(name: str, role: str = "technician", **more: Any) -> Account:
    """Somebody, by default with the word that is entered by default."""
    return Account(name, name.title(), role, more.pop("secret", SECRET), **more)


class Seat:
    """A console with people who may sit at it."""

    def __init__(self, *accounts: Account, on: Scene | None = None) -> None:
        self.scene = on or Scene()
        self.people = self._people()
        self.people.learn(Roll({a.name: a for a in accounts}))

    def _people(self) -> Operators:
        clock: Any = self.scene.clock
        return Operators(self.scene.store, self.scene.dispatcher, clock, "dung")

    def enter(self, name: str, word: str = WORD) -> Problem | None:
        asked = self.people.ask(name)
        return self.people.sign_in(asked, asked.holds(word))

    def later(self, us: int) -> None:
        self.scene.clock.at_us += us

    @property
    def told(self) -> list[f.Fact]:
        """The facts so far, alarms included."""
        self.scene.settle()
        kinds = (
            f.OperatorSignedIn, f.OperatorSignInRefused, f.OperatorSignedOut, f.ConsoleLocked,
            f.ConsoleUnlocked, f.AlarmRaised, f.AlarmCleared,
        )  # fmt: skip
        return [event.fact for event in self.scene.told if isinstance(event.fact, kinds)]

    def again(self, *accounts: Account) -> Seat:
        """The program ended and was started again on the same journal."""
        self.scene.settle()
        history = [e for e in self.scene.told if isinstance(e.fact, HISTORY)]
        new = Seat.__new__(Seat)
        new.scene = Scene(self.scene.clock.at_us)
        new.people = new._people()
        new.people.take_up(history)
        new.people.learn(Roll({a.name: a for a in accounts}))
        return new


def code(problem: Problem | None) -> str:
    """The code of a problem, "" for none."""
    return problem.code if problem is not None else ""


def flip_mic(on: Scene) -> MuteSite:
    """A wish of anybody's: one site's microphone."""
    return MuteSite(endpoint="645", muted=not on.state.legs["645"].mic_muted)
