"""Devices taken on, changed and given up while the program runs, each a wish in the journal."""

from __future__ import annotations

from typing import Protocol

from console.core.equipment import Described
from console.core.profile import Access
from console.domain.commands.own import ForgetDevice, NameDevice, TrustCertificate
from console.domain.device import DeviceSpec
from console.domain.problem import Problem
from console.qt.actions import Actions


class Running(Protocol):
    """Who runs the devices (the Plant)."""

    def renew(self, access: Access) -> None:
        """Connect to a device afresh."""
        ...

    def remove(self, device: str) -> None:
        """Run a device no more."""
        ...

    def decline(self, spec: DeviceSpec, problem: Problem) -> None:
        """Show a device that can't be connected to, and why."""
        ...


def take_on(
    actions: Actions, running: Running, before: DeviceSpec | None, described: Described,
    trusted: TrustCertificate | None = None,
) -> None:  # fmt: skip
    """Run a device as it is described now, at once; `before`: as it was, None for a new one.
    `trusted` tells whom to believe there from now on, None where that is as it was."""
    spec = described.entry.spec
    if before is not None and _other(before, spec):
        give_up(actions, running, before.id)
    if actions.submit(NameDevice(spec=spec)) and (trusted is None or actions.submit(trusted)):
        connect(running, described)


def give_up(actions: Actions, running: Running, device: str) -> None:
    """Run a device no more, and forget what was known of it."""
    running.remove(device)
    actions.submit(ForgetDevice(device=device))


def connect(running: Running, described: Described) -> None:
    """Connect to a device afresh, or show why that can't be done."""
    if described.access is not None:
        running.renew(described.access)
    elif described.problem is not None:
        running.remove(described.entry.spec.id)
        running.decline(described.entry.spec, described.problem)


def _other(before: DeviceSpec, now: DeviceSpec) -> bool:
    """Whether what was known of a device tells nothing of the one described now."""
    return (before.id, before.kind, before.address, before.endpoint, before.conference) != (
        now.id, now.kind, now.address, now.endpoint, now.conference,
    )  # fmt: skip
