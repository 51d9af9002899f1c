"""Figures as plain JSON values, for other programs."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, cast

from console.domain.commands.base import Command


def plain(value: Any) -> Any:
    """Records as objects, times in µs UTC; a command says its kind."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        told = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return {"kind": type(value).__name__, **told} if isinstance(value, Command) else told
    if isinstance(value, (tuple, list, frozenset)):
        return [plain(item) for item in cast("tuple[Any, ...]", value)]
    return value
