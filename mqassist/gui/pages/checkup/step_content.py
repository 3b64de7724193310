"""What an opened step shows, as plain data. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.core.advice import Wording
from mqassist.core.observation import Exchange
from mqassist.core.record import record
from mqassist.gui.pages.checkup.live import Note
from mqassist.report.by_hand import HandCommand
from mqassist.report.log_lines import LogLine
from mqassist.report.presented import PresentedCheck
from mqassist.report.silence import Meaning

BYTES_A_ROW = 8
MOST_BYTES = 512
"""Of one exchange: what decides stands at its beginning."""


@record
class StepContent:
    """Of one opened row. `checks` are several for a row that folds quiet checks; `log_places` are file and line.
    `silence` is what it can mean that no answer comes; `repeatable` a step whose layer may be looked at again."""

    checks: tuple[PresentedCheck, ...]
    exchanges: tuple[Exchange, ...] = ()
    by_hand: tuple[HandCommand, ...] = ()
    log: tuple[LogLine, ...] = ()
    log_places: tuple[tuple[str, int], ...] = ()
    notes: tuple[Note, ...] = ()
    platform: str = "linux"
    certificates: tuple[bytes, ...] = ()
    silence: tuple[Meaning, ...] = ()
    repeatable: bool = False


def dump(exchanges: Sequence[Exchange], wording: Wording) -> str:
    """Time and direction of each exchange, then its bytes as hex and as text."""
    lines: list[str] = []
    for exchange in exchanges:
        note = f"  {exchange.note}" if exchange.note else ""
        direction = wording.sentence(f"direction.{exchange.direction}")
        lines.append(f"+{exchange.at_ms:.1f} ms  {direction}  {len(exchange.data)} B{note}")
        data = exchange.data[:MOST_BYTES]
        for at in range(0, len(data), BYTES_A_ROW):
            row = data[at : at + BYTES_A_ROW]
            text = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in row)
            lines.append(f"  {row.hex(' '):<{BYTES_A_ROW * 3 - 1}}  {text}")
        if len(exchange.data) > MOST_BYTES:
            lines.append("  …")
    return "\n".join(lines)
