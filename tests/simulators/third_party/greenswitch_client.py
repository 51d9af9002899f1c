"""Drives the pretend FreeSWITCH with greenswitch; prints what it saw as one line of JSON.

Arguments: port, password, conference, member id.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import gevent
from greenswitch import InboundESL  # pyright: ignore[reportMissingImports] - fetched by its test

PATIENCE_S = 10.0


def main(port: str, password: str, name: str, member: str) -> dict[str, Any]:
    """Log in, listen, mute, ask, dial nobody, say goodbye."""
    seen: dict[str, Any] = {"events": []}
    line = InboundESL(host="127.0.0.1", port=int(port), password=password, timeout=5)
    try:
        line.connect()
    except ValueError as refused:
        return {"error": str(refused)}
    line.register_handle(
        "conference::maintenance", lambda event: seen["events"].append(dict(event.headers))
    )
    line.register_handle("BACKGROUND_JOB", lambda event: seen.update(job=dict(event.headers)))
    seen["listen"] = line.send("event plain BACKGROUND_JOB CUSTOM conference::maintenance").data
    seen["roster"] = json.loads(line.send(f"api conference {name} json_list").data)
    seen["unmute"] = line.send(f"api conference {name} unmute {member}").data
    seen["missing"] = line.send(f"api conference {name} mute 999").data
    seen["nonsense"] = line.send("nonsense").data
    background = line.send(f"bgapi conference {name} mute {member}")
    seen["uuid"] = background.headers["Job-UUID"]
    with gevent.Timeout(PATIENCE_S):
        while "job" not in seen or len(seen["events"]) < 2:
            gevent.sleep(0.02)
    seen["status"] = line.send("api status").data
    line.stop()
    return seen


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
