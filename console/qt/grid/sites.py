"""What a site's tile shows that no device tells: the roster's, and the office's contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.domain.endpoint import Contact, Endpoint
from console.domain.text import short_name
from console.qt.grid.look import Site
from console.qt.grid.names import tier_of


def site_of(
    endpoints: Mapping[str, Endpoint],
    site: str,
    lead: bool,
    contacts: Sequence[Contact] | None = None,
) -> Site:
    """What the roster says of a site, as its tile needs it; `contacts` in place of its own.

    Raises KeyError for an unknown one."""
    endpoint = endpoints[site]
    parent = endpoints.get(endpoint.parent)
    contact = next(
        (
            c
            for c in (endpoint.contacts if contacts is None else contacts)
            if c.role == "technician"
        ),
        None,
    )
    return Site(
        site,
        endpoint.name,
        endpoint.short or short_name(endpoint.name),
        tier_of(endpoint.name),
        parent.name if parent else "",
        lead,
        endpoint.line,
        endpoint.carrier,
        contact.name if contact else "",
        contact.phone if contact else "",
    )
