"""A profile is checked as a whole, each flaw has its line, and a bad device harms no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import trustme

from console.core.kinds import known_kinds, place_of
from console.core.pins import KnownPins, Pin
from console.core.profile import (
    Profile,
    Unreadable,
    address_key,
    equip_all,
    read_profile,
    trust_in,
    understand,
)
from console.core.vault import Vault
from console.drivers import registry
from console.qt.wording import LANGUAGES, catalogue, say_problem, wording
from tests.core.safe import Safe

ROOT = Path(__file__).parents[2]
SITES = ("66", "651", "653")
GOOD = """title = "Giao ban"
chair = "66"

[[device]]
id = "mcu-1"
kind = "cms"
name = "MCU 1"
address = "https://10.0.0.10:445"
user = "api"
conference = "Giao ban"

[[device]]
id = "phong-651"
kind = "roomos"
address = "https://phong.example/"
endpoint = "651"
user = "hnth"
"""


def told(text: str, path: Path = Path("hồ sơ.toml")) -> Profile:
    return understand(text, path, SITES)


def flaws(profile: Profile) -> list[tuple[int, str]]:
    return [(flaw.line, flaw.problem.code.removeprefix("profile.")) for flaw in profile.flaws]


def device(*lines: str) -> str:
    return "\n".join(('[[device]]\nid = "a"', *lines)) + "\n"


def test_a_good_one_has_no_flaw() -> None:
    profile = told(GOOD)
    assert profile.flaws == ()
    assert (profile.title, profile.chair, profile.roster) == ("Giao ban", "66", None)
    mcu, room = profile.entries
    assert (mcu.spec.name, mcu.spec.conference, mcu.user) == ("MCU 1", "Giao ban", "api")
    assert (room.spec.name, room.spec.address) == ("phong-651", "https://phong.example")
    assert (room.line, room.problem) == (12, None)


def test_the_title_is_made_safe_to_show() -> None:
    profile = told(GOOD.replace("Giao ban", "Giao \u202eban " + "dài " * 200, 1))
    assert "\u202e" not in profile.title
    assert len(profile.title) == 300


def test_the_shipped_example_is_good() -> None:
    profile = read_profile(ROOT / "resources" / "profile" / "example.toml", SITES)
    assert flaws(profile) == []
    assert len(profile.entries) == 2


def test_everything_wrong_is_told_at_once_with_its_line() -> None:
    profile = told("""rooster = "a.csv"
chair = "99"
roster = "none.csv"
title = 5

[[device]]
kind = "csm"
adress = "https://a"
Password = "geheim"

[[device]]
id = "b c"
kind = "cms"
address = "https://op:geheim@10.0.0.1"
user = "a:b"
endpoint = "66"

