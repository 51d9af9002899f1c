"""What the devices' dialog shows: each device with its health and why, its certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.core.pins import Pin
from console.core.profile import Profile
from console.core.profile_entry import Entry
from console.domain.device import Device, DeviceSpec, LinkHealth
from console.domain.problem import Problem
from console.domain.state import State
from console.domain.text import clean_name
from console.qt.looks.devices import kind_text
from console.qt.looks.header import Health
from console.qt.looks.inspector import Said
from console.qt.wording import clock, date, has, say, say_problem
from console.wire.certificate import Certificate, grouped

_HEALTH = {
    LinkHealth.IDLE: Health.OFF,
    LinkHealth.CONNECTING: Health.OFF,
    LinkHealth.UP: Health.GOOD,
    LinkHealth.DEGRADED: Health.WARN,
    LinkHealth.DOWN: Health.BAD,
}


_BRIEFS = {
    "wire.certificate": "certificate",
    "wire.login": "login",
    "device.login": "login",
    "profile.no_password": "password",
}
"""Problem → the word that tells it in the list."""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device of the list. `make` is whose product it is, `brief` how it stands in a word or
    two, `state` the same in full: what is wrong, and what to do."""

    id: str
    name: str
    kind: str
    make: str
    address: str
    site: str
    health: Health
    brief: str
    state: str
    problem: Problem | None


def device_rows(state: State, entries: Sequence[Entry]) -> tuple[DeviceRow, ...]:
    """Every device of the profile, in its order."""
    return tuple(_row(state, entry) for entry in entries)


def _row(state: State, entry: Entry) -> DeviceRow:
    spec = entry.spec
    device = state.devices.get(spec.id)
    health = device.health if device is not None else LinkHealth.IDLE
    problem = entry.problem or (device.problem if device is not None else None)
    shown = Health.BAD if entry.problem is not None else _HEALTH[health]
    words = brief = say(f"devices.health.{health.value}")
    if problem is not None:
        words, brief = say_problem(problem), _brief(problem) or brief
    site = state.endpoints.get(spec.endpoint)
    return DeviceRow(
        spec.id,
        clean_name(spec.name),
        kind_text(spec.kind),
        say(f"devices.kind.{spec.kind}") if has(f"devices.kind.{spec.kind}") else "",
        clean_name(spec.address),
        clean_name(site.name) if site is not None else clean_name(spec.endpoint),
        shown,
        brief,
        words,
        problem,
    )


def _brief(problem: Problem) -> str:
    """A problem in a word or two; "" where how the link stands tells as much."""
    flawed = "profile" if problem.code.startswith("profile.") else ""
    key = _BRIEFS.get(problem.code, flawed)
    return say(f"devices.brief.{key}") if key else ""


def facts_of(row: DeviceRow, device: Device | None, user: str) -> Said:
    """What a device is: product, model, software, account, site."""
    parts = [row.make, *([device.model, device.software] if device is not None else [])]
    told = [" ".join(clean_name(part) for part in parts if part)]
    told.append(say("devices.account", user=user) if user else "")
    told.append(row.site)
    return Said(" · ".join(part for part in told if part), "muted")


def profile_said(profile: Profile, *, fixed: bool) -> Said:
    """What is wrong with a profile as a whole, else where it is; `fixed`: it is training's."""
    if fixed:
        return Said(say("devices.training"), "muted")
    flaws = profile.flaws
    if not flaws:
        return Said(str(profile.path), "dim")
    text = say_problem(flaws[0].problem)
    more = say("devices.more_flaws", n=len(flaws) - 1) if len(flaws) > 1 else ""
    return Said(f"{text} {more}".strip(), "warn")


def certificate_lines(shown: Certificate, now_s: float) -> tuple[Said, ...]:
    """A certificate as it is read before it is believed."""
    left = shown.days_left(now_s)
    tone = "bad" if left is not None and left < 0 else "value"
    lines = [Said(say("devices.cert.subject", name=shown.subject or "—"))]
    issuer = say("devices.cert.self") if shown.self_signed else shown.issuer or "—"
    lines.append(Said(say("devices.cert.issuer", name=issuer)))
    if shown.ends_s:
        begins, ends = date(shown.begins_s * 1_000_000), date(shown.ends_s * 1_000_000)
        lines.append(Said(say("devices.cert.valid", begins=begins, ends=ends, days=left), tone))
    return tuple(lines)


def print_lines(shown: Certificate, believed: Pin | None) -> tuple[Said, ...]:
    """Its fingerprint; where another was believed, both, and since when."""
    if believed is None or believed.sha256.replace(":", "").lower() == shown.sha256:
        return (Said(say("devices.cert.print"), "muted"), Said(halves(shown.sha256)))
    old = believed.sha256.replace(":", "").lower()
    since = say("devices.cert.old")
    if believed.since_us:
        moment = f"{date(believed.since_us)} {clock(believed.since_us)[:5]}"
        since = say("devices.cert.old_since", moment=moment)
    return (
        Said(since, "muted"),
        Said(halves(old)),
        Said(say("devices.cert.new"), "warn"),
        Said(halves(shown.sha256), "warn"),
    )


def halves(sha256: str) -> str:
    """A fingerprint in two lines of sixteen pairs."""
    told = grouped(sha256)
    return f"{told[:47]}\u2028{told[48:]}"


def belief(
    spec: DeviceSpec, shown: Certificate, believed: Pin | None, problem: Problem | None
) -> str:
    """How a certificate stands: `pinned`, `changed`, `refused` (by authority, name or date), or
    `trusted` by its authority."""
    if believed is not None:
        same = believed.sha256.replace(":", "").lower() == shown.sha256
        return "pinned" if same else "changed"
    if problem is not None and problem.code == "wire.certificate":
        return "refused"
    return "trusted"
