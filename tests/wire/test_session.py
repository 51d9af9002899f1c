"""Which session an address asks for."""

from __future__ import annotations

import pytest

from console.wire.esl import EslSession
from console.wire.http import HttpSession
from console.wire.session import SCHEMES, open_session
from console.wire.tls import Trust


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://mcu.example", HttpSession),
        ("http://127.0.0.1:8080", HttpSession),
        ("esl://mcu.example", EslSession),
        ("esl://[::1]:8022/external", EslSession),
    ],
)
def test_the_scheme_names_the_session(address: str, kind: type):
    session = open_session(address, None, Trust())
    session.close()
    assert type(session) is kind
    assert address.partition(":")[0] in SCHEMES
