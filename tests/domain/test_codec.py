"""Records, facts and wishes as bytes and back."""

from __future__ import annotations

import json
from dataclasses import is_dataclass
from enum import Enum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.domain import codec, facts
from console.domain.codec import Unreadable, from_json, to_json
from console.domain.commands import composite, mcu, office, own, room, take
from console.domain.commands.base import Command
from console.domain.endpoint import Endpoint, LineKind
from console.domain.facts import CommandSubmitted, Fact, NoteWritten
from console.domain.observed import Leg
from console.domain.presence import Presence
from console.domain.problem import Problem

_COMMANDS = [
    kind
    for module in (mcu, room, own, office, take)
    for kind in vars(module).values()
    if isinstance(kind, type)
    and issubclass(kind, Command)
    and kind.__module__ == module.__name__
    and kind not in (mcu.LegCommand, mcu.ConferenceCommand, room.RoomCommand)
]
_FACTS = [
    kind
    for kind in vars(facts).values()
    if isinstance(kind, type) and issubclass(kind, Fact) and kind not in (Fact, CommandSubmitted)
]
_RECORDS = [
    kind
    for kind in codec._TYPES.values()
    if is_dataclass(kind) and not issubclass(kind, (Fact, Command))
]
_ENUMS = [kind for kind in codec._TYPES.values() if issubclass(kind, Enum)]


def of(kind: type) -> st.SearchStrategy[Any]:
    return st.from_type(kind)


commands = st.sampled_from(_COMMANDS).flatmap(of)
EVERY = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
batches = st.builds(composite.Batch, of=st.lists(commands, max_size=2).map(tuple))
submitted = st.builds(CommandSubmitted, commands | batches, inverse=st.none() | commands | batches)


@pytest.mark.parametrize("kind", [*_FACTS, *_COMMANDS, *_RECORDS], ids=lambda k: k.__name__)
def test_round_trip(kind: type):
    @settings(max_examples=25, suppress_health_check=EVERY)
    @given(of(kind))
    def goes_round(value: object):
        body = to_json(value)
        again = from_json(body)
        assert type(again) is kind
        assert to_json(again) == body
        assert again == value or b"NaN" in body  # which equals nothing
        json.loads(body.decode("utf-8"))  # plain JSON in valid UTF-8, for whoever reads it later

    goes_round()


@settings(suppress_health_check=EVERY)
@given(submitted)
def test_a_submitted_wish_goes_round_with_all_that_is_in_it(value: CommandSubmitted):
    body = to_json(value)
    assert to_json(from_json(body)) == body
    assert from_json(body) == value or b"NaN" in body


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_goes_round_in_valid_utf_8(text: str):
    """Half surrogate pairs too, which a paste from elsewhere may hold."""
    body = to_json(NoteWritten(text))
    assert body.decode("utf-8", "strict")
    assert from_json(body) == NoteWritten(text)


@pytest.mark.parametrize("kind", _ENUMS, ids=lambda k: k.__name__)
def test_every_member_goes_round(kind: type[Enum]):
    for member in kind:
        assert from_json(to_json(member)) is member


def test_capabilities_go_round_together():
    every = ~codec.capability.Capability.NONE
    assert from_json(to_json(every)) == every


def test_no_two_classes_have_one_name():
    names = [
        name
        for module in codec._MODULES
        for name, kind in vars(module).items()
        if isinstance(kind, type) and kind.__module__ == module.__name__
    ]
    assert len(names) == len(set(names))


def test_text_is_stored_as_people_read_it():
    assert "Đắk Lắk" in to_json(NoteWritten("Đắk Lắk")).decode()


def test_a_set_is_written_in_one_order():
    told = facts.RosterSeen("c", frozenset({"3", "1", "2"}))
    assert to_json(told) == to_json(facts.RosterSeen("c", frozenset({"2", "3", "1"})))


def test_what_is_no_record_is_not_written():
    with pytest.raises(TypeError):
        to_json(object())
    with pytest.raises(TypeError):
        to_json({"a": 1})


# -- what other versions wrote -------------------------------------------------------------------


def test_a_field_of_a_later_version_is_left_out():
    body = to_json(Endpoint("1", "n", "s")).replace(b'"name"', b'"colour":"red","name"')
    assert from_json(body) == Endpoint("1", "n", "s")


def test_a_field_that_an_earlier_version_lacked_has_its_default():
    told = json.loads(to_json(Leg("1", "c", Presence.CONNECTED)))
    del told["joined"]
    assert from_json(json.dumps(told).encode()) == Leg("1", "c", Presence.CONNECTED)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"{}",
        b'{"_":"Nothing"}',
        b'{"_":["Leg"]}',
        b'{"_":"Leg"}',
        b'{"_":"Refused"}',
        b'{"_":"LineKind","v":"CARRIER_PIGEON"}',
        b'{"_":"LineKind","v":[]}',
        b'{"_":"LineKind"}',
        b'{"_":"Capability","v":"x"}',
        b'{"_":"Capability","v":1099511627776}',
        b'{"_":"frozenset","v":[[1]]}',
        b'{"_":"frozenset","v":5}',
        b"[" * 100_000,
        b"1" * 10_000,
    ],
)
def test_unreadable(body: bytes):
    with pytest.raises(Unreadable):
        from_json(body)


@given(st.binary(max_size=40))
def test_garbage_is_unreadable_or_plain_data(body: bytes):
    try:
        from_json(body)
    except Unreadable:
        return


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("_", "v", "endpoint", "leg", "x")), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from(sorted(codec._TYPES)), json_values, st.sampled_from(("v", "leg", "command")))
def test_a_spoilt_record_is_unreadable_or_a_record(name: str, inside: Any, field: str):
    body = json.dumps({"_": name, field: inside}).encode()
    try:
        from_json(body)
    except Unreadable:
        return


def test_a_problem_keeps_its_values():
    told = Problem.of("wire.deadline", detail="hết giờ", seconds=8.0, device="m1", n=3)
    assert from_json(to_json(told)) == told
    assert from_json(to_json(LineKind.SLCD)) is LineKind.SLCD
