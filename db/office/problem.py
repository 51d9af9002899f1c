"""What the office refuses, as a status, a code and the values that the code's text needs."""

from __future__ import annotations

from db.reference import Record

Params = dict[str, str | int]


class Refusal(Exception):
    """One refused request.

    Codes: `journal.gap` (`expected`), `journal.fork` (`seq`), `journal.hash`, `journal.epoch`
    (`newest`), `journal.unopened`, `journal.retired` (`expected`), `access.token`,
    `access.certificate_none`, `_other`, `_expired`, `_early`, `_revoked` (of a token that is good),
    `access.role` (`role`, `needs`), `access.console`, `enrol.code`, `enrol.taken`, `enrol.csr`,
    `enrol.authority` (the key that certifies consoles is kept elsewhere),
    `request.invalid` (`where`), `request.large` (`bytes`), `request.encoding`, `request.slow`,
    `request.often`, `request.none`,
    `office.busy`, `office.failed`, `feed.gone`, `record.version` (`version`), `record.approved`
    (`version`), `record.none`, `proposal.id`, `proposal.many` (`most`), `proposal.none`,
    `proposal.decided` (`state`), `access.person`. `record` is what the office has in its place.
    """

    def __init__(
        self,
        status: int,
        code: str,
        params: Params | None = None,
        *,
        retry_after_s: int = 0,
        record: Record | None = None,
    ) -> None:
        super().__init__(status, code, params or {})
        self.status = status
        self.code = code
        self.params: Params = params or {}
        self.retry_after_s = retry_after_s
        self.record = record
