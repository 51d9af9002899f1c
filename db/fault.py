"""What went wrong in the store, as a code with parameters; the wording is not made here."""

from __future__ import annotations

import errno

from sqlalchemy.exc import DBAPIError

_BUSY, _LOCKED, _READONLY, _IOERR = 5, 6, 8, 10
_CORRUPT, _FULL, _CANTOPEN, _NOTADB = 11, 13, 14, 26
_CODES = {
    _BUSY: "store.busy",
    _LOCKED: "store.busy",
    _READONLY: "store.readonly",
    _IOERR: "store.io",
    _CORRUPT: "store.damaged",
    _FULL: "store.full",
    _CANTOPEN: "store.io",
    _NOTADB: "store.damaged",
}
_OS_CODES = {
    errno.ENOSPC: "store.full",
    errno.EDQUOT: "store.full",
    errno.EROFS: "store.readonly",
    errno.EACCES: "store.readonly",
    errno.EPERM: "store.readonly",
}


class StoreFault(Exception):
    """One fault of the store: `code` names a text, `params` are the values that text needs.

    Codes: `store.full`, `store.no_room` (full when it was to be opened), `store.io`, `store.busy`,
    `store.readonly`, `store.locked` (`pid`),
    `store.newer` (`found`), `store.damaged` (`file`, `reason`, `evidence`, `epoch`),
    `store.missing` (`file`, `epoch`), `store.altered` (`file`, `stream`, `epoch`, `seq`,
    `reason`: found by the weekly check), `store.closed`, `store.internal` (`detail`).
    All but `locked`, `closed` and `internal` carry `folder`.
    """

    def __init__(self, code: str, params: dict[str, str | int] | None = None) -> None:
        super().__init__(code, params or {})
        self.code = code
        self.params: dict[str, str | int] = params or {}


class Unsound(Exception):
    """What is in a file can't be what this program wrote there; the text says what."""


def sqlite_code(error: BaseException) -> int:
    """The extended SQLite result code behind an exception, 0 where there is none."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return int(getattr(cause, "sqlite_errorcode", 0) or 0)


def is_damage(error: BaseException) -> bool:
    """Whether an exception says that the file itself is not, or no longer, a store."""
    return isinstance(error, Unsound) or sqlite_code(error) & 0xFF in {_CORRUPT, _NOTADB}


def fault_of(error: BaseException, folder: str) -> StoreFault:
    """The fault that an exception of SQLite or of the file system amounts to."""
    if isinstance(error, StoreFault):
        return error
    detail = str(getattr(error, "orig", None) or error)
    if isinstance(error, OSError):
        return StoreFault(_OS_CODES.get(error.errno or 0, "store.io"), _params(folder, detail))
    code = _CODES.get(sqlite_code(error) & 0xFF)
    if code is None:
        return StoreFault("store.internal", {"detail": f"{type(error).__name__}: {detail}"})
    return StoreFault(code, {**_params(folder, detail), "sqlite": sqlite_code(error)})


def _params(folder: str, detail: str) -> dict[str, str | int]:
    return {"folder": folder, "detail": detail}
