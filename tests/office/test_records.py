"""Records at the office: what is taken and kept, from whom, also from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from db.office.__main__ import main
from db.reference import MAX_BODY_BYTES, Record
from tests.office.asgi import Desk
from tests.office.editing import APPROVED, BODIES, CONTACT, SESSION, propose, put
from tests.office.engines import SQLITE
from tests.office.rows import ME


def test_each_change_is_a_version_that_is_kept_with_its_author(office: Desk):
    lan = office.person("supervisor", "lan")
    assert put(office, lan, "contact", CONTACT).json["version"] == 1
    second = put(office, lan, "contact", CONTACT | {"phone": "2"}, 1)
    assert (second.json["version"], second.json["rev"], second.json["author"]) == (2, 2, "lan")
    stale = put(office, lan, "contact", CONTACT | {"phone": "3"}, 1)
    assert (stale.status, stale.code) == (409, "record.version")
    assert stale.json["record"] == second.json
    gone = put(office, lan, "contact", None, 2)
    assert (gone.json["deleted"], gone.json["body"]) == (True, {})
    assert put(office, lan, "contact", None, 3).status == 404
    assert put(office, lan, "contact", CONTACT, 3).json["version"] == 4
    kept = office.ask("GET", "/v1/records/contact/x", token=lan).json["versions"]
    assert [item["version"] for item in kept] == [4, 3, 2, 1]
    assert kept[2]["body"]["phone"] == "2"


def test_an_approved_plan_is_followed_by_another_approved_one_only(office: Desk):
    lan, minh = office.person("supervisor", "lan"), office.person("supervisor", "minh")
    assert put(office, lan, "session", SESSION).json["body"]["approver"] == ""
    claimed = APPROVED | {"approver": "somebody else"}
    assert put(office, lan, "session", claimed, 1).json["body"]["approver"] == "lan"
    back = put(office, minh, "session", SESSION, 2)
    assert (back.status, back.code) == (409, "record.approved")
    assert put(office, minh, "session", APPROVED, 2).json["body"]["approver"] == "minh"
    kept = office.ask("GET", "/v1/records/session/x", token=lan).json["versions"]
    assert [item["body"]["approver"] for item in kept] == ["minh", "lan", ""]


@pytest.mark.parametrize(
    ("kind", "changes", "where"),
    [
        ("contact", {"role": "king"}, "body.role"),
        ("contact", {"person": "x" * 101}, "body.person"),
        ("contact", {"more": 1}, "body.more"),
        ("session", {"starts_us": 1.5}, "body.starts_us"),
        ("session", {"script": [{"title": "x"}] * 501}, "body.script"),
        ("session", {"state": "cancelled"}, "body.state"),
        ("account", {"role": "god"}, "body.role"),
        ("pin", {"sha256": "A" * 64}, "body.sha256"),
        ("roster", {"rows": [{"id": "66"}]}, "body.rows.0.name"),
    ],
)
def test_a_body_that_is_not_of_its_kind_is_named(
    plain: Desk, kind: str, changes: dict[str, Any], where: str
):
    office = plain
    token = office.person("administrator" if kind == "account" else "supervisor")
    answer = put(office, token, kind, BODIES[kind] | changes)
    assert (answer.status, answer.json["params"]["where"]) == (422, where)


def test_a_record_larger_than_the_cap_is_refused(plain: Desk):
    office = plain
    rows = [{"id": str(n), "name": "Đ" * 230} for n in range(1200)]
    answer = put(office, office.person("supervisor"), "roster", {"name": "x", "rows": rows})
    assert (answer.status, answer.json["params"]) == (413, {"bytes": MAX_BODY_BYTES})


def test_at_a_console_nobody_edits_for_the_office(plain: Desk):
    office = plain
    console = office.console(ME, "supervisor")
    answer = put(office, console, "contact", CONTACT)
    assert (answer.status, answer.code) == (403, "access.person")


def test_versions_can_not_be_changed_past_the_program(office: Desk):
    put(office, office.person("supervisor"), "session", APPROVED)
    for statement in (
        "UPDATE record_versions SET author = 'x'",
        "DELETE FROM record_versions",
        "DELETE FROM records",
    ):
        with pytest.raises(Exception, match="store"), office.office.database.write() as connection:
            connection.exec_driver_sql(statement)


def run(folder: Path, *words: str) -> int:
    name, act, *rest = words
    return main([name, act, str(folder), *rest])


def test_records_and_proposals_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = SQLITE.new_office(tmp_path / "office")
    file = tmp_path / "body.json"
    file.write_text(json.dumps(APPROVED))
    assert run(folder, "record", "put", "session", "s1", str(file), "--by", "lan") == 0
    assert run(folder, "record", "put", "session", "s1", str(file), "--by", "lan") == 0
    assert "session s1 version 2" in capsys.readouterr().out
    stale = ("record", "put", "session", "s1", str(file), "--by", "lan", "--version", "1")
    assert run(folder, *stale) == 1
    assert "record.version version=2" in capsys.readouterr().err
    file.write_text("[")
    assert run(folder, "record", "put", "session", "s1", str(file), "--by", "lan") == 1
    assert run(folder, "record", "list", "session") == 0
    shown = capsys.readouterr().out
    assert shown == "s1\tversion 2\tlan\tHọp giao ban\n"
    assert run(folder, "record", "list", "session", "--json") == 0
    assert json.loads(capsys.readouterr().out)["approver"] == "lan"
    office = Desk(folder)
    token = office.console(ME)
    propose(office, token)
    propose(office, token, id="b" * 32, body=CONTACT | {"person": "An\x1b[31m"})
    office.close()
    assert run(folder, "proposals", "list") == 0
    shown = capsys.readouterr().out
    assert f"{'a' * 32}\tcontact x\thoa\tAn\n" in shown
    assert "\x1b" not in shown
    assert run(folder, "proposals", "accept", "a" * 32, "--by", "lan") == 0
    assert run(folder, "proposals", "reject", "b" * 32, "--by", "lan", "--note", "no") == 1
    assert run(folder, "proposals", "reject", "c" * 32, "--by", "lan") == 1
    captured = capsys.readouterr()
    assert captured.out == "contact x version 1\n"
    assert "proposal.decided state=outdated" in captured.err
    assert run(folder, "proposals", "list") == 0
    assert capsys.readouterr().out == ""


def test_a_record_says_whether_it_is_the_same():
    here = Record("contact", "x", 1, 1, {"a": 1})
    assert here.same({"a": 1})
    assert not here.same(None)
    assert Record("contact", "x", 2, 2, {}, True).same(None)
