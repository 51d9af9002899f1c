"""A checkup: whether each device is there, is who it claims to be, and lets us in.

A device is met as the program meets it: by a Link of a Plant of its own, whose facts go nowhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import IntEnum
from threading import Event
from urllib.parse import urlsplit

from console.core.clock import Clock
from console.core.contact import problem_of
from console.core.kinds import is_tls, place_of
from console.core.plant import Plant
from console.core.profile import Access
from console.core.store import Store
from console.domain.device import LinkHealth
from console.domain.problem import Problem
from console.wire.certificate import Certificate, shown_by
from console.wire.connection import tcp, tls
from console.wire.deadline import REAPER, Guard
from console.wire.http import HttpReply, HttpRequest, HttpSession
from console.wire.problems import WireError

STEP_S = 5.0
"""Within this each step over the wire has succeeded or failed."""
_SKEW_WARN_S, _SKEW_BAD_S = 2.0, 60.0
_DAYS_WARN = 30
_TOGETHER = 16
_LOOK_S = 0.03


class Verdict(IntEnum):
    """How a check came out; as an exit code too."""

    GOOD = 0
    WARN = 1
    BAD = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: of what (a device's name, `profile`, `store`, …), which, and how it
    came out. `problem` says what is wrong; a good one has `values` for its sentence."""

    subject: str
    name: str
    verdict: Verdict
    problem: Problem | None = None
    values: tuple[tuple[str, str | int | float], ...] = ()


@dataclass(slots=True)
class Report:
    """What a device's checkup found so far, in order; the certificate it showed, if any."""

    device: str
    name: str
    checks: list[Check] = field(default_factory=list[Check])
    certificate: Certificate | None = None
    done: bool = False
    on_check: Callable[[Check], None] = lambda check: None
    """Told each check at once, in whatever thread makes it."""

    @property
    def verdict(self) -> Verdict:
        """The worst of its checks."""
        return max((check.verdict for check in self.checks), default=Verdict.GOOD)

    def add(
        self, name: str, verdict: Verdict, problem: Problem | None = None,
        **values: str | int | float,
    ) -> None:  # fmt: skip
        """One more check."""
        told = tuple(sorted(values.items()))
        check = Check(self.name, name, verdict, problem, told)
        self.checks.append(check)
        self.on_check(check)


def examine(
    accesses: Sequence[Access],
    deadline_s: float,
    cancelled: Event | None = None,
    on_done: Callable[[Report], None] = lambda report: None,
    on_check: Callable[[Check], None] = lambda check: None,
) -> list[Report]:
    """Examine devices side by side; blocks until all are done, at most `deadline_s`, or until
    cancelled. `on_done` is told each as it is done, in this thread."""
    cancelled = cancelled or Event()
    due = time.monotonic() + deadline_s
    reports = [Report(a.spec.id, a.spec.name, on_check=on_check) for a in accesses]
    clock, store = Clock(), Store()
    plant = Plant(store, clock, lambda name, error: None)
    pool = ThreadPoolExecutor(_TOGETHER, "hnth-checkup")
    try:
        steps = {
            pool.submit(_meet, access, report): (access, report)
            for access, report in zip(accesses, reports, strict=True)
        }
        _probe_each(steps, plant, store, due, cancelled, on_done)
    finally:
        plant.stop()
        pool.shutdown(wait=False, cancel_futures=True)
    for report in reports:
        if not report.done and not cancelled.is_set():
            late = Problem.of("doctor.late", device=report.name, seconds=deadline_s)
            report.add("probe", Verdict.BAD, late)
            report.done = True
            on_done(report)
    return reports


def _probe_each(
    steps: dict[Future[None], tuple[Access, Report]],
    plant: Plant,
    store: Store,
    due: float,
    cancelled: Event,
    on_done: Callable[[Report], None],
) -> None:
    """Let the Links meet every device that the steps before did not find wrong."""
    met = dict(steps)
    probed: dict[str, Report] = {}
    while (met or probed) and time.monotonic() < due and not cancelled.is_set():
        finished, _ = wait(met, 0) if met else (set[Future[None]](), None)
        for future in finished:
            access, report = met.pop(future)
            future.result()
            if report.verdict is Verdict.BAD:
                report.done = True
                on_done(report)
            else:
                probed[access.spec.id] = report
                plant.add([access])
        store.drain()
        for device, report in list(probed.items()):
            if _probed(store, device, report):
                del probed[device]
                report.done = True
                on_done(report)
        time.sleep(_LOOK_S)


