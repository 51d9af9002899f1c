"""The legs by which bridges of a cluster are joined to one another in a call."""

from __future__ import annotations

from dataclasses import dataclass

from console.simulators.cms.cluster import BridgeRecord, Call
from console.simulators.cms.context import Context


@dataclass(frozen=True, slots=True)
class Link:
    """A distribution link: this bridge's leg towards a peer that also hosts the call."""

    leg_id: str
    peer: BridgeRecord
    call: Call


def links_of(context: Context, call: Call) -> list[Link]:
    """This bridge's links in one call: one for each peer that hosts someone of it."""
    cluster, here = context.cluster, context.bridge
    hosts = {seat.leg.bridge for seat in cluster.seats_of(call.conference)}
    if here.number not in hosts:
        return []
    links: list[Link] = []
    for peer in cluster.bridges:
        if peer is here or peer.number not in hosts:
            continue
        key = call.conference.number * 16 + peer.number
        if key not in here.link_ids:
            here.link_ids[key] = cluster.new_id()
        links.append(Link(here.link_ids[key], peer, call))
    return links


def all_links(context: Context) -> list[Link]:
    """This bridge's links in every call."""
    return [link for call in context.cluster.calls for link in links_of(context, call)]
