"""What a conference can be told: the sub-commands, and the words it shows for bad arguments."""

from __future__ import annotations

WHO = "<[member_id|all]|last|non_moderator>"
QUIET = f"{WHO} [<quiet>]"
LEVEL = "<member_id|all|last|non_moderator> [<newval>]"
DIAL = "<endpoint_module_name>/<destination> <callerid number> <callerid name>"
USAGE: dict[str, str] = {
    "list": "[delim <string>]|[count]",
    "xml_list": "",
    "json_list": "[compact]",
    "energy": LEVEL,
    "volume_in": LEVEL,
    "volume_out": LEVEL,
    "vid-canvas": LEVEL,
    "vid-watching-canvas": LEVEL,
    "play": "<file_path> [async|<member_id> [nomux]]",
    "say": "<text>",
    "saymember": "<member_id> <text>",
    "stop": "<[current|all|async|last]> [<member_id>]",
    "kick": "<[member_id|all|last|non_moderator]> [<optional sound file>]",
    "hup": "<[member_id|all|last|non_moderator]>",
    "mute": QUIET,
    "tmute": QUIET,
    "unmute": QUIET,
    "vmute": QUIET,
    "tvmute": QUIET,
    "unvmute": QUIET,
    "vblind": QUIET,
    "tvblind": QUIET,
    "unvblind": QUIET,
    "deaf": WHO,
    "undeaf": WHO,
    "relate": "<member_id>[,<member_id>] <other_member_id>[,<other_member_id>] "
    "[nospeak|nohear|clear]",
    "lock": "",
    "unlock": "",
    "dial": DIAL,
    "bgdial": DIAL,
    "transfer": "<conference_name> <member id> [...<member id>]",
    "record": "<filename>",
    "chkrecord": "<confname>",
    "norecord": "<[filename|all]>",
    "pause": "<filename>",
    "resume": "<filename>",
    "recording": "[start|stop|check|pause|resume] [<filename>|all]",
    "pin": "<pin#>",
    "nopin": "",
    "get": "<parameter-name>",
    "set": "<max_members|sound_prefix|caller_id_name|caller_id_number|endconference_grace_time> "
    "<value>",
    "floor": "<member_id|last>",
    "vid-floor": "<member_id|last> [force]",
    "clear-vid-floor": "",
    "vid-banner": "<member_id|last> <text>",
    "vid-logo-img": "<member_id|last> [<path>|clear]",
    "vid-res-id": "<member_id>|all <val>|clear [force]",
    "vid-role-id": "<member_id|last> <val>|clear",
    "vid-layout": "<layout name>|group <group name> [<canvas id>]",
}


def usage(command: str) -> str:
    """The usage of one sub-command, which carries no `-ERR`."""
    return f"{command} {USAGE[command]}"


def every_usage() -> str:
    """The usage of all, as `conference help` shows it."""
    return "".join(f"<conf name> {name} {words}\n" for name, words in USAGE.items())
