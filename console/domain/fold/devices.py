"""The roster, the devices and the links to them."""

from __future__ import annotations

from dataclasses import replace

from console.domain import facts as f
from console.domain.device import Device
from console.domain.event import Event
from console.domain.state import Key, State


def _roster_loaded(state: State, event: Event, fact: f.RosterLoaded) -> tuple[Key, ...]:
    kept = {e.id for e in fact.endpoints}
    gone = [i for i, e in state.endpoints.items() if i not in kept and e.level != "guest"]
    for site in gone:
        del state.endpoints[site]
    for endpoint in fact.endpoints:
        known = state.endpoints.get(endpoint.id)
        room = endpoint.room or (known.room if known else "")
        state.endpoints[endpoint.id] = replace(endpoint, room=room) if room else endpoint
        if endpoint.address:
            state.directory[endpoint.address.lower()] = endpoint.id
    state.roster = fact.name
    return (("roster", fact.name),)


def _device_named(state: State, event: Event, fact: f.DeviceNamed) -> tuple[Key, ...]:
    spec = fact.spec
    known = state.devices.get(spec.id)
    device = Device(spec.id, spec.kind, spec.name, spec.endpoint)
    if known is not None:
        device = replace(known, kind=spec.kind, name=spec.name, endpoint=spec.endpoint)
    if device == known:
        return ()
    state.devices[spec.id] = device
    endpoint = state.endpoints.get(spec.endpoint)
    if endpoint is None:
        return (("device", spec.id),)
    state.endpoints[spec.endpoint] = replace(endpoint, room=spec.id)
    return (("device", spec.id), ("endpoint", spec.endpoint))


def _device(state: State, device: str) -> Device:
    return state.devices.get(device) or Device(device, "", device)


def _put(state: State, device: Device) -> tuple[Key, ...]:
    if state.devices.get(device.id) == device:
        return ()
    state.devices[device.id] = device
    return (("device", device.id),)


def _link_changed(state: State, event: Event, fact: f.LinkChanged) -> tuple[Key, ...]:
    known = _device(state, fact.device)
    if known.health is fact.health and known.problem == fact.problem:
        return ()
    since = known.health_since_us if known.health is fact.health else event.at_us
    return _put(
        state, replace(known, health=fact.health, problem=fact.problem, health_since_us=since)
    )


def _device_probed(state: State, event: Event, fact: f.DeviceProbed) -> tuple[Key, ...]:
    return _put(
        state,
        replace(
            _device(state, fact.device),
            capabilities=fact.capabilities,
            refusals=fact.refusals,
            layouts=fact.layouts,
            screen_layouts=fact.screen_layouts,
            software=fact.software,
            model=fact.model,
        ),
    )


def _push_changed(state: State, event: Event, fact: f.PushChanged) -> tuple[Key, ...]:
    return _put(state, replace(_device(state, fact.device), push=fact.alive))


def _device_heard(state: State, event: Event, fact: f.DeviceHeard) -> tuple[Key, ...]:
    state.heard[fact.device] = event.at_us
    if fact.rtt_ms is not None:
        state.rtt_ms[fact.device] = fact.rtt_ms
    return (("heard", fact.device),)


def _figures_measured(state: State, event: Event, fact: f.FiguresMeasured) -> tuple[Key, ...]:
    return _put(state, replace(_device(state, fact.device), figures=fact.figures))


FOLDERS = {
    f.RosterLoaded: _roster_loaded,
    f.DeviceNamed: _device_named,
    f.LinkChanged: _link_changed,
    f.DeviceProbed: _device_probed,
    f.PushChanged: _push_changed,
    f.DeviceHeard: _device_heard,
    f.FiguresMeasured: _figures_measured,
}
