"""The pretend rooms over WebSocket JSON-RPC, with a plain websockets client."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.simulators.peer import Started, refused, until
from tests.simulators.web_line import WebLine, web_line

CODE = "24121"


class Rpc:
    """One JSON-RPC connection."""

    def __init__(self, socket: WebLine) -> None:
        self.socket = socket
        self.events: list[dict[str, Any]] = []
        self._last = 0

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The whole answer to one request; what is pushed meanwhile is kept."""
        self._last += 1
        request = {"jsonrpc": "2.0", "id": self._last, "method": method, "params": params}
        self.socket.send(json.dumps(request))
        while True:
            message = json.loads(self.socket.recv(timeout=10))
            assert message["jsonrpc"] == "2.0"
            if message.get("method") == "xFeedback/Event":
                self.events.append(message["params"])
            else:
                assert message["id"] == self._last
                return dict(message)

    def hear(self, enough: Callable[[], Any], patience_s: float = 10.0) -> bool:
        end_s = time.monotonic() + patience_s
        while not enough():
            try:
                text = self.socket.recv(timeout=max(0.0, end_s - time.monotonic()))
            except TimeoutError:
                return bool(enough())
            self.events.append(json.loads(text)["params"])
        return True


def basic(login: tuple[str, str]) -> dict[str, str]:
    value = base64.b64encode(":".join(login).encode()).decode()
    return {"Authorization": f"Basic {value}"}


@contextmanager
def rpc(peer: Started, code: str = CODE, role: str = "Admin") -> Iterator[Rpc]:
    url, login = peer.room(code, role)
    address = url.replace("https:", "wss:") + "/ws"
    headers = basic(login)
    with web_line(address, peer.tls(), additional_headers=headers) as socket:
        yield Rpc(socket)


def test_login_by_header_or_by_subprotocol(quiet: Started) -> None:
    url, (user, password) = quiet.room(CODE)
    address = url.replace("https:", "wss:") + "/ws"
    key = base64.urlsafe_b64encode(f"{user}:{password}".encode()).decode().rstrip("=")
    protocol = Subprotocol(f"auth-{key}")
    with web_line(address, quiet.tls(), subprotocols=[protocol]) as socket:
        assert socket.subprotocol == protocol
        assert Rpc(socket).ask("xGet", Path=["Status", "Standby", "State"])["result"] == "Off"
    wrong = Subprotocol("auth-" + base64.urlsafe_b64encode(b"admin:x").decode().rstrip("="))
    for headers, protocols in (({}, None), (basic((user, "x")), None), ({}, [wrong])):
        shown = {"additional_headers": headers, "subprotocols": protocols}
        assert refused(address, quiet.tls(), **shown) == 403


def test_commands_answer_with_a_status_or_with_their_output(quiet: Started) -> None:
    with rpc(quiet) as line:
        answer = line.ask("xCommand/Camera/Preset/Activate", PresetId=3)
        assert answer["result"] == {"status": "OK"}
        until(lambda: quiet.site(CODE)["room"]["camera"]["preset"] == 3)
        listed = line.ask("xCommand/Camera/Preset/List")["result"]["Preset"]
        assert listed[0]["Name"] == "Chủ tọa"
        assert listed[0]["id"] == "1"
        stored = line.ask("xCommand/Camera/Preset/Store", CameraId=1, PresetId=12, Name="Mới")
        assert stored["result"] == {"PresetId": 12}


def test_errors_carry_the_codes_of_the_guide(quiet: Started) -> None:
    with rpc(quiet) as line:
        for method, params, code in (
            ("xCommand/Camera/Preset/Activate", {"PresetId": 30}, 1),
            ("xCommand/Camera/Preset/Activate", {"PresetId": 99}, -32602),
            ("xCommand/Nonsense", {}, 1),
            ("xNonsense", {}, -32601),
            ("xGet", {}, -32602),
            ("xGet", {"Path": "Status"}, -32602),
            ("xSet", {"Path": ["Status", "Audio", "Volume"], "Value": 3}, -32602),
            ("xFeedback/Unsubscribe", {"Id": 77}, -32602),
        ):
            assert line.ask(method, **params)["error"]["code"] == code, method
        busy = line.ask("xCommand/Dial", Number="giaoban@hnth.daklak.example")
        assert busy["error"]["data"] == {"Cause": 17}
        line.socket.send("{")
        assert json.loads(line.socket.recv(timeout=5))["error"]["code"] == -32700
        line.socket.send("[]")
        assert json.loads(line.socket.recv(timeout=5))["error"]["code"] == -32600
    with rpc(quiet, role="Integrator") as line:
        refused = line.ask("xCommand/Camera/Preset/Activate", PresetId=3)
        assert refused["error"]["code"] == -31999
        assert line.ask("xCommand/Audio/Microphones/Mute")["result"] == {"status": "OK"}