[[device]]
id = "d"
kind = "roomos"
address = "https://10.0.0.256"
endpoint = "65"
ca = "none.pem"
pin = "abc"
conference = "x"
""")
    assert flaws(profile) == [
        (1, "unknown_key"), (2, "chair"), (3, "roster"), (4, "text"),
        (6, "lacks"), (6, "lacks"), (7, "kind"), (8, "unknown_key"), (9, "secret"),
        (12, "id"), (14, "address"), (15, "user"), (16, "mcu_site"),
        (18, "lacks"), (21, "address"), (22, "site"), (23, "ca"), (24, "pin"), (25, "unused"),
    ]  # fmt: skip
    assert [entry.problem is not None for entry in profile.entries] == [True] * 3
    words = [say_problem(flaw.problem) for flaw in profile.flaws]
    assert words[0] == "hồ sơ.toml, dòng 1: không có mục «rooster», bị bỏ qua. Có phải «roster»?"
    assert "Có phải «cms»?" in words[6]
    assert not any("geheim" in each for each in words)


def test_a_bad_device_harms_no_other_and_is_shown() -> None:
    profile = told(GOOD + '[[device]]\nid = "mcu-1"\nkind = "cms"\n' + device('kind = "cms"'))
    good, room, twice, poor = profile.entries
    assert (good.problem, room.problem) == (None, None)
    assert twice.problem is not None
    assert twice.problem.code == "profile.twice"
    assert dict(twice.problem.params)["first"] == 5
    assert twice.spec.id == "mcu-1 #3"
    assert poor.problem is not None
    assert len({entry.spec.id for entry in profile.entries}) == 4


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("10.0.0.1", "scheme"),
        ("ftp://10.0.0.1", "scheme"),
        ("esl://10.0.0.1", "scheme"),
        ("http://10.0.0.1", "plain"),
        ("https://", "host"),
        ("https://[::1", "host"),
        ("https://10.0.0.300", "host"),
        ("https://a b", "host"),
        ("https://a:99999", "port"),
        ("https://a:x", "port"),
        ("https://a:0", "port"),
        ("https://a/api/v1", "path"),
        ("https://a?x=1", "path"),
        ("https://u:p@a", "secret"),
    ],
)
def test_a_bad_address_says_why(address: str, reason: str) -> None:
    profile = told(device('kind = "cms"', f'address = "{address}"', 'user = "u"'))
    (flaw,) = profile.flaws
    assert (flaw.problem.code, dict(flaw.problem.params)["reason"]) == ("profile.address", reason)
    assert "https://10.0.0.10:445" in say_problem(flaw.problem) or reason == "secret"
    assert "u:p" not in repr(profile)


@pytest.mark.parametrize("rest", ["/external/sites", "/ex ternal", "/external?x=1", "/ngoài"])
def test_a_freeswitch_address_may_name_one_sip_profile_and_no_more(rest: str) -> None:
    (flaw,) = told(device('kind = "freeswitch"', f'address = "esl://pbx{rest}"')).flaws
    assert dict(flaw.problem.params)["reason"] in ("path", "host")


@pytest.mark.parametrize(
    ("kind", "address", "place"),
    [
        ("cms", "https://10.0.0.1", ("10.0.0.1", 443)),
        ("cms", "http://127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("roomos", "https://[fe80::1]:8443", ("fe80::1", 8443)),
        ("freeswitch", "esl://pbx", ("pbx", 8021)),
        ("freeswitch", "esl://pbx:9000", ("pbx", 9000)),
        ("freeswitch", "esl://pbx:9000/external", ("pbx", 9000)),
        ("visca", "visca+udp://10.0.0.3", ("10.0.0.3", 52381)),
        ("visca", "visca+tcp://camera.example:5678", ("camera.example", 5678)),
        ("visca", "visca+rawudp://10.0.0.3:1", ("10.0.0.3", 1)),
    ],
)
def test_each_kind_has_its_addresses(
    monkeypatch: pytest.MonkeyPatch, kind: str, address: str, place: tuple[str, int]
) -> None:
    monkeypatch.setitem(registry.KINDS, kind, ("console.drivers.none", "None"))
    site = 'endpoint = "66"' if kind in ("roomos", "visca") else ""
    user = 'user = "u"' if kind in ("cms", "roomos") else ""
    profile = told(device(f'kind = "{kind}"', f'address = "{address}"', site, user))
    assert flaws(profile) == []
    assert place_of(kind, address) == place


def test_a_kind_is_known_once_it_has_a_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(registry.KINDS, "roomos")
    assert "roomos" not in known_kinds()
    assert flaws(told(GOOD)) == [(14, "kind")]


def test_camera_memories(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.KINDS, "visca", ("console.drivers.none", "None"))
    text = device('kind = "visca"', 'address = "visca+udp://10.0.0.3"', 'endpoint = "66"')
    profile = told(
        text + '[device.memories]\n2 = "Bục"\n1 = "Chủ tọa"\nx = "?"\n3 = 4\n'
        '0 = "a"\n91 = "b"\n90 = "c"\n'
    )
    assert profile.entries[0].spec.memories == ((1, "Chủ tọa"), (2, "Bục"), (90, "c"))
    assert flaws(profile) == [(line, "memory") for line in (9, 10, 11, 12)]
    assert flaws(told(text + "memories = 3\n")) == [(6, "memories")]
    assert profile.entries[0].problem is None


def test_two_room_systems_in_one_site_are_told() -> None:
    second = GOOD[GOOD.index('[[device]]\nid = "phong') :].replace("phong-651", "khac")
    assert flaws(told(GOOD + second)) == [(22, "same_site")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "nothing"),
        ('[device]\nid = "a"\nkind = "cms"\naddress = "https://a"\nuser = "u"\n', "one_table"),
        ("device = 3\n", "no_table"),
        ("device = [1]\n", "no_table"),
        ('[[devices]]\nid = "a"\n', "unknown_key"),
    ],
)
def test_odd_shapes(text: str, code: str) -> None:
    assert code in [name for _, name in flaws(told(text))]


def test_an_authority_must_be_there(tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    (tmp_path / "empty.pem").write_text("nothing", encoding="utf-8")
    for name, reason in (("ca.pem", ""), ("empty.pem", "empty"), ("none.pem", "missing")):
        lines = ('kind = "cms"', 'address = "https://a"', 'user = "u"', f'ca = "{name}"')
        profile = understand(device(*lines), tmp_path / "p.toml")
        assert [dict(f.problem.params)["reason"] for f in profile.flaws] == [reason][: bool(reason)]
        assert profile.entries[0].trust.ca_file == str(tmp_path / name)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (b"a = x\nb = \n", ["profile.syntax", "profile.syntax"]),
        ("a = 'xấu'".encode("utf-16"), ["profile.encoding"]),
        (b'title = "Hu\xd6n"', ["profile.encoding"]),
        (b"#" * 1_000_001, ["profile.too_large"]),
        (None, ["profile.missing"]),
    ],
)
def test_only_what_can_not_be_read_stops(
    tmp_path: Path, body: bytes | None, codes: list[str]
) -> None:
    path = tmp_path / "hồ sơ.toml"
    if body is not None:
        path.write_bytes(body)
    with pytest.raises(Unreadable) as refused:
        read_profile(path)
    found = [flaw.problem.code for flaw in refused.value.flaws] or [refused.value.problem.code]
    assert found == codes


def test_a_mark_at_the_beginning_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert flaws(read_profile(tmp_path / "p.toml", SITES)) == []


def test_passwords_come_from_the_vault_and_one_that_lacks_holds_up_nobody(tmp_path: Path) -> None:
    vault, pins = Vault(Safe()), KnownPins(tmp_path / "pins.toml")
    vault.keep("mcu-1", "api", "geheim")
    ready, declined = equip_all(told(GOOD).entries, lambda: vault, pins)
    assert [a.spec.id for a in ready] == ["mcu-1"]
    assert ready[0].credentials is not None
    assert ready[0].credentials.password == "geheim"
    assert "geheim" not in repr(ready)
    ((spec, problem),) = declined
    assert (spec.id, problem.code) == ("phong-651", "profile.no_password")
    assert "hnth-console password phong-651" in say_problem(problem)


def test_without_a_keyring_every_device_says_so(tmp_path: Path) -> None:
    pins = KnownPins(tmp_path / "pins.toml")
    ready, declined = equip_all(told(GOOD).entries, Vault.of_system, pins)
    assert ready == []
    assert {problem.code for _, problem in declined} == {"keyring.unsafe"}


def test_whom_to_believe(tmp_path: Path) -> None:
    pins = KnownPins(tmp_path / "pins.toml")
    entry = told(GOOD).entries[0]
    assert trust_in(entry, pins).pin == ""
    pins.keep(address_key(entry.spec), Pin("a" * 64))
    assert trust_in(entry, pins).pin == "a" * 64
    colons = ":".join(["BB"] * 32)
    own = told(GOOD.replace('user = "api"', f'user = "api"\npin = "{colons}"')).entries[0]
    assert trust_in(own, pins).pin == "b" * 64
    v6 = told(GOOD.replace("10.0.0.10:445", "[fe80::1]")).entries[0]
    assert address_key(v6.spec) == "[fe80::1]:443"


def test_every_flaw_has_words_in_both_languages() -> None:
    files = ("profile_check", "profile_device", "profile_notes")
    source = "".join((ROOT / f"console/core/{name}.py").read_text("utf-8") for name in files)
    codes = set(re.findall(r'note\(\s*"([a-z_]+)"', source))
    reasons = set(re.findall(r', "([a-z]+)"\),', (ROOT / "console/core/toml_lines.py").read_text()))
    assert len(codes) > 20
    for language in LANGUAGES:
        texts = catalogue(language)
        assert {c for c in codes if f"problem.profile.{c}" not in texts} == set()
        assert {r for r in reasons if f"problem.profile.syntax.{r}" not in texts} == set()
    assert wording.language == "vi"
