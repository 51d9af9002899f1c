"""The devices' dialog in each of its states, for pictures: no wire, no keyring, prepared facts."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.core.checkup import Check, Verdict
from console.core.equipment import Equipment
from console.core.pins import KnownPins, Pin
from console.core.profile import Profile, understand
from console.core.vault import Vault
from console.domain import facts as f
from console.domain.device import LinkHealth
from console.domain.problem import Problem
from console.wire.certificate import Certificate

if TYPE_CHECKING:
    from console.qt.scene import Scene
    from console.qt.window import SessionWindow

_S = 1_000_000
_NEW, _OLD = "5b1e" * 16, "c90a" * 16
_BLOCKED = {
    "list": "unknown_ca", "trust": "unknown_ca", "approve": "changed", "barred": "unknown_ca",
    "changed": "changed",
}  # fmt: skip
_PROFILE = """
[[device]]
id = "cms-1"
kind = "cms"
name = "MCU"
address = "https://10.0.0.10:445"
user = "hnth"
[[device]]
id = "cms-2"
kind = "cms"
name = "MCU dự phòng"
address = "https://10.0.0.11:445"
user = "hnth"
[[device]]
id = "room-66"
kind = "roomos"
name = "Phòng họp UBND tỉnh"
address = "https://10.1.0.20"
endpoint = "66"
user = "hnth"
[[device]]
id = "room-651"
kind = "roomos"
name = "Phòng họp Ea Kar"
address = "https://10.1.0.51"
endpoint = "651"
user = "hnth"
[[device]]
id = "room-653"
kind = "roomos"
name = "Phòng họp Krông Bông"
address = "10.1.0.53"
endpoint = "653"
user = "hnth"
"""
_CAMERA = """
[[device]]
id = "camera-66"
kind = "visca"
name = "Camera hội trường"
address = "visca+udp://10.1.0.30:52381"
endpoint = "66"
[device.memories]
1 = "Chủ tọa"
2 = "Bục phát biểu"
3 = "Toàn cảnh"

"""


class Idle:
    """Runs nothing."""

    def renew(self, access: Any) -> None: ...
    def remove(self, device: str) -> None: ...
    def decline(self, spec: Any, problem: Problem) -> None: ...


def show_devices(window: SessionWindow, scene: Scene, state: str) -> None:
    """Open the dialog in a state: list, trust, changed, approve, barred, tested, form, pin,
    memories, drop or empty."""
    from console.qt.dialogs.devices import DevicesDialog
    from console.qt.signin.stage import enter, seated

    path = Path("profile.toml")
    equipment = Equipment(path, lambda: set(scene.state.endpoints), lambda: Vault(None))
    with tempfile.TemporaryDirectory() as folder:
        equipment.pins = KnownPins(Path(folder) / "pins.toml")
        if state in ("changed", "approve"):
            since = scene.clock.now_us() - 40 * 86400 * _S
            equipment.pins.keep("10.0.0.11:445", Pin(_OLD, since, "MCU dự phòng"))
    if state == "empty":
        equipment.profile = Profile(path)
    else:
        text = _CAMERA if state == "memories" else _PROFILE
        equipment.profile = understand(text, path, set(scene.state.endpoints))
        _tell(scene, equipment, state)
    people = None
    if state in ("approve", "barred"):
        people = seated(scene)
        window.admit(people)
        enter(people, "nguyen.van.an" if state == "approve" else "tran.thi.hoa")
    dialog = DevicesDialog(window.inside.desk, equipment, Idle(), window, people)
    dialog.background.close()
    dialog.certificates.shown["cms-2"] = _certificate(scene)
    if state == "tested":
        dialog.trial.found["cms-2"] = list(_checks())
    dialog.table.selectRow(0 if state in ("list", "form", "memories", "empty") else 1)
    dialog.refresh()
    if state == "approve":
        dialog.trust()
    if state == "barred":
        dialog.edit()
    if state == "form":
        dialog.edit()
        dialog.form.fields["address"].setText("10.0.0.10")
        values = {"kind": "cms", "id": "cms-1", "address": "10.0.0.10", "user": "hnth"}
        text = "[[device]]\n" + "".join(f'{k} = "{v}"\n' for k, v in values.items())
        dialog.form.tell_flaws(understand(text, path).flaws)
    if state == "memories":
        dialog.edit()
        dialog.form.memories.add()
        dialog.form.sound()
    if state == "pin":
        dialog.certificates.shown.clear()
        equipment.pins.keep("10.0.0.11:445", Pin(_OLD))
        dialog.edit()
        dialog.form.pin.show_seen(_certificate(scene))
    if state == "drop":
        dialog.ask_removal()
    dialog.show()


def _certificate(scene: Scene) -> Certificate:
    now_s = scene.clock.now_us() // _S
    return Certificate(
        _NEW, "CN=cms-2.hnth.daklak.example", "CN=cms-2.hnth.daklak.example",
        begins_s=now_s - 86400, ends_s=now_s + 700 * 86400,
    )  # fmt: skip


def _tell(scene: Scene, equipment: Equipment, state: str) -> None:
    reason = _BLOCKED.get(state, "")
    blocked = Problem.of("wire.certificate", device="MCU dự phòng", reason=reason, fingerprint=_NEW)
    if not reason:
        blocked = Problem.of("device.login", device="MCU dự phòng")
    for entry in equipment.profile.entries:
        if entry.spec.id != "cms-1":
            scene.tell(f.DeviceNamed(entry.spec))
    scene.tell(f.LinkChanged("cms-2", LinkHealth.DOWN, blocked))
    no_password = Problem.of(
        "profile.no_password", device="Phòng họp Ea Kar", user="hnth", id="room-651"
    )
    scene.tell(f.LinkChanged("room-651", LinkHealth.DOWN, no_password))
    scene.settle()


def _checks() -> tuple[Check, ...]:
    name, late = (
        "MCU dự phòng",
        Problem.of("doctor.clock", device="MCU dự phòng", seconds=12.0, reason="behind"),
    )
    return (
        Check(name, "tcp", Verdict.GOOD, values=(("ms", 3),)),
        Check(name, "tls", Verdict.GOOD, values=(("days", 700), ("how", "ca"))),
        Check(name, "clock", Verdict.WARN, late),
        Check(name, "probe", Verdict.BAD, Problem.of("device.login", device=name)),
    )
