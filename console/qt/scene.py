"""A session for pictures and tests: 200 sites of Đắk Lắk, Krông Bông on the podium, Ea Kar next,
a few troubles. Made of facts through the real Store and Dispatcher, with a pretend MCU.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from console.core.dispatcher import Dispatcher
from console.core.store import Store
from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.commands.mcu import (
    DialSite,
    HangUpSite,
    HideVideo,
    LockConference,
    MuteAllBut,
    MuteSite,
    PutOnPodium,
    SetConferenceLayout,
    SetScreenLayout,
    ShowBanner,
)
from console.domain.commands.own import LoadScript, OpenSession, StageNext
from console.domain.commands.room import RecallPreset
from console.domain.commands.take import TakeToPodium
from console.domain.conference import Conference
from console.domain.device import DeviceSpec, Figures, LinkHealth
from console.domain.endpoint import Contact, Endpoint, LineKind
from console.domain.event import Event, stamped
from console.domain.layout import Layout
from console.domain.observed import Leg, Preset, Quality
from console.domain.presence import Presence
from console.domain.problem import Problem
from console.domain.session import ScriptLine
from console.domain.text import short_name
from console.qt import RESOURCES

ROSTER = RESOURCES / "rosters" / "dak_lak_2021.csv"
NOW_US = 1_795_484_530_000_000
"""08:42:10 in Đắk Lắk on 24 November 2026."""
CALL = "cms-1/call"
CHAIR, PODIUM, NEXT = "66", "653", "651"
S = 1_000_000
PRESETS = ("Chủ tọa", "Toàn cảnh", "Bên trái", "Bên phải", "Bục nói", "Phóng to")
LAYOUTS = (
    Layout.SINGLE, Layout.ONE_PLUS_FIVE, Layout.ONE_PLUS_NINE, Layout.EQUAL_3X3,
)  # fmt: skip
CMS = (
    Capability.ROSTER | Capability.TALK | Capability.MUTE_ONE | Capability.MUTE_ALL_BUT
    | Capability.VIDEO_MUTE | Capability.PODIUM | Capability.CONFERENCE_LAYOUT
    | Capability.SCREEN_LAYOUT | Capability.DIAL | Capability.HANG_UP | Capability.LOCK
    | Capability.BANNER | Capability.QUALITY | Capability.HEALTH
)  # fmt: skip
ROOM = (
    Capability.PRESET_LIST | Capability.PRESET_RECALL | Capability.PRESET_STORE
    | Capability.ROOM_MICROPHONE | Capability.STANDBY | Capability.QUALITY
)  # fmt: skip


class SceneClock:
    """A clock that a test moves."""

    def __init__(self, now_us: int) -> None:
        self.at_us = now_us

    def now_us(self) -> int:
        return self.at_us

    def mono_us(self) -> int:
        return self.at_us


class Paper:
    """A journal that is durable at once."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def append(self, events: Sequence[Event]) -> Future[int]:
        self.events += events
        done: Future[int] = Future()
        done.set_result(len(self.events))
        return done

    def keep(self, events: Sequence[Event]) -> None:
        self.append(events)


@dataclass
class PretendMcu:
    """A link that does at once what is asked, unless it is told to wait or to refuse."""

    scene: Scene
    device: str
    asked: list[Command] = field(default_factory=list[Command])
    waits: bool = False
    refuses: dict[type, Problem] = field(default_factory=dict[type, Problem])

    def perform(self, *commands: Command) -> None:
        for command in commands:
            self._perform(command)

    def _perform(self, command: Command) -> None:
        self.asked.append(command)
        self.scene.tell(f.CommandSent(command.id), cause=command.id)
        problem = self.refuses.get(type(command))
        if problem is not None:
            self.scene.tell(f.CommandRefused(command.id, problem), cause=command.id)
        elif not self.waits:
            self.obey(command)

    def obey(self, command: Command) -> None:
        """Answer, and report the change."""
        scene, state = self.scene, self.scene.store.state
        told: list[f.Fact] = [f.CommandAnswered(command.id)]
        conference = state.conferences[CALL]
        match command:
            case PutOnPodium():
                told.append(f.ConferenceSeen(replace(conference, podium=command.endpoint)))
            case SetConferenceLayout():
                told.append(f.ConferenceSeen(replace(conference, layout=command.layout)))
            case LockConference():
                door = state.conferences[command.conference]
                told.append(f.ConferenceSeen(replace(door, locked=command.locked)))
            case ShowBanner():
                told.append(f.ConferenceSeen(replace(conference, banner=command.text)))
            case MuteSite():
                told.append(scene.leg(command.endpoint, mic_muted=command.muted))
            case MuteAllBut():
                told += [scene.leg(s, mic_muted=True) for s in command.open_sites(state)]
            case HideVideo():
                told.append(scene.leg(command.endpoint, video_muted=command.hidden))
            case SetScreenLayout():
                told.append(scene.leg(command.endpoint, layout=command.layout))
            case DialSite():
                told.append(scene.leg(command.endpoint, presence=Presence.CONNECTED))
            case HangUpSite():
                told.append(f.LegEnded(CALL, command.endpoint))
            case RecallPreset():
                told.append(f.CameraSeen(command.endpoint, self.device, False, command.number))
            case _:
                pass
        scene.tell(*told, source=self.device)


