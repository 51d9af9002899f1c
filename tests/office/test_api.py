"""The interface's description: a client can be made from it, and the office keeps to it."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from itertools import count, cycle
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.python import asgi

from db.office import rates, revision
from tests.office.asgi import Desk, desk
from tests.office.engines import Engine
from tests.office.rows import ME

CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"allow-extra-parameters": False, "with-security-parameters": False},
        "checks": {
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "401", "403", "404", "409", "410", "429"]
            },
            "negative_data_rejection": {
                "expected-statuses": ["400", "401", "403", "404", "409", "410", "413", "422", "429"]
            },
        },
    }
)
"""410 among them: what is gone is no fault of whoever asks. A parameter that the office does not
know is passed over: a newer console may send one."""

EXAMPLES = {"sqlite": 10, "postgresql": 4}
"""Of each operation, right ones and as many wrong ones: the interface is the same, only what the
engine does with it is not. As many as HNTH_EXAMPLES says, on either: 250 before a release."""
ASKED = int(os.environ.get("HNTH_EXAMPLES", "0"))
POLLED: dict[str, dict[str, int]] = {"/v1/feed": {"wait_s": 0}, "/v1/snapshot": {}}
"""What goes on from an epoch of the server; nobody waits here for something to happen."""
OPERATIONS = {
    "hello",
    "enrol",
    "issue_code",
    "rotate_token",
    "renew_console",
    "revoke_console",
    "push_rows",
    "read_rows",
    "heartbeat",
    "read_feed",
    "read_snapshot",
    "read_record",
    "put_session",
    "put_roster",
    "put_contact",
    "put_account",
    "put_pin",
    "delete_record",
    "propose",
    "list_proposals",
    "accept_proposal",
    "reject_proposal",
    "list_incidents",
    "metrics",
}


def test_every_operation_has_a_name_of_its_own_and_says_how_it_fails(office: Desk):
    spec = office.ask("GET", "/openapi.json").json
    found = [item for path in spec["paths"].values() for item in path.values()]
    assert {item["operationId"] for item in found} == OPERATIONS
    assert len(found) == len(OPERATIONS)
    for item in found:
        assert item["description"]
        errors = {s: r for s, r in item["responses"].items() if s != "200"}
        assert {"400", "413", "422", "429", "500", "503"} <= set(errors)
        for error in errors.values():
            schema = error["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/ProblemBody"}
        assert ("401" in errors) == ("security" in item)


@pytest.mark.slow
@pytest.mark.timeout(300 + 20 * ASKED)
def test_made_up_requests_find_no_fault(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    """Schemathesis, from the office's own description: right and wrong values, for what is there
    and for what is not."""
    monkeypatch.setattr(rates, "KNOWN", rates.Rate(1e6, 10**6))
    monkeypatch.setattr(rates, "UNKNOWN", rates.Rate(1e6, 10**6))
    monkeypatch.setattr(rates, "ENROL", rates.Rate(1e6, 10**6))
    with desk(tmp_path, engine) as office:
        headers = [
            {"Authorization": f"Bearer {token}"}
            for token in (
                office.console(ME, "supervisor"),
                office.person("administrator"),
                office.person("supervisor"),
            )
        ]
        turns, numbers = cycle(headers), count()
        with office.office.database.read() as connection:
            server_epoch, _ = revision.standing(connection)
        shows, app = office.client.shows, office.client.app

        async def showing(scope: Any, receive: Any, send: Any) -> None:
            """As the server does it: whoever has a token shows its certificate."""
            told = dict(scope.get("headers", ())).get(b"authorization", b"").decode()
            chain = [pem] if (pem := shows.get(told.removeprefix("Bearer "), "")) else []
            scope["extensions"] = {"tls": {"client_cert_chain": chain}}
            await app(scope, receive, send)

        schema = schemathesis.openapi.from_asgi("/openapi.json", showing, config=CONFIG)
        for result in schema.get_all_operations():
            assert isinstance(result, Ok)

            @given_requests(result.ok(), ASKED or EXAMPLES[engine.name])
            def run(case: schemathesis.Case) -> None:
                case.body = whole(case.body)
                if next(numbers) % 2:
                    name_what_is_there(case, server_epoch)
                case.call_and_validate(headers=next(turns))

            run()
        asgi._shutdown()  # its loop would live until the interpreter ends


def whole(value: Any) -> Any:
    """1.0 is an integer to JSON Schema, not to the office, which hashes what it is told."""
    if isinstance(value, dict):
        return {key: whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def name_what_is_there(case: schemathesis.Case, server_epoch: str) -> None:
    """The console and the office's epoch: nothing made up would ever be them. What is wrong in a
    request stays wrong, and nobody's tokens are taken away."""
    told = str(case.path_parameters.get("console_id", ""))
    if re.fullmatch("[0-9a-f]{32}", told) and not case.path.endswith("/tokens"):
        case.path_parameters["console_id"] = ME
    assert case.meta is not None
    if case.meta.generation.mode is GenerationMode.POSITIVE and case.path in POLLED:
        case.query |= {"server_epoch": server_epoch} | POLLED[case.path]


def given_requests(operation, examples: int):
    """Hypothesis tests over one operation's requests: right ones, then wrong ones."""

    def wrap(function):
        quiet = settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        )

        def run() -> None:
            quiet(given(case=operation.as_strategy())(function))()
            with suppress(Unsatisfiable):  # where nothing is asked, nothing can be wrong
                wrong = operation.as_strategy(GenerationMode.NEGATIVE)
                quiet(given(case=wrong)(function))()

        return run

    return wrap
