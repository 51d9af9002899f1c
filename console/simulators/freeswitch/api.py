"""The commands behind `api` and `bgapi`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from console.simulators.faults import FaultBoard
from console.simulators.freeswitch import calls, channels, lists
from console.simulators.freeswitch.asking import Asking, separated
from console.simulators.freeswitch.conference_commands import CONFERENCE_COMMANDS
from console.simulators.freeswitch.frames import encoded
from console.simulators.freeswitch.member_commands import MEMBER_COMMANDS, to_members
from console.simulators.freeswitch.members import Member
from console.simulators.freeswitch.switch import MOST_SESSIONS, VERSION, Switch
from console.simulators.freeswitch.usage import every_usage
from console.simulators.model.site import DOMAIN

Answer = str | asyncio.Future[str]
NO_CHANNEL = "-ERR No such channel!\n"
GLOBALS = {
    "hostname": "",
    "local_ip_v4": "192.0.2.2",
    "local_ip_v6": "fd00::2",
    "switch_serial": "525400000001",
    "base_dir": "/usr",
    "domain": DOMAIN,
    "domain_name": DOMAIN,
    "default_language": "en",
    "internal_sip_port": "5060",
}


class Api:
    """Carries out one command after another on a switch."""

    def __init__(self, switch: Switch, board: FaultBoard) -> None:
        self._switch, self._board = switch, board
        self._commands: dict[str, Callable[[str, bool], Answer]] = {
            "conference": self._conference,
            "status": lambda arg, dry: self._status(),
            "version": lambda arg, dry: f"FreeSWITCH Version {VERSION}\n",
            "hostname": lambda arg, dry: switch.name,
            "switchname": lambda arg, dry: switch.name,
            "uptime": lambda arg, dry: f"{int(switch.uptime_s)}\n",
            "show": lambda arg, dry: channels.show(switch, arg),
            "originate": lambda arg, dry: calls.originate(switch, arg, dry=dry),
            "global_getvar": lambda arg, dry: self._global(arg),
            "hupall": self._hupall,
            "uuid_kill": self._uuid_kill,
            "uuid_exists": lambda arg, dry: "true" if switch.with_uuid(arg.strip()) else "false",
            "uuid_getvar": lambda arg, dry: self._uuid_getvar(arg),
            "uuid_dump": lambda arg, dry: self._uuid_dump(arg),
            "uuid_set_media_stats": lambda arg, dry: self._uuid_set_media_stats(arg),
            "sofia": lambda arg, dry: self._sofia(arg),
            "echo": lambda arg, dry: arg,
        }

    def run(self, line: str, *, dry: bool = False) -> Answer:
        """The answer to a command line, now or when there is one; empty for nothing said."""
        name, _, arg = line.strip().partition(" ")
        command = self._commands.get(name.lower())
        if command is None:
            return f"-ERR {name} Command not found!\n"
        return command(arg.strip(), dry)

    # -- conference --------------------------------------------------------------------------

    def _conference(self, arg: str, dry: bool) -> Answer:
        switch, words = self._switch, separated(arg)
        name, word, *_ = (*words, "", "")
        sub = word.lower()
        if name.lower() in ("", "help", "commands"):
            return every_usage()
        meeting = switch.meetings.get(name)
        if sub in ("dial", "bgdial"):
            return (calls.dial if sub == "dial" else calls.bgdial)(switch, words, dry=dry)
        if meeting is None:
            return self._every_conference(name, sub)
        if not sub:
            return "-ERR Conference command, not specified.\nTry 'help'\n"
        shuffled = self._board.find("unstable_order", (switch.name, switch.family)) is not None
        asking = Asking(switch, meeting, words, arg, dry, shuffled)
        if sub in MEMBER_COMMANDS:
            return to_members(asking, MEMBER_COMMANDS[sub])
        if sub == "transfer":
            return calls.transfer(asking)
        if sub in CONFERENCE_COMMANDS:
            return CONFERENCE_COMMANDS[sub](asking)
        return f"-ERR Conference command '{word}' not found.\n"

    def _every_conference(self, name: str, how: str) -> str:
        switch = self._switch
        now_s = switch.province.clock.now_s
        known = list(switch.meetings.values())
        whole = [(each, each.members) for each in known]
        match name.lower():
            case "list" if not known:
                return "+OK No active conferences.\n"
            case "list":
                return "".join(
                    lists.conference_line(each)
                    + ("" if how == "summary" else lists.as_lines(each.members))
                    for each in known
                )
            case "xml_list":
                return lists.as_xml(whole, now_s)
            case "json_list":
                return lists.as_json(whole, now_s)
            case _:
                return f"-ERR Conference {name} not found\n"

    # -- the switch --------------------------------------------------------------------------

    def _status(self) -> str:
        switch = self._switch
        most = switch.sessions_most
        return (
            f"UP {switch.uptime()}\n"
            f"FreeSWITCH (Version {VERSION}) is ready\n"
            f"{switch.sessions_since} session(s) since startup\n"
            f"{len(switch.members)} session(s) - peak {most}, last 5min {most} \n"
            f"0 session(s) per Sec out of max 200, peak {most}, last 5min {most} \n"
            f"{MOST_SESSIONS} session(s) max\n"
            f"min idle cpu 0.00/{switch.idle_pct:.2f}\n"
            "Current Stack Size/Max 240K/8192K\n"
        )

    def _global(self, arg: str) -> str:
        known = GLOBALS | {"hostname": self._switch.name, "core_uuid": self._switch.news.core_uuid}
        if not arg:
            return "".join(f"{name}={value}\n" for name, value in known.items())
        return known.get(arg, "")

    def _sofia(self, arg: str) -> str:
        words = arg.lower().split()
        if words[:3] != ["status", "profile", "internal"]:
            return "-ERR Unknown command!\n" if words[:1] != ["status"] else self._profiles()
        count = self._switch.sessions_since
        rows = {
            "Name": "internal",
            "Domain Name": "N/A",
            "Auto-NAT": "false",
            "DBName": "sofia_reg_internal",
            "Dialplan": "XML",
            "Context": "default",
            "RTP-IP": "127.0.0.1",
            "SIP-IP": "127.0.0.1",
            "URL": "sip:mod_sofia@127.0.0.1:5060",
            "CODECS IN": "PCMU,H264,VP8",
            "CODECS OUT": "PCMU,H264,VP8",
            "CALLS-IN": str(count),
            "FAILED-CALLS-IN": "0",
            "REGISTRATIONS": "0",
        }
        return "=" * 97 + "\n" + "".join(f"{name:<17}\t{value}\n" for name, value in rows.items())

    def _profiles(self) -> str:
        return (
            f"{'Name':>25}\t   Type\t{'Data':>40}\tState\n{'=' * 97}\n"
            f"{'internal':>25}\tprofile\t{'sip:mod_sofia@127.0.0.1:5060':>40}\tRUNNING "
            f"({len(self._switch.members)})\n{'=' * 97}\n1 profile 0 aliases\n"
        )

    # -- channels ----------------------------------------------------------------------------

    def _ended(self, member: Member, dry: bool) -> None:
        if not dry:
            province = self._switch.province
            key = ("member", member.number)
            self._switch.later(key, lambda: province.hang_up(member.leg, "apiInitiated"))

    def _hupall(self, arg: str, dry: bool) -> str:
        cause = (arg.split() or ["MANAGER_REQUEST"])[0].upper()
        for member in list(self._switch.members.values()):
            self._ended(member, dry)
        return f"+OK hangup all channels with cause {cause}\n"

    def _uuid_kill(self, arg: str, dry: bool) -> str:
        words = arg.split()
        if not words:
            return "-USAGE: <uuid> [cause]\n"
        member = self._switch.with_uuid(words[0])
        if member is None:
            return NO_CHANNEL
        self._ended(member, dry)
        return "+OK\n"

    def _uuid_getvar(self, arg: str) -> str:
        words = arg.split()
        if len(words) < 2:
            return "-USAGE: <uuid> <var>\n"
        member = self._switch.with_uuid(words[0])
        if member is None:
            return NO_CHANNEL
        return channels.variables(self._switch, member).get(words[1]) or "_undef_"

    def _uuid_set_media_stats(self, arg: str) -> str:
        member = self._switch.with_uuid(arg.strip())
        if not arg.strip():
            return "-USAGE: <uuid>\n"
        if member is None:
            return NO_CHANNEL
        member.stats = channels.media_figures(member)
        return "+OK Success\n"

    def _uuid_dump(self, arg: str) -> str:
        words = arg.split()
        member = self._switch.with_uuid(words[0]) if words else None
        if not words:
            return "-USAGE: <uuid> [format]\n"
        if member is None:
            return NO_CHANNEL
        known = channels.variables(self._switch, member)
        if words[1:] == ["json"]:
            whole = {f"variable_{name}": value for name, value in known.items()}
            return lists.printed(whole)
        return "".join(f"variable_{name}: {encoded(value)}\n" for name, value in known.items())
