"""How a device's commands lay hands on the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from console.simulators.roomos.feedback import Courier
from console.simulators.roomos.spec import Values
from console.simulators.roomos.tree import Tree
from console.simulators.roomos.view import View


class Failed(Exception):
    """A command cannot be carried out; the text is its reason, `cause` a number for calls."""

    def __init__(self, reason: str, cause: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.cause = reason, cause


@dataclass(slots=True)
class Actor:
    """One device's hands: how deeds are put off, feedback sent, the power cut."""

    view: View
    later: Callable[[Callable[[], object]], None]
    courier: Courier
    boot: Callable[[float], None] = field(default=lambda seconds: None)

    def set(self, **values: Any) -> None:
        """Let the room take new values, later."""
        view = self.view
        self.later(lambda: view.province.set_room(view.site, **values))


Action: TypeAlias = Callable[[Actor, Values], Tree | None]
