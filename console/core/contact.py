"""A Contact: one device as its Link holds it, and what is told of it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from typing import Protocol

from console.core.exchange import Exchange
from console.domain import facts as f
from console.domain.device import DeviceSpec, LinkHealth
from console.domain.facts import Fact
from console.domain.problem import Problem, Refused
from console.drivers.protocol import Driver, Talk
from console.wire.problems import WireError


def problem_of(error: WireError, device: str) -> Problem:
    """A wire failure as a Problem of that device."""
    params = {**error.params, "device": device}
    return Problem(error.code, tuple(sorted(params.items())))


class Teller(Protocol):
    """Tells facts of a device, with the id of the wish that caused them ("" for none)."""

    def __call__(self, facts: Sequence[Fact], cause: str = "") -> None:
        """Tell them now."""
        ...


class Contact:
    """The driver, the sessions it speaks over, and the way to the Store.

    A mistake in the driver costs no more than the device's silence would: it is reported once and
    told as `link.driver_fault`.
    """

    def __init__(
        self,
        spec: DeviceSpec,
        driver: Driver,
        exchange: Exchange,
        tell: Teller,
        report: Callable[[str, BaseException], None],
    ) -> None:
        self.spec, self.driver, self.exchange, self.tell = spec, driver, exchange, tell
        self._report = report
        self._faults: set[str] = set()

    def health(self, health: LinkHealth, problem: Problem | None = None) -> None:
        """How the link stands, and why."""
        self.tell([f.LinkChanged(self.spec.id, health, problem)])

    def fault(self, error: Exception) -> Problem:
        """A mistake in the driver, reported the first time that it is met at a place."""
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} {last.filename}:{last.lineno}"
        if place not in self._faults:
            self._faults.add(place)
            self._report(f"driver of {self.spec.id}", error)
        return Problem.of("link.driver_fault", device=self.spec.name, error=type(error).__name__)

    async def attempt(self, talk: Callable[[], Talk]) -> Problem | None:
        """Hold a Talk; what it met, None if nothing."""
        try:
            await self.exchange.hold(talk())
        except WireError as error:
            return problem_of(error, self.spec.name)
        except Refused as refused:
            return refused.problem
        except Exception as error:  # noqa: BLE001 - whatever a driver does, the link goes on
            return self.fault(error)
        return None
