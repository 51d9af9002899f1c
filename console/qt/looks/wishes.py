"""A wish in words: what was asked, and what has become of it."""

from __future__ import annotations

from console.domain.commands import mcu, office, own, room
from console.domain.commands.base import Command
from console.domain.commands.composite import Batch
from console.domain.commands.take import TakeToPodium
from console.domain.state import Phase, State, Tracked
from console.qt.looks.sites import full
from console.qt.wording import say, say_refused, seconds


def wish_text(state: State, command: Command) -> str:
    """What a wish asks for: «Tắt mic Krông Bông»."""
    match command:
        case TakeToPodium():
            return say("wish.take", name=full(state, command.endpoint))
        case mcu.MuteSite():
            key = "wish.mute" if command.muted else "wish.unmute"
            return say(key, name=full(state, command.endpoint))
        case mcu.MuteAllBut():
            return say("wish.mute_others")
        case mcu.HideVideo():
            key = "wish.hide" if command.hidden else "wish.show"
            return say(key, name=full(state, command.endpoint))
        case mcu.PutOnPodium():
            if not command.endpoint:
                return say("wish.clear_podium")
            return say("wish.put_on_podium", name=full(state, command.endpoint))
        case mcu.SetConferenceLayout():
            return say("wish.layout", layout=say(f"layout.{command.layout.value}"))
        case mcu.SetScreenLayout():
            name = full(state, command.endpoint)
            return say("wish.screen", name=name, layout=say(f"layout.{command.layout.value}"))
        case mcu.DialSite():
            key = "wish.redial" if command.fresh else "wish.dial"
            return say(key, name=full(state, command.endpoint))
        case mcu.HangUpSite():
            return say("wish.hang_up", name=full(state, command.endpoint))
        case mcu.HangUpAll():
            return say("wish.hang_up_all")
        case mcu.LockConference():
            return say("wish.lock" if command.locked else "wish.unlock")
        case mcu.RecordConference():
            return say("wish.record" if command.on else "wish.no_record")
        case mcu.ShowBanner():
            return say("wish.banner", text=command.text) if command.text else say("wish.no_banner")
        case room.RecallPreset():
            return say("wish.recall", name=full(state, command.endpoint), n=command.number)
        case room.StorePreset():
            name = full(state, command.endpoint)
            return say("wish.store", name=name, n=command.number, preset=command.name)
        case room.HomeCamera():
            return say("wish.home_camera", name=full(state, command.endpoint))
        case room.MoveCamera():
            return say("wish.move_camera", name=full(state, command.endpoint))
        case room.MuteRoom():
            key = "wish.mute_room" if command.muted else "wish.unmute_room"
            return say(key, name=full(state, command.endpoint))
        case room.SetStandby():
            key = "wish.sleep" if command.on else "wish.awake"
            return say(key, name=full(state, command.endpoint))
        case Batch():
            return _batch_text(state, command)
        case own.StageNext():
            if not command.endpoint:
                return say("wish.unstage")
            return say("wish.stage", name=full(state, command.endpoint))
        case own.LoadScript():
            return say("wish.script")
        case own.MoveScript():
            return say("wish.move_script", n=command.line + 1)
        case own.RecordCheck():
            return say("wish.check", name=full(state, command.endpoint))
        case own.NameDevice():
            return say("wish.name_device", name=command.spec.name)
        case own.ForgetDevice():
            return say("wish.forget_device", name=command.device)
        case office.ProposeContact():
            return say("wish.propose_contact", name=full(state, command.endpoint))
        case office.ProposeRemoval():
            return say("wish.propose_removal", name=full(state, command.endpoint))
        case office.RecordAnswer():
            return say("wish.record_answer", name=command.name)
        case office.RunPlan():
            return say("wish.run_plan", title=command.title, version=command.version)
        case office.TakePlan():
            return say("wish.take_plan", version=command.version)
        case own.TrustCertificate():
            key = "wish.trust" if command.fingerprint else "wish.distrust"
            return say(key, name=command.device)
        case _:
            return say("wish.other", kind=type(command).__name__)


def _batch_text(state: State, command: Batch) -> str:
    """Several wishes of one kind by their number, a single one as itself; what is done to the
    podium stands for the rest (a TAKE taken back)."""
    kinds = {(type(step), getattr(step, "muted", None)) for step in command.of}
    if len(command.of) == 1:
        return wish_text(state, command.of[0])
    if len(kinds) == 1:
        first = command.of[0]
        n = len(command.of)
        match first:
            case mcu.MuteSite():
                return say("wish.mute_many" if first.muted else "wish.unmute_many", n=n)
            case mcu.HangUpSite():
                return say("wish.hang_up_many", n=n)
            case mcu.DialSite():
                return say("wish.dial_many", n=n)
            case mcu.MuteAllBut() | mcu.HangUpAll() | mcu.LockConference():
                return wish_text(state, first)
            case _:
                pass
    podium = next((step for step in command.of if isinstance(step, mcu.PutOnPodium)), None)
    if podium is not None:
        return say("wish.along", what=wish_text(state, podium), n=len(command.of) - 1)
    return say("wish.batch", n=len(command.of))


def outcome_text(state: State, tracked: Tracked) -> str:
    """What has become of a wish: «xác nhận 0,3 s», «đang chờ…», «từ chối: …»."""
    match tracked.phase:
        case Phase.CONFIRMED:
            taken = seconds(max(0, tracked.ended_us - tracked.submitted_us) / 1e6)
            text = say("outcome.confirmed", time=taken)
        case Phase.REFUSED:
            key = "outcome.partly" if tracked.steps else "outcome.refused"
            text = say(key, why=_why(state, tracked))
        case Phase.UNKNOWN:
            key = "outcome.partly" if tracked.steps else "outcome.unknown"
            text = say(key, why=_why(state, tracked))
        case _:
            return say("outcome.pending")
    connection = _connection_text(state, tracked)
    return f"{text}, {connection}" if connection else text


def _why(state: State, tracked: Tracked) -> str:
    """The failed steps by name where there are any, else the problem."""
    failed: list[str] = []
    for step_id in tracked.steps:
        step = state.commands.get(step_id)
        if step is not None and step.phase in (Phase.REFUSED, Phase.UNKNOWN):
            failed.append(wish_text(state, step.command))
    if failed and len(failed) <= 3:
        return "; ".join(failed)
    return say_refused(tracked.problem) if tracked.problem else ""


def _connection_text(state: State, tracked: Tracked) -> str:
    """For a TAKE, the connection time of its call (R5)."""
    if not isinstance(tracked.command, TakeToPodium):
        return ""
    for call in reversed(state.session.calls):
        if call.endpoint == tracked.command.endpoint and call.take_us == tracked.submitted_us:
            taken = call.connection_s
            return say("outcome.two_way", time=seconds(taken)) if taken is not None else ""
    return ""
