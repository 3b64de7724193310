"""The words by which a relay's line is set while it runs. Pure: a line of text in, the line's new state out."""

from __future__ import annotations

import math

from mqassist.core.errors import UserError
from mqassist.core.overheard import Line
from mqassist.core.record import changed

ACTIONS = ("reset", "half-close", "close")
"""Done once, to every connection that lives."""
COMMANDS = ("delay", "jitter", "bandwidth", "idle-cut", "drop", "refuse", "clear", *ACTIONS)
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000}


def apply(line: Line, text: str) -> tuple[Line, str]:
    """(the new line, an action or ""). Raises UserError that says what the command takes."""
    words = text.lower().split()
    if not words:
        return line, ""
    name, values = words[0], words[1:]
    if name in ACTIONS and not values:
        return line, name
    if name == "clear" and not values:
        return Line(tls=line.tls), ""
    if name in ("drop", "refuse") and values in ([], ["on"], ["off"]):
        return changed(line, **{name: values != ["off"]}), ""
    if name in ("delay", "jitter") and len(values) == 1:
        return changed(line, **{f"{name}_ms": _number(name, values[0], 60_000.0)}), ""
    if name == "bandwidth" and len(values) == 1:
        return changed(line, bandwidth=_bytes(values[0])), ""
    if name == "idle-cut" and len(values) in (1, 2):
        how = values[1] if len(values) == 2 else "fin"
        if how not in ("fin", "reset", "silent"):
            raise UserError("lab.line.idle-cut", "fin, reset or silent", given=how)
        return changed(line, idle_cut=_number(name, values[0], 86_400.0), idle_how=how), ""
    if name in COMMANDS:
        raise UserError(f"lab.line.{name}", f"{name} does not take that", given=" ".join(values))
    raise UserError("lab.line.unknown", f"unknown command {name}", given=name, commands=", ".join(COMMANDS))


def _number(name: str, text: str, most: float) -> float:
    try:
        value = 0.0 if text == "off" else float(text.removesuffix("ms").removesuffix("s"))
    except ValueError:
        value = math.nan
    if not 0 <= value <= most:
        raise UserError(f"lab.line.{name}", f"{name} wants a number up to {most:g}", given=text)
    return value


def _bytes(text: str) -> int:
    """10000, 64k, 1m; off or 0 is unlimited."""
    if text == "off":
        return 0
    digits, unit = (text[:-1], text[-1]) if text[-1:] in ("k", "m") else (text, "")
    if not digits.isascii() or not digits.isdigit() or int(digits[:12]) * _UNITS[unit] > 10**10:
        raise UserError("lab.line.bandwidth", "bytes per second", given=text)
    return int(digits) * _UNITS[unit]
