"""What a console keeps of its office: the account in a file, its own certificate with the key,
encrypted, in another, and in the system's keyring the token and what opens the key."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from console.core.atomic import write_whole
from console.core.vault import Vault
from console.domain.problem import Problem, Refused
from db.sync.enrolment import OfficeAccount
from db.sync.identity import Identity
from db.sync.office_sync import Token

FILE_NAME = "office.json"
_LARGEST_BYTES = 100_000
_IN_VAULT = "office"
_NAME_DIGITS = 16
"""Of an identity's thumbprint, in the name of its file."""


@dataclass(frozen=True, slots=True)
class Account:
    """The office a console belongs to; nothing in it is secret. `since_us` in µs UTC."""

    url: str
    name: str
    since_us: int
    office: OfficeAccount


class OfficeFile:
    """The account in `office.json`, the identity beside it, and in the Vault, as one text, token,
    passphrase and which identity they go with. Calls may block (disk, keyring); whatever fails is
    Refused."""

    def __init__(self, path: Path, vault: Callable[[], Vault]) -> None:
        self.path = path
        self._open_vault = vault

    def account(self) -> Account | None:
        """The account, None where the console belongs to no office."""
        try:
            with self.path.open("rb") as file:
                told = json.loads(file.read(_LARGEST_BYTES))
            office = OfficeAccount.from_json(json.dumps(told["office"]))
            return Account(str(told["url"]), str(told["name"]), int(told["since_us"]), office)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            words = getattr(error, "strerror", None) or type(error).__name__
            raise Refused(Problem.of("office.unreadable", words, file=str(self.path))) from error

    def keep(self, account: Account, token: Token) -> None:
        """Keep both; the file is written last, so that it never names a token that is not kept."""
        self.keep_token(account, token)
        self._write(self.path, json.dumps(asdict(account), indent=1, ensure_ascii=False))

    def forget(self, account: Account | None) -> None:
        """Forget both; a token that stays in a keyring that is locked is asked for no more."""
        try:
            self.path.unlink(missing_ok=True)
            self._remove_identities("")
        except OSError as error:
            words = error.strerror or type(error).__name__
            raise Refused(Problem.of("office.unwritable", words, file=str(self.path))) from error
        if account is not None:
            try:
                self._open_vault().forget(_IN_VAULT, account.office.console_id)
            except Refused:
                pass

    def probe(self, console_id: str) -> None:
        """Whether the keyring can be used, before a code is used up."""
        self._vault(lambda vault: vault.password(_IN_VAULT, console_id))

    def token(self, account: Account) -> Token:
        """The token with its identity; without where it was kept before there were any."""
        kept = self._vault(lambda vault: vault.password(_IN_VAULT, account.office.console_id))
        expires, _, rest = (kept or "").partition(" ")
        text, *more = rest.split(" ")
        if not text or not expires.isascii() or not expires.isdigit():
            raise Refused(Problem.of("office.no_token", url=account.url))
        if not more:
            return Token(text, int(expires))
        return Token(text, int(expires), self._identity(*more))

    def keep_token(self, account: Account, token: Token) -> None:
        """Keep a token in the place of the one before. Both its identity and the one before are
        on the disk when the keyring goes from one to the other."""
        told = [str(token.expires_us), token.text]
        name = ""
        if token.identity is not None:
            name = token.identity.thumbprint[:_NAME_DIGITS]
            self._write(self._path_of(name), token.identity.pem)
            told += [name, token.identity.passphrase]
        text = " ".join(told)
        self._vault(lambda vault: vault.keep(_IN_VAULT, account.office.console_id, text))
        with suppress(OSError):
            self._remove_identities(name)

    def _identity(self, name: str, passphrase: str = "", *_: str) -> Identity:
        path = self._path_of("".join(c for c in name if c.isalnum())[:_NAME_DIGITS])
        try:
            with path.open("rb") as file:
                return Identity.opened(file.read(_LARGEST_BYTES).decode("ascii"), passphrase)
        except (OSError, ValueError) as error:
            words = getattr(error, "strerror", None) or type(error).__name__
            raise Refused(Problem.of("office.key", words, file=str(path))) from error

    def _path_of(self, name: str) -> Path:
        return self.path.with_name(f"{self.path.stem}-{name}.pem")

    def _remove_identities(self, but: str) -> None:
        digits = "[0-9a-f]" * _NAME_DIGITS
        for path in self.path.parent.glob(f"{self.path.stem}-{digits}.pem"):
            if path != self._path_of(but):
                path.unlink(missing_ok=True)

    def _write(self, path: Path, text: str) -> None:
        try:
            write_whole(path, text)
        except OSError as error:
            words = error.strerror or type(error).__name__
            raise Refused(Problem.of("office.unwritable", words, file=str(path))) from error

    def _vault(self, work: Callable[[Vault], str | None]) -> str | None:
        """What a keyring gives; its problems are told as this one's, not as a device's."""
        try:
            return work(self._open_vault())
        except Refused as refused:
            told = refused.problem
            code = told.code.replace("keyring.", "office.keyring_")
            raise Refused(Problem(code, told.params, told.detail)) from refused
