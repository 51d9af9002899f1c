"""The Store: an inbox for any thread, one drain, nothing lost."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace

import pytest

from console.core.store import Measured, Store
from console.domain import facts as f
from console.domain.conference import Conference
from console.domain.device import Figures
from console.domain.event import Event
from console.domain.observed import Quality

THREADS, POSTS = 8, 50_000


class Rumour(f.Fact):
    """A fact that no folder knows."""


def event(fact: f.Fact, at_us: int = 0) -> Event:
    return Event(at_us, at_us, "m1", "", fact)


def note(text: str) -> Event:
    return event(f.NoteWritten(text))


def heard(site: str, level: int, talking: bool = True) -> Event:
    return event(f.SpeechHeard(site, talking, level), level)


def refused_in_thread(work: Callable[[], object]) -> bool:
    """Whether something may not be done in another thread."""
    caught: list[RuntimeError] = []

    def run() -> None:
        try:
            work()
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return bool(caught)


# -- the inbox -------------------------------------------------------------------------------------


def test_of_each_sample_only_the_newest_is_folded():
    store = Store()
    store.post([heard("653", n) for n in range(9)] + [heard("651", 3)])
    assert store.drain() == {("speech", "653"), ("speech", "651")}
    assert store.state.speech["653"].level == 8
    assert store.state.speech["653"].since_us == 8


def test_samples_of_different_kinds_do_not_replace_each_other():
    store = Store()
    quality = event(f.QualityMeasured("653", Quality(1, 2.0)))
    room = event(f.RoomMeasured("653", Quality(1, 3.0)))
    store.post([heard("653", 1), quality, room, event(f.DeviceHeard("653", 1.0))])
    store.drain()
    state = store.state
    assert state.speech["653"].level == 1
    assert (state.quality["653"].loss_pct, state.room_quality["653"].loss_pct) == (2.0, 3.0)
    assert state.rtt_ms["653"] == 1.0


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time for samples is over as soon as some are folded."""
    monkeypatch.setattr("console.core.store.SAMPLES_S", 0.0)


@pytest.mark.usefixtures("no_time")
def test_samples_beyond_their_time_wait_and_hold_up_no_fact():
    woken: list[int] = []
    store = Store(on_post=lambda: woken.append(1))
    sites = [str(n) for n in range(200)]
    store.post([heard(site, 3) for site in sites])
    seen: list[str] = []
    for turn in range(4):
        store.post([event(f.NextStaged(str(turn))), heard("199", 5)])
        keys = store.drain()
        assert ("session", "") in keys
        seen += sorted(name for kind, name in keys if kind == "speech")
        assert len(woken) == turn + 2, "what is left asks for another drain"
    assert len(seen) == len(set(seen)), "nobody twice while others wait"
    assert set(seen) == set(sites[: len(seen)]), "who has waited longest first"
    assert 4 <= len(seen) < 200
    store.empty()
    assert not store.waiting
    assert {s: store.state.speech[s].level for s in sites} == {
        s: 5 if s == "199" else 3 for s in sites
    }


@pytest.mark.usefixtures("no_time")
def test_each_kind_of_sample_has_its_share_of_the_time():
    store = Store()
    sites = [str(n) for n in range(300)]
    store.post([heard(site, 3) for site in sites])
    store.post([event(f.QualityMeasured(site, Quality(1, 2.0))) for site in sites[:75]])
    folded = [store.drain() for _ in range(3)]
    for keys in folded:
        kinds = Counter(kind for kind, _ in keys)
        assert 0 < kinds["endpoint"] < kinds["speech"]
    store.empty()
    assert set(store.state.speech) == set(sites)
    assert set(store.state.quality) == set(sites[:75])


@pytest.mark.usefixtures("no_time")
def test_a_newer_sample_replaces_one_that_waits_and_takes_its_turn():
    store = Store()
    sites = [str(n) for n in range(100)]
    store.post([heard(site, 3) for site in sites])
    store.drain()
    store.post([heard("99", 6)])
    store.empty()
    assert store.state.speech["99"].level == 6


def test_every_class_of_samples_has_the_field_it_measures_as_its_key():
    assert f.SpeechHeard("653", True).key == f.QualityMeasured("653", Quality(1)).key == "653"
    assert f.RoomMeasured("651", Quality(1)).key == "651"
    assert f.DeviceHeard("m1").key == f.FiguresMeasured("m1", Figures(1)).key == "m1"
    assert not f.NextStaged("653").sample


def test_facts_are_folded_each_and_in_order():
    store = Store()
    told: list[Event] = []
    store.on_told = told.extend
    store.post([event(f.NextStaged(site)) for site in ("653", "651", "653")])
    store.drain()
    assert [e.fact for e in told] == [f.NextStaged(s) for s in ("653", "651", "653")]
    assert store.state.session.next == "653"


def test_an_empty_drain_touches_nothing():
    store = Store(journal=lambda events: pytest.fail("nothing to write"))
    assert store.drain() == set()
    assert not store.waiting


def test_drained_and_told_only_in_the_thread_that_made_it():
    store = Store()
    store.post([note("a")])
    assert refused_in_thread(store.drain)
    assert refused_in_thread(lambda: store.tell([note("b")]))
    assert store.drain() == {("note", "")}


# -- waking ----------------------------------------------------------------------------------------


def test_the_first_post_wakes_and_the_next_after_a_drain():
    woken: list[int] = []
    store = Store(on_post=lambda: woken.append(1))
    store.post([note("a")])
    store.post([note("b")])
    assert len(woken) == 1
    assert store.waiting
    store.drain()
    assert not store.waiting
    store.post([note("c")])
    assert len(woken) == 2


