"""Reads where a person wants to go in a log: a line number, a time of day, a date and time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mqassist.gui.pages.logs.desk import LogDesk

_TIME = re.compile(r"(?:(\d{4})-(\d\d)-(\d\d)[T ])?(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,6}))?)?")
_NUMBER = re.compile(r"#?\s*(\d[\d\s]*)")


def place_of(text: str, desk: LogDesk, *, local: bool = False) -> int | None:
    """The line, None if the text says neither a number nor a time. A time of day is looked for from the day on that is
    seen in the log first."""
    text = text.strip()
    if _TIME.fullmatch(text):
        time = time_of(text, desk.buckets[0].begin if desk.buckets else None, local=local)
        return None if time is None else desk.line_at(time)
    number = _NUMBER.fullmatch(text)
    return None if number is None else max(1, int("".join(number[1].split())))


def time_of(text: str, begin: float | None, *, local: bool = False) -> float | None:
    """Seconds since 1970 (UTC). Without a date the first such moment that is not before `begin`."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, part = found.groups()
    zone = datetime.now().astimezone().tzinfo if local else UTC
    micro = int((part or "0").ljust(6, "0"))
    try:
        if year:
            at = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), micro, zone)
            return at.timestamp()
        if begin is None:
            return None
        first = datetime.fromtimestamp(begin, zone)
        at = first.replace(hour=int(hour), minute=int(minute), second=int(second or 0), microsecond=micro)
        last = at.replace(second=59, microsecond=999_999) if second is None else at
        if last < first:
            at += timedelta(days=1)
        return at.timestamp()
    except (ValueError, OverflowError, OSError):
        return None
