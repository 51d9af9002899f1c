"""The State as JSON: what an unattended run leaves behind."""

from __future__ import annotations

import json
from typing import Any

from console.domain.codec import to_json
from console.domain.state import State


def dump(state: State) -> bytes:
    """Every current record, indented, UTF-8; records as the journal writes them."""

    def plain(record: object) -> Any:
        return json.loads(to_json(record))

    told: dict[str, Any] = {
        "podium": state.podium,
        "session": plain(state.session),
        "conferences": {i: plain(c) for i, c in state.conferences.items()},
        "devices": {i: plain(d) for i, d in state.devices.items()},
        "legs": {i: plain(leg) for i, leg in state.legs.items()},
        "rooms": {i: plain(room) for i, room in state.rooms.items()},
        "alarms": {i: plain(alarm) for i, alarm in state.alarms.items()},
        "commands": [
            {
                "command": plain(t.command),
                "phase": t.phase.value,
                "parent": t.parent,
                "problem": plain(t.problem) if t.problem else None,
            }
            for t in state.commands.values()
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()
