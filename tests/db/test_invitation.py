"""An invitation is read whatever a mail, a chat or a hand made of it."""

from __future__ import annotations

import pytest

from db.invitation import Invitation, plain_sha256, read_invitation

SHA = "0123456789abcdef" * 4
CODE = "ABCD-EFGH-IJKL-MNOP-QRST-UV23"
IT = Invitation("https://office.example:8443", SHA, CODE)


@pytest.mark.parametrize(
    "text",
    [
        IT.line(),
        f"code: {CODE.lower()}\r\nSHA-256: {SHA.upper()}\r\nvào <https://office.example:8443>.",
        f"https://office.example:8443, {':'.join(SHA[i : i + 2] for i in range(0, 64, 2))} {CODE};",
        IT.line().replace(" ", "\n\t"),
    ],
)
def test_the_three_are_found_in_any_order(text: str):
    assert read_invitation(text) == IT


@pytest.mark.parametrize(
    "text", ["", "xin chào", f"x{SHA}0", CODE + "-ABCD", "ftp://office.example", SHA[:63]]
)
def test_nothing_is_made_up(text: str):
    assert read_invitation(text) == Invitation("", "", "")


def test_a_code_does_not_show():
    assert CODE not in repr(IT)


def test_a_fingerprint_is_64_digits_however_written():
    assert plain_sha256(f" sha256={SHA.upper()[:32]} {SHA[32:]}\n") == SHA
    assert plain_sha256(SHA + "0") == plain_sha256("x" * 64) == ""
