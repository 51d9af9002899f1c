"""The installed PySide6 keeps count of None: one release does not, and aborts on Python 3.11."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtWidgets import QApplication, QWidget

CALLS = 2000


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is never counted from 3.12 on")
def test_a_call_that_returns_nothing_keeps_its_reference_to_none(qapp: QApplication) -> None:
    widget = QWidget()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        widget.update()
    assert sys.getrefcount(None) > before - CALLS / 10