class Scene:
    """The Store, the Dispatcher and their pretend surroundings; `settle` is a frame's drain."""

    def __init__(self, now_us: int = NOW_US) -> None:
        self.clock = SceneClock(now_us)
        self.paper = Paper()
        self.told: list[Event] = []
        self.store = Store()
        self.store.on_told = self.told.extend
        self.mcu = PretendMcu(self, "cms-1")
        self.room = PretendMcu(self, "room")
        self.links: dict[str, PretendMcu] = {"cms-1": self.mcu}
        self.dispatcher = Dispatcher(self.store, self.paper, self.links, self.clock)  # type: ignore[arg-type]

    @property
    def state(self):
        return self.store.state

    def tell(self, *facts: f.Fact, at_us: int = 0, source: str = "cms-1", cause: str = "") -> None:
        """Facts of a moment (default: now)."""
        at = at_us or self.clock.at_us
        self.store.post([stamped(fact, at, source, cause) for fact in facts])

    def leg(self, site: str, **changed: object) -> f.LegSeen:
        """The leg of a site as it is now, changed."""
        known = self.state.legs.get(site) or Leg(site, CALL, Presence.CONNECTED)
        return f.LegSeen(replace(known, **changed))

    def settle(self) -> set[tuple[str, str]]:
        """Fold what waits and settle wishes; the keys touched."""
        keys = self.store.drain()
        while self.dispatcher.review():
            keys |= self.store.drain()
        return keys

    def wish(self, command: Command, at_us: int, after_us: int = 0) -> None:
        """A wish of an earlier moment, and its confirmation so much later."""
        self.settle()
        now, self.clock.at_us = self.clock.at_us, at_us
        self.mcu.waits = self.room.waits = bool(after_us)
        before = len(self.mcu.asked), len(self.room.asked)
        self.dispatcher.submit(command)
        self.settle()
        self.clock.at_us += after_us
        for device, known in zip((self.mcu, self.room), before, strict=True):
            for asked in device.asked[known:] if after_us else ():
                device.obey(asked)
            device.waits = False
        self.settle()
        self.clock.at_us = now


def roster() -> tuple[Endpoint, ...]:
    """The 200 sites, some with contacts and lines."""
    made: list[Endpoint] = []
    with ROSTER.open(encoding="utf-8-sig", newline="") as file:
        for order, row in enumerate(csv.DictReader(file)):
            code = row["code"]
            contacts: tuple[Contact, ...] = ()
            if row["level"] != "commune":
                contacts = (
                    Contact("leader", "Nguyễn Văn Bình", "Phó Chủ tịch UBND huyện"),
                    Contact("technician", "Trần Thị Hoa", "KTV trực", "0905 000 000", "0905000000"),
                )
            made.append(
                Endpoint(
                    code,
                    row["name"],
                    short_name(row["name"]),
                    row["parent_code"],
                    row["level"],
                    address=f"sip:{code}@hnth.daklak.example",
                    line=LineKind.INTERNET if code == "652" else LineKind.SLCD,
                    carrier="VNPT",
                    contacts=contacts,
                    check="failed" if code in ("24499", "24553") else "passed",
                    order=order,
                )
            )
    return tuple(made)


def script() -> tuple[ScriptLine, ...]:
    speech = "phát biểu"
    return (
        ScriptLine("Khai mạc", detail="UBND tỉnh", minutes=5),
        ScriptLine("Báo cáo tháng 10", detail="Sở KH&ĐT", minutes=15),
        ScriptLine("Huyện Krông Bông", PODIUM, speech, 10, 2),
        ScriptLine("Huyện Ea Kar", NEXT, speech, 10, 2),
        ScriptLine("Huyện Lắk", "656", speech, 10),
        ScriptLine("Huyện M'Đrắk", "652", speech, 10),
        ScriptLine("TX. Buôn Hồ", "644", speech, 5),
        ScriptLine("Thảo luận", detail="tự do", minutes=30),
        ScriptLine("Kết luận", detail="UBND tỉnh", minutes=10),
    )


def _by_name(endpoints: Iterable[Endpoint], parent: str, name: str) -> str:
    return next((e.id for e in endpoints if e.parent == parent and name in e.name), "")


def empty_scene() -> Scene:
    """Nothing but the window: no roster, no device, no session."""
    return Scene()