def test_reads_give_what_stands_at_the_end_of_the_path(quiet: Started) -> None:
    with rpc(quiet) as line:

        def got(*path: object) -> Any:
            return line.ask("xGet", Path=list(path))["result"]

        assert got("Status", "Audio", "Volume") == 50
        assert got("Status", "Audio", "Microphones") == {"Mute": "On"}
        calls = got("Status", "Call")
        assert [call["Status"] for call in calls] == ["Connected"]
        assert calls[0]["id"].isdigit()
        assert got("Status", "Call", int(calls[0]["id"]), "Status") == "Connected"
        assert got("Status", "Cameras", "Camera", 1, "Position", "Pan") is not None
        assert got("Status", "Nonsense") is None
        name = quiet.site(CODE)["name"]
        assert got("Configuration", "SystemUnit", "Name") == name


def test_settings_can_be_set_by_an_administrator(quiet: Started) -> None:
    path = ["Configuration", "SystemUnit", "Name"]
    with rpc(quiet) as line:
        assert line.ask("xSet", Path=path, Value="Hội trường 1")["result"] is True
        until(lambda: line.ask("xGet", Path=path)["result"] == "Hội trường 1")
    with rpc(quiet, role="User") as line:
        assert line.ask("xSet", Path=path, Value="x")["error"]["code"] == -31999


def test_feedback_tells_what_was_subscribed_to(quiet: Started) -> None:
    with rpc(quiet, "24130") as line:
        mute = ["Status", "Audio", "Microphones", "Mute"]
        number = line.ask("xFeedback/Subscribe", Query=mute, NotifyCurrentValue=True)["result"]
        assert number == {"Id": 1}
        present = {"Id": 1, "Status": {"Audio": {"Microphones": {"Mute": "On"}}}}
        assert line.hear(lambda: line.events == [present])
        quiet.act("room_unmute", "24130")
        now = {"Id": 1, "Status": {"Audio": {"Microphones": {"Mute": "Off"}}}}
        assert line.hear(lambda: line.events[1:] == [now])
        line.ask("xCommand/Audio/Volume/Set", Level=60)
        until(lambda: quiet.site("24130")["room"]["volume"] == 60)
        assert line.ask("xFeedback/Unsubscribe", Id=1)["result"] is True
        quiet.act("room_mute", "24130")
        assert line.ask("xGet", Path=mute)["result"] == "On"
        assert len(line.events) == 2


def test_an_ended_call_is_a_ghost(quiet: Started) -> None:
    with rpc(quiet, "24133") as line:
        line.ask("xFeedback/Subscribe", Query=["Status", "Call"])
        call_id = line.ask("xGet", Path=["Status", "Call"])["result"][0]["id"]
        quiet.fault("drop", "24133", seconds=0.3)
        ghost = {"Id": 1, "Status": {"Call": [{"id": call_id, "ghost": "True"}]}}
        assert line.hear(lambda: ghost in line.events)
        assert line.hear(lambda: line.events[-1]["Status"]["Call"][0].get("Status") == "Connected")
        assert line.events[-1]["Status"]["Call"][0]["id"] != call_id


def release(peer: Started, code: str) -> str:
    with rpc(peer, code) as line:
        path = ["Status", "SystemUnit", "Software", "DisplayName"]
        return str(line.ask("xGet", Path=path)["result"])


def test_preset_events_exist_in_the_newer_releases_alone(quiet: Started) -> None:
    codes = list(quiet.ready["rooms"])
    newer = next(code for code in codes if "RoomOS 9" not in release(quiet, code))
    older = next(code for code in codes if "RoomOS 9" in release(quiet, code))
    for code, expected in ((newer, True), (older, False)):
        with rpc(quiet, code) as line:
            line.ask("xFeedback/Subscribe", Query=["Event", "CameraPresetActivated"])
            line.ask("xFeedback/Subscribe", Query=["Event", "CameraPresetListUpdated"])
            line.ask("xFeedback/Subscribe", Query=["Status", "Cameras", "Camera"])
            line.ask("xCommand/Camera/Preset/Activate", PresetId=4)
            line.ask("xCommand/Camera/Preset/Store", CameraId=1, PresetId=20)
            assert line.hear(
                lambda: any("Cameras" in event.get("Status", {}) for event in line.events)
            )
            line.hear(lambda: False, 0.3)
            told = [event["Event"] for event in line.events if "Event" in event]
            if expected:
                assert {"CameraPresetActivated": {"CameraId": 1, "PresetId": 4}} in told
                assert {"CameraPresetListUpdated": {}} in told
            else:
                assert told == []


def test_subscriptions_are_limited(quiet: Started) -> None:
    with rpc(quiet) as line:
        for _ in range(50):
            assert "result" in line.ask("xFeedback/Subscribe", Query=["Status", "Call"])
        answer = line.ask("xFeedback/Subscribe", Query=["Status", "Call"])
        assert answer["error"]["code"] == -31998


def test_a_restart_ends_the_socket(quiet: Started) -> None:
    with rpc(quiet, "24136") as line:
        quiet.fault("restart", "room:24136", seconds=0.5)
        with pytest.raises(ConnectionClosed):
            line.hear(lambda: False, 5.0)
