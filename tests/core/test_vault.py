"""Passwords lie in the system's keyring or nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from keyring.backends import chainer, fail, null
from keyring.backends.SecretService import Keyring as SecretService
from keyring.errors import InitError, KeyringLocked, PasswordSetError

from console.core.vault import Vault
from console.domain.problem import Refused
from tests.core.safe import Safe


def made(module: str) -> Any:
    """A backend that says it is from this module."""
    return type("Keyring", (Safe,), {"__module__": module})()


@pytest.mark.parametrize(
    ("offered", "code"),
    [
        (fail.Keyring(), "keyring.absent"),
        (null.Keyring(), "keyring.unsafe"),
        (made("keyrings.alt.file"), "keyring.unsafe"),
        (made("keyrings.alt.Gnome"), "keyring.unsafe"),
        (made("somebodys.plugin"), "keyring.unsafe"),
    ],
)
def test_only_the_systems_own_is_used(offered: Any, code: str) -> None:
    vault = Vault.on(offered)
    assert vault.problem is not None
    assert vault.problem.code == code
    for attempt in (
        lambda: vault.password("mcu", "op"),
        lambda: vault.keep("mcu", "op", "secret"),
        lambda: vault.forget("mcu", "op"),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.problem.code == code
    assert not getattr(offered, "kept", None)


@pytest.mark.parametrize("module", ["Windows", "SecretService", "kwallet", "macOS", "libsecret"])
def test_the_systems_own_are_known(module: str) -> None:
    vault = Vault.on(made(f"keyring.backends.{module}"))
    assert (vault.problem, vault.name) == (None, module)
    vault.keep("mcu", "op", "mật khẩu")
    assert vault.password("mcu", "op") == "mật khẩu"


def test_of_a_chain_the_safe_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, safe = made("keyrings.alt.file"), made("keyring.backends.SecretService")
    chain = chainer.ChainerBackend()
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [plain, safe])
    vault = Vault.on(chain)
    vault.keep("mcu", "op", "x")
    assert (plain.kept, vault.password("mcu", "op")) == ({}, "x")
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [plain])
    assert Vault.on(chain).problem is not None


def test_the_tests_own_backend_is_refused() -> None:
    problem = Vault.of_system().problem
    assert problem is not None
    assert problem.code == "keyring.unsafe"


def test_a_name_that_is_merely_alike_is_refused() -> None:
    class Keyring(SecretService):
        pass

    assert Vault.on(Keyring()).problem is not None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyringLocked("Failed to unlock the collection!"), "keyring.locked"),
        (InitError("no session bus"), "keyring.absent"),
        (PasswordSetError("geheim"), "keyring.failed"),
        (OSError("geheim"), "keyring.failed"),
    ],
)
def test_whatever_the_system_says_is_told(error: Exception, code: str) -> None:
    backend = Safe()
    backend.error = error
    with pytest.raises(Refused) as refused:
        Vault(backend).keep("mcu", "op", "geheim")
    assert refused.value.problem.code == code
    assert "geheim" not in repr(refused.value.problem)


def test_kept_forgotten_and_nothing_shown() -> None:
    backend = Safe()
    vault = Vault(backend)
    assert vault.password("mcu", "op") is None
    vault.forget("mcu", "op")
    vault.keep("mcu", "op", "geheim")
    assert backend.kept == {("hnth-console", "mcu:op"): "geheim"}
    vault.forget("mcu", "op")
    assert backend.kept == {}
    backend.forgetful = True
    with pytest.raises(Refused):
        vault.keep("mcu", "op", "geheim")
