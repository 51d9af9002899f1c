"""Carries out faults: what happens to sites at once, what stays in force at devices."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from console.simulators.cms.bridge import CmsBridge
from console.simulators.fault_kinds import BY_NAME, BadFault, FaultKind, checked
from console.simulators.faults import Fault
from console.simulators.freeswitch.switch import Switch
from console.simulators.gateway import OF_THE_LINE, Gateway
from console.simulators.model.province import CMS, FREESWITCH, Province
from console.simulators.model.site import Site
from console.simulators.site_doings import End, SiteDoings


class Doings:
    """The hand that an instructor, a test or a bench has in the story."""

    def __init__(
        self,
        province: Province,
        gateway: Gateway,
        bridges: Sequence[CmsBridge],
        switches: Sequence[Switch],
    ) -> None:
        self._province, self._gateway = province, gateway
        self._bridges, self._switches = bridges, switches
        self._tasks: set[asyncio.Task[None]] = set()
        self._at_sites = SiteDoings(province)
        self._passing: dict[int, list[End]] = {}
        """What ends each fault that passes by itself, by its number."""

    # -- the ways in -------------------------------------------------------------------------

    async def cause(self, kind_name: str, target: str, values: dict[str, Any]) -> int:
        """Cause a fault; returns its number, 0 for one that merely happened and left nothing to
        end.

        Raises:
            BadFault: the kind, the target or a value makes no sense.
        """
        kind = BY_NAME.get(kind_name)
        if kind is None:
            raise BadFault(f"no such kind: {kind_name}")
        values = checked(kind, values)
        if kind.scope == "site":
            ends = [self._at_sites.cause(kind_name, s, values) for s in self._sites(target)]
            return self._pass(kind_name, target, values, ends)
        self._judge_target(kind, target)
        if not kind.lasting:
            return self._pass(kind_name, target, values, [self._at_once(kind_name, target, values)])
        fault = self._gateway.board.put(kind_name, target, values)
        self._gateway.settle_later(fault)
        if kind_name in OF_THE_LINE:
            await self._gateway.settle()
        return fault.number

    def _pass(
        self, kind: str, target: str, values: dict[str, Any], ends: Sequence[End | None]
    ) -> int:
        """List a fault that passes by itself for as long as it has not; its number, or 0."""
        found = [end for end in ends if end is not None]
        if not found:
            return 0
        board = self._gateway.board
        listed = {fault.number for fault in board.in_force()}
        self._passing = {n: kept for n, kept in self._passing.items() if n in listed}
        fault = board.put(kind, target, values)
        self._passing[fault.number] = found
        return fault.number

    def soon(self, kind_name: str, target: str, values: dict[str, Any]) -> None:
        """Cause a fault from where nobody can wait for it."""
        task = asyncio.get_running_loop().create_task(self._quietly(kind_name, target, values))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _quietly(self, kind_name: str, target: str, values: dict[str, Any]) -> None:
        await self.cause(kind_name, target, values)

    async def close(self) -> None:
        """Wait for what was caused in passing."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def clear(self, number: int = 0) -> int:
        """End one fault, or all and what they left behind; returns how many ended."""
        board = self._gateway.board
        ended: list[Fault] = [fault for fault in list(board.faults) if number in (0, fault.number)]
        for fault in ended:
            board.remove(fault)
            for end in self._passing.pop(fault.number, ()):
                end()
        if number == 0:
            self._mend()
        await self._gateway.settle()
        return len(ended)

    # -- targets -----------------------------------------------------------------------------

    def _sites(self, target: str) -> list[Site]:
        sites = self._province.sites
        if target == "*":
            return list(sites.values())
        found = [sites[code] for code in target.split(",") if code in sites]
        if not found or len(found) != len(target.split(",")):
            raise BadFault(f"no such site: {target}")
        return found

    def _judge_target(self, kind: FaultKind, target: str) -> None:
        if kind.scope == "camera":
            families = {"cameras"}
        else:
            families = {CMS, FREESWITCH}
            families |= set[str]() if kind.scope == "bridge" else {"rooms", "cameras"}
        able = families & set(kind.families or families)
        names = {each.name: each.family for each in self._gateway.devices()}
        family = names.get(target, target)
        if family in families - able:
            raise BadFault(f"{kind.kind} befalls {' or '.join(sorted(able))} only")
        if target != "*" and family not in able:
            raise BadFault(f"no such device: {target}")

    def _at_once(self, kind: str, target: str, values: dict[str, Any]) -> End | None:
        if kind == "expire_tokens":
            for device in self._gateway.devices():
                if target in ("*", device.name, device.family):
                    device.forget_tokens()
            return None
        if kind == "cut":
            self._gateway.cut_devices(target)
            return None
        chosen = [bridge for bridge in self._bridges if target in ("*", "cms", bridge.name)]
        if kind == "dial_scan":
            for bridge in chosen:
                bridge.recorder.dial_scan(int(values["calls"]))
        elif kind == "stranger":
            uri, seconds = str(values["uri"]), float(values["seconds"])
            return self._at_sites.stranger(uri, seconds, self._called(target))
        return None

    def _called(self, target: str) -> int | None:
        """The number of the MCU a stranger dials; None for whichever it would be."""
        mcus = self._province.mcus
        numbers = {bridge.name: bridge.bridge.number for bridge in self._bridges}
        numbers |= {switch.name: switch.number for switch in self._switches}
        return numbers.get(target, mcus.index(target) if target in mcus else None)

    def _mend(self) -> None:
        """Undo what site faults left: cut lines, stuck cameras, forced loss, unwilling sites."""
        for site in self._province.sites.values():
            site.cut_until_s = site.line.forced_until_s = -1.0
            site.answers = True
            if site.room is not None:
                site.room.camera.stuck_until_s = -1.0
                self._province.set_room(site, teams_mode=False)
