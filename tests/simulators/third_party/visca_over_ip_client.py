"""visca-over-ip against one framed camera; prints what it saw as one line of JSON.

Run with the camera's host and port. The package binds the very port it calls, so the camera must
have another address of this machine.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from typing import Any

HOST, PORT = sys.argv[1], int(sys.argv[2])
package = importlib.import_module("visca_over_ip")
exceptions = importlib.import_module("visca_over_ip.exceptions")
camera: Any = package.Camera(HOST, port=PORT)
NOT_NOW = (0x03, 0x41)
seen: dict[str, Any] = {}


def settled(read: Callable[[], Any], wanted: Any) -> Any:
    """What is read once it is as wanted, or at last."""
    end_s = time.monotonic() + 20
    while (found := read()) != wanted and time.monotonic() < end_s:
        time.sleep(0.05)
    return found


def patiently(command: Callable[[], Any]) -> None:
    """A command, again while the camera's sockets are taken or it is still on its way."""
    end_s = time.monotonic() + 20
    while True:
        try:
            return command()
        except exceptions.ViscaException as problem:
            if problem.status_code not in NOT_NOW or time.monotonic() > end_s:
                raise
        time.sleep(0.05)


seen["before"] = camera.get_pantilt_position()
patiently(lambda: camera.recall_preset(3))
seen["recalled"] = settled(camera.get_pantilt_position, (2662, -102))
seen["zoom"] = settled(camera.get_zoom_position, 4096)
patiently(lambda: camera.pantilt(24, 20, -1000, 250))
seen["sent"] = settled(camera.get_pantilt_position, (-1000, 250))
patiently(lambda: camera.zoom_to(0.5))
seen["zoomed"] = settled(camera.get_zoom_position, 8192)
patiently(lambda: camera.save_preset(12))
patiently(lambda: camera.pantilt(10, 0))
seen["drives"] = settled(lambda: camera.get_pantilt_position()[0] > -900, True)
patiently(lambda: camera.pantilt(0, 0))
first = camera.get_pantilt_position()
seen["stands"] = camera.get_pantilt_position() == first
patiently(lambda: camera.recall_preset(12))
seen["again"] = settled(camera.get_pantilt_position, (-1000, 250))
patiently(lambda: camera.set_focus_mode("manual"))
seen["focus"] = settled(camera.get_focus_mode, "manual")
try:
    patiently(lambda: camera.recall_preset(200))
except exceptions.ViscaException as problem:
    seen["refused"] = problem.status_code
camera.close_connection()
print(json.dumps(seen))
