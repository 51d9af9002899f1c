"""RoomOS's own traps: roles, sessions, stuck cameras, a call that shows no Call."""

from __future__ import annotations

from collections import Counter
from typing import Any

from console.domain.capability import Capability
from console.domain.commands.room import MuteRoom, RecallPreset
from console.domain.device import LinkHealth
from console.domain.state import Phase
from console.wire.http import Credentials
from tests.contract.rig import Rig, rig

PRESETS = Capability.PRESET_LIST | Capability.PRESET_RECALL | Capability.PRESET_STORE


def log(rig: Rig, device: str) -> list[dict[str, Any]]:
    told = rig.control.get("/log")
    requests = told["requests"] if isinstance(told, dict) else told
    return [entry for entry in requests if entry["device"] == device]


def test_an_integrators_account_has_no_presets_and_says_so():
    with rig("--sites", "3", "--scene", "calm", rooms=1, role="Integrator") as made:
        site, device = made.sites[0], f"room-{made.sites[0]}"
        made.up(device)
        capabilities = made.device(device).capabilities
        assert not capabilities & PRESETS
        assert capabilities & Capability.ROOM_MICROPHONE
        verdict = made.dispatcher.submit(RecallPreset(endpoint=site, number=1))
        assert verdict.problem is not None
        assert verdict.problem.code == "room.presets_refused"
        made.achieve(MuteRoom(endpoint=site, muted=False))


def test_a_users_account_has_everything():
    with rig("--sites", "3", "--scene", "calm", rooms=1, role="User") as made:
        device = f"room-{made.sites[0]}"
        made.up(device)
        assert made.device(device).capabilities & PRESETS == PRESETS


def test_a_wrong_password_is_named():
    with rig("--sites", "3", "--scene", "calm", rooms=0) as made:
        access = next(a for a in made.province.accesses() if a.spec.endpoint)
        wrong = type(access)(access.spec, Credentials("admin", "no"), access.trust)
        made.plant.add([wrong])
        made.pump()
        made.until(
            lambda: made.device(access.spec.id).health is LinkHealth.DOWN, "the link refused"
        )
        problem = made.device(access.spec.id).problem
        assert problem is not None
        assert problem.code == "device.login"


def test_one_session_is_begun_and_it_is_ended():
    with rig("--sites", "3", "--scene", "calm", rooms=1) as made:
        device = f"room-{made.sites[0]}"
        made.plant.focus({device})
        made.up(device)
        made.rest(6)
        made.plant.stop()
        requests = log(made, f"room:{made.sites[0]}")
        paths = Counter(entry["path"] for entry in requests)
        assert len(requests) > 10
        assert paths["/xmlapi/session/begin"] == 1
        assert paths["/xmlapi/session/end"] == 1


def test_a_stuck_camera_is_not_believed_to_have_arrived():
    with rig("--sites", "3", "--scene", "calm", rooms=1) as made:
        site, device = made.sites[0], f"room-{made.sites[0]}"
        made.up(device)
        with made.fault("camera_stuck", site):
            stuck = made.wish(RecallPreset(endpoint=site, number=4))
        assert stuck.phase is Phase.UNKNOWN
        assert made.state.rooms[site].preset is None
        made.achieve(RecallPreset(endpoint=site, number=4))


def test_a_call_in_teams_mode_is_a_call():
    with rig("--sites", "3", "--scene", "calm", rooms=1) as made:
        site, device = made.sites[0], f"room-{made.sites[0]}"
        made.plant.focus({device})
        made.up(device)
        assert made.state.rooms[site].in_call
        with made.fault("teams_mode", site):
            made.rest(5)
            assert made.state.rooms[site].in_call
        made.control.post("/act", {"act": "leave", "site": site})
        made.until(lambda: made.state.rooms[site].in_call is False, "the end of the call")
