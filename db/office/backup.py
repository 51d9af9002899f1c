"""A copy of the office that counts only when it was checked, and the way back from one.

A backup is a folder `office-<time>` with the database (`VACUUM INTO`, while the office serves),
what consoles know it by (`ca.pem`, `server.pem`), `backup.json`, and its keys only where that was
asked for: whoever has them can be the office.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from db.engine import sqlite_module
from db.fault import fault_of
from db.office import address, keys
from db.office.checking import Checked, check
from db.office.database import Database
from db.office.refused import Refused
from db.office.service import DATABASE, database_of, renew_epoch
from db.office.tables import office
from db.segments.whole_files import new_folder, sync

TOLD = "backup.json"
KEYS = (keys.SIGNING_KEY, keys.SERVER_KEY, keys.CA_KEY, keys.CONSOLES_KEY)
_OPEN = (keys.CA, keys.SERVER, keys.CONSOLES)
_PREFIX = "office-"
_BUSY_S = 30.0


class NotWhole(Refused):
    """The copy is not as the office wrote it; `checked` names the first bad row."""

    def __init__(self, text: str, checked: Checked) -> None:
        super().__init__(f"{text}: {checked.findings[0]}")
        self.checked = checked


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup, what was in it, and which older ones were removed for it."""

    folder: Path
    checked: Checked
    removed: tuple[Path, ...]


def backup(
    folder: Path,
    to: Path,
    *,
    with_keys: bool = False,
    same_volume: bool = False,
    keep: int = 0,
    now_s: float | None = None,
) -> Made:
    """Copy an office into a new folder below `to`; `keep` says how many backups stay, 0 for all.

    Raises Refused, NotWhole, FileExistsError, FileNotFoundError, OSError, StoreFault.
    """
    if isinstance(where := database_of(folder), str):
        raise Refused(
            f"this office's data is on a server ({where}): copy it with pg_dump, or keep its WAL"
            " (PITR); after bringing it back run hnth-office renew, and hnth-office verify"
        )
    source = where
    if to.resolve().is_relative_to(folder.resolve()):
        raise Refused(f"{to} is inside the office's own folder: name a place outside it")
    to.mkdir(parents=True, exist_ok=True)
    if not same_volume and to.stat().st_dev == folder.stat().st_dev:
        raise Refused(
            f"{to} is on the same volume as the office, so both would be lost together: "
            "name another volume, or say --same-volume"
        )
    public = keys.signing_key(folder).public_key()
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now_s))
    with new_folder(to / f"{_PREFIX}{stamp}") as begun:
        copy = begun / DATABASE
        connection = sqlite_module().connect(str(source), timeout=_BUSY_S, isolation_level=None)
        try:
            with closing(connection):
                connection.execute("VACUUM INTO ?", (str(copy),))
        except sqlite_module().Error as error:
            raise fault_of(error, str(folder)) from error
        checked, office_id = _checked(copy, public)
        if checked.findings:
            raise NotWhole("the copy was not kept", checked)
        for name in (*_OPEN, *(KEYS if with_keys else ())):
            if (folder / name).exists():
                shutil.copyfile(folder / name, begun / name)
                (begun / name).chmod(0o600)
        told = {
            "office_id": office_id,
            "public_key": public.public_bytes_raw().hex(),
            "sha256": _sha256_of(copy),
            "rows": checked.rows,
            "keys": with_keys,
        }
        (begun / TOLD).write_text(json.dumps(told, indent=1) + "\n", "ascii")
    return Made(to / f"{_PREFIX}{stamp}", checked, _thinned(to, office_id, keep))


def restore(source: Path, folder: Path) -> Checked:
    """Put a backup into a folder that has no office's database; it gets a new server epoch.

    Keys come from the backup, or must be in the folder already. Raises Refused, NotWhole,
    FileExistsError, OSError, StoreFault.
    """
    told = _told(source)
    if told is None:
        raise Refused(f"{source} is no finished backup: there is no {TOLD} in it")
    if (folder / DATABASE).exists():
        raise FileExistsError(17, "an office", str(folder / DATABASE))
    if url := address.remembered(folder):
        raise Refused(f"the office in {folder} has its data on a server ({url})")
    if _sha256_of(source / DATABASE) != told["sha256"]:
        raise Refused(f"{source / DATABASE} is not the file that was backed up: take another copy")
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(told["public_key"]))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    copied = _take_keys(source, folder)
    if keys.signing_key(folder).public_key() != public:
        _drop(folder, copied)
        raise Refused(
            f"{folder / keys.SIGNING_KEY} is another office's key: "
            "consoles would refuse what it signs"
        )
    copy = folder / f"restoring-{DATABASE}"
    try:
        shutil.copyfile(source / DATABASE, copy)
        checked, _ = _checked(copy, public)
        if checked.findings:
            raise NotWhole("nothing was restored", checked)
        with closing(Database.open(copy)) as database:
            renew_epoch(database)
        sync(copy)
        copy.rename(folder / DATABASE)
        sync(folder)
    except BaseException:
        for part in folder.glob(f"{copy.name}*"):
            part.unlink()
        _drop(folder, copied)
        raise
    return checked


def _take_keys(source: Path, folder: Path) -> list[str]:
    """What the folder lacks is taken from the backup. Raises Refused where neither has it."""
    wanted = (*_OPEN, *KEYS)
    for name in (keys.SIGNING_KEY, keys.SERVER_KEY, keys.CA):
        if not (folder / name).exists() and not (source / name).exists():
            raise Refused(
                f"{name} is neither in {source} nor in {folder}: the backup was made without keys; "
                f"put the office's keys into {folder} first"
            )
    copied: list[str] = []
    for name in wanted:
        if not (folder / name).exists() and (source / name).exists():
            shutil.copyfile(source / name, folder / name)
            (folder / name).chmod(0o600)
            copied.append(name)
    return copied


def _drop(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)


def _checked(copy: Path, public: Ed25519PublicKey) -> tuple[Checked, str]:
    with closing(Database.open(copy)) as database:
        checked = check(database, public)
        with database.read() as connection:
            return checked, str(connection.scalar(select(office.c.office_id)))


def _thinned(to: Path, office_id: str, keep: int) -> tuple[Path, ...]:
    """Remove this office's oldest finished backups, but for the newest `keep`."""
    if keep < 1:
        return ()
    own = sorted(
        each
        for each in to.glob(f"{_PREFIX}*")
        if (told := _told(each)) is not None and told["office_id"] == office_id
    )
    for old in own[:-keep]:
        shutil.rmtree(old)
    return tuple(own[:-keep])


def _told(folder: Path) -> dict[str, Any] | None:
    try:
        told: Any = json.loads((folder / TOLD).read_bytes())
        return {"office_id": "", **told} if told["sha256"] and told["public_key"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
