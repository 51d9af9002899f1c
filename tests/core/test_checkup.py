"""The checkup against real pretend devices, good and bad, and against what is no device."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest

from console.__main__ import main
from console.core import checkup
from console.core import vault as vault_module
from console.core.checkup import Report, Verdict, examine, skew
from console.core.profile import Access
from console.core.training import Province
from console.core.upkeep import check_keyring, check_sqlite, check_store
from console.core.vault import Vault
from console.domain.device import DeviceSpec
from console.qt.looks.checkup import check_text
from console.wire.http import Credentials, HttpReply
from console.wire.tls import Trust
from db.record import JournalRow
from db.writer import JournalWriter
from tests.core.safe import Safe
from tests.wire import certs
from tests.wire.peers import hang, ok, peer, serving

PATIENCE_S = 30.0


@pytest.fixture(scope="module")
def province() -> Iterator[Province]:
    started = Province.start(["--sites", "3", "--scene", "calm"])
    yield started
    started.stop()


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def mcu(province: Province) -> Access:
    return province.accesses()[0]


def look(*accesses: Access, deadline_s: float = PATIENCE_S) -> list[Report]:
    return examine(accesses, deadline_s)


def found(report: Report) -> dict[str, str]:
    """Each check and what was wrong, "" where it was good."""
    return {c.name: c.problem.code if c.problem else "" for c in report.checks}


def elsewhere(url: str, trust: Trust, kind: str = "cms") -> Access:
    site = "66" if kind == "roomos" else ""
    return Access(DeviceSpec("x", kind, "X", url, site), Credentials("u", "p"), trust)


def test_good_devices_are_good(province: Province) -> None:
    told: list[str] = []
    reports = examine(province.accesses()[:3], PATIENCE_S, on_done=lambda r: told.append(r.device))
    assert [r.verdict for r in reports] == [Verdict.GOOD] * 3
    assert found(reports[0]) == {"tcp": "", "tls": "", "clock": "", "probe": ""}
    assert sorted(told) == sorted(r.device for r in reports)
    assert check_text(reports[0].checks[-1]).startswith("Cisco Meeting Server 3.")
    assert reports[0].certificate is not None
    assert "127.0.0.1" in reports[0].certificate.names


@pytest.mark.parametrize("number", [0, 1])
def test_a_wrong_password_is_told(province: Province, number: int) -> None:
    access = province.accesses()[number]
    wrong = Credentials("api", "sai")
    (report,) = look(replace(access, credentials=wrong))
    assert found(report) == {"tcp": "", "tls": "", "clock": "", "probe": "device.login"}
    assert report.verdict is Verdict.BAD


def test_another_kind_at_the_address_is_told(province: Province) -> None:
    bridge, room = province.accesses()[:2]
    crossed = replace(bridge, spec=replace(bridge.spec, address=room.spec.address))
    (report,) = look(crossed)
    assert found(report)["tls"] == ""
    assert found(report)["probe"] in ("device.status", "device.other_kind", "device.login")


def test_whom_not_to_believe(province: Province) -> None:
    access = mcu(province)
    for trust, reason in (
        (Trust(), "unknown_ca"),
        (Trust(pinned_sha256="0" * 64), "changed"),
    ):
        (report,) = look(replace(access, trust=trust))
        assert found(report) == {"tcp": "", "tls": "wire.certificate"}
        problem = report.checks[-1].problem
        assert problem is not None
        assert dict(problem.params)["reason"] == reason
        assert report.certificate is not None
        assert report.certificate.sha256 == dict(problem.params)["fingerprint"]
    (report,) = look(replace(access, trust=Trust(pinned_sha256=report.certificate.sha256)))
    assert report.verdict is Verdict.GOOD
    assert "đúng chứng thư đã tin" in check_text(report.checks[1])


def test_expired_and_soon_expired(opened: ExitStack, tmp_path: Path) -> None:
    for days, name, code in ((-1, "tls", "wire.certificate"), (5, "tls", "doctor.ends")):
        context, print_ = certs.self_signed(tmp_path, days=days)
        other = opened.enter_context(peer(serving(lambda _: ok(b"<html/>")), context))
        (report,) = look(elsewhere(other.url(), Trust(pinned_sha256=print_)))
        assert found(report)[name] == code
        if days < 0:
            assert "hết hạn" in check_text(report.checks[-1])


def test_a_web_page_at_the_port_is_no_device(opened: ExitStack, tmp_path: Path) -> None:
    context, print_ = certs.self_signed(tmp_path)
    other = opened.enter_context(peer(serving(lambda _: ok(b"<html>Router</html>")), context))
    for kind in ("cms", "roomos"):
        (report,) = look(elsewhere(other.url(), Trust(pinned_sha256=print_), kind))
        assert report.verdict is Verdict.BAD
        assert "probe" in found(report)
        assert found(report)["probe"] != ""


def test_nobody_no_tls_and_silence(opened: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "STEP_S", 1.0)
    plain = opened.enter_context(peer(lambda sock: sock.sendall(b"SSH-2.0-OpenSSH\r\n")))
    silent = opened.enter_context(peer(hang))
    started = time.monotonic()
    nobody, no_tls, mute = look(
        elsewhere("https://127.0.0.1:1", Trust()),
        replace(elsewhere(plain.url("https"), Trust()), spec=DeviceSpec(
            "y", "cms", "Y", plain.url("https"))),
        replace(elsewhere(silent.url("https"), Trust()), spec=DeviceSpec(
            "z", "cms", "Z", silent.url("https"))),
    )  # fmt: skip
    assert time.monotonic() - started < 12
    assert found(nobody) == {"tcp": "wire.unreachable"}
    assert found(no_tls)["tls"] == "wire.not_understood"
    assert found(mute)["tls"] == "wire.deadline"


def test_the_deadline_ends_it_and_so_does_whoever_cancels(opened: ExitStack) -> None:
    silent = opened.enter_context(peer(hang))
    access = elsewhere(silent.url("https"), Trust())
    (late,) = look(access, deadline_s=0.2)
    assert found(late)["probe"] == "doctor.late"
    cancelled = threading.Event()
    cancelled.set()
    (report,) = examine([access], PATIENCE_S, cancelled)
    assert not report.done


def reply(date: str) -> HttpReply:
    return HttpReply(200, (("date", date),) if date else (), b"", 0.1)


@pytest.mark.parametrize(
    ("ahead_s", "told_s"), [(0, 0.0), (5, 5.0), (-5, -4.0), (120, 120.0), (-120, -119.0)]
)
def test_the_devices_clock(ahead_s: int, told_s: float) -> None:
    now = 1_800_000_000.0
    date = formatdate(now + ahead_s, usegmt=True)
    assert skew(reply(date), now, now) == told_s


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Foo"])
def test_a_device_need_not_date_its_answers(date: str) -> None:
    assert skew(reply(date), 0, 0) is None


def test_a_clock_that_is_wrong_is_told(opened: ExitStack, tmp_path: Path) -> None:
    for off_s, verdict in ((30, Verdict.WARN), (-300, Verdict.BAD)):
        header = f"Date: {formatdate(time.time() + off_s, usegmt=True)}".encode()
        other = opened.enter_context(peer(serving(lambda _, h=header: ok(b"", h))))
        (report,) = look(elsewhere(other.url("http"), Trust()))
        clock = next(check for check in report.checks if check.name == "clock")
        assert clock.verdict is verdict
        assert ("nhanh hơn" if off_s > 0 else "chậm hơn") in check_text(clock)


def test_the_store_is_looked_at_and_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    assert check_store(folder)[0].verdict is Verdict.GOOD
    assert not folder.exists()
    writer = JournalWriter.open(folder)
    row = JournalRow(kind="Note", body=b"{}", actor="test", utc_us=1, mono_us=1)
    writer.append_many([row]).result(10)
    assert check_store(folder)[0].verdict is Verdict.GOOD  # while the program runs
    writer.close(10)
    assert int(dict(check_store(folder)[0].values)["rows"]) >= 1
    file = folder / "journal.sqlite3"
    file.write_bytes(b"no database at all" * 100)
    before = file.read_bytes()
    assert check_store(folder)[0].verdict is Verdict.BAD
    assert file.read_bytes() == before


def test_keyring_and_sqlite() -> None:
    assert check_sqlite().verdict is Verdict.GOOD
    assert check_keyring(Vault(Safe())).verdict is Verdict.GOOD
    assert check_keyring(Vault.of_system()).verdict is Verdict.BAD


# -- on the command line -----------------------------------------------------------------------


class Place:
    """A data folder with a profile of the province's MCU and a room."""

    def __init__(self, folder: Path, province: Province, safe: Safe) -> None:
        self.folder, self.safe = folder, safe
        accesses = province.accesses()[:2]
        self.path = folder / "profile.toml"
        self.path.write_text("".join(self._device(a) for a in accesses), encoding="utf-8")
        for access in accesses:
            assert access.credentials is not None
            name = f"{access.spec.id}:{access.credentials.user}"
            safe.kept["hnth-console", name] = access.credentials.password

    @staticmethod
    def _device(access: Access) -> str:
        spec = access.spec
        assert access.credentials is not None
        return (
            f'[[device]]\nid = "{spec.id}"\nkind = "{spec.kind}"\naddress = "{spec.address}"\n'
            f'endpoint = "{spec.endpoint}"\nuser = "{access.credentials.user}"\n'
            f"ca = '{access.trust.ca_file}'\n"
        )

    def run(self, command: str, *more: str) -> int:
        return main([command, *more, "--data", str(self.folder)])


