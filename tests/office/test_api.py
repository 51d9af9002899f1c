"""The interface's description: a client can be made from it, and the office keeps to it."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.python import asgi

from db.office import rates
from tests.office.asgi import Desk, desk
from tests.office.engines import Engine
from tests.office.rows import ME

CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "401", "403", "404", "409", "410", "429"]
            }
        }
    }
)
"""410 among them: what is gone is no fault of whoever asks."""

EXAMPLES = {"sqlite": 15, "postgresql": 6}
"""Of each operation: the interface is the same, only what the engine does with it is not."""
OPERATIONS = {
    "hello",
    "enrol",
    "issue_code",
    "rotate_token",
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
def test_made_up_requests_find_no_fault(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    """Schemathesis, from the office's own description: right and wrong values in turn."""
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
        turns = cycle(headers)
        app = office.client.app
        schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=CONFIG)
        for result in schema.get_all_operations():
            assert isinstance(result, Ok)

            @schema_test(result.ok(), EXAMPLES[engine.name])
            def run(case: schemathesis.Case) -> None:
                case.body = whole(case.body)
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


def schema_test(operation, examples: int):
    """A hypothesis test over one operation's requests."""
    strategy = operation.as_strategy()

    def wrap(function):
        quiet = settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        )
        return quiet(given(case=strategy)(function))

    return wrap
