"""The channels of the switch as `show channels` gives them, and what one knows of its media."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from console.simulators.freeswitch.members import PROFILE, Member
from console.simulators.freeswitch.switch import Switch
from console.simulators.model.quality import Flow

PACKETS_A_SECOND = 50


def row(switch: Switch, member: Member) -> dict[str, str]:
    """One channel, in the recorded order of its columns."""
    outbound = member.leg.outgoing
    started = datetime.fromtimestamp(member.joined_us / 1_000_000, UTC)
    number, name = member.dialled_as
    address = member.leg.site.room.address if member.leg.site.room else "127.0.0.1"
    called = member.caller_number if outbound else f"conf-{member.meeting.name}"
    return {
        "uuid": member.uuid,
        "direction": "outbound" if outbound else "inbound",
        "created": f"{started:%Y-%m-%d %H:%M:%S}",
        "created_epoch": str(int(started.timestamp())),
        "name": member.channel,
        "state": "CS_EXECUTE",
        "cid_name": member.caller_name,
        "cid_num": member.caller_number,
        "ip_addr": "" if outbound else address,
        "dest": called,
        "application": "conference",
        "application_data": member.meeting.name if outbound else f"{member.meeting.name}@{PROFILE}",
        "dialplan": "xml" if outbound else "XML",
        "context": "default",
        "read_codec": "L16",
        "read_rate": "8000",
        "read_bit_rate": "128000",
        "write_codec": "PCMU",
        "write_rate": "8000",
        "write_bit_rate": "64000",
        "secure": "srtp:sdes:AES_CM_128_HMAC_SHA1_80" if member.leg.encrypted else "",
        "hostname": switch.name,
        "presence_id": "",
        "presence_data": "",
        "accountcode": "",
        "callstate": "HELD" if member.leg.state == "onHold" else "ACTIVE",
        "callee_name": name if outbound else "",
        "callee_num": number if outbound else "",
        "callee_direction": "RECV" if outbound else "",
        "call_uuid": member.uuid if outbound else "",
        "sent_callee_name": "",
        "sent_callee_num": "",
        "initial_cid_name": name if outbound else member.caller_name,
        "initial_cid_num": number if outbound else member.caller_number,
        "initial_ip_addr": "" if outbound else address,
        "initial_dest": called,
        "initial_dialplan": "xml" if outbound else "XML",
        "initial_context": "default",
    }


def show(switch: Switch, arg: str) -> str:
    """`show channels|calls [count] [as json]`."""
    words = arg.lower().split()
    if not words or words[0] not in ("channels", "calls"):
        return "-USAGE: show channels|calls [count] [as json|as xml|as delim <delim>]\n"
    rows = [row(switch, member) for member in switch.members.values()]
    if "count" in words:
        if words[-2:] == ["as", "json"]:
            return json.dumps({"row_count": len(rows)}, separators=(",", ":")) + "\n"
        return f"\n{len(rows)} total.\n"
    if words[-2:] == ["as", "json"]:
        whole = {"row_count": len(rows), **({"rows": rows} if rows else {})}
        return json.dumps(whole, separators=(",", ":"), ensure_ascii=False) + "\n"
    lines = [",".join(rows[0])] if rows else []
    lines += [",".join(each.values()) for each in rows]
    return "".join(f"{line}\n" for line in lines) + f"\n{len(rows)} total.\n"


def media_figures(member: Member) -> dict[str, str]:
    """What `uuid_set_media_stats` writes into the channel: one direction of each medium,
    as the switch received and sent it since the call began."""
    line = member.leg.site.line
    found: dict[str, str] = {}
    flows = {"audio": (line.audio_up, line.audio_down)}
    if member.video:
        flows["video"] = (line.video_up, line.video_down)
    for medium, (up, down) in flows.items():
        found |= received(f"rtp_{medium}_in_", up)
        found |= {
            f"rtp_{medium}_out_raw_bytes": str(down.bytes + 12 * down.packets),
            f"rtp_{medium}_out_media_bytes": str(down.bytes),
            f"rtp_{medium}_out_packet_count": str(down.packets),
            f"rtp_{medium}_out_media_packet_count": str(down.packets),
            f"rtp_{medium}_out_skip_packet_count": "0",
            f"rtp_{medium}_out_dtmf_packet_count": "0",
            f"rtp_{medium}_out_cng_packet_count": "0",
            f"rtp_{medium}_rtcp_packet_count": str(line.seconds // 5),
            f"rtp_{medium}_rtcp_octet_count": str(line.seconds // 5 * 52),
        }
    return found


def received(prefix: str, flow: Flow) -> dict[str, str]:
    """One direction that comes in; loss in percent of the call, variance in ms², a mark of 5."""
    total = flow.packets + flow.lost
    loss_pct = 100 * flow.lost / total if total else 0.0
    quality = max(0.0, 100 - 4 * loss_pct)
    figures = {
        "raw_bytes": str(flow.bytes + 12 * flow.packets),
        "media_bytes": str(flow.bytes),
        "packet_count": str(flow.packets),
        "media_packet_count": str(flow.packets),
        "skip_packet_count": str(flow.lost),
        "jitter_packet_count": str(flow.lost),
        "dtmf_packet_count": "0",
        "cng_packet_count": "0",
        "flush_packet_count": "0",
        "largest_jb_size": "0",
        "jitter_min_variance": "0.50",
        "jitter_max_variance": f"{flow.max_jitter_ms:.2f}",
        "jitter_loss_rate": f"{loss_pct / 100:.2f}",
        "jitter_burst_rate": f"{loss_pct / 200:.2f}",
        "mean_interval": "20.00",
        "flaw_total": str(flow.lost),
        "quality_percentage": f"{quality:.2f}",
        "mos": f"{1 + 3.5 * quality / 100:.2f}",
    }
    return {prefix + name: value for name, value in figures.items()}


def variables(switch: Switch, member: Member) -> dict[str, str]:
    """The channel's variables, by name."""
    return {
        "uuid": member.uuid,
        "call_uuid": member.uuid,
        "direction": "outbound" if member.leg.outgoing else "inbound",
        "channel_name": member.channel,
        "caller_id_name": member.caller_name,
        "caller_id_number": member.caller_number,
        "conference_name": member.meeting.name,
        "conference_member_id": str(member.number),
        "conference_uuid": member.meeting.uuid,
        "read_codec": "L16",
        "write_codec": "PCMU",
        "video_read_codec": "VP8" if member.video else "",
        "rtp_secure_media_confirmed": "true" if member.leg.encrypted else "",
        "hostname": switch.name,
        **member.stats,
    }
