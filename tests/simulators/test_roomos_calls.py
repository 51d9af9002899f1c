"""Calls as the pretend rooms see and steer them, against the RoomOS xAPI guide."""

from __future__ import annotations

from tests.simulators.peer import Started, until
from tests.simulators.room_xml import status, value


def test_calls_seen_and_steered_from_the_room(quiet: Started) -> None:
    code = "24148"
    call = status(quiet, "/Status/Call", code).find("Call")
    assert call is not None
    assert call.findtext("Status") == "Connected"
    assert call.findtext("Direction") == "Outgoing"
    assert call.findtext("Protocol") == "SIP"
    assert call.findtext("DisplayName") == quiet.ready["cms"][0]["conference"]
    call_id = call.attrib["item"]
    hang_up = "<Command><Call><Disconnect><CallId>{}</CallId></Disconnect></Call></Command>"
    assert quiet.put(code, hang_up.format(4000))[0].attrib == {"status": "Error"}
    result = quiet.put(code, hang_up.format(call_id))[0]
    assert (result.tag, result.attrib) == ("CallDisconnectResult", {"status": "OK"})
    until(lambda: quiet.site(code)["state"] == "absent")
    dial = "<Command><Dial><Number>giaoban@hnth.daklak.example</Number></Dial></Command>"
    dialled = quiet.put(code, dial)[0]
    assert dialled.tag == "DialResult"
    until(lambda: quiet.site(code)["state"] == "connected")
    now = status(quiet, "/Status/Call", code).find("Call")
    assert now is not None
    assert now.attrib["item"] == dialled.findtext("CallId") != call_id
    again = quiet.put(code, dial)[0]
    assert again.attrib == {"status": "Error"}
    assert again.findtext("Cause") == "17"
    hold = "<Command><Call><Hold/></Call></Command>"
    quiet.put(code, hold)
    until(lambda: quiet.site(code)["state"] == "onHold")
    assert status(quiet, "/Status/Call/Status", code).findtext("Call/Status") == "OnHold"
    quiet.put(code, hold.replace("Hold", "Resume"))
    until(lambda: quiet.site(code)["state"] == "connected")


def test_a_ringing_call_can_be_accepted_in_the_room(quiet: Started) -> None:
    code = "24151"
    quiet.act("leave", code)
    quiet.fault("no_answer", code, seconds=60)
    form = {"remoteParty": quiet.ready["uris"][code]}
    quiet.cms("POST", f"/calls/{quiet.call()}/participants", form)
    until(lambda: quiet.site(code)["state"] == "ringing")
    call = status(quiet, "/Status/Call", code).find("Call")
    assert call is not None
    assert (call.findtext("Status"), call.findtext("Direction")) == ("Ringing", "Incoming")
    accept = "<Command><Call><Accept/></Call></Command>"
    assert quiet.put(code, accept)[0].tag == "CallAcceptResult"
    until(lambda: quiet.site(code)["state"] == "connected")
    assert quiet.put(code, accept)[0].attrib == {"status": "Error"}


def test_the_teams_trap_shows_no_call_at_all(quiet: Started) -> None:
    quiet.fault("teams_mode", "24121", seconds=60)
    assert status(quiet, "/Status/Call").tag == "EmptyResult"
    assert value(quiet, "/Status/MicrosoftTeams/Calling/InCall") == "True"
    assert status(quiet, "/Status/MediaChannels").tag == "EmptyResult"
