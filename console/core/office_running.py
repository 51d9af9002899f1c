"""The sync with one office under way: the journal's push, and the feed beside it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import SystemRandom

from console.core.office_file import Account
from db.directory import Directory
from db.fault import StoreFault
from db.protocol import STREAMS
from db.reading import Store
from db.sync.feed import Feed
from db.sync.health import FeedHealth, SyncHealth
from db.sync.office_sync import Clocks, OfficeSync, Token
from db.sync.receipts import ReceiptFile
from db.sync.runner import SyncRunner
from db.sync.source import StoreJournal
from db.sync.transport import office_transport
from db.sync.witness import WitnessFile


class Running:
    """Two threads, one for the push and one for the feed, from when it is made until `close`.

    `folder` is where the receipts are, and what was witnessed. Without a directory there is no
    feed: evidence goes to the office all the same.
    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        directory: Directory | None,
        account: Account,
        token: Token,
        clocks: Clocks,
        keep_token: Callable[[Token], None],
    ) -> None:
        self._feed: SyncRunner[FeedHealth] | None = None
        journal, receipts = StoreJournal(store), ReceiptFile(folder)
        wire = office_transport(account.url, account.office.ca_pem)
        sync = OfficeSync(
            journal,
            receipts,
            wire,
            account.office.verifies,
            token,
            clocks,
            keep_token=keep_token,
            random=SystemRandom(),
            witness=WitnessFile(folder),
            feed=lambda: self._feed.health if self._feed else FeedHealth(),
        )
        with suppress(StoreFault):
            newest = [receipts.newest(journal.place(stream)) for stream in STREAMS]
            last_us = max((known.received_us for known in newest if known), default=0)
            sync.health = replace(sync.health, last_ack_us=last_us)
        self.walked = sync.walked
        """How far the walk over the own rows of a stream came."""
        self._push: SyncRunner[SyncHealth] = SyncRunner(sync, wire.close, wire.drop)
        if directory is not None:
            line = office_transport(account.url, account.office.ca_pem)
            feed = Feed(
                directory,
                account.office.console_id,
                line,
                lambda: sync.token,
                clocks,
                random=SystemRandom(),
            )
            self._feed = SyncRunner(
                feed, line.close, line.drop, interrupt=line.interrupt, name="office-feed"
            )
            self._feed.start()
        self._push.start()

    @property
    def health(self) -> SyncHealth:
        """How both do; cheap, for any thread."""
        return self._push.health

    def hurry(self) -> None:
        """Try at once."""
        self._push.hurry()
        if self._feed is not None:
            self._feed.hurry()

    def close(self) -> None:
        """End both, and the exchanges under way."""
        self._push.close()
        if self._feed is not None:
            self._feed.close()
