"""Shapes and colours of the states on a terminal. Colour is never the only sign."""

from __future__ import annotations

from mqassist.core.record import record

SHAPES = {
    "works": "✔", "passed": "✔", "warning": "▲", "broken": "✖", "failed": "✖", "undecided": "◆",
    "stopped": "■", "cancelled": "■", "crashed": "✖", "skipped": "·", "deciding": "◉", "info": "i", "bullet": "•",
}  # fmt: skip
ASCII_SHAPES = {
    "works": "+", "passed": "+", "warning": "!", "broken": "x", "failed": "x", "undecided": "?",
    "stopped": "=", "cancelled": "=", "crashed": "x", "skipped": "-", "deciding": "o", "info": "i", "bullet": "-",
}  # fmt: skip
_COLOURS = {
    "works": "32", "passed": "32", "warning": "33", "broken": "31", "failed": "31", "undecided": "36",
    "stopped": "36", "cancelled": "36", "crashed": "35", "skipped": "2", "deciding": "34", "info": "2",
    "strong": "1", "faint": "2",
}  # fmt: skip


@record
class Style:
    """`width` in cells; `platform` is linux, windows, macos or any: whose commands are shown."""

    colour: bool = False
    ascii_shapes: bool = False
    width: int = 80
    platform: str = "any"

    def paint(self, kind: str, text: str) -> str:
        return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if self.colour and text else text

    def shape(self, kind: str) -> str:
        return (ASCII_SHAPES if self.ascii_shapes else SHAPES)[kind]
