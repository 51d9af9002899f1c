"""Carries out faults: what happens to sites at once, what stays in force at devices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from console.simulators.cms.bridge import CmsBridge
from console.simulators.fault_kinds import BY_NAME, BadFault, FaultKind, checked
from console.simulators.faults import Fault
from console.simulators.gateway import OF_THE_LINE, Gateway
from console.simulators.model.camera import Position
from console.simulators.model.province import Province
from console.simulators.model.site import LegState, Site


class Doings:
    """The hand that an instructor, a test or a bench has in the story."""

    def __init__(self, province: Province, gateway: Gateway, bridges: Sequence[CmsBridge]) -> None:
        self._province, self._gateway, self._bridges = province, gateway, bridges
        self._tasks: set[asyncio.Task[None]] = set()
        self._to_site: dict[str, Callable[[Site, dict[str, Any]], None]] = {
            "drop": self._drop,
            "join": lambda site, _: self._join(site),
            "hold": self._hold,
            "room_mute": lambda site, _: province.set_room(site, mic_muted=True),
            "room_unmute": lambda site, _: province.set_room(site, mic_muted=False),
            "self_mute": lambda site, _: self._bridge_mute(site, muted=True),
            "self_unmute": lambda site, _: self._bridge_mute(site, muted=False),
            "open_mic": self._open_mic,
            "speak": lambda site, _: province.set_speaking(site, True),
            "quiet": lambda site, _: province.set_speaking(site, False),
            "loss": self._loss,
            "district_outage": self._outage,
            "camera_stuck": self._camera_stuck,
            "camera_moved": lambda site, _: self._camera_moved(site),
            "no_answer": self._no_answer,
            "teams_mode": self._teams_mode,
            "rename": self._rename,
        }

    # -- the ways in -------------------------------------------------------------------------

    async def cause(self, kind_name: str, target: str, values: dict[str, Any]) -> int:
        """Cause a fault; returns its number, 0 for one that merely happened.

        Raises:
            BadFault: the kind, the target or a value makes no sense.
        """
        kind = BY_NAME.get(kind_name)
        if kind is None:
            raise BadFault(f"no such kind: {kind_name}")
        values = checked(kind, values)
        if kind.scope == "site":
            for site in self._sites(target):
                self._to_site[kind_name](site, values)
            return 0
        self._judge_target(kind, target)
        if not kind.lasting:
            self._at_once(kind_name, target, values)
            return 0
        fault = self._gateway.board.put(kind_name, target, values)
        self._gateway.settle_later(fault)
        if kind_name in OF_THE_LINE:
            await self._gateway.settle()
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
        devices = self._gateway.devices()
        names = {device.name for device in devices if device.family != "control"}
        families = {"cms", "rooms", "cameras"}
        if kind.scope == "bridge":
            families, names = {"cms"}, {bridge.name for bridge in self._bridges}
        elif kind.scope == "camera":
            families = {"cameras"}
            names = {device.name for device in devices if device.family == "cameras"}
        if target != "*" and target not in names | families:
            raise BadFault(f"no such device: {target}")

    def _at_once(self, kind: str, target: str, values: dict[str, Any]) -> None:
        if kind == "expire_tokens":
            for device in self._gateway.devices():
                if target in ("*", device.name, device.family):
                    device.forget_tokens()
            return
        chosen = [bridge for bridge in self._bridges if target in ("*", "cms", bridge.name)]
        if kind == "dial_scan":
            for bridge in chosen:
                bridge.recorder.dial_scan(int(values["calls"]))
        elif kind == "stranger":
            self._stranger(str(values["uri"]), float(values["seconds"]))

    # -- what happens ------------------------------------------------------------------------

    def _after(self, seconds: float, call: Callable[[], object]) -> None:
        """Later by the wall: who causes a fault counts real seconds."""
        self._province.clock.after_wall(seconds, call)

    def _join(self, site: Site) -> None:
        self._province.call_in(site)

    def _drop(self, site: Site, values: dict[str, Any]) -> None:
        if site.leg is None:
            return
        self._province.hang_up(site.leg, "timeout")
        if values["seconds"]:
            self._after(float(values["seconds"]), lambda: self._join(site))

    def _hold(self, site: Site, values: dict[str, Any]) -> None:
        leg, province = site.leg, self._province
        if leg is None or leg.state is not LegState.CONNECTED:
            return
        province.set_leg(leg, state=LegState.ON_HOLD)

        def resume() -> None:
            if leg.state is LegState.ON_HOLD:
                province.set_leg(leg, state=LegState.CONNECTED)

        self._after(float(values["seconds"]), resume)

    def _bridge_mute(self, site: Site, *, muted: bool) -> None:
        if site.leg is not None:
            self._province.set_leg(site.leg, rx_audio_mute=muted)

    def _open_mic(self, site: Site, values: dict[str, Any]) -> None:
        self._province.set_room(site, mic_muted=False)
        self._bridge_mute(site, muted=False)
        self._province.set_speaking(site, True)

        def noticed() -> None:
            self._province.set_speaking(site, False)
            self._province.set_room(site, mic_muted=True)
            self._bridge_mute(site, muted=True)

        self._after(float(values["seconds"]), noticed)

    def _loss(self, site: Site, values: dict[str, Any]) -> None:
        clock = self._province.clock
        until_s = clock.now_s + float(values["seconds"]) * clock.speed
        site.line.force(until_s, float(values["loss_pct"]), float(values["jitter_ms"]))
        self._province.note("loss", site.code, str(values["loss_pct"]))

    def _outage(self, site: Site, values: dict[str, Any]) -> None:
        """The line of a site and of all below it is cut; each calls in again afterwards."""
        province, seconds = self._province, float(values["seconds"])
        clock = province.clock
        rng = province.rng("outage")
        for each in list(province.sites.values()):
            if each is not site and each.parent_code != site.code:
                continue
            each.cut_until_s = clock.now_s + seconds * clock.speed
            if each.leg is not None:
                province.hang_up(each.leg, "timeout")
                self._after(seconds + rng.uniform(0.5, 5.0), lambda each=each: self._join(each))

    def _camera_stuck(self, site: Site, values: dict[str, Any]) -> None:
        if site.room is not None:
            clock = self._province.clock
            site.room.camera.stuck_until_s = clock.now_s + float(values["seconds"]) * clock.speed

    def _camera_moved(self, site: Site) -> None:
        if site.room is None:
            return
        rng, reach = self._province.rng(f"remote/{site.code}"), site.room.camera.reach
        there = Position(
            rng.randrange(reach.pan[0] // 2, reach.pan[1] // 2),
            rng.randrange(reach.tilt[0] // 2, reach.tilt[1] // 2),
            rng.randrange(*reach.zoom),
        )
        self._province.go(site, there)

    def _no_answer(self, site: Site, values: dict[str, Any]) -> None:
        site.answers = False

        def willing() -> None:
            site.answers = True

        self._after(float(values["seconds"]), willing)

    def _teams_mode(self, site: Site, values: dict[str, Any]) -> None:
        self._province.set_room(site, teams_mode=True)
        self._after(
            float(values["seconds"]), lambda: self._province.set_room(site, teams_mode=False)
        )

    def _rename(self, site: Site, values: dict[str, Any]) -> None:
        """The site takes another name, which the bridge learns when it calls in anew."""
        site.display_name = str(values["name"])
        if site.leg is not None:
            self._province.hang_up(site.leg, "remoteTeardown")
            self._after(0.5, lambda: self._join(site))

    def _stranger(self, uri: str, seconds: float) -> None:
        site = self._province.stranger(uri, uri.removeprefix("sip:"))
        leg = self._province.call_in(site)
        if leg is not None:
            leg.encrypted = False
            self._after(seconds, lambda: self._province.hang_up(leg, "remoteTeardown"))

    def _mend(self) -> None:
        """Undo what site faults left: cut lines, stuck cameras, forced loss, unwilling sites."""
        for site in self._province.sites.values():
            site.cut_until_s = site.line.forced_until_s = -1.0
            site.answers = True
            if site.room is not None:
                site.room.camera.stuck_until_s = -1.0
                self._province.set_room(site, teams_mode=False)