def _probed(store: Store, device: str, report: Report) -> bool:
    """Whether the Link has come to a verdict; it is then among the checks."""
    known = store.state.devices.get(device)
    if known is None or known.health in (LinkHealth.IDLE, LinkHealth.CONNECTING):
        return False
    if known.health is LinkHealth.DOWN:
        problem = known.problem or Problem.of("link.down", device=report.name)
        report.add("probe", Verdict.BAD, problem)
    else:
        report.add("probe", Verdict.GOOD, model=known.model or known.kind, version=known.software)
    return True


# -- over the wire, before anybody logs in -----------------------------------------------------


def _meet(access: Access, report: Report) -> None:
    """TCP, TLS, who answers, what time it has there; stops at the first that is wrong."""
    spec = access.spec
    host, port = place_of(spec.kind, spec.address)
    scheme = urlsplit(spec.address).scheme
    if "udp" in scheme:
        return
    stage = "tcp"
    try:
        started = time.monotonic()
        _reach(host, port)
        report.add("tcp", Verdict.GOOD, ms=round((time.monotonic() - started) * 1000))
        if is_tls(spec.address):
            stage = "tls"
            report.certificate = shown_by(host, port, STEP_S)
            _verify(access, host, port, report)
        if scheme.startswith("http"):
            stage = "http"
            _ask(access, report)
    except WireError as error:
        report.add(stage, Verdict.BAD, problem_of(error, spec.name))


def _guarded(make: Callable[[Guard], object]) -> None:
    guard = Guard(STEP_S)
    REAPER.attach()
    REAPER.add(guard)
    try:
        made = make(guard)
        close: Callable[[], None] = getattr(made, "close", lambda: None)
        close()
    finally:
        guard.finish()
        REAPER.detach()


def _reach(host: str, port: int) -> None:
    _guarded(lambda guard: tcp(host, port, guard))


def _verify(access: Access, host: str, port: int, report: Report) -> None:
    _guarded(lambda guard: tls(host, port, access.trust, guard))
    shown = report.certificate
    left = shown.days_left(time.time()) if shown is not None else None
    if left is not None and left < _DAYS_WARN:
        problem = Problem.of("doctor.ends", device=access.spec.name, days=left)
        report.add("tls", Verdict.WARN, problem)
    elif access.trust.pin:
        report.add("tls", Verdict.GOOD, how="pin", days=left or 0)
    else:
        report.add("tls", Verdict.GOOD, how="ca", days=left or 0)


def _ask(access: Access, report: Report) -> None:
    """Ask for the front page without an account: whoever speaks HTTP dates the answer."""
    session = HttpSession(access.spec.address, None, access.trust)
    try:
        before = time.time()
        request = HttpRequest("GET", "/", deadline_s=STEP_S, login=False, max_bytes=1 << 20)
        reply = session.exchange(request)
        after = time.time()
    finally:
        session.close()
    skew_s = skew(reply, before, after)
    if skew_s is None:
        return
    off = abs(skew_s)
    verdict = Verdict.BAD if off > _SKEW_BAD_S else Verdict.WARN if off > _SKEW_WARN_S else None
    if verdict is None:
        report.add("clock", Verdict.GOOD, seconds=round(off, 1))
    else:
        reason = "ahead" if skew_s > 0 else "behind"
        problem = Problem.of("doctor.clock", device=access.spec.name, seconds=off, reason=reason)
        report.add("clock", verdict, problem)


def skew(reply: HttpReply, before_s: float, after_s: float) -> float | None:
    """How far (s) the device's clock is ahead of ours, None where it does not date its answers.

    Its date has whole seconds, and was written some time between asking and hearing: what that
    explains is no difference.
    """
    try:
        moment = parsedate_to_datetime(reply.header("date") or "")
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    told = moment.timestamp()
    if told > after_s:
        return told - after_s
    return min(0.0, told + 1.0 - before_s)
