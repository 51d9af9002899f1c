"""The Vault: device passwords in the operating system's own keyring, and nowhere else
(decision 064)."""

from __future__ import annotations

from typing import Any, Protocol

from console.domain.problem import Problem, Refused

SERVICE = "hnth-console"
_SAFE = frozenset(
    f"keyring.backends.{name}" for name in ("Windows", "SecretService", "libsecret", "kwallet",
                                            "macOS")
)  # fmt: skip
"""Backends that the system encrypts under the user's login. Any other is refused, be it one that
keeps nothing (`fail`, `null`) or one that keeps a file (`keyrings.alt`, another's plugin)."""


class Backend(Protocol):
    """What the Vault needs of a keyring backend."""

    def get_password(self, service: str, username: str) -> str | None:
        """The password, None where there is none."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a password."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Forget a password."""
        ...


class Vault:
    """Keeps passwords by device and account. Calls may block while the system asks the user to
    unlock its keyring, so they are made off the window's thread. Whatever fails is Refused:
    `keyring.absent`, `keyring.unsafe`, `keyring.locked`, `keyring.failed`."""

    def __init__(self, backend: Backend | None, problem: Problem | None = None) -> None:
        self._backend = backend
        self.problem = problem
        """Why there is no keyring to use, None where there is one."""
        self.name = type(backend).__module__.rpartition(".")[2] if backend is not None else ""

    @classmethod
    def of_system(cls) -> Vault:
        """The system's keyring, if it has one that is safe."""
        try:
            import keyring

            offered: Any = keyring.get_keyring()
        except Exception as error:  # noqa: BLE001 - a plugin of any origin may fail in any way
            return cls(None, Problem.of("keyring.absent", type(error).__name__))
        return cls.on(offered)

    @classmethod
    def on(cls, offered: Any) -> Vault:
        """The first safe backend of what was offered: a backend, or a chain of several."""
        chain: list[Any] = list(getattr(offered, "backends", None) or [offered])
        for backend in chain:
            if type(backend).__module__ in _SAFE:
                return cls(backend)
        names = {type(backend).__module__ for backend in chain}
        if names <= {"keyring.backends.fail", "keyring.backends.chainer"}:
            return cls(None, Problem.of("keyring.absent"))
        return cls(None, Problem.of("keyring.unsafe", backend=", ".join(sorted(names))))

    def password(self, device: str, user: str) -> str | None:
        """The password of an account on a device, None where none is kept. Raises Refused."""
        return self._do("get_password", device, user)

    def keep(self, device: str, user: str, password: str) -> None:
        """Keep the password of an account. Raises Refused."""
        self._do("set_password", device, user, password)
        if self.password(device, user) != password:
            raise Refused(Problem.of("keyring.failed"))

    def forget(self, device: str, user: str) -> None:
        """Forget the password of an account; there need be none. Raises Refused."""
        if self.password(device, user) is not None:
            self._do("delete_password", device, user)

    def _do(self, call: str, device: str, user: str, *more: str) -> Any:
        if self._backend is None:
            raise Refused(self.problem or Problem.of("keyring.absent"))
        try:
            return getattr(self._backend, call)(SERVICE, f"{device}:{user}", *more)
        except Exception as error:
            name = type(error).__name__
            code = "keyring.locked" if "Locked" in name else "keyring.failed"
            code = "keyring.absent" if name in ("InitError", "NoKeyringError") else code
            raise Refused(Problem.of(code, name)) from error
