"""Proposals at the office: on the newest version, decided by whoever may, outdated by a change."""

from __future__ import annotations

from tests.office.asgi import Desk
from tests.office.editing import ACCOUNT, APPROVED, CONTACT, decide, propose, pull, put
from tests.office.rows import ME, OTHER


def test_a_proposal_is_on_the_newest_version_or_a_conflict(office: Desk):
    lan, console = office.person("supervisor", "lan"), office.console(ME)
    put(office, lan, "contact", CONTACT)
    stale = propose(office, console)
    assert (stale.status, stale.code) == (409, "record.version")
    assert (stale.json["params"], stale.json["record"]["version"]) == ({"version": 1}, 1)
    for _ in range(2):
        taken = propose(office, console, base_version=1, body=CONTACT | {"phone": "9"})
        assert taken.json == {"id": "a" * 32, "state": "waiting", "note": ""}
    other = propose(office, console, base_version=1, body=CONTACT | {"phone": "8"})
    assert (other.status, other.code) == (409, "proposal.id")
    [shown] = office.ask("GET", "/v1/proposals", token=lan).json["proposals"]
    assert (shown["console_id"], shown["operator"], shown["body"]["phone"]) == (ME, "hoa", "9")
    assert decide(office, lan).json["state"] == "accepted"
    assert decide(office, lan).code == "proposal.decided"
    assert propose(office, console, base_version=1, body=CONTACT | {"phone": "9"}).json == {
        "id": "a" * 32,
        "state": "accepted",
        "note": "vì",
    }
    page = pull(office, console, 1)
    assert [(row["version"], row["author"]) for row in page["rows"]] == [(2, "lan")]
    assert page["decisions"] == [{"id": "a" * 32, "state": "accepted", "note": "vì"}]
    assert pull(office, office.console(OTHER), 1)["decisions"] == []


def test_whatever_changes_a_record_outdates_what_waits_on_it(office: Desk):
    lan, console = office.person("supervisor", "lan"), office.console(ME)
    propose(office, console)
    propose(office, console, id="b" * 32)
    propose(office, console, id="c" * 32, record_id="y")
    assert decide(office, lan, proposal_id="b" * 32).status == 200
    decisions = {item["id"][0]: item["state"] for item in pull(office, console)["decisions"]}
    assert decisions == {"a": "outdated", "b": "accepted"}
    assert decide(office, lan, "reject", "c" * 32).status == 200
    assert decide(office, lan, "reject", "d" * 32).status == 404


def test_who_may_decide_depends_on_what_is_proposed(plain: Desk):
    office = plain
    console = office.console(ME)
    lan, keeper = office.person("supervisor"), office.person("administrator")
    propose(office, console, kind="account", body=ACCOUNT)
    propose(office, console, kind="session", body=APPROVED, id="b" * 32)
    assert office.ask("GET", "/v1/proposals", token=lan).json["proposals"][0]["kind"] == "session"
    assert decide(office, lan).json["params"]["needs"] == "accounts.edit"
    assert decide(office, keeper).status == 200
    assert decide(office, keeper, "accept", "b" * 32).status == 403
    assert decide(office, console, "accept", "b" * 32).code == "access.person"
    assert decide(office, lan, "accept", "b" * 32).status == 200
