"""One line of a log on the screen: which spans of its text are tinted, and its time, level and number. Knows no widget.

Spans are (begin, end, kind) in characters of the shown text: "hit" found text, "known" a phrase of ours, "dim" what
names a connection, "own:<colour>" a highlight of the person, "part" what the person chose in the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from mqassist.core.log import Fold, Level, SearchFor
from mqassist.core.record import record
from mqassist.gui.theme.states import State

if TYPE_CHECKING:
    from mqassist.core.report import LogMatch

LONGEST = 4_000
"""Characters of a line that are ever painted: no screen is wider."""
STATES: dict[Level, State | None] = {
    "debug": None,
    "info": None,
    "notice": "note",
    "warning": "warning",
    "error": "broken",
    "critical": "broken",
    "unknown": None,
}
COLOURS: dict[Level, str] = {"warning": "warn", "error": "err", "critical": "err", "debug": "t3"}
_DIM = re.compile(r"<\d+\.\d+\.\d+>")

Span = tuple[int, int, str]


@record
class Highlight:
    """Words of the person that are tinted wherever they stand, or the whole line with them. `colour` is one of
    HIGHLIGHT_COLOURS."""

    text: str
    colour: str = "accent"
    regex: bool = False
    ignore_case: bool = True
    whole_line: bool = False


HIGHLIGHT_COLOURS: dict[str, str] = {
    "accent": "#3457D5", "ok": "#0A9B7B", "warn": "#E8A317", "err": "#D8452B", "violet": "#8A3FD1", "teal": "#1592B8",
    "pink": "#D13F96", "grey": "#7A8494",
}  # fmt: skip
"""What is mixed into the ground of the log; the border keeps them apart where colours are not seen."""


def level_word(level: Level) -> str:
    translate = QCoreApplication.translate
    words: dict[Level, str] = {
        "debug": translate("LogLevel", "debug"),
        "info": translate("LogLevel", "info"),
        "notice": translate("LogLevel", "notice"),
        "warning": translate("LogLevel", "warning"),
        "error": translate("LogLevel", "error"),
        "critical": translate("LogLevel", "critical"),
        "unknown": "",
    }
    return words[level]


def fold_words(fold: Fold) -> str:
    """What stands in the row of health checks that were folded."""
    words = QCoreApplication.translate("LogFold", "{count} health checks from {address}: opened and closed")
    return words.format(count=fold.count, address=fold.address)


def match_words(match: LogMatch | None, title: Callable[[str], str]) -> str:
    """Which step of the check caused a line, and how that is known; `title` names a step by its probe."""
    if match is None:
        return ""
    translate = QCoreApplication.translate
    words = {
        "source-port": translate("LogMatch", "this check: same port"),
        "client-id": translate("LogMatch", "this check: its name"),
        "time": translate("LogMatch", "this check: same time"),
    }
    if not match.step:
        return words[match.matched_by]
    steps = {
        "source-port": translate("LogMatch", "{step} · same port"),
        "client-id": translate("LogMatch", "{step} · its name"),
        "time": translate("LogMatch", "{step} · same time"),
    }
    return steps[match.matched_by].format(step=title(match.step))


def clock(at: float | None, *, local: bool = False, day: bool = False) -> str:
    """13:58:01.204, with the day in front if asked for; "" without a time."""
    if at is None:
        return ""
    try:
        moment = datetime.fromtimestamp(at, UTC)
        if local:
            moment = moment.astimezone()
    except (ValueError, OverflowError, OSError):
        return ""
    text = f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"
    return f"{moment:%Y-%m-%d} {text}" if day else text


@lru_cache(maxsize=64)
def pattern_of(text: str, regex: bool, ignore_case: bool) -> re.Pattern[str] | None:
    """What a search or highlight looks for on the screen; None if it is no pattern."""
    try:
        return re.compile(text if regex else re.escape(text), re.IGNORECASE if ignore_case else 0)
    except (re.error, RecursionError, OverflowError):
        return None


def spans_of(
    shown: str, known: tuple[int, int] | None, search: SearchFor | None, highlights: Sequence[Highlight]
) -> list[Span]:
    """In the order of painting: later ones lie on top. `known` is where a phrase of ours stands in it."""
    spans: list[Span] = [(found.start(), found.end(), "dim") for found in _DIM.finditer(shown)]
    own: list[Span] = []
    for each in highlights:
        hits = _found(each.text, each.regex, each.ignore_case, shown, f"own:{each.colour}")
        if each.whole_line and hits:
            spans.append((0, len(shown), hits[0][2]))
        else:
            own += hits
    if known is not None and known[0] < len(shown):
        spans.append((known[0], min(known[1], len(shown)), "known"))
    spans += own
    if search is not None:
        spans += _found(search.text, search.regex, search.ignore_case, shown, "hit")
    return spans


def _found(text: str, regex: bool, ignore_case: bool, shown: str, kind: str) -> list[Span]:
    pattern = pattern_of(text, regex, ignore_case) if text else None
    if pattern is None or (regex and len(shown) > LONGEST):
        return []
    found: list[Span] = []
    for hit in pattern.finditer(shown):
        if hit.end() > hit.start():
            found.append((hit.start(), hit.end(), kind))
        if len(found) >= 200:
            break
    return found
