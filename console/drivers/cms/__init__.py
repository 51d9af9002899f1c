"""Cisco Meeting Server: REST v1 and its events WebSocket."""

from console.drivers.cms.driver import CmsDriver

__all__ = ["CmsDriver"]
