"""Reads the tables of scenario files into records, with errors that name file and key. Knows no scenario."""

from __future__ import annotations

from typing import Any, TypeVar

from mqassist.core.errors import ResourceError
from mqassist.core.record import fields
from mqassist.knowledge.files import Json

T = TypeVar("T")


def read_options(kind: type[T], table: Json, where: str, place: str) -> T:
    """A record whose fields all have defaults; a value must be of its default's type. Raises ResourceError."""
    known = set(fields(kind))
    if unknown := sorted(set(table) - known):
        raise ResourceError(where, f"{place}.{unknown[0]}", f"unknown; known are {', '.join(sorted(known))}")
    defaults = kind()
    given: dict[str, Any] = {}
    for name, value in table.items():
        given[name] = _fitting(getattr(defaults, name), value, where, f"{place}.{name}")
    return kind(**given)


def _fitting(default: object, value: object, where: str, key: str) -> object:
    if isinstance(default, bool) or isinstance(value, bool):
        fits = isinstance(default, bool) and isinstance(value, bool)
    elif isinstance(default, float):
        if isinstance(value, int):
            return float(value)
        fits = isinstance(value, float)
    elif isinstance(default, tuple):
        if isinstance(value, list):
            return tuple(value)
        fits = False
    else:
        fits = isinstance(value, type(default))
    if not fits:
        raise ResourceError(where, key, f"must be of the kind {type(default).__name__}")
    return value
