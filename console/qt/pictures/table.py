"""Every picture by its name: which scene, brought into which state, in which language."""

from __future__ import annotations

from collections.abc import Iterator

from console.qt.grid.density import Density
from console.qt.mcu_scene import mcu_scene
from console.qt.pictures import dialogs, session, workspaces
from console.qt.pictures.setting import SIZES, Drawn, gallery, instructor, on_stage
from console.qt.pictures.stage import Shot
from console.qt.scene import empty_scene, scene
from console.qt.theme import Theme

SHOTS: dict[str, Shot] = {
    "session": session.at_work,
    "inspected": session.inspected,
    "many": session.many,
    "pending": session.pending,
    "podium_lost": session.podium_lost,
    "stale": session.stale,
    "hold": session.held,
    "refused": session.refused,
    "density_m": session.dense(Density.M),
    "density_l": session.dense(Density.L),
    "keys": session.after("keys"),
    "palette": session.after("palette"),
    "alarms": session.after("alarms"),
    "layouts": session.after("layout_prompt"),
    "note": session.after("note"),
    "script": session.after("paste_script"),
    "script_file": dialogs.script_file,
    "roster": dialogs.roster,
    "roster_take": dialogs.roster_take,
    "roster_gone": session.roster_gone,
    "roster_file": dialogs.roster_file,
    "roster_office": dialogs.roster_office,
    "devices": dialogs.devices("list"),
    "devices_trust": dialogs.devices("trust"),
    "devices_changed": dialogs.devices("changed"),
    "devices_approve": dialogs.devices("approve"),
    "devices_barred": dialogs.devices("barred"),
    "devices_tested": dialogs.devices("tested"),
    "devices_form": dialogs.devices("form"),
    "devices_pin": dialogs.devices("pin"),
    "devices_memories": dialogs.devices("memories"),
    "devices_drop": dialogs.devices("drop"),
    "devices_empty": dialogs.devices("empty"),
    "export": dialogs.export("list"),
    "export_reading": dialogs.export("reading"),
    "export_writing": dialogs.export("writing"),
    "export_done": dialogs.export("done"),
    "export_full": dialogs.export("full"),
    "export_none": dialogs.export("none"),
    "export_offer": session.closed,
    "sign_in_system": dialogs.sign_in("system"),
    "sign_in_out": dialogs.sign_in("out"),
    "sign_in_in": dialogs.sign_in("in"),
    "sign_in_viewer": dialogs.sign_in("viewer"),
    "sign_in_locked": dialogs.sign_in("locked"),
    "sign_in_wrong": dialogs.sign_in("wrong"),
    "sign_in_checking": dialogs.sign_in("checking"),
    "sign_in_relieve": dialogs.sign_in("relieve"),
    "sign_in_emergency": dialogs.sign_in("emergency"),
    "sign_in_emergency_in": dialogs.sign_in("emergency_in"),
    "record": workspaces.record("calm"),
    "record_late": workspaces.record("late"),
    "record_red": workspaces.record("red"),
    "record_empty": workspaces.record("empty"),
    "enrol": workspaces.enrol("empty"),
    "enrol_filled": workspaces.enrol("filled"),
    "enrol_failed": workspaces.enrol("failed"),
    "enrol_used": workspaces.enrol("used"),
    "conflicts": workspaces.conflicts,
    "contacts": dialogs.contacts("told"),
    "contacts_waiting": dialogs.contacts("waiting"),
    "contacts_conflict": dialogs.contacts("conflict"),
    "contacts_rejected": dialogs.contacts("rejected"),
    "contact_edit": dialogs.contacts("edit"),
    "contact_declined": dialogs.contacts("declined"),
    "contact_flawed": dialogs.contacts("flawed"),
    "plans": dialogs.plans("offered"),
    "plans_newer": dialogs.plans("newer"),
    "plans_rail": dialogs.plans("rail"),
    "plans_empty": dialogs.plans("empty"),
}


def pictures(theme: Theme, size: tuple[int, int]) -> Iterator[tuple[str, Drawn]]:
    """All of them, in one size."""
    for shot, play in SHOTS.items():
        yield shot, on_stage(scene, theme, size, play)
    yield "empty", on_stage(empty_scene, theme, size, lambda stage: None)
    yield "mcu", on_stage(mcu_scene, theme, size, workspaces.mcu)
    yield "mcu_en", on_stage(mcu_scene, theme, size, workspaces.mcu, "en")
    yield "mcu_trouble", on_stage(mcu_scene, theme, size, workspaces.mcu_trouble)
    yield "mcu_empty", on_stage(empty_scene, theme, size, workspaces.mcu_empty)
    yield "session_en", on_stage(scene, theme, size, session.at_work, "en")
    for state in ("locked", "wrong", "emergency"):
        yield f"sign_in_{state}_en", on_stage(scene, theme, size, dialogs.sign_in(state), "en")
    for state in ("approve", "changed", "form", "tested"):
        yield f"devices_{state}_en", on_stage(scene, theme, size, dialogs.devices(state), "en")
    for state in ("idle", "fault", "drill", "result"):
        yield f"instructor_{state}", instructor(theme, size, state)
    yield "instructor_result_en", instructor(theme, size, "result", "en")
    for state in ("list", "done", "full"):
        yield f"export_{state}_en", on_stage(scene, theme, size, dialogs.export(state), "en")
    for state in ("calm", "red", "empty"):
        yield f"record_{state}_en", on_stage(scene, theme, size, workspaces.record(state), "en")
    yield "enrol_failed_en", on_stage(scene, theme, size, workspaces.enrol("failed"), "en")
    yield "contact_flawed_en", on_stage(scene, theme, size, dialogs.contacts("flawed"), "en")
    yield "plans_newer_en", on_stage(scene, theme, size, dialogs.plans("newer"), "en")
    yield "conflicts_en", on_stage(scene, theme, size, workspaces.conflicts, "en")
    if size == SIZES[0]:
        yield "tiles", lambda: gallery(theme)
