"""A private CA for the pretend devices, and the wrong certificates some faults need."""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import trustme

HOSTS = ("127.0.0.1", "localhost", "::1")


class Authority:
    """A CA that lives as long as its folder; `close` deletes both.

    Attributes:
        pem: path of the CA certificate a client must trust.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="hnth-sim-")
        self._ca = trustme.CA(organization_name="HNTH pretend devices")
        self.pem = Path(self._folder.name) / "ca.pem"
        self._ca.cert_pem.write_to_path(str(self.pem))
        self._good = self._context(self._ca.issue_cert(*HOSTS))

    def context(self, flaw: str = "") -> ssl.SSLContext:
        """A server context: good, or with the flaw `unknown_ca`, `expired`, `name` or `changed`.

        `changed` is another certificate of the same CA, which only a pinned fingerprint notices.
        """
        if not flaw:
            return self._good
        if flaw == "expired":
            past = datetime(2020, 1, 1, tzinfo=UTC)
            return self._context(self._ca.issue_cert(*HOSTS, not_before=past, not_after=past))
        if flaw == "name":
            return self._context(self._ca.issue_cert("another-device.example"))
        if flaw == "changed":
            return self._context(self._ca.issue_cert(*HOSTS))
        if flaw == "unknown_ca":
            return self._context(trustme.CA().issue_cert(*HOSTS))
        raise ValueError(f"no such flaw: {flaw}")

    def _context(self, leaf: trustme.LeafCert) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        chain = Path(self._folder.name) / "leaf.pem"
        leaf.private_key_and_cert_chain_pem.write_to_path(str(chain))
        context.load_cert_chain(chain)
        chain.unlink()
        return context

    def close(self) -> None:
        """Delete the folder."""
        self._folder.cleanup()
