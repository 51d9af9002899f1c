"""`hnth-console doctor` at FreeSWITCH and VISCA: one look at pretend devices that are well, at each
thing that can be wrong with one, and at what is no such device at all."""

from __future__ import annotations

import io
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from console.__main__ import main
from console.core.checkup import Check, Verdict
from console.core.equipment import Equipment
from console.core.profile import Access
from console.core.training import Province
from console.core.vault import Vault
from console.doctor import _Printer
from console.domain.problem import Problem
from tests.core.safe import Safe
from tests.wire.peers import hang, ok, peer, serving

SSH = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"


def banner(sock: socket.socket) -> None:
    """An SSH server: it speaks first, and waits."""
    sock.sendall(SSH)
    hang(sock)


@contextmanager
def echo() -> Iterator[int]:
    """The echo service on UDP; its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))

        def serve() -> None:
            while (came := sock.recvfrom(4096))[0] != b"end":
                sock.sendto(*came)

        thread = threading.Thread(target=serve)
        thread.start()
        yield sock.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.sendto(b"end", sock.getsockname())
        thread.join(10)


@contextmanager
def nobody() -> Iterator[int]:
    """A port that is taken and where nobody listens."""
    with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        tcp.bind(("127.0.0.1", 0))
        yield tcp.getsockname()[1]
        udp.close()


@dataclass
class Room:
    """A profile being written, and the passwords of its devices."""

    folder: Path
    safe: Safe
    text: str = ""

    def add(self, device: str, kind: str, address: str, site: str = "", password: str = "") -> None:
        place = f'endpoint = "{site}"\n' if site else ""
        self.text += (
            f'[[device]]\nid = "{device}"\nkind = "{kind}"\naddress = "{address}"\n{place}\n'
        )
        if password:
            self.safe.kept["hnth-console", f"{device}:"] = password

    def look(self, *more: str) -> dict[str, dict[str, Any]]:
        """What the doctor says last of each subject."""
        (self.folder / "profile.toml").write_text(self.text, encoding="utf-8")
        printed = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
            patch.setattr(Vault, "of_system", lambda: Vault(self.safe))
            main(["doctor", "--json", "--data", str(self.folder), *more])
        checks = json.loads(printed.getvalue())["checks"]
        return {check["subject"]: check for check in checks}


def place_of(access: Access) -> str:
    return access.spec.address.partition("//")[2]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """All of it in one look, since what hangs is waited for side by side."""
    room = Room(tmp_path_factory.mktemp("doctor"), Safe())
    with ExitStack() as opened:
        province = _province(opened, "--sites", "4", "--cameras", "3")
        ailing = _province(opened, "--sites", "2", "--cameras", "1")
        mcu, *cameras = [a for a in province.accesses() if a.spec.kind != "roomos"]
        sick_mcu, sick_camera = [a for a in ailing.accesses() if a.spec.kind != "roomos"]
        control = ailing.control()
        opened.callback(control.close)
        for kind, target in (("hang", "freeswitch-1"), ("lost_request", sick_camera.spec.id)):
            fault = {"kind": kind, "target": target.replace("camera-", "camera:"), "seconds": 120}
            control.post("/fault", fault)
        assert mcu.credentials is not None
        password = mcu.credentials.password
        web = opened.enter_context(peer(serving(lambda _: ok(b"<html>Router</html>"))))
        ssh = opened.enter_context(peer(banner))
        free, echoed = opened.enter_context(nobody()), opened.enter_context(echo())
        for name, address, secret in (
            ("well", mcu.spec.address, password),
            ("password", mcu.spec.address, "sai"),
            ("hangs", sick_mcu.spec.address, _password(sick_mcu)),
            ("nobody", f"esl://127.0.0.1:{free}", "x"),
            ("web", f"esl://127.0.0.1:{web.port}", "x"),
            ("ssh", f"esl://127.0.0.1:{ssh.port}", "x"),
            ("camera", f"esl://{_tcp_camera(cameras)}", "x"),
        ):
            room.add(f"mcu-{name}", "freeswitch", address, password=secret)
        for camera in cameras:
            way = camera.spec.address.partition(":")[0].removeprefix("visca+")
            room.add(f"cam-{way}", "visca", camera.spec.address, camera.spec.endpoint)
        for name, address in (
            ("hangs", sick_camera.spec.address),
            ("nobody", f"visca+udp://127.0.0.1:{free}"),
            ("echo", f"visca+udp://127.0.0.1:{echoed}"),
            ("raw_echo", f"visca+rawudp://127.0.0.1:{echoed}"),
            ("ssh", f"visca+tcp://127.0.0.1:{ssh.port}"),
            ("mcu", f"visca+tcp://{place_of(mcu)}"),
        ):
            room.add(f"cam-{name}", "visca", address, "66")
        return room.look("--language", "vi")


def _province(opened: ExitStack, *more: str) -> Province:
    province = Province.start(["--mcus", "freeswitch", "--scene", "calm", *more])
    opened.callback(province.stop)
    return province


def _password(access: Access) -> str:
    assert access.credentials is not None
    return access.credentials.password


def _tcp_camera(cameras: list[Access]) -> str:
    return next(place_of(a) for a in cameras if a.spec.address.startswith("visca+tcp"))


@pytest.mark.parametrize("device", ["mcu-well", "cam-udp", "cam-tcp", "cam-rawudp"])
def test_what_is_well_is_said_to_be(told: dict[str, dict[str, Any]], device: str) -> None:
    assert (told[device]["verdict"], told[device]["check"]) == ("good", "probe")


@pytest.mark.parametrize(
    ("device", "check", "code", "advice"),
    [
        ("mcu-password", "probe", "wire.login", "Sửa mật khẩu trong Thiết bị (Ctrl+D)"),
        ("mcu-hangs", "probe", "wire.deadline", "FreeSWITCH đang treo"),
        ("mcu-nobody", "tcp", "wire.unreachable", "sai cổng"),
        ("mcu-web", "probe", "wire.deadline", "dịch vụ khác ở cổng này"),
        ("mcu-ssh", "probe", "wire.not_understood", "không phải FreeSWITCH. Kiểm tra địa chỉ"),
        ("mcu-camera", "probe", "wire.deadline", "Kiểm tra cổng (thường là 8021)"),
        ("cam-hangs", "probe", "wire.deadline", "Kiểm tra nguồn, mạng, địa chỉ và cổng"),
        ("cam-nobody", "probe", "wire.unreachable", "sai cổng"),
        ("cam-echo", "probe", "wire.not_understood", "không phải camera VISCA"),
        ("cam-raw_echo", "probe", "wire.not_understood", "không phải camera VISCA"),
        ("cam-ssh", "probe", "wire.not_understood", "không phải camera VISCA"),
        ("cam-mcu", "probe", "wire.not_understood", "Kiểm tra địa chỉ, cổng và cách nối"),
    ],
)
def test_what_is_wrong_says_what_to_do(
    told: dict[str, dict[str, Any]], device: str, check: str, code: str, advice: str
) -> None:
    found = told[device]
    assert (found["verdict"], found["check"], found["code"]) == ("bad", check, code)
    assert advice in found["text"]
    assert device in found["text"]


def test_a_site_that_is_nearly_right_is_asked_about_and_left_alone(tmp_path: Path) -> None:
    room = Room(tmp_path, Safe())
    room.add("cam", "visca", "visca+udp://127.0.0.1:1", "6431")
    found = room.look("--deadline", "5", "--language", "vi")["profile"]
    assert (found["verdict"], found["code"]) == ("warn", "profile.site")
    assert "không có điểm cầu 6431. Có phải 643?" in found["text"]
    path = tmp_path / "profile.toml"
    assert path.read_text(encoding="utf-8") == room.text
    entry = Equipment(path, lambda: {"643", "66"}).read().entry("cam")
    assert entry is not None
    assert (entry.spec.endpoint, entry.problem) == ("6431", None)


def test_a_password_that_is_said_back_is_not_quoted_and_a_short_one_spoils_no_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = _Printer(as_json=False, secrets=["sai"])
    said = Problem.of("cms.refused", "sai!", device="MCU sai", word="password sai")
    out.tell(Check("MCU sai", "probe", Verdict.BAD, said))
    out.tell(Check("MCU", "tcp", Verdict.BAD, Problem.of("wire.unreachable", reason="refused")))
    out.tell(Check("MCU", "probe", Verdict.GOOD, values=(("model", "sai 1"), ("version", ""))))
    first, second, third = capsys.readouterr().out.splitlines()
    assert first.startswith("✗ MCU sai · đăng nhập: MCU sai từ chối (password •••)")
    assert "•••!" in first
    assert "sai cổng" in second
    assert "••• 1" in third
