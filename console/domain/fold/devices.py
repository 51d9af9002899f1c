"""The roster, the devices and the links to them. What a link still tells of a device that was
forgotten, or never named, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from console.domain import facts as f
from console.domain.device import CAMERAS, Device
from console.domain.endpoint import Endpoint
from console.domain.event import Event
from console.domain.fold import guests
from console.domain.state import Key, State


def _roster_loaded(state: State, event: Event, fact: f.RosterLoaded) -> tuple[Key, ...]:
    """Results of checks and rooms stay with their sites: a roster file knows neither."""
    placed = [d for d in state.devices.values() if d.endpoint]
    rooms = {d.endpoint: d.id for d in placed if d.kind not in CAMERAS}
    cameras = {d.endpoint: d.id for d in placed if d.kind in CAMERAS}
    kept = {e.id for e in fact.endpoints}
    new = dict[str, Endpoint]()
    for told in fact.endpoints:
        known = state.endpoints.get(told.id)
        room = rooms.get(told.id) or told.room or (known.room if known else "")
        camera = cameras.get(told.id) or told.camera or (known.camera if known else "")
        check = told.check or (known.check if known else "")
        same = (room, camera, check) == (told.room, told.camera, told.check)
        new[told.id] = told if same else replace(told, room=room, camera=camera, check=check)
    gone = [e for e in state.endpoints.values() if e.id not in kept and e.level != guests.LEVEL]
    same = not gone and all(state.endpoints.get(i) == e for i, e in new.items())
    source = (fact.record, fact.version)
    if same and (state.roster, state.roster_source) == (fact.name, source):
        return ()
    state.endpoints.update(new)
    for endpoint in gone:
        leg = state.legs.get(endpoint.id)
        if leg is not None and guests.is_in(leg):
            state.endpoints[endpoint.id] = guests.demoted(state, endpoint)
        else:
            guests.forget(state, endpoint.id)
    _keep_directory(state, fact.endpoints)
    state.roster, state.roster_source = fact.name, source
    return (("roster", fact.name),)


def _keep_directory(state: State, endpoints: Iterable[Endpoint]) -> None:
    """The dial addresses of the new roster, in the mapping that the drivers hold."""
    wanted = {e.address.lower(): e.id for e in endpoints if e.address}
    state.directory.update(wanted)
    for address in [a for a in state.directory if a not in wanted]:
        del state.directory[address]


def _device_named(state: State, event: Event, fact: f.DeviceNamed) -> tuple[Key, ...]:
    spec = fact.spec
    known = state.devices.get(spec.id)
    device = Device(spec.id, spec.kind, spec.name, spec.endpoint)
    if known is not None:
        device = replace(known, kind=spec.kind, name=spec.name, endpoint=spec.endpoint)
    keys = list(_put(state, device))
    for site in {known.endpoint if known else "", spec.endpoint}:
        endpoint = state.endpoints.get(site)
        if endpoint is None:
            continue
        room, camera = ("" if i == spec.id else i for i in (endpoint.room, endpoint.camera))
        if site == spec.endpoint and spec.kind in CAMERAS:
            camera = spec.id
        elif site == spec.endpoint:
            room = spec.id
        changed = replace(endpoint, room=room, camera=camera)
        if changed != endpoint:
            state.endpoints[site] = changed
            keys.append(("endpoint", site))
    return tuple(sorted(keys))


def _device_forgotten(state: State, event: Event, fact: f.DeviceForgotten) -> tuple[Key, ...]:
    """With a device goes all that only it told: of an MCU its conferences, of a room its room."""
    device = fact.device
    touched: set[Key] = set()
    if state.devices.pop(device, None) is not None:
        touched.add(("device", device))
    heard, rtt = state.heard.pop(device, None), state.rtt_ms.pop(device, None)
    if heard is not None or rtt is not None:
        touched.add(("heard", device))
    for site, endpoint in list(state.endpoints.items()):
        if device in (endpoint.room, endpoint.camera):
            room, camera = ("" if i == device else i for i in (endpoint.room, endpoint.camera))
            state.endpoints[site] = replace(endpoint, room=room, camera=camera)
            touched.add(("endpoint", site))
    for site in [r.endpoint for r in state.rooms.values() if r.device == device]:
        del state.rooms[site]
        state.room_quality.pop(site, None)
        touched.add(("endpoint", site))
    for conference in [c.id for c in state.conferences.values() if c.device == device]:
        touched |= _conference_forgotten(state, conference)
    return tuple(sorted(touched))


def _conference_forgotten(state: State, conference: str) -> set[Key]:
    """Nobody tells of its legs any more: nothing is known of them, and no site is called lost."""
    touched: set[Key] = {("conference", conference), ("session", "")}
    del state.conferences[conference]
    state.podiums.pop(conference, None)
    for site in [leg.endpoint for leg in state.legs.values() if leg.conference == conference]:
        for records in (state.legs, state.quality):
            records.pop(site, None)
        if state.speech.pop(site, None) is not None:
            touched.add(("speech", site))
        touched.add(("endpoint", site))
        known = state.endpoints.get(site)
        if known is not None and known.level == guests.LEVEL:
            guests.forget(state, site)
            touched.add(("roster", state.roster))
    return touched


def _certificate_trusted(state: State, event: Event, fact: f.CertificateTrusted) -> tuple[Key, ...]:
    return (("device", fact.device),)


def _put(state: State, device: Device) -> tuple[Key, ...]:
    if state.devices.get(device.id) == device:
        return ()
    state.devices[device.id] = device
    return (("device", device.id),)


def _link_changed(state: State, event: Event, fact: f.LinkChanged) -> tuple[Key, ...]:
    known = state.devices.get(fact.device)
    if known is None:
        return ()
    if known.health is fact.health and known.problem == fact.problem:
        return ()
    since = known.health_since_us if known.health is fact.health else event.at_us
    return _put(
        state, replace(known, health=fact.health, problem=fact.problem, health_since_us=since)
    )


def _device_probed(state: State, event: Event, fact: f.DeviceProbed) -> tuple[Key, ...]:
    known = state.devices.get(fact.device)
    if known is None:
        return ()
    return _put(
        state,
        replace(
            known,
            capabilities=fact.capabilities,
            refusals=fact.refusals,
            layouts=fact.layouts,
            screen_layouts=fact.screen_layouts,
            software=fact.software,
            model=fact.model,
        ),
    )


def _push_changed(state: State, event: Event, fact: f.PushChanged) -> tuple[Key, ...]:
    known = state.devices.get(fact.device)
    return _put(state, replace(known, push=fact.alive)) if known else ()


def _device_heard(state: State, event: Event, fact: f.DeviceHeard) -> tuple[Key, ...]:
    device = fact.device
    rtt_ms = fact.rtt_ms
    if state.heard.get(device) == event.at_us and rtt_ms in (None, state.rtt_ms.get(device)):
        return ()
    state.heard[device] = event.at_us
    if rtt_ms is not None:
        state.rtt_ms[device] = rtt_ms
    return (("heard", device),)


def _figures_measured(state: State, event: Event, fact: f.FiguresMeasured) -> tuple[Key, ...]:
    known = state.devices.get(fact.device)
    return _put(state, replace(known, figures=fact.figures)) if known else ()


FOLDERS = {
    f.RosterLoaded: _roster_loaded,
    f.DeviceNamed: _device_named,
    f.DeviceForgotten: _device_forgotten,
    f.CertificateTrusted: _certificate_trusted,
    f.LinkChanged: _link_changed,
    f.DeviceProbed: _device_probed,
    f.PushChanged: _push_changed,
    f.DeviceHeard: _device_heard,
    f.FiguresMeasured: _figures_measured,
}
