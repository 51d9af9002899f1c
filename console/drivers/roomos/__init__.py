"""Cisco RoomOS and CE room systems, over HTTPS XML (xAPI)."""

from console.drivers.roomos.driver import RoomOsDriver

__all__ = ["RoomOsDriver"]