def test_another_podium_is_told_at_once_and_nothing_else_is():
    told: list[str] = []
    store = Store()
    store.on_podium = lambda: told.append("podium")
    call = Conference("c", "mcu", live=True, podium="653")
    store.post([event(f.ConferenceSeen(call))])
    store.drain()
    store.post([event(f.ConferenceSeen(replace(call, locked=True))), note("a"), heard("653", 2)])
    assert told == []
    store.drain()
    store.post([event(f.ConferenceSeen(replace(call, podium="651")))])
    assert told == ["podium"]


def test_no_wake_up_is_ever_lost():
    """Whoever sleeps until `on_post` sees everything, whenever it is posted."""
    wake = threading.Event()
    store = Store(on_post=wake.set)
    seen: list[Event] = []
    store.on_told = seen.extend
    total = 20_000

    def feed() -> None:
        for n in range(total):
            store.post([note(str(n))])

    feeder = threading.Thread(target=feed)
    feeder.start()
    while len(seen) < total:
        assert wake.wait(10), "posted, and nobody was woken"
        wake.clear()
        store.drain()
    feeder.join()
    assert [e.fact.text for e in seen] == [str(n) for n in range(total)]  # type: ignore[attr-defined]


def test_nothing_is_lost_under_eight_threads():
    store = Store()
    kept: dict[str, list[int]] = defaultdict(list)

    def take(events: object) -> None:
        for one in events:  # type: ignore[attr-defined]
            kept[one.source].append(one.at_us)

    store.on_told = take
    go = threading.Barrier(THREADS + 1)

    def feed(name: str) -> None:
        go.wait()
        for start in range(0, POSTS, 50):
            batch = [Event(n, n, name, "", f.NoteWritten("x")) for n in range(start, start + 49)]
            last = start + 49
            store.post([*batch, Event(last, last, name, "", f.SpeechHeard(name, True, last))])

    threads = [threading.Thread(target=feed, args=(f"t{n}",)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    go.wait()
    while any(thread.is_alive() for thread in threads):
        store.drain()
    store.drain()
    for thread in threads:
        thread.join()
        name = f"t{threads.index(thread)}"
        notes = [n for n in kept[name] if n % 50 != 49]
        samples = [n for n in kept[name] if n % 50 == 49]
        assert notes == [n for n in range(POSTS) if n % 50 != 49]
        assert samples == []
        assert store.state.speech[name].level == POSTS - 1


# -- the journal -----------------------------------------------------------------------------------


def test_the_journal_gets_what_changed_something_and_the_samples_their_own_way():
    journal: list[f.Fact] = []
    samples: list[f.Fact] = []
    store = Store(
        lambda events: journal.extend(e.fact for e in events),
        lambda events: samples.extend(e.fact for e in events),
    )
    quality = f.QualityMeasured("653", Quality(1, 2.0))
    staged = f.NextStaged("653")
    store.post([event(staged), event(staged), heard("653", 1), event(quality)])
    store.drain()
    assert journal == [staged]
    assert samples == [quality]
    store.post([event(quality), event(staged)])
    assert store.drain() == set()
    assert (journal, samples) == ([staged], [quality])


def test_what_the_journal_has_already_is_not_written_again():
    store = Store(journal=lambda events: pytest.fail("it is there already"))
    told: list[Event] = []
    store.on_told = told.extend
    store.restore([event(f.NextStaged("653")), event(f.NextStaged("653"))])
    assert store.state.session.next == "653"
    assert len(told) == 1


# -- the owner's own facts -------------------------------------------------------------------------


def test_what_a_person_did_is_so_at_once_and_painted_with_the_next_drain():
    woken: list[int] = []
    journal: list[Event] = []
    store = Store(journal.extend, on_post=lambda: woken.append(1))
    store.tell([event(f.NextStaged("653"))])
    assert store.state.session.next == "653"
    assert len(journal) == len(woken) == 1
    assert store.waiting
    assert store.drain() == {("session", ""), ("endpoint", "653")}
    assert store.drain() == set()


# -- mistakes of ours ------------------------------------------------------------------------------


def test_what_the_fold_can_not_take_is_all_that_is_lost():
    journal: list[f.Fact] = []
    woken: list[int] = []
    store = Store(
        lambda events: journal.extend(e.fact for e in events), on_post=lambda: woken.append(1)
    )
    before, after = f.NextStaged("653"), f.NextStaged("651")
    store.post([event(before), event(Rumour()), event(after), heard("653", 1), heard("653", 2)])
    with pytest.raises(KeyError):
        store.drain()
    assert journal == [before]
    assert store.waiting
    assert len(woken) == 2
    store.post([heard("653", 3), event(f.NextStaged("24"))])
    keys = store.drain()
    assert journal == [before, after, f.NextStaged("24")]
    assert store.state.speech["653"].level == 3
    assert {("session", ""), ("speech", "653"), ("endpoint", "24")} <= keys


def test_a_sample_put_back_does_not_replace_a_newer_one():
    store = Store()

    store.post([event(Rumour()), heard("653", 1)])
    original = store._put_back

    def put_back(measured: Measured) -> None:
        store.post([heard("653", 9)])
        original(measured)

    store._put_back = put_back
    with pytest.raises(KeyError):
        store.drain()
    store.drain()
    assert store.state.speech["653"].level == 9
