"""A console joins its office, and its people work with what the office has: by keys alone."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from db.verifier.__main__ import main as verify
from tests.e2e.live_office import LiveOffice, live_office
from tests.e2e.member import Member, member
from tests.e2e.screen import Screen
from tests.e2e.test_take import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

ENROL, CONTACT, CONFLICT, PLANS = "Kết nối", "đầu mối", "Hai bản", "Phiên đã duyệt"
HOA, AN = "mua-xuan-2026-hoa", "giam-sat-2026-an"


def contact(person: str, phone: str) -> dict[str, Any]:
    return {
        "site": "651", "role": "technician", "person": person, "title": "KTV", "phone": phone,
        "zalo": "",
    }  # fmt: skip


def joined(it: Member, office: LiveOffice) -> None:
    it.opens("ctrl+shift+e", ENROL)
    it.types(office.invitation())
    it.press("Return")
    it.tells("OfficeEnrolled", bool)
    it.press("Escape")
    it.gone(ENROL)


def test_a_console_joins_and_its_people_sign_in(screen: Screen, tmp_path: Path) -> None:
    with live_office(tmp_path / "office") as office, member(screen, tmp_path) as it:
        office.account("tran.hoa", "technician", HOA)
        it.opens("ctrl+shift+e", ENROL)
        line = office.invitation()
        url, sha256, _ = line.split()
        it.types(f"{url} {sha256} code=AAAA-AAAA-AAAA-AAAA-AAAA-AAAA")
        tall = it.height(ENROL)
        it.press("Return")
        until(lambda: it.height(ENROL) > tall + 30)  # refused, and why
        os.kill(office.process.pid, signal.SIGSTOP)
        try:
            it.types(line)  # the code's field has the keyboard, and takes a whole line
            it.press("Return Escape")  # the office is silent: nobody waits any longer
        finally:
            os.kill(office.process.pid, signal.SIGCONT)
        it.tells("OfficeEnrolled", bool)
        it.press("Escape")
        it.gone(ENROL)
        assert len(it.rows("OfficeEnrolled")) == 1
        until(lambda: it.rows("ConsoleLocked") or it.press("ctrl+l"))
        it.press("x")  # any key calls the sign-in
        it.signs_in("tran.hoa", "sai mat khau")
        it.tells("OperatorSignInRefused", bool)
        it.types(HOA)
        it.press("Return")
        it.tells("OperatorSignedIn", lambda row: b'"tran.hoa"' in row)
        it.press("ctrl+l")
        until(lambda: len(it.rows("ConsoleLocked")) == 2)
        it.press("c c F10")  # of a locked console no key does anything but call the sign-in
        for _ in range(5):
            it.types("van sai")
            before = len(it.rows("OperatorSignInRefused"))
            it.press("Return")
            until(lambda n=before: len(it.rows("OperatorSignInRefused")) > n)
        it.press("Tab Tab Return")  # nobody can sign in: the emergency entrance stands open
        it.types("Le Van Ba")
        it.press("Return")
        it.types("ca to bi khoa")
        it.press("Return")
        it.tells("OperatorSignedIn", lambda row: b'"emergency"' in row and b"ca to bi khoa" in row)
        it.tells("AlarmRaised", lambda row: b"own:emergency" in row)
        assert not it.rows("ChairCalled")
    assert verify([str(it.data / "store")]) == 0


def test_a_contact_is_proposed_declined_disputed_and_asked_away(
    screen: Screen, tmp_path: Path
) -> None:
    with live_office(tmp_path / "office") as office, member(screen, tmp_path) as it:
        office.says("contact", "651.technician", contact("Pham Huy", "0914 226 318"))
        joined(it, office)
        it.tells("ContactsTold", lambda row: b"Pham Huy" in row)
        it.press("6 5 1")
        it.opens("ctrl+shift+c", CONTACT)
        it.press("shift+Tab shift+Tab Down Tab Tab ctrl+a")
        it.types("Y Thuyn")
        it.press("Tab Tab ctrl+a")
        it.types("0935 118 204")
        it.press("Return")
        it.gone(CONTACT)
        until(office.waiting)
        office.decides("reject", "sai so")
        it.tells("ContactsProposed", lambda row: b'"rejected"' in row and b"sai so" in row)
        it.opens("ctrl+shift+c", CONTACT)
        it.press("shift+Tab shift+Tab Down")
        it.press("Tab Tab Tab Tab Tab Tab Tab Tab space Return")  # fill in again, and ask
        it.gone(CONTACT)
        until(office.waiting)
        office.says("contact", "651.technician", contact("Hoang Thu", "0977 000 111"))
        it.tells("AlarmRaised", lambda row: b"office_conflict" in row)
        it.opens("ctrl+shift+x", CONFLICT)
        it.press("Tab Tab Tab space")  # ours once more
        it.gone(CONFLICT)
        it.tells("CommandSubmitted", lambda row: b'"RecordAnswer"' in row and b'"sent"' in row)
        until(office.waiting)
        office.decides("accept")
        it.tells("ContactsTold", lambda row: b"Y Thuyn" in row)
        it.opens("ctrl+shift+c", CONTACT)
        it.press("shift+Tab shift+Tab Down Tab Tab Tab Tab Tab Tab Tab Tab space")
        it.gone(CONTACT)
        until(office.waiting)
        assert office.waiting()[0][-1] == "delete"
        office.decides("accept")
        it.tells("ContactsTold", lambda row: b'"contacts":[]' in row)
        script = {"endpoint": "651", "detail": "", "minutes": 5, "preset": None}
        plan = {
            "title": "Giao ban 12", "starts_us": 1_795_939_200_000_000, "chair": "66",
            "roster": "", "script": [{"title": "Ea Kar", **script}], "state": "approved",
            "approver": "vpubnd", "note": "",
        }  # fmt: skip
        office.says("session", "s1", plan)
        it.tells("PlanTold", bool)
        it.opens("ctrl+shift+p", PLANS)
        it.press("Return")
        it.tells("PlanTaken", bool)
        it.gone(PLANS)
        it.tells("ScriptLoaded", lambda row: b"Ea Kar" in row)
        it.press("F10")
        it.tells("NextStaged", lambda row: b'"651"' in row)
    assert verify([str(it.data / "store")]) == 0
