"""The session window in its states."""

from __future__ import annotations

from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.commands.mcu import LockConference, MuteSite
from console.domain.commands.take import TakeToPodium
from console.domain.problem import Problem
from console.qt.grid.density import Density
from console.qt.panels.toast import Offer
from console.qt.pictures.stage import Shot, Stage
from console.qt.scene import NEXT, PODIUM
from console.qt.wording import say


def at_work(stage: Stage) -> None:
    """The session as it is run, the next site selected."""
    stage.window.inside.session.point((NEXT,))


def inspected(stage: Stage) -> None:
    """The inspector beside the grid, opened by hand where the window is narrow."""
    stage.window.inside.session.point((NEXT,))
    stage.do("inspector")


def many(stage: Stage) -> None:
    """Nine sites selected."""
    sites = tuple(i for i, e in stage.scene.state.endpoints.items() if e.parent == "643")
    stage.window.inside.session.point(sites[:9])


def pending(stage: Stage) -> None:
    """Asked, refused, unknown and stale at once."""
    played = stage.scene
    played.mcu.waits = True
    played.dispatcher.submit(TakeToPodium(endpoint=NEXT, expected=PODIUM))
    played.dispatcher.submit(MuteSite(endpoint="645", muted=False))
    played.settle()
    played.mcu.waits = False
    played.mcu.refuses[MuteSite] = Problem.of(
        "cms.refused", device="MCU", word="participantCannotBeModified"
    )
    played.dispatcher.submit(MuteSite(endpoint="648", muted=False))
    stage.window.inside.session.point((NEXT,))


def podium_lost(stage: Stage) -> None:
    """The site on the podium has dropped."""
    played = stage.scene
    leg = played.state.legs[PODIUM]
    played.tell(f.LegEnded(leg.conference, PODIUM, "remoteTeardown"))
    stage.settle(1)


def stale(stage: Stage) -> None:
    """No news for seven seconds."""
    stage.settle(7)


def held(stage: Stage) -> None:
    """A key that hangs up, while it is held."""
    stage.window.inside.session.point((NEXT,))
    stage.window.inside.holding.begin("hang_up")
    stage.settle()


def refused(stage: Stage) -> None:
    """A wish that the MCU refuses."""
    stage.scene.mcu.refuses[LockConference] = Problem.of("device.busy", device="MCU")
    stage.do("lock")


def dense(density: Density) -> Shot:
    """The grid at a density."""

    def chosen(stage: Stage) -> None:
        stage.window.inside.session.set_density(density)

    return chosen


def after(action: str) -> Shot:
    """What an action brings up, with the next site selected."""

    def done(stage: Stage) -> None:
        stage.window.inside.session.point((NEXT,))
        stage.do(action)

    return done


def closed(stage: Stage) -> None:
    """What is offered once the session is closed."""
    stage.window.set_reports(list, lambda wanted, tell: ())
    session = stage.scene.state.session.id
    stage.scene.tell(f.SessionClosed(session))
    stage.settle()


def roster_gone(stage: Stage) -> None:
    """A start whose list of sites is gone, with another in its place."""
    sites = len(stage.scene.state.endpoints)
    file = "D:\\Hoi nghi\\rosters\\Danh sách điểm cầu 2026.csv"
    why = say("roster.start_gone", file=file)
    told = say("roster.start_instead", why=why, name="Đắk Lắk 2021", n=sites)
    kind = "roster_instead"
    alarm = Alarm(f"own:{kind}", kind, Priority.MEDIUM, device="Danh sách điểm cầu 2026.csv")
    stage.scene.tell(f.AlarmRaised(alarm))
    stage.window.inside.say_briefly(told, "refused", Offer("load_roster", say("roster.look")))
    stage.settle()
