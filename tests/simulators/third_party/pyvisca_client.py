"""pyvisca, which knows serial lines, against one raw camera; prints one line of JSON.

Run with the name of the line. It cannot tell answers from completions, so it asks only when
nothing else is to come.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from typing import Any

package = importlib.import_module("pyvisca.visca")
camera: Any = package.PTZ(sys.argv[1])
seen: dict[str, Any] = {}


def heard(count: int) -> str:
    """The next so many messages; fewer where they do not come."""
    text, end_s = "", time.monotonic() + 20
    while text.count("ff") < count and time.monotonic() < end_s:
        text += camera.read()
        time.sleep(0.01)
    return text


def done(command: Callable[[], Any]) -> str:
    """What comes of a command: acknowledgement and completion."""
    camera.reset_input_buffer()
    command()
    return heard(2)


seen["power"] = camera.get_power()
seen["recall"] = done(lambda: camera.preset_recall(3))
seen["pan"], seen["tilt"], seen["zoom"] = camera.get_pan(), camera.get_tilt(), camera.get_zoom()
seen["absolute"] = done(lambda: camera.set_pan(1234, speed=10))
seen["went"] = camera.get_pan()
seen["direct"] = done(lambda: camera.set_zoom(0x3000))
seen["zoomed"] = camera.get_zoom()
seen["store"] = done(lambda: camera.preset_set(20))
seen["home"] = done(camera.home)
seen["home_pan"] = camera.get_pan()
seen["again"] = done(lambda: camera.preset_recall(20))
seen["back"] = camera.get_pan()
seen["aperture"] = ""
camera.aperture_up()
seen["aperture"] = heard(1)
camera.close()
print(json.dumps(seen))
