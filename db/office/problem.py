"""What the office refuses, as a status, a code and the values that the code's text needs."""

from __future__ import annotations

Params = dict[str, str | int]


class Refusal(Exception):
    """One refused request.

    Codes: `journal.gap` (`expected`), `journal.fork` (`seq`), `journal.hash`, `journal.epoch`
    (`newest`), `journal.unopened`, `access.token`, `access.role` (`role`, `needs`),
    `access.console`, `enrol.code`, `enrol.taken`, `request.invalid` (`where`), `request.large`
    (`bytes`), `request.encoding`, `request.slow`, `request.often`, `request.none`,
    `office.busy`, `office.failed`.
    """

    def __init__(
        self, status: int, code: str, params: Params | None = None, *, retry_after_s: int = 0
    ) -> None:
        super().__init__(status, code, params or {})
        self.status = status
        self.code = code
        self.params: Params = params or {}
        self.retry_after_s = retry_after_s
