"""The program itself with a keyring of the test's own, a file: no desktop's is asked. Its path
comes first on the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from unittest.mock import patch

from console.core.vault import Vault


class FileKeyring:
    """What one test run keeps; gone with its folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _kept(self) -> dict[str, str]:
        return json.loads(self._path.read_text("utf-8")) if self._path.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        kept = self._kept() | {f"{service} {username}": password}
        self._path.write_text(json.dumps(kept), "utf-8")

    def delete_password(self, service: str, username: str) -> None:
        kept = self._kept()
        kept.pop(f"{service} {username}", None)
        self._path.write_text(json.dumps(kept), "utf-8")


if __name__ == "__main__":
    keyring = FileKeyring(Path(sys.argv.pop(1)))
    from console.__main__ import main

    with patch.object(Vault, "of_system", lambda: Vault(keyring)):
        sys.exit(main())