@pytest.fixture
def place(tmp_path: Path, province: Province, monkeypatch: pytest.MonkeyPatch) -> Place:
    safe = Safe()
    monkeypatch.setattr(vault_module.Vault, "of_system", lambda: Vault(safe))
    return Place(tmp_path, province, safe)


def test_doctor_says_that_all_is_well(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.run("doctor", "--language", "vi") == 0
    printed = capsys.readouterr().out
    assert "✗" not in printed
    assert "✓ cms-1 · đăng nhập: Cisco Meeting Server" in printed
    assert "✓ Bàn điều khiển · kho mật khẩu" in printed
    assert printed.splitlines()[-1].endswith("0 cần xem, 0 hỏng")
    for secret in place.safe.kept.values():
        assert secret not in printed


def test_doctor_as_json_names_what_is_wrong(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.safe.kept["hnth-console", "cms-1:api"] = "sai"
    place.safe.kept = {k: v for k, v in place.safe.kept.items() if "room" not in k[1]}
    text = place.path.read_text(encoding="utf-8")
    place.path.write_text(text + 'extra = "x"\n', encoding="utf-8")
    user = next(line for line in text.splitlines() if line.startswith("user"))
    place.safe.kept["hnth-console", f"cms-1:{user.split(chr(34))[1]}"] = "sai"
    assert place.run("doctor", "--json", "--language", "en") == 2
    told = json.loads(capsys.readouterr().out)
    assert told["exit"] == 2
    codes = {c["code"] for c in told["checks"]}
    assert {"device.login", "profile.no_password", "profile.unknown_key"} <= codes
    assert all(c["text"] for c in told["checks"])


def test_doctor_without_a_readable_profile(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.path.write_text("a = x\nb =\n", encoding="utf-8")
    assert place.run("doctor") == 2
    assert capsys.readouterr().out.count("✗ Hồ sơ · nội dung: profile.toml, dòng") == 2
    place.path.unlink()
    assert place.run("doctor") == 2
    assert "Chưa có hồ sơ thiết bị" in capsys.readouterr().out


def test_a_password_is_asked_for_and_kept(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: "mới")
    assert place.run("password", "cms-1") == 0
    assert "mới" in place.safe.kept.values()
    assert "mới" not in capsys.readouterr().out
    assert place.run("password", "none") == 2
    assert "không có thiết bị none" in capsys.readouterr().err
    monkeypatch.setattr("getpass.getpass", lambda prompt: "")
    assert place.run("password", "cms-1") == 1
