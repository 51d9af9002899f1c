"""What a person asked of the office's evidence and did not get."""

from __future__ import annotations


class Refused(Exception):
    """Why nothing was made, put back or removed; the text says what to do."""
