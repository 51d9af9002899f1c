"""What a person does about a fork: a new epoch, with the rows the office lacks once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.core.office_file import OfficeFile
from console.domain.problem import Problem, Refused
from console.domain.text import clean_name
from db.fault import StoreFault
from db.sync.fork import Undecided, begin_epoch
from db.sync.source import StoreJournal
from db.sync.transport import office_transport

if TYPE_CHECKING:
    from db.writer import JournalWriter

MOST_LETTERS = 500


def begin(writer: JournalWriter, file: OfficeFile, reason: str, operator: str) -> int:
    """Begin the journal's next epoch; its number. Blocks (network, keyring). Raises Refused, and
    nothing was begun then.

    The old epoch stays here and at the office as it is; `reason` and `operator` stand in the
    first row of the new one. The sync may go on meanwhile.
    """
    reason, operator = (clean_name(text)[:MOST_LETTERS].strip() for text in (reason, operator))
    if not reason or not operator:
        raise Refused(Problem.of("office.epoch_unsaid"))
    account = file.account()
    if account is None:
        raise Refused(Problem.of("office.epoch_alone"))
    token = file.token(account)
    transport = office_transport(account.url, account.office.ca_pem)
    try:
        return begin_epoch(
            writer,
            StoreJournal(writer),
            transport,
            token,
            reason=reason,
            operator=operator,
        )
    except Undecided as undecided:
        raise Refused(Problem.of("office.epoch_undecided", undecided.reason)) from undecided
    except StoreFault as fault:
        raise Refused(Problem.told_by(fault)) from fault
    finally:
        transport.drop()
