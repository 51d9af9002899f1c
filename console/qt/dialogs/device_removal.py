"""A device being removed: asked once more, then given up and out of the profile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from console.core.equipment import Equipment
from console.domain.problem import Refused
from console.qt.dialogs.background import Background, Failure
from console.qt.dialogs.device_card import DeviceCard
from console.qt.looks.device_rows import DeviceRow
from console.qt.wording import say


class Removal:
    """The question on the card and what its answers do. `gone` is told the device that was
    removed, `refused` why it was not."""

    def __init__(
        self, equipment: Equipment, background: Background, card: DeviceCard,
        gone: Callable[[str], None], refused: Callable[[Refused], None],
    ) -> None:  # fmt: skip
        self._equipment, self._background, self._card = equipment, background, card
        self._gone, self._refused = gone, refused
        self._device = ""

    @property
    def asked(self) -> bool:
        """Whether the question stands."""
        return bool(self._device)

    def ask(self, row: DeviceRow) -> None:
        """Ask whether it is meant."""
        self._device = row.id
        self._card.ask(say("devices.ask_drop", name=row.name), say("devices.really_drop"))

    def decline(self) -> None:
        """It was not meant; the question goes."""
        self._device = ""
        self._card.ask("", "")

    def agree(self) -> None:
        """It was."""
        device = self._device
        self.decline()
        if device:
            work = partial(self._equipment.remove, device)
            self._background.run(work, partial(self._removed, device))

    def _removed(self, device: str, outcome: Failure | None) -> None:
        if isinstance(outcome, Refused):
            self._refused(outcome)
        else:
            self._gone(device)
