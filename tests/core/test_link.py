"""A Link: one life after the other, rounds, the feed, and good manners at the end."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import trustme

from console.domain import facts as f
from console.domain.device import LinkHealth
from console.wire.tls import Trust
from tests.core.device import Device, device
from tests.core.dialect import Dialect
from tests.core.wires import Wires, wires

CONNECTING, UP, DEGRADED, DOWN = (
    LinkHealth.CONNECTING, LinkHealth.UP, LinkHealth.DEGRADED, LinkHealth.DOWN,
)  # fmt: skip


# -- coming up -------------------------------------------------------------------------------------


def test_it_connects_observes_and_is_up(it: Wires, peer: Device):
    it.link.start()
    it.up()
    assert it.health() == [CONNECTING, UP]
    assert peer.log[:2] == ["/probe", "/state"]
    assert it.device.software == "1.0"
    assert it.state.legs["653"].mic_muted is True
    assert it.state.heard["m1"]
    assert all(e.source == "m1" for e in it.told)


def test_the_same_over_tls(tmp_path: Path):
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = _server_context(ca)
    trust = Trust(str(tmp_path / "ca.pem"))
    with device(context) as peer, wires(Dialect(peer.url), peer.url, trust) as it:
        it.link.start()
        it.up()
        it.until(lambda: peer.listeners)
        peer.push(muted={"653": False})
        it.until(lambda: it.state.legs["653"].mic_muted is False)


def test_an_impostor_is_told_nothing(tmp_path: Path):
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = _server_context(trustme.CA())
    trust = Trust(str(tmp_path / "ca.pem"))
    with device(context) as peer, wires(Dialect(peer.url), peer.url, trust) as it:
        it.link.start()
        it.down()
        assert it.device.problem is not None
        assert it.device.problem.code == "wire.certificate"
        assert peer.log == []


def _server_context(ca: trustme.CA):
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_a_device_that_declines_to_be_probed_is_down_and_says_why(
    it: Wires, peer: Device, driver: Dialect
):
    peer.failing["/probe"] = 401
    it.link.start()
    it.down()
    assert it.device.problem is not None
    assert it.device.problem.code == "test.refused"
    del peer.failing["/probe"]
    it.up()
    assert it.health() == [CONNECTING, DOWN, UP]
    assert driver.called["forget"] >= 1


def test_nobody_there_then_somebody(peer: Device, driver: Dialect):
    with device() as other:
        url = other.url
    with wires(Dialect(url), url) as it:
        it.link.start()
        it.down()
        assert it.device.problem is not None
        assert (it.device.problem.code, dict(it.device.problem.params)) == (
            "wire.unreachable", {"device": "MCU 1", "reason": "refused"},
        )  # fmt: skip
        it.rest(0.5)
        assert it.health() == [CONNECTING, DOWN], "trying again is no news"


def test_a_nudge_tries_now(peer: Device):
    with device() as other:
        url = other.url
    driver = Dialect(url)
    with wires(driver, url) as it:
        it.link._patience = type(it.link._patience)(3600.0, 3600.0)
        it.link.start()
        it.down()
        tried = driver.called["probe"]
        it.link.nudge()
        it.until(lambda: driver.called["probe"] > tried)


def test_waits_grow_and_a_life_ends_them(it: Wires, peer: Device, driver: Dialect):
    peer.failing["/probe"] = 503
    it.link.start()
    it.until(lambda: driver.called["probe"] >= 4)
    del peer.failing["/probe"]
    it.up()
    peer.failing["/life"] = peer.failing["/detail"] = 503
    it.down()
    peer.failing.clear()
    it.up()


# -- rounds ----------------------------------------------------------------------------------------


def test_one_miss_degrades_and_three_lose_it_and_it_comes_back(it: Wires, peer: Device):
    it.link.start()
    it.up()
    peer.failing["/life"] = peer.failing["/detail"] = 500
    it.down()
    assert it.health() == [CONNECTING, UP, DEGRADED, DOWN]
    peer.failing.clear()
    it.up()
    assert it.health()[-2:] == [DOWN, UP]


def test_a_round_that_fails_alone_degrades_steadily(it: Wires, peer: Device):
    it.link.start()
    it.up()
    peer.failing["/detail"] = 500
    it.until(lambda: it.device.health is DEGRADED)
    assert it.device.problem is not None
    assert dict(it.device.problem.params)["status"] == 500
    it.until(lambda: peer.counts["/detail"] > 20)
    assert it.health() == [CONNECTING, UP, DEGRADED]
    peer.failing.clear()
    it.up()
    assert it.health() == [CONNECTING, UP, DEGRADED, UP]


def test_three_signs_of_life_missed_lose_it_whatever_else_goes_well(it: Wires, peer: Device):
    it.link.start()
    it.up()
    peer.garbled.add("/life")
    it.down()
    assert it.device.problem is not None
    assert it.device.problem.code == "wire.not_understood"


def test_a_device_that_hangs(it: Wires, peer: Device):
    it.link.start()
    it.up()
    peer.hanging |= {"/life", "/detail", "/probe", "/state"}
    it.down()
    assert it.device.problem is not None
    assert it.device.problem.code == "wire.deadline"
    peer.hanging.clear()
    it.up()


def test_rounds_come_more_often_while_somebody_looks(it: Wires, peer: Device):
    it.link.start()
    it.up()
    it.rest(0.3)
    assert peer.counts["/seldom"] <= 1  # due at once, if it was drawn so
    it.link.focus(True)
    it.until(lambda: peer.counts["/seldom"] >= 5)
    it.link.focus(False)
    it.rest(0.1)
    asked = peer.counts["/seldom"]
    it.rest(0.4)
    assert peer.counts["/seldom"] == asked


def test_never_more_requests_at_once_than_sessions(peer: Device, driver: Dialect):
    peer.delay_s = 0.0
    driver.periods = driver.periods * 4
    with wires(driver, peer.url, sessions=2) as it:
        it.link.start()
        it.up()
        it.rest(0.5)
    assert peer.most_under_way <= 3  # two sessions, and the feed's token in between


# -- the feed --------------------------------------------------------------------------------------


def test_what_is_pushed_is_told_and_answered(it: Wires, peer: Device):
    it.link.start()
    it.up()
    it.until(lambda: peer.listeners)
    peer.push(n=7, muted={"653": False})
    it.until(lambda: it.state.legs["653"].mic_muted is False)
    it.until(lambda: "ack 7" in peer.heard)
    assert peer.heard[0] == "hello"
    assert it.device.push is True


def test_a_feed_may_ask_for_more(it: Wires, peer: Device):
    it.link.start()
    it.until(lambda: peer.listeners)
    peer.push(talk=True)
    it.until(lambda: peer.counts["/asked-by-feed"])


def test_after_a_gap_everything_is_read_again(it: Wires, peer: Device):
    it.link.start()
    it.until(lambda: peer.listeners)
    peer.push(n=1)
    it.until(lambda: it.device.push)
    reads = peer.counts["/state"]
    peer.muted["653"] = False  # while nobody hears
    peer.end_feed()
    it.until(lambda: peer.feeds == 2)
    it.until(lambda: it.state.legs["653"].mic_muted is False)
    assert peer.counts["/state"] > reads
    pushes = [e.fact.alive for e in it.told if isinstance(e.fact, f.PushChanged)]
    assert pushes == [True, False]
    assert it.device.health is UP


def test_a_feed_that_is_refused_is_tried_again_and_harms_nothing_else(it: Wires, peer: Device):
    peer.feed_refused = True
    it.link.start()
    it.up()
    it.until(lambda: peer.counts["/feed"] >= 3)
    assert it.device.push is False
    assert it.device.health is UP
    peer.feed_refused = False
    it.until(lambda: peer.listeners)


def test_a_device_without_a_feed(peer: Device):
    with wires(Dialect(peer.url, feed=False), peer.url) as it:
        it.link.start()
        it.up()
        it.rest(0.3)
        assert it.device.push is None
        assert peer.counts["/feed"] == 0


def test_the_feed_of_a_lost_link_is_closed(it: Wires, peer: Device):
    it.link.start()
    it.until(lambda: peer.listeners)
    peer.failing |= {"/life": 500, "/detail": 500, "/probe": 500}
    it.down()
    it.until(lambda: not peer.listeners)


# -- the end ---------------------------------------------------------------------------------------


def test_it_says_good_bye_and_leaves_nothing(it: Wires, peer: Device):
    it.link.start()
    it.until(lambda: peer.listeners)
    it.close()
    assert peer.log[-1] == "/bye"
    assert not [t for t in threading.enumerate() if t.name.startswith("hnth")]


@pytest.mark.parametrize("path", ["/probe", "/state", "/life", "/token", "/bye"])
def test_it_ends_while_the_device_hangs(it: Wires, peer: Device, driver: Dialect, path: str):
    driver.deadline_s = 30.0
    peer.hanging.add(path)
    it.link.start()
    if path != "/bye":
        it.until(lambda: peer.counts[path])
    else:
        it.up()
    it.close()
    assert it.reported == []


def test_it_ends_before_it_has_begun(it: Wires):
    it.link.start(after_s=3600)
    it.close()


def test_and_at_the_very_moment_it_begins(it: Wires):
    it.link.start()
    it.close()
    assert it.reported == []


def test_started_after_the_end_it_closes_what_it_holds(it: Wires):
    it.io.stop()
    it.link.start()
    assert all(session._turns.closed for session in it.sessions)
    it.link.nudge()
    it.link.focus(True)
