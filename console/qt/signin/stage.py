"""A console with accounts, for pictures and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.core.accounts import Account, Roll
from console.core.operators import TRIES, Operators
from console.qt.scene import NEXT

if TYPE_CHECKING:
    from console.qt.scene import Scene
    from console.qt.window import SessionWindow

_PEOPLE = (
    ("tran.thi.hoa", "Trần Thị Hoa", "technician"),
    ("nguyen.van.an", "Nguyễn Văn An", "mcu_operator"),
    ("le.quang.minh", "Lê Quang Minh", "supervisor"),
    ("y.bhiu.nie", "Y Bhiu Niê", "viewer"),
    ("quan.tri", "Phạm Đức Long", "administrator"),
)


def accounts(secret: str = "") -> dict[str, Account]:
    """A few people; one in every role that differs."""
    return {name: Account(name, title, role, secret) for name, title, role in _PEOPLE}


def seated(scene: Scene, known: dict[str, Account] | None = None) -> Operators:
    """The operators of a scene, with these accounts."""
    clock: Any = scene.clock
    people = Operators(scene.store, scene.dispatcher, clock, "vanphong")
    people.learn(Roll(accounts() if known is None else known))
    return people


def enter(people: Operators, name: str) -> None:
    """Somebody signs in, whatever his password."""
    people.sign_in(people.ask(name), True)


def show_sign_in(window: SessionWindow, scene: Scene, state: str) -> None:
    """The window in a state: none, system, out, in, viewer, locked, wrong, checking, relieve,
    emergency, emergency_in."""
    people = seated(scene, {} if state in ("none", "system") else None)
    window.admit(people)
    window.inside.session.point((NEXT,))
    if state in ("in", "locked", "wrong", "checking", "relieve"):
        enter(people, "tran.thi.hoa")
    if state == "viewer":
        enter(people, "y.bhiu.nie")
    if state in ("locked", "wrong", "checking"):
        people.lock()
    seat = window.inside.seat
    if seat.guard is None:
        return
    panel = seat.guard.panel
    if state == "wrong":
        panel.call()
        asked = people.ask("tran.thi.hoa")
        for _ in range(TRIES - 2):
            people.sign_in(asked, False)
        if (problem := people.sign_in(asked, False)) is not None:
            panel.tell(problem)
    elif state == "checking":
        panel.wait(True)
    elif state == "relieve":
        seat.guard.ask()
    elif state in ("emergency", "emergency_in"):
        for name, _, _ in _PEOPLE:
            for _ in range(TRIES):
                people.sign_in(people.ask(name), False)
        panel.refresh()
        panel.switch()
        panel.name.setText("Lê Văn Ba")
        panel.reason.setText("Cả tổ bị khóa tài khoản giữa phiên")
        if state == "emergency_in":
            panel.enter()
