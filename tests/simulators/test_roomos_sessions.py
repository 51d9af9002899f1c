"""Who may do what at the pretend rooms, and for how long: logins, roles, sessions, restarts."""

from __future__ import annotations

import pytest
import requests

from tests.simulators.peer import Started, until
from tests.simulators.room_xml import CODE, LIST, MUTE, activate, value


def test_without_the_right_login_nothing(quiet: Started) -> None:
    url, (user, _) = quiet.room(CODE)
    for auth in (None, (user, "wrong"), ("nobody", "x")):
        reply = quiet.http("GET", url + "/getxml", params={"location": "/Status"}, auth=auth)
        assert reply.status_code == 401
        assert reply.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("role", "document", "allowed"),
    [
        ("Integrator", activate(2), False),
        ("Integrator", LIST, False),
        ("Integrator", MUTE, True),
        ("User", activate(2), True),
        ("User", LIST, True),
        ("Admin", activate(2), True),
    ],
)
def test_roles(quiet: Started, role: str, document: str, allowed: bool) -> None:
    result = quiet.put(CODE, document, role)[0]
    assert result.attrib == {"status": "OK" if allowed else "Error"}
    if not allowed:
        assert result.findtext("Reason") == "Permission denied"


def test_sessions_work_by_cookie_are_few_and_end_when_told(quiet: Started) -> None:
    url, auth = quiet.room("24145")

    def begin() -> requests.Response:
        return quiet.http("POST", url + "/xmlapi/session/begin", auth=auth)

    assert quiet.http("POST", url + "/xmlapi/session/begin").status_code == 401
    cookies: list[dict[str, str | None]] = []
    for _ in range(5):
        reply = begin()
        assert reply.status_code == 204
        cookies.append(reply.cookies.get_dict())
    assert begin().status_code == 503

    def read(cookie: dict[str, str | None]) -> int:
        params = {"location": "/Status/Audio"}
        return int(quiet.http("GET", url + "/getxml", params=params, cookies=cookie).status_code)

    assert read(cookies[0]) == 200
    assert read({"SecureSessionId": "wrong"}) == 401
    ended = quiet.http("POST", url + "/xmlapi/session/end", cookies=cookies[0])
    assert ended.status_code == 204
    assert read(cookies[0]) == 401
    assert begin().status_code == 204
    quiet.fault("expire_tokens", "room:24145")
    assert read(cookies[1]) == 401


def test_a_restart_from_the_room_cuts_the_line_and_the_sessions(quiet: Started) -> None:
    code = "24157"
    url, auth = quiet.room(code)
    cookie = quiet.http("POST", url + "/xmlapi/session/begin", auth=auth).cookies.get_dict()
    boot = "<Command><SystemUnit><Boot><Action>Restart</Action></Boot></SystemUnit></Command>"
    assert quiet.put(code, boot)[0].tag == "SystemUnitBootResult"
    until(lambda: not answers(quiet, url, auth))
    assert quiet.site(code)["state"] == "absent"
    until(lambda: answers(quiet, url, auth), 20)
    assert int(value(quiet, "/Status/SystemUnit/Uptime", code)) < 30
    params = {"location": "/Status/Audio"}
    assert quiet.http("GET", url + "/getxml", params=params, cookies=cookie).status_code == 401
    until(lambda: quiet.site(code)["state"] == "connected")


def answers(peer: Started, url: str, auth: tuple[str, str]) -> bool:
    try:
        return bool(peer.http("GET", url + "/status.xml", auth=auth).ok)
    except requests.ConnectionError:
        return False
