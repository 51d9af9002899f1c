"""Mistakes in the protocol between console and office, each one a change of the source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake: in `file`, `old` becomes `new`."""

    name: str
    file: str
    old: str
    new: str


TESTS = (
    "-k",
    "not postgresql",
    "tests/office/test_push.py",
    "tests/office/test_heartbeat.py",
    "tests/sync/office_sync",
    "tests/office/test_access.py",
    "tests/office/test_certificates.py",
)
STORIES = "tests.sync.story"

OFFICE, BEAT = "db/office/journal.py", "db/office/heartbeat.py"
ACCESS, CERTIFICATES = "db/office/access.py", "db/office/certificates.py"
CHAIN, SYNC = "db/sync/chain.py", "db/sync/office_sync.py"

MUTANTS = (
    Mutant(
        "office: overlapping rows are skipped without a look (ON CONFLICT DO NOTHING)",
        OFFICE,
        "if hashes[seq - batch.first_seq] != known:",
        "if False:",
    ),
    Mutant(
        "office: the hash of the row before is not compared",
        OFFICE,
        "    before = hash_at(connection, place, batch.first_seq - 1)\n",
        "    before = batch.prev_hash\n",
    ),
    Mutant(
        "office: a gap is taken for a fork",
        OFFICE,
        "if batch.first_seq > head.seq + 1:",
        "if False:",
    ),
    Mutant(
        "office: the head that the console claims is believed",
        OFFICE,
        "if hashes[-1] != batch.head_hash:",
        "if False:",
    ),
    Mutant(
        "office: rows are acknowledged and not kept",
        OFFICE,
        "        _insert(connection, batch, fresh)\n",
        "",
    ),
    Mutant(
        "office: the last row of each batch is left out",
        OFFICE,
        "batch.rows[start:], hashes[start:]",
        "batch.rows[start:-1], hashes[start:]",
    ),
    Mutant(
        "office: the receipt is for the batch, whatever the office has",
        OFFICE,
        "    return _receipt(connection, place, head, now_us, sign)",
        "    head = Head(batch.first_seq + len(hashes) - 1, hashes[-1])\n"
        "    return _receipt(connection, place, head, now_us, sign)",
    ),
    Mutant(
        "office: an epoch that another followed goes on growing",
        OFFICE,
        "    if newest > place.epoch:\n        return _incident(",
        "    if False:\n        return _incident(",
    ),
    Mutant(
        "office: the heartbeat's hashes are not compared",
        BEAT,
        "hash_at(connection, place, claimed.seq) != claimed.hash",
        "False",
    ),
    Mutant(
        "office: a journal that lost rows is not noticed",
        BEAT,
        "    elif standing.head.seq < head.seq:",
        "    elif False:",
    ),
    Mutant(
        "office: a revoked token goes on",
        ACCESS,
        "found.revoked_us is not None or found.expires_us <= now_us:\n"
        '        raise Refusal(401, "access.token")\n    span',
        'found.expires_us <= now_us:\n        raise Refusal(401, "access.token")\n    span',
    ),
    Mutant(
        "office: a token goes with any certificate of a console",
        CERTIFICATES,
        "if bound != shown or begin_us is None",
        "if begin_us is None",
    ),
    Mutant(
        "office: a certificate has no end",
        CERTIFICATES,
        "    if end_us <= now_us:\n",
        "    if end_us < 0:\n",
    ),
    Mutant(
        "office: a request for a certificate proves nothing",
        CERTIFICATES,
        "    if not good or not isinstance(",
        "    if not isinstance(",
    ),
    Mutant(
        "office: revoking leaves the certificates",
        ACCESS,
        "    if subject == CONSOLE:\n        certificates.revoke(",
        "    if not subject:\n        certificates.revoke(",
    ),
    Mutant(
        "office: an old token ends when the new one is given out, not when it is seen",
        ACCESS,
        '    bound, pem = connection.scalar(select(tokens.c.certificate).where(old)), ""\n',
        '    bound, pem = connection.scalar(select(tokens.c.certificate).where(old)), ""\n'
        "    end = {'expires_us': now_us + OVERLAP_US}\n"
        "    connection.execute(update(tokens).where(old).values(**end))\n",
    ),
    Mutant(
        "office: a code may be used twice",
        ACCESS,
        "found.used_us is not None or",
        "",
    ),
    Mutant(
        "console: the countersignature is not verified",
        CHAIN,
        "if not self._verify(receipt.message, receipt.signature):",
        "if False:",
    ),
    Mutant(
        "console: the returned head is not compared with its own",
        CHAIN,
        "own != receipt.head.hash:",
        "False:",
    ),
    Mutant(
        "console: an acknowledgement of less than was sent is good enough",
        CHAIN,
        "if seq < batch.head.seq or",
        "if",
    ),
    Mutant(
        "console: a lost reply counts as a good one",
        SYNC,
        '            if self.health.failure in ("deadline", "status 408"):\n'
        "                chain.unanswered()\n",
        "            chain._sent = batch.head.seq\n",
    ),
    Mutant(
        "console: a gap is answered by going on",
        CHAIN,
        "            self._sent = expected - 1\n",
        "            self._sent = batch.head.seq\n",
    ),
    Mutant(
        "console: an office that was restored is not filled up again",
        CHAIN,
        "        elif head.seq < self._sent:\n            self._sent = head.seq\n",
        "",
    ),
    Mutant(
        "console: a row that no longer gives its hash is sent",
        "db/sync/batch.py",
        "altered = after_seq if prev is None else first_altered(place, stored, after_seq, prev)",
        "altered = 0",
    ),
    Mutant(
        "console: its own rows are not walked again",
        CHAIN,
        "        altered = self._scan()\n",
        "        altered = 0\n",
    ),
    Mutant(
        "console: a new epoch goes on where the old one was",
        CHAIN,
        "            self._sent = receipt.head.seq if receipt else 0\n",
        "            self._sent = max(self._sent, receipt.head.seq if receipt else 0)\n",
    ),
    Mutant(
        "both: the signature leaves out the number of the row",
        "db/protocol.py",
        'struct.pack(">qqq", place.epoch, head.seq, received_us)',
        'struct.pack(">qq", place.epoch, received_us)',
    ),
)
