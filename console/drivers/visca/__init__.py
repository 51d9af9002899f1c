"""PTZ cameras that speak VISCA, over Sony's datagrams, raw TCP or raw datagrams
(`wire/rooms.md` §4)."""

from console.drivers.visca.driver import ViscaDriver

__all__ = ["ViscaDriver"]
