"""The sync's state as text, to be sent to somebody."""

from __future__ import annotations

from console.qt.looks.sync import age_text, figures, moment
from console.qt.office_state import OfficeState
from console.qt.record.history import Episode
from console.qt.wording import date, say


def incident_cells(episode: Episode, now_us: int) -> tuple[str, str, str]:
    """An episode in words: since when, what, for how long."""
    parts = [say("record.lasting")]
    if episode.until_us:
        lasted_s = (episode.until_us - episode.since_us) / 1e6
        parts = [say("record.lasted", age=age_text(lasted_s))]
    if episode.times > 1:
        parts.append(say("record.times", n=episode.times))
    since = moment(episode.since_us, now_us)
    return since, say(f"sync.{episode.code}.title"), " · ".join(parts)


def state_text(office: OfficeState, now_us: int) -> str:
    """How the sync stands: the story, the figures, the incidents."""
    told = office.story(now_us)
    head = say("record.state_head", day=date(now_us), at=now_us)
    lines = [head, "", told.what, *told.lines, ""]
    account = office.account()
    if account is not None:
        lines += [say("record.account", console=account.name, office=account.url)]
        ids = (account.office.console_id, account.office.office_id)
        lines += [say("record.ids", console=ids[0], office=ids[1]), ""]
    if office.health is not None:
        lines += [
            f"{cell.label}: {cell.value} {cell.unit}".rstrip()
            for cell in figures(office.health, now_us)
        ]
    if office.history.episodes:
        lines += ["", say("record.incidents")]
        lines += [" · ".join(incident_cells(e, now_us)) for e in office.history.episodes]
    return "\n".join(lines).rstrip() + "\n"
