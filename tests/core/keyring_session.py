"""A desktop session with a real GNOME Keyring: started under dbus-run-session, it uses the Vault as
the program does and prints what came of it as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import closing

import secretstorage
from secretstorage.exceptions import SecretStorageException

from console.core.upkeep import check_keyring
from console.core.vault import Vault
from console.domain.problem import Refused

PASSWORD = "mật khẩu «ễ» 1!"
_PATIENCE_S = 20.0
_DEFAULT = "/org/freedesktop/secrets/aliases/default"


def _unlocked() -> subprocess.Popen[bytes]:
    """The session's keyring, opened with a login password as a display manager does it."""
    line = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
    daemon = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert daemon.stdin is not None
    daemon.stdin.write(b"login")
    daemon.stdin.close()
    return daemon


def _lock() -> None:
    with closing(secretstorage.dbus_init()) as bus:
        secretstorage.get_default_collection(bus).lock()


def _open() -> bool:
    """Whether the collection that passwords go to is there, unlocked."""
    try:
        with closing(secretstorage.dbus_init()) as bus:
            return not secretstorage.Collection(bus, _DEFAULT).is_locked()
    except SecretStorageException:
        return False  # not yet


def _attempts(vault: Vault) -> list[str]:
    """What reading, keeping and forgetting are answered with."""
    codes: list[str] = []
    for attempt in (
        lambda: vault.password("cms-1", "api"),
        lambda: vault.keep("cms-1", "api", "other"),
        lambda: vault.forget("cms-1", "api"),
    ):
        try:
            attempt()
            codes.append("")
        except Refused as refused:
            codes.append(refused.problem.code)
    return codes


def main() -> None:
    """One session from login to logout."""
    told: dict[str, object] = {}
    daemon = _unlocked()
    try:
        end = time.monotonic() + _PATIENCE_S
        while not _open():
            assert time.monotonic() < end, "the keyring never opened"
            time.sleep(0.02)
        vault = Vault.of_system()
        told["backend"] = vault.name
        told["at first"] = vault.password("cms-1", "api")
        vault.keep("cms-1", "api", PASSWORD)
        told["kept"] = Vault.of_system().password("cms-1", "api")
        told["another account"] = vault.password("cms-1", "other")
        vault.forget("cms-1", "api")
        vault.forget("cms-1", "api")
        told["forgotten"] = vault.password("cms-1", "api")
        vault.keep("cms-1", "api", PASSWORD)
        told["doctor"] = check_keyring(vault).verdict.name
        _lock()
        told["locked"] = _attempts(Vault.of_system())
        check = check_keyring(Vault.of_system())
        told["doctor, locked"] = [check.verdict.name, check.problem.code if check.problem else ""]
    finally:
        daemon.terminate()
        daemon.wait(10)
    told["nobody has opened"] = _attempts(Vault.of_system())
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
