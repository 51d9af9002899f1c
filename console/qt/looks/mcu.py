"""What the MCU operator sees of each MCU: its parameters in words and numbers (R76)."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.device import Device, Figures, LinkHealth
from console.domain.state import State
from console.domain.text import clean_name
from console.qt.looks.devices import health_of
from console.qt.looks.header import Health
from console.qt.trends.figures import FiguresHistory
from console.qt.wording import number, say

NOTHING = "—"
"""Stands for what the device did not tell."""
_LOAD_WARN_PCT, _LOAD_BAD_PCT = 80.0, 95.0
_PORTS_LEFT = 0.05
"""Ports run out when less than this part of them is free."""
_KINDS = {"cms": "CMS", "freeswitch": "FreeSWITCH"}


@dataclass(frozen=True, slots=True)
class FigureCell:
    """One parameter: what it is, its value and what follows the value in small; `tip` says more
    and `role` is the value's colour."""

    id: str
    label: str
    value: str
    unit: str = ""
    role: str = "text"
    tip: str = ""


@dataclass(frozen=True, slots=True)
class McuLook:
    """One MCU. `stale` says that the figures are old, and how old; "" while they are fresh."""

    id: str
    name: str
    about: str
    health: Health
    health_text: str
    cells: tuple[FigureCell, ...]
    stale: str = ""

    @property
    def told(self) -> str:
        """All of it in one sentence, for whoever can't see it."""
        cells = ", ".join(f"{c.label} {c.value} {c.unit}".strip() for c in self.cells)
        parts = (self.name, self.about, self.health_text, self.stale, cells)
        return ", ".join(part for part in parts if part)


def mcu_looks(state: State, history: FiguresHistory, now_us: int) -> tuple[McuLook, ...]:
    """Every MCU, in the order in which they were named."""
    return tuple(
        _mcu(state, device, history.stale_s(state, device.id, now_us))
        for device in state.devices.values()
        if not device.endpoint
    )


def _mcu(state: State, device: Device, stale_s: float) -> McuLook:
    figures = device.figures or Figures(0)
    health = health_of(device)
    kind = _KINDS.get(device.kind, device.kind)
    about = " ".join(clean_name(part) for part in (kind, device.software) if part)
    return McuLook(
        device.id,
        clean_name(device.name),
        about,
        Health.WARN if stale_s and health.health is Health.GOOD else health.health,
        health.text,
        (
            _ports(figures),
            _load(figures),
            _bandwidth(figures),
            _plain("legs", figures.legs),
            _rtt(state, device),
            _alarms(figures),
            _uptime(figures),
        ),
        say("mcu.stale", s=stale_s) if stale_s else "",
    )


def _plain(name: str, value: int | None) -> FigureCell:
    return FigureCell(name, say(f"mcu.figure.{name}"), NOTHING if value is None else str(value))


def _ports(figures: Figures) -> FigureCell:
    used, total = figures.ports_used, figures.ports_total
    label = say("mcu.figure.ports")
    unit = f"/ {total}" if total is not None else ""
    if used is None:
        return FigureCell("ports", label, NOTHING, unit)
    role, tip = "text", ""
    if total and total - used < total * _PORTS_LEFT:
        role = "mag" if used >= total else "amber"
        tip = say("mcu.ports_short", left=max(0, total - used))
    return FigureCell("ports", label, str(used), unit, role, tip)


def _load(figures: Figures) -> FigureCell:
    load = figures.load_pct
    label = say("mcu.figure.load")
    if load is None:
        return FigureCell("load", label, NOTHING)
    role = "mag" if load >= _LOAD_BAD_PCT else "amber" if load >= _LOAD_WARN_PCT else "text"
    tip = say("mcu.load_high") if role != "text" else ""
    return FigureCell("load", label, number(load, 0), "%", role, tip)


def _bandwidth(figures: Figures) -> FigureCell:
    rates = (figures.rx_kbps, figures.tx_kbps)
    label = say("mcu.figure.bandwidth")
    if rates == (None, None):
        return FigureCell("bandwidth", label, NOTHING)
    rx, tx = (NOTHING if r is None else megabits(r / 1000) for r in rates)
    return FigureCell(
        "bandwidth", label, rx, f"↓ {tx} ↑ Mb/s", tip=say("mcu.bandwidth_tip", rx=rx, tx=tx)
    )


def megabits(rate: float) -> str:
    """A rate in Mb/s with as many figures as one can use."""
    return number(rate, 0 if rate >= 10 else 1)


def _rtt(state: State, device: Device) -> FigureCell:
    rtt = state.rtt_ms.get(device.id)
    label = say("mcu.figure.rtt")
    if rtt is None or device.health in (LinkHealth.DOWN, LinkHealth.IDLE):
        return FigureCell("rtt", label, NOTHING)
    return FigureCell("rtt", label, number(rtt, 0), "ms", tip=say("mcu.rtt_tip"))


def _alarms(figures: Figures) -> FigureCell:
    """What the device itself complains of, in its own words."""
    label = say("mcu.figure.alarms")
    if not figures.at_us:
        return FigureCell("alarms", label, NOTHING)
    names = ", ".join(clean_name(name) for name in figures.alarms)
    role = "amber" if figures.alarms else "text"
    return FigureCell("alarms", label, str(len(figures.alarms)), "", role, names)


def _uptime(figures: Figures) -> FigureCell:
    up_s = figures.uptime_s
    label = say("mcu.figure.uptime")
    if up_s is None:
        return FigureCell("uptime", label, NOTHING)
    for unit, length_s in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if up_s >= length_s or unit == "minutes":
            n = up_s // length_s
            role = "amber" if unit == "minutes" else "text"
            tip = say("mcu.restarted") if role == "amber" else ""
            return FigureCell("uptime", label, str(n), say(f"mcu.{unit}", n=n), role, tip)
    raise AssertionError(up_s)
