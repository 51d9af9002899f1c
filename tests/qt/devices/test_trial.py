"""A device is tested from the list and from the form, and nothing is kept for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shiboken6 import Shiboken

from console.core.pins import Pin
from tests.qt.conftest import Key
from tests.qt.devices.bench import TEXT, Bench
from tests.wire import certs
from tests.wire.peers import hang, ok, peer, serving


def test_a_device_is_tested_beside_the_window(make: Callable[..., Bench], tmp_path: Path) -> None:
    context, print_ = certs.self_signed(tmp_path)
    with peer(serving(lambda _: ok(b"<html/>")), context) as other:
        it = make(TEXT.replace("https://127.0.0.1:1", other.url()))
        it.safe.kept["hnth-console", "cms-1:api"] = "geheim"
        it.equipment.pins.keep(f"127.0.0.1:{other.port}", Pin(print_))
        it.press(Key.Key_F5)
        assert it.dialog.card.progress.isVisible()
        it.until(lambda: not it.dialog.card.progress.isVisible())
    words = [line.said.text for line in it.dialog.card.checks]
    assert words[0].startswith("✓  kết nối: ")
    assert words[1].startswith("✓  chứng thư: đúng chứng thư đã tin")
    assert any(text.startswith("✗  đăng nhập: ") for text in words)


def test_a_test_is_cancelled_with_escape(make: Callable[..., Bench]) -> None:
    with peer(hang) as other:
        it = make(TEXT.replace("https://127.0.0.1:1", other.url("https")))
        it.safe.kept["hnth-console", "cms-1:api"] = "geheim"
        it.press(Key.Key_F5)
        it.press(Key.Key_Escape)
        assert not it.dialog.card.progress.isVisible()
        assert it.dialog.isVisible()
        it.press(Key.Key_Escape)
        assert not Shiboken.isValid(it.dialog) or not it.dialog.isVisible()


def test_a_form_is_tested_before_anything_is_kept(it: Bench) -> None:
    it.dialog.add()
    form = it.dialog.form
    for name, text in {"id": "x", "address": "https://127.0.0.1:1", "user": "u"}.items():
        form.fields[name].setText(text)
    it.press(Key.Key_F5)
    it.until(lambda: "Chưa lưu mật khẩu" in form.problem.said.text)
    form.fields["password"].setText("p")
    it.dialog.editing.test()
    it.until(lambda: form.problem.said.text.startswith("✗"))
    assert "từ chối kết nối" in form.problem.said.text
    assert it.path.read_text(encoding="utf-8") == TEXT
