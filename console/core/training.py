"""Training mode: the pretend province as a process beside the console, and its control plane."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from console.core.profile import Access
from console.domain.device import DeviceSpec
from console.domain.problem import Problem, Refused
from console.wire.http import Credentials, HttpRequest, HttpSession
from console.wire.tls import Trust


def province_command(arguments: Sequence[str]) -> list[str]:
    """The command line that starts the pretend province with this program's own Python."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "province", *arguments]
    return [sys.executable, "-m", "console.simulators", "province", *arguments]


@dataclass(frozen=True, slots=True)
class Province:
    """A running pretend province: its process and what it printed when it was ready."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]

    @classmethod
    def start(cls, arguments: Sequence[str] = ()) -> Province:
        """Start it and wait until it is ready. Raises Refused where it does not start."""
        process = subprocess.Popen(
            province_command(["--with-parent", *arguments]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            ready = cast("dict[str, Any]", json.loads(line))
        except ValueError:
            process.kill()
            process.wait()
            raise Refused(Problem.of("training.no_province", line.strip())) from None
        return cls(process, ready)

    def accesses(self) -> list[Access]:
        """Its MCUs, rooms and cameras as devices of this console."""
        trust = Trust(ca_file=str(self.ready["ca"]))
        found: list[Access] = []
        for number, mcu in enumerate(self.ready["cms"], 1):
            spec = DeviceSpec(
                mcu["id"], "cms", f"MCU {number}", mcu["url"], conference=mcu.get("cospace", "")
            )
            found.append(Access(spec, Credentials(mcu["user"], mcu["password"]), trust))
        for site, room in self.ready.get("rooms", {}).items():
            spec = DeviceSpec(f"room-{site}", "roomos", f"VCS {site}", room["url"], endpoint=site)
            found.append(Access(spec, Credentials(room["user"], room["password"]), trust))
        for site, camera in self.ready.get("cameras", {}).items():
            memories = tuple((int(n) + 1, name) for n, name in camera["memories"].items())
            spec = DeviceSpec(
                f"camera-{site}", "visca", f"Camera {site}", camera["url"], site, "", memories
            )
            found.append(Access(spec, None, trust))
        return found

    def addresses(self) -> dict[str, str]:
        """Site id → dial address."""
        return dict(self.ready["uris"])

    def control(self) -> Control:
        """The instructor's way in."""
        return Control(self.ready["control"]["url"], self.ready["control"]["token"])

    def stop(self) -> None:
        """End it and wait for it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class Control:
    """The pretend province's control plane: its truth and its faults. Blocking calls."""

    def __init__(self, url: str, token: str) -> None:
        self._session = HttpSession(url, None, Trust())
        self._headers = (("X-Control-Token", token),)

    def get(self, path: str) -> Any:
        """The JSON at a path (`/state`, `/faults`, `/log`). Raises WireError or Refused."""
        return self._send(HttpRequest("GET", path, headers=self._headers))

    def post(self, path: str, body: object) -> Any:
        """Send JSON to a path (`/fault`, `/clear`, `/act`). Raises WireError or Refused."""
        return self._send(
            HttpRequest(
                "POST",
                path,
                body=json.dumps(body).encode(),
                content_type="application/json",
                headers=self._headers,
            )
        )

    def _send(self, request: HttpRequest) -> Any:
        reply = self._session.exchange(request)
        text = reply.body.decode("utf-8", "replace")
        if reply.status != 200:
            raise Refused(Problem.of("training.refused", text[:200], status=reply.status))
        return json.loads(text) if text else None

    def close(self) -> None:
        """Close the connection."""
        self._session.close()
