"""XML that is read, and XML that is refused in little time and memory."""

from __future__ import annotations

import io
import time
import tracemalloc

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.wire.problems import XmlRefused
from console.wire.xml import MAX_DEPTH, elements, parse, text

LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]><l>&j;</l>"
)


def test_a_document_is_read():
    root = parse(
        b'<?xml version="1.0" encoding="UTF-8"?>'
        b'<calls total="1"><!-- c --><call id="G1"><name> X\xc3\xa3 A &amp; &lt;b&gt; </name>'
        b"<locked/></call><?pi?></calls>"
    )
    assert (root.tag, root.get("total"), len(root)) == ("calls", "1", 1)
    call = root.find("call")
    assert call is not None
    assert text(call, "name") == "Xã A & <b>"
    assert text(call, "locked") is None
    assert text(call, "missing") is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(LAUGHS, "doctype", id="billion laughs"),
        pytest.param(
            b'<!DOCTYPE l [<!ENTITY a "%s">]><l>%s</l>' % (b"x" * 50_000, b"&a;" * 10_000),
            "doctype",
            id="quadratic blowup",
        ),
        pytest.param(b'<!DOCTYPE l SYSTEM "file:///etc/passwd"><l/>', "doctype", id="external DTD"),
        pytest.param(b"<!DOCTYPE html><html></html>", "doctype", id="HTML"),
        pytest.param(b"<l>&unknown;</l>", "syntax", id="unknown entity"),
        pytest.param(b"<l>\0</l>", "encoding", id="NUL"),
        pytest.param("<l>ă</l>".encode("utf-16"), "encoding", id="UTF-16"),
        pytest.param(
            b'<?xml version="1.0" encoding="UTF-7"?><l>+ADw-</l>', None, id="UTF-7 is taken as text"
        ),
        pytest.param(b"<l>\xc3\x28</l>", "syntax", id="bad UTF-8"),
        pytest.param(b"<l>\x01</l>", "syntax", id="control character"),
        pytest.param(b"", "syntax", id="nothing"),
        pytest.param(b"not xml", "syntax", id="text"),
        pytest.param(b"<html><body><p>busy</body></html>", "syntax", id="bare HTML"),
        pytest.param(b"<a><b></a>", "syntax", id="crossed tags"),
        pytest.param(b"<a/><b/>", "syntax", id="two roots"),
        pytest.param(b"<l>" + b"<a/>" * 1_000_000 + b"</l>", "tags", id="a million elements"),
        pytest.param(
            b"<l " + b" ".join(b'a%d=""' % i for i in range(500_000)) + b"/>",
            "tags",
            id="half a million attributes",
        ),
        pytest.param(b"<a>" * 65 + b"</a>" * 65, "depth", id="65 deep"),
        pytest.param(b"<a>" * 199_000 + b"</a>" * 199_000, "syntax", id="199,000 deep"),
        pytest.param(b"<l>" + b"x" * 9_000_000 + b"</l>", "size", id="9 MB"),
    ],
)
def test_what_is_refused(body, reason):
    before, started = psutil.Process().memory_info().rss, time.monotonic()
    if reason is None:
        assert text(parse(b"<r>" + body.partition(b"?>")[2] + b"</r>"), "l") == "+ADw-"
        return
    with pytest.raises(XmlRefused) as caught:
        parse(body)
    assert caught.value.params == {"reason": reason}
    assert psutil.Process().memory_info().rss - before < 50e6
    assert time.monotonic() - started < 5


def test_the_deepest_that_passes():
    assert parse(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH).tag == "a"


def test_the_largest_that_passes_stays_small():
    body = b"<l>" + b"<a>1</a>" * 199_000 + b"</l>"
    tracemalloc.start()
    before = psutil.Process().memory_info().rss
    root = parse(body)
    assert len(root) == 199_000
    assert psutil.Process().memory_info().rss - before < 80e6
    tracemalloc.stop()


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body):
    try:
        parse(b"<r>" + body + b"</r>")
    except XmlRefused:
        pass


def streamed(body: bytes, *names: str) -> list[str | None]:
    return [each.get("n") for each in elements(io.BytesIO(body), *names)]


def test_a_document_too_large_to_keep_is_walked() -> None:
    body = b"<a xmlns='x'>" + b"".join(b"<r n='%d'><c>t</c></r>" % n for n in range(5000)) + b"</a>"
    assert streamed(body, "r") == [str(n) for n in range(5000)]


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a><r n='1'/></a>",
        b"<a><r n='1'/>",
        b"<a><r n='1'>&nothing;</r></a>",
        b"<a>" * 300 + b"<r/>" + b"</a>" * 300,
        b"",
    ],
)
def test_a_walk_refuses_what_a_parse_does(body: bytes) -> None:
    with pytest.raises(XmlRefused):
        streamed(body, "r")
