"""What a real FreeSWITCH said, through the driver: it must know who was there."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from console.domain import facts as f
from console.domain.device import DeviceSpec
from console.domain.fold import fold
from console.domain.presence import Presence
from console.domain.state import State
from console.drivers.freeswitch import FreeSwitchDriver
from console.drivers.freeswitch.parse import status
from console.drivers.protocol import Setting
from console.wire.esl import EslRequest
from console.wire.esl_frames import Framer
from tests.domain.worlds import event
from tests.drivers.player import Player
from tests.drivers.recording import SITES, Said, recorded
from tests.drivers.switch import esl_reply

CALL = "mcu/hnth"


@dataclass
class Replay:
    """The driver hears the recorded events at their times; its questions get the answers that the
    recorded ones were given last."""

    answers: dict[str, str] = field(default_factory=dict[str, str])
    at_s: float = 0.0

    def __post_init__(self) -> None:
        spec = DeviceSpec("mcu", "freeswitch", "MCU", "esl://127.0.0.1", conference="hnth")
        directory = {f"sip:{number}@127.0.0.1": number for number in SITES}
        self.driver = FreeSwitchDriver(Setting(spec, directory, lambda: int(self.at_s * 1e6)))
        self.player = Player(self._answer)
        self.state = State()
        self.spoke: set[str] = set()
        self.asked = ""

    def _answer(self, request: EslRequest) -> object:
        return esl_reply(self.answers.get(request.command, "-ERR no reply"))

    def tell(self) -> None:
        """Fold what was told."""
        for fact in self.player.take():
            fold(self.state, event(fact, self.at_s, source="mcu"))
            if isinstance(fact, f.SpeechHeard) and fact.talking:
                self.spoke.add(fact.endpoint)

    def hear(self, said: Said) -> None:
        """One frame of the recording."""
        self.at_s = said.at_s + 1.0
        if said.kind == "sent":
            self.asked = said.body
        elif said.kind == "text/event-plain":
            heard = self.driver.hear(said.body)
            self.player.facts += heard.facts
            self.tell()
        else:
            self.answers[self.asked] = said.body

    def until(self, last: str) -> None:
        """All of the recording up to the answer to a command."""
        self.driver.hear("+OK event listener enabled plain")
        seen = False
        for said in recorded():
            self.hear(said)
            if seen and said.kind == "api/response":
                return
            seen = seen or said.body == last

    def present(self) -> dict[str, str]:
        legs = self.state.legs.values()
        return {g.endpoint: g.name for g in legs if g.presence is Presence.CONNECTED}


def test_the_events_alone_tell_who_is_there_with_every_name_whole():
    it = Replay()
    it.until("api conference hnth json_list")
    assert it.present() == {}  # the conference was not there yet when it was first asked for
    it = Replay()
    it.until("api conference hnth xml_list")
    assert it.present() == SITES
    assert it.spoke == {"643", "644"}
    assert not any(it.state.speech[s].talking for s in it.spoke)


def test_the_list_alone_tells_the_same():
    it = Replay()
    for said in recorded():
        if said.kind == "sent":
            it.asked = said.body
        elif said.kind != "text/event-plain":
            it.answers.setdefault(it.asked, said.body)
            if it.asked.endswith("json_list") and said.body.startswith("["):
                it.answers[it.asked] = said.body
                break
    it.at_s = 6.0
    it.player.hold(it.driver.observe())
    it.tell()
    assert it.present() == SITES
    assert {leg.mic_muted for leg in it.state.legs.values()} == {False}


def test_what_was_done_there_is_seen():
    it = Replay()
    locked: set[bool | None] = set()
    recording: set[bool | None] = set()
    it.driver.hear("+OK event listener enabled plain")
    for said in recorded():
        it.hear(said)
        if CALL in it.state.conferences:
            locked.add(it.state.conferences[CALL].locked)
            recording.add(it.state.conferences[CALL].recording)
    assert {True, False} <= locked
    assert {True, False} <= recording
    assert it.present() == {}  # everyone was hung up at the end
    assert all(leg.presence is not Presence.CONNECTED for leg in it.state.legs.values())


def test_a_site_that_was_dialled_is_known_by_the_number_that_was_called():
    it = Replay()
    for said in recorded():
        it.hear(said)
        if said.kind == "text/event-plain" and "Member-ID: 33" in said.body:
            break
    assert it.present()["646"] == "Outbound Call"


@pytest.mark.parametrize("step", [1, 7, 64, 10_000_000])
def test_the_recorded_bytes_are_cut_into_the_recorded_frames(step: int):
    received = [said for said in recorded() if said.kind != "sent"]
    stream = b"".join(said.raw for said in received[:-1])
    framer, frames = Framer(1 << 20), []
    for at in range(0, len(stream), step):
        framer.feed(stream[at : at + step])
        while (frame := framer.take()) is not None:
            frames.append(frame)
    framer.end()
    assert [frame.kind for frame in frames] == [said.kind for said in received[:-1]]
    bodies = [f.body.decode() or f.header("reply-text") for f in frames]
    assert [b.strip() for b in bodies] == [said.body.strip() for said in received[:-1]]


def test_the_recorded_status_is_read():
    text = next(
        after.body
        for said, after in zip(recorded(), recorded()[1:], strict=False)
        if said.body == "api status"
    )
    told = status(text)
    assert told.software == "1.11.2-dev"
    assert (told.sessions, told.most_sessions, told.uptime_s) == (12, 1000, 176)
    assert told.load_pct is not None
    assert 30 < told.load_pct < 31
