"""Where a PostgreSQL database is: a URL without secrets, remembered in the office's folder."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

FILE = "database.url"
_SECRETS = {"password", "sslpassword"}
_DRIVER = "postgresql+psycopg"
STRICT = "verify-full"


class BadAddress(ValueError):
    """A URL of a database that is not used; the text says why, and never what is in it."""


def parsed(text: str) -> URL:
    """The URL of a PostgreSQL database. Raises BadAddress, also for a password in it.

    A password comes from where libpq looks for one: `PGPASSWORD`, `~/.pgpass`, a service file.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise BadAddress("not a URL like postgresql://user@host/database") from None
    if url.drivername not in {"postgresql", _DRIVER}:
        raise BadAddress("the office keeps its data in its folder, or in postgresql://…")
    if url.password is not None or _SECRETS & url.query.keys():
        raise BadAddress(
            "a password does not belong in a URL, where others see it: put it into ~/.pgpass,"
            " a service file (?service=NAME) or PGPASSWORD, and leave it out here"
        )
    return url.set(drivername=_DRIVER)


def is_local(host: str) -> bool:
    """Whether a host is this machine: a socket's folder, or an address of the loopback."""
    if host == "" or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def with_tls(url: URL) -> URL:
    """The URL with the server's certificate and name to be proven, where it is elsewhere.

    A socket or loopback connection may do without; an `sslmode` in the URL stays as it is and
    is judged on the connection.
    """
    host = url.host or _only(url, "host") or os.environ.get("PGHOST", "")
    named = "service" in url.query or "PGSERVICE" in os.environ
    if "sslmode" in url.query or (is_local(host) and not (named and not host)):
        return url
    return url.update_query_dict({"sslmode": STRICT})


def remember(folder: Path, url: URL) -> None:
    """Keep the URL in the office's folder, for its owner alone."""
    descriptor = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(url.render_as_string(hide_password=True) + "\n")


def remembered(folder: Path) -> str:
    """The URL that the office in a folder was made with, "" where it has a file of its own."""
    try:
        return (folder / FILE).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def _only(url: URL, name: str) -> str:
    value = url.query.get(name, "")
    return value if isinstance(value, str) else ",".join(value)
