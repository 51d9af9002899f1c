"""What a console keeps of its office: the account in a file, the token in the system's keyring."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from console.core.atomic import write_whole
from console.core.vault import Vault
from console.domain.problem import Problem, Refused
from db.sync.enrolment import OfficeAccount
from db.sync.office_sync import Token

FILE_NAME = "office.json"
_LARGEST_BYTES = 100_000
_IN_VAULT = "office"


@dataclass(frozen=True, slots=True)
class Account:
    """The office a console belongs to; nothing in it is secret. `since_us` in µs UTC."""

    url: str
    name: str
    since_us: int
    office: OfficeAccount


class OfficeFile:
    """The account in `office.json`, and its token in the Vault. Calls may block (disk, keyring);
    whatever fails is Refused."""

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
        try:
            write_whole(self.path, json.dumps(asdict(account), indent=1, ensure_ascii=False))
        except OSError as error:
            words = error.strerror or type(error).__name__
            raise Refused(Problem.of("office.unwritable", words, file=str(self.path))) from error

    def forget(self, account: Account | None) -> None:
        """Forget both; a token that stays in a keyring that is locked is asked for no more."""
        try:
            self.path.unlink(missing_ok=True)
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
        """The token."""
        kept = self._vault(lambda vault: vault.password(_IN_VAULT, account.office.console_id))
        expires, _, text = (kept or "").partition(" ")
        if not text or not expires.isascii() or not expires.isdigit():
            raise Refused(Problem.of("office.no_token", url=account.url))
        return Token(text, int(expires))

    def keep_token(self, account: Account, token: Token) -> None:
        """Keep a token in the place of the one before."""
        told = f"{token.expires_us} {token.text}"
        self._vault(lambda vault: vault.keep(_IN_VAULT, account.office.console_id, told))

    def _vault(self, work: Callable[[Vault], str | None]) -> str | None:
        """What a keyring gives; its problems are told as this one's, not as a device's."""
        try:
            return work(self._open_vault())
        except Refused as refused:
            told = refused.problem
            code = told.code.replace("keyring.", "office.keyring_")
            raise Refused(Problem(code, told.params, told.detail)) from refused
