"""Both palettes by name, read from resources/theme/tokens.json. Knows no widget."""

from __future__ import annotations

import json
from typing import Literal

from PySide6.QtGui import QColor

from mqassist.core.errors import ResourceError
from mqassist.core.record import fields, record
from mqassist.gui.resources import resource

Scheme = Literal["light", "dark"]


@record
class Tokens:
    """One palette. What each is for: win frame and sidebar, surface content, sunken code, hover, sel selected row,
    line separators, line2 buttons and chips, field border of what can be typed into, t1 text, t2 explanation,
    t3 labels; then the accent and the three states with their grounds and borders; mark is found text."""

    win: QColor
    surface: QColor
    sunken: QColor
    hover: QColor
    sel: QColor
    line: QColor
    line2: QColor
    field: QColor
    t1: QColor
    t2: QColor
    t3: QColor
    accent: QColor
    accentbg: QColor
    onaccent: QColor
    accentline: QColor
    ok: QColor
    okbg: QColor
    okline: QColor
    warn: QColor
    warnfill: QColor
    warnbg: QColor
    warnline: QColor
    err: QColor
    errbg: QColor
    errline: QColor
    mark: QColor

    def colour(self, name: str) -> QColor:
        """By name, for those that keep the name and paint after a switch. Raises AttributeError."""
        found: QColor = getattr(self, name)
        return found


def load_tokens() -> dict[Scheme, Tokens]:
    """Raises ResourceError for a missing or unknown colour."""
    path = resource("theme", "tokens.json")
    with open(path, encoding="utf-8") as file:
        content = json.load(file)
    return {"light": _palette(content, "light"), "dark": _palette(content, "dark")}


def _palette(content: dict[str, dict[str, str]], scheme: Scheme) -> Tokens:
    colours = content.get(scheme, {})
    wrong = set(fields(Tokens)) ^ set(colours)
    if wrong:
        raise ResourceError("tokens.json", scheme, f"missing or unknown: {', '.join(sorted(wrong))}")
    return Tokens(**{name: QColor(value) for name, value in colours.items()})
