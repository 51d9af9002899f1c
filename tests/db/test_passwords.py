"""Passwords: what may be one, and records that can be checked and not turned back."""

from __future__ import annotations

import unicodedata

import pytest

from db import passwords
from db.passwords import Cost, Malformed, Unsuitable, check, holds, make, well_formed

QUICK = Cost(ln=10, r=8, p=1)
GOOD = "Mưa rào Krông Bông 17"


def test_the_record_holds_its_password_and_no_other() -> None:
    record = make(GOOD, QUICK)
    assert record.startswith("$scrypt$ln=10,r=8,p=1$")
    assert GOOD not in record
    assert holds(GOOD, record)
    assert not holds(GOOD + " ", record)
    assert not holds("", record)
    assert make(GOOD, QUICK) != record


def test_the_cost_by_default_is_one_that_a_machine_can_be_asked_for() -> None:
    Cost().check()
    assert Cost().memory_bytes == 32 << 20


def test_a_password_is_the_same_however_its_marks_were_typed() -> None:
    composed = unicodedata.normalize("NFC", "kế hoạch tháng mười")
    decomposed = unicodedata.normalize("NFD", composed)
    assert decomposed != composed
    assert holds(decomposed, make(composed, QUICK))


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("ngắn quá", "short"),
        ("x" * 257, "long"),
        ("nguyen.van.an", "name"),
        ("Nguyễn Văn An1", "name"),
        ("matkhau 123456", "common"),
        ("Mật Khẩu 12345", "common"),
        ("aaaaaaaaaaaab", "plain"),
        ("...............", "plain"),
    ],
)
def test_what_nobody_may_have(password: str, reason: str) -> None:
    with pytest.raises(Unsuitable) as refused:
        check(password, "nguyen.van.an")
    assert refused.value.reason == reason
    assert password not in str(refused.value)


def test_what_anybody_may_have() -> None:
    check(GOOD, "nguyen.van.an")
    check("an ngồi bàn số bốn", "an")
    check("x1y2" * 64, "nguyen.van.an")


@pytest.mark.parametrize(
    "record",
    [
        "",
        "plain text",
        "$scrypt$ln=10,r=8,p=1$short$short",
        "$argon2$ln=10,r=8,p=1$" + "A" * 22 + "$" + "A" * 43,
        "$scrypt$ln=9,r=8,p=1$" + "A" * 22 + "$" + "A" * 43,
        "$scrypt$ln=20,r=32,p=1$" + "A" * 22 + "$" + "A" * 43,
        "$scrypt$ln=17,r=8,p=1$" + "A" * 22 + "$" + "A" * 43,
        "$scrypt$ln=15,r=8,p=99$" + "A" * 22 + "$" + "A" * 43,
        "$scrypt$ln=15,r=0,p=1$" + "A" * 22 + "$" + "A" * 43,
    ],
)
def test_a_record_that_is_none_or_costs_too_much_is_refused_before_any_work(record: str) -> None:
    assert not well_formed(record)
    with pytest.raises(Malformed):
        holds(GOOD, record)


def test_nobodys_record_holds_nothing_and_costs_the_same() -> None:
    record = passwords.nobodys(QUICK)
    assert well_formed(record)
    assert record.split("$")[2] == make(GOOD, QUICK).split("$")[2]
    assert not holds(GOOD, record)
