"""The device families, by the `kind` a profile names. A driver is imported when first needed."""

from __future__ import annotations

from importlib import import_module

from console.domain.problem import Problem, Refused
from console.drivers.protocol import Driver, Setting

KINDS: dict[str, tuple[str, str]] = {
    "cms": ("console.drivers.cms", "CmsDriver"),
    "roomos": ("console.drivers.roomos", "RoomOsDriver"),
    "visca": ("console.drivers.visca", "ViscaDriver"),
}


def make_driver(setting: Setting) -> Driver:
    """The driver for a device. Raises Refused for a kind that is not known."""
    try:
        module, name = KINDS[setting.spec.kind]
    except KeyError:
        raise Refused(
            Problem.of(
                "device.unknown_kind",
                device=setting.spec.id,
                kind=setting.spec.kind,
                known=", ".join(sorted(KINDS)),
            )
        ) from None
    made: Driver = getattr(import_module(module), name)(setting)
    return made