def scene() -> Scene:
    """The session in full swing."""
    it = Scene()
    now = NOW_US
    sites = roster()
    lost_1 = _by_name(sites, "646", "Ia JLơi") or _by_name(sites, "646", "Ia R")
    lost_2 = _by_name(sites, "647", "Cuôr") or _by_name(sites, "647", "Ea Wer")
    open_mic = _by_name(sites, "650", "Tam Giang") or _by_name(sites, "650", "Ea")
    lossy = _by_name(sites, "651", "Ea Tih") or _by_name(sites, "651", "Ea")
    it.tell(f.RosterLoaded("dak_lak_2021", sites), at_us=now - 9000 * S)
    it.tell(
        f.DeviceNamed(DeviceSpec("cms-1", "cms", "MCU", "https://mcu.example")),
        f.LinkChanged("cms-1", LinkHealth.UP),
        f.DeviceProbed("cms-1", CMS, layouts=LAYOUTS, screen_layouts=LAYOUTS[:2], software="3.9"),
        f.PushChanged("cms-1", True),
        f.FiguresMeasured("cms-1", Figures(now, 206, 300, 61.0, 388e3, 402e3, 206, 41 * 86400)),
        f.ConferenceSeen(
            Conference(CALL, "cms-1", "Giao ban", True, False, Layout.ONE_PLUS_FIVE, "", False, "")
        ),
        at_us=now - 9000 * S,
    )
    presets = tuple(Preset(n, name) for n, name in enumerate(PRESETS, 1))
    for site in (CHAIR, PODIUM, NEXT, "656", "652", "644"):
        room = f"room-{site}"
        it.links[room] = it.room
        it.tell(
            f.DeviceNamed(DeviceSpec(room, "roomos", f"VCS {site}", "https://vcs", site)),
            f.LinkChanged(room, LinkHealth.UP),
            f.DeviceProbed(room, ROOM),
            f.RoomSeen(site, room, mic_muted=False, standby=False, in_call=True),
            f.PresetsListed(site, room, presets),
            f.CameraSeen(site, room, False, 2),
            at_us=now - 8000 * S,
        )
    it.tell(
        *(
            f.LegSeen(
                Leg(
                    e.id,
                    CALL,
                    Presence.CONNECTED,
                    mic_muted=e.id != CHAIR,
                    video_muted=False,
                    layout=Layout.SINGLE,
                    address=e.address,
                )
            )
            for e in sites
        ),
        at_us=now - 4360 * S,
    )
    it.settle()
    it.wish(
        OpenSession(
            session="S1", title="Giao ban trực tuyến tháng 11", phase="session",
            chair=CHAIR, conference=CALL,
        ),
        now - 2530 * S,
    )  # fmt: skip
    it.wish(LoadScript(lines=script()), now - 2525 * S)
    it.tell(f.ScriptMoved(1), at_us=now - 1500 * S)
    it.settle()
    it.tell(f.ChairCalled(PODIUM), at_us=now - 194_400_000, source="operator")
    it.wish(TakeToPodium(endpoint=PODIUM, expected="", preset=2), now - 193_900_000, 1_700_000)
    it.tell(f.TwoWayProven(PODIUM, "operator"), at_us=now - 192 * S, source="operator")
    it.wish(StageNext(endpoint=NEXT), now - 100 * S)
    it.tell(
        f.LegEnded(CALL, lost_1, "remoteTeardown"),
        f.LegEnded(CALL, lost_2, "networkFailure"),
        at_us=now - 270 * S,
    )
    it.tell(it.leg(open_mic, mic_muted=False), at_us=now - 7 * S)
    it.tell(
        f.AlarmRaised(Alarm(f"site:{lost_1}", "site_lost", Priority.LOW, (lost_1,))),
        f.AlarmRaised(Alarm(f"site:{lost_2}", "site_lost", Priority.LOW, (lost_2,))),
        at_us=now - 260 * S,
        source="console",
    )
    it.tell(
        f.AlarmRaised(Alarm("loss:652", "lossy", Priority.MEDIUM, ("652",))),
        at_us=now - 400 * S,
        source="console",
    )
    for endpoint in sites:
        loss, jitter = 0.1, 12.0
        if endpoint.id == "652":
            loss, jitter = 2.1, 34.0
        if endpoint.id == lossy:
            loss, jitter = 6.4, 55.0
        it.tell(
            f.QualityMeasured(
                endpoint.id,
                Quality(now - S, loss, jitter, 24.0, 1900.0, 1900.0, 1920, 1080, 30.0, "H264"),
            )
        )
    it.tell(f.SpeechHeard(PODIUM, True, 6), at_us=now - 3 * S)
    it.tell(f.DeviceHeard("cms-1", 24.0), at_us=now - S // 2)
    it.settle()
    it.told.sort(key=lambda event: event.at_us)
    return it
