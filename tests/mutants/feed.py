"""Mistakes in the feed and the proposals, each one a change of the source."""

from __future__ import annotations

from tests.mutants.sync import Mutant

TESTS = (
    "-k",
    "not postgresql",
    "tests/sync/test_feed.py",
    "tests/db/test_directory.py",
    "tests/office/test_records.py",
    "tests/office/test_proposals.py",
    "tests/office/test_feed.py",
    "tests/office/test_polls.py",
)
STORIES = "tests.sync.feed_world"

FEED, RECORDS = "db/office/feed.py", "db/office/records.py"
PROPOSALS, REVISION = "db/office/proposals.py", "db/office/revision.py"
ROUTES, ACCESS = "db/office/routes/records.py", "db/office/access.py"
DIRECTORY, CONSOLE = "db/directory.py", "db/sync/feed.py"
PROPOSED = "db/directory_proposals.py"

MUTANTS = (
    Mutant(
        "office: the counter does not count",
        REVISION,
        "values(rev=revision.c.rev + 1)",
        "values(rev=revision.c.rev)",
    ),
    Mutant(
        "office: a page that is cut goes on behind its end (skipping by revision)",
        FEED,
        "        upto,\n        _rows(connection, table, after, upto, shown),",
        "        newest,\n        _rows(connection, table, after, upto, shown),",
    ),
    Mutant(
        "office: the feed leaves tombstones out",
        FEED,
        "    shown = (table.c.kind.not_in(hidden),)\n",
        "    shown = (table.c.kind.not_in(hidden), table.c.deleted == 0)\n",
    ),
    Mutant(
        "office: a restored office goes on where the console was",
        FEED,
        "    if server_epoch != epoch or after > newest:\n",
        "    if after > newest:\n",
    ),
    Mutant(
        "office: a console ahead of the office is told that there is nothing new",
        FEED,
        "    if server_epoch != epoch or after > newest:\n",
        "    if server_epoch != epoch:\n",
    ),
    Mutant(
        "office: a page of a snapshot is of now, not of its revision",
        FEED,
        "        later.c.rev <= rev,\n",
        "",
    ),
    Mutant(
        "office: a change on an older version is taken",
        RECORDS,
        "    if version != (known.version if known else 0):\n",
        "    version = known.version if known else 0\n    if False:\n",
    ),
    Mutant(
        "office: an approved plan may become a draft again",
        RECORDS,
        '    elif known and _approved(known) and body.get("state") != "approved":\n',
        "    elif known and False:\n",
    ),
    Mutant(
        "office: what waits on an older version goes on waiting",
        RECORDS,
        "    _outdate(connection, kind, record_id, now_us)\n",
        "",
    ),
    Mutant(
        "office: a proposal on an older version is taken",
        PROPOSALS,
        "    if offered.base_version != (known.version if known else 0):\n",
        "    if False:\n",
    ),
    Mutant(
        "office: a proposal sent twice is two",
        PROPOSALS,
        "    if row is not None:\n",
        "    if False:\n",
    ),
    Mutant(
        "office: everybody sees accounts",
        ACCESS,
        "        if self.subject == CONSOLE or self.may(Right.ACCOUNTS):\n",
        "        if True:\n",
    ),
    Mutant(
        "office: a poll that waits outlives its token",
        ROUTES,
        "        access.still(connection, caller, office.clock_us())\n",
        "",
    ),
    Mutant(
        "console: the cursor is kept first, the rows after it",
        DIRECTORY,
        "        with self._file.write() as connection:\n            for row in rows:\n"
        "                records.keep(connection, row)\n",
        "        with self._file.write() as connection:\n"
        "            records.advance(connection, cursor)\n"
        "        with self._file.write() as connection:\n            for row in rows:\n"
        "                records.keep(connection, row)\n",
    ),
    Mutant(
        "console: a tombstone is ignored",
        DIRECTORY,
        "            for row in rows:\n                records.keep(connection, row)\n",
        "            for row in rows:\n                if not row.deleted:\n"
        "                    records.keep(connection, row)\n",
    ),
    Mutant(
        "console: after a restore it goes back without a word",
        DIRECTORY,
        "                if own is not None and records.ahead(own, row):\n",
        "                if False:\n",
    ),
    Mutant(
        "console: what the restored office never had stays",
        DIRECTORY,
        "                records.drop(connection, own)\n",
        "",
    ),
    Mutant(
        "console: what waited at the office before its restore is forgotten",
        PROPOSED,
        "    connection.execute(again.values(state=Standing.QUEUED))\n",
        "",
    ),
    Mutant(
        "console: an answered conflict comes back with a late decision",
        PROPOSED,
        "where(table.c.id == decision.id, table.c.state.not_in(answered))",
        "where(table.c.id == decision.id)",
    ),
    Mutant(
        "console: the first page of a snapshot is taken for all of it",
        CONSOLE,
        "        if page.after is not None:\n            return\n",
        "",
    ),
    Mutant(
        "console: what is gone is no reason for a snapshot",
        CONSOLE,
        "        if reply.status == 410:\n            self._gone, self._pages = True, []\n",
        "        if reply.status == 410:\n            self._gone, self._pages = False, []\n",
    ),
    Mutant(
        "console: a proposal without a reply counts as sent",
        CONSOLE,
        "_OFFER_ANSWERS)\n        if reply is None:\n            return\n",
        "_OFFER_ANSWERS)\n        if reply is None:\n"
        "            self._directory.answered(proposal.id, Standing.WAITING)\n            return\n",
    ),
    Mutant(
        "console: a page that goes back is taken",
        "db/sync/feed_answers.py",
        "        if not after < row.rev <= upto:\n",
        "        if False:\n",
    ),
    Mutant(
        "console: a page of another epoch is taken",
        "db/sync/feed_answers.py",
        "    if _epoch(body) != cursor.server_epoch:\n",
        "    if not _epoch(body):\n",
    ),
)
