"""Trouble at sites: lines that drop, microphones, holds, a district without power, new names."""

from __future__ import annotations

import time

import pytest
import requests

from tests.simulators.peer import Started, until
from tests.simulators.reads import ask, well


def test_drop_and_return_and_drop_for_good(quiet: Started) -> None:
    quiet.fault("drop", "643,644", seconds=0.3)
    assert {quiet.site(code)["state"] for code in ("643", "644")} == {"absent"}
    until(lambda: quiet.site("643")["state"] == quiet.site("644")["state"] == "connected")
    quiet.fault("drop", "643", seconds=0)
    time.sleep(0.5)
    assert quiet.site("643")["state"] == "absent"
    quiet.fault("join", "643")
    assert quiet.site("643")["state"] == "connected"


def test_mute_from_the_sites_side_is_not_the_bridges(quiet: Started) -> None:
    quiet.fault("self_unmute", "643")
    quiet.fault("room_unmute", "643")
    assert quiet.site("643")["mic_open"] is True
    quiet.fault("room_mute", "643")
    site = quiet.site("643")
    assert (site["leg"]["rx_audio_mute"], site["room"]["mic_muted"]) == (False, True)
    leg = quiet.read(f"/callLegs/{site['leg']['id']}")
    assert leg.findtext("configuration/rxAudioMute") == "false"
    quiet.fault("self_mute", "643")
    assert quiet.site("643")["leg"]["rx_audio_mute"] is True


def test_open_mic_speaks_and_ends(quiet: Started) -> None:
    quiet.fault("open_mic", "643", seconds=0.5)
    site = quiet.site("643")
    assert site["audible"] is True
    assert site["level_db"] > -40
    assert quiet.state()["speaker"] == "643"
    until(lambda: not quiet.site("643")["mic_open"])
    assert quiet.state()["speaker"] is None


def test_hold_and_resume(quiet: Started) -> None:
    quiet.fault("hold", "643", seconds=0.4)
    assert quiet.site("643")["state"] == "onHold"
    participant = quiet.site("643")["leg"]["participant"]
    assert quiet.read(f"/participants/{participant}").findtext("status/state") == "onHold"
    until(lambda: quiet.site("643")["state"] == "connected")


def test_a_district_outage_takes_calls_and_rooms_and_gives_them_back(quiet: Started) -> None:
    below = ["24121", "24124", "643"]
    quiet.fault("district_outage", "643", seconds=1.0)
    state = quiet.state()["sites"]
    assert {state[code]["state"] for code in below} == {"absent"}
    assert state["644"]["state"] == "connected"
    with pytest.raises(requests.ReadTimeout):
        ask(quiet, "room:24121", timeout=0.4)
    assert well(quiet, "room:644")
    until(lambda: well(quiet, "room:24121"))
    until(lambda: quiet.state()["connected"] == 30, 20)


def test_a_renamed_site_comes_back_under_its_new_name(quiet: Started) -> None:
    name = "Xã <b>Ea H'leo</b> & M'Đrắk"
    old = quiet.site("24124")["name"]
    quiet.fault("rename", "24124", name=name)
    until(lambda: quiet.site("24124")["state"] == "connected")
    participant = quiet.site("24124")["leg"]["participant"]
    assert quiet.read(f"/participants/{participant}").findtext("name") == name
    quiet.act("rename", "24124", name=old)
