"""The console's token: revoked, rotated before its end, with a certificate of its own key."""

from __future__ import annotations

import json

from db.sync.exchange import Reply, Request
from tests.office.letting_in import let_in, pem_of
from tests.sync.office_sync.bench import Bench, answering


def test_a_revoked_token_is_an_incident_that_ends_with_access(bench: Bench):
    bench.write(3)
    bench.wire = answering(401, b'{"code":"access.token","params":{}}')
    bench.run(10)
    assert bench.incident == "sync.access"
    assert bench.acked() == 0
    bench.wire = bench.office.client
    bench.run(60)
    assert (bench.incident, bench.acked()) == ("", 3)


def test_a_token_near_its_end_is_rotated_and_kept_before_it_is_used(bench: Bench):
    bench.clock.now_s += 61 * 24 * 3600
    old = bench.token.text
    bench.run(40)
    assert len(bench.kept) == 1
    assert bench.kept[0].text != old
    assert bench.sent[-1].token == bench.kept[0].text
    identity = bench.kept[0].identity
    assert identity is not None
    assert bench.sent[-1].identity == identity
    for secret in (bench.kept[0].text, identity.passphrase):
        assert secret not in repr(bench.sent) + repr(bench.kept)
    assert bench.health.failure == ""


def test_an_office_that_knows_no_certificates_rotates_the_token_alone(bench: Bench):
    client = bench.office.client

    def of_before(request: Request) -> Reply:
        if request.path == "/v1/tokens/renew":
            return Reply(404, b'{"code":"request.none","params":{}}')
        return client(request)

    bench.clock.now_s += 61 * 24 * 3600
    bench.wire = of_before
    bench.run(40)
    (fresh,) = bench.kept
    assert fresh.identity is None
    assert (bench.incident, bench.health.failure) == ("", "")


def test_a_certificate_of_another_key_is_not_taken(bench: Bench):
    client = bench.office.client

    def swapped(request: Request) -> Reply:
        if request.path == "/v1/tokens/renew":
            told = json.loads(client(request).body)
            told["certificate_pem"] = pem_of(let_in(bench.office.office, "e" * 32).identity)
            return Reply(200, json.dumps(told).encode())
        return client(request)

    bench.clock.now_s += 61 * 24 * 3600
    bench.wire = swapped
    bench.run(8)
    assert bench.kept == []
    assert bench.sync.token == bench.token
