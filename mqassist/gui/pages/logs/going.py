"""Reads where a person wants to go in a log: a line, a moment in whatever spelling it was copied from, so much on."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mqassist.gui.pages.logs.desk import LogDesk

_LINE = re.compile(r"(?:#|line|第)?\s*(\d{1,3}(?:[ ,.']\d{3})+|\d+)\s*行?", re.IGNORECASE)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")
_ON = re.compile(r"([+-])\s*((?:\d+(?:\.\d+)?\s*[a-z天小时分钟秒毫]*\s*)+)", re.IGNORECASE)
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z天小时分钟秒毫]*)", re.IGNORECASE)
_UNITS = {
    **dict.fromkeys(("d", "day", "days", "天"), 86400.0),
    **dict.fromkeys(("h", "hour", "hours", "小时", "时"), 3600.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "分钟", "分"), 60.0),
    **dict.fromkeys(("s", "sec", "second", "seconds", "秒"), 1.0),
    **dict.fromkeys(("ms", "毫秒"), 0.001),
}
_ENDS = {
    **dict.fromkeys(("start", "begin", "beginning", "first", "top", "开头"), False),
    **dict.fromkeys(("end", "last", "bottom", "末尾", "结尾"), True),
}
_EPOCH = re.compile(r"(\d{10})(?:[.,](\d{1,9})|(\d{3})|(\d{6}))?")
_CLOCK = re.compile(r"(?<![\d-])(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*([ap])?(?:\.?m\.?)?", re.IGNORECASE)
_ZONE = re.compile(r"\s*(?:(Z|UTC|GMT)|([+-])(\d\d):?(\d\d))\s*$", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = (
    re.compile(r"(?P<y>\d{4})[-/.年]\s*(?P<m>\d{1,2})[-/.月]\s*(?P<d>\d{1,2})日?"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})?"),
    re.compile(r"(?P<m>\d{1,2})[-/月]\s*(?P<d>\d{1,2})日?"),
    re.compile(r"(?P<d>\d{1,2})[-/. ]\s*(?P<m>[a-z]{3})[a-z]*\.?(?:[-/, ]\s*(?P<y>\d{4}))?", re.IGNORECASE),
    re.compile(r"(?P<m>[a-z]{3})[a-z]*\.?\s+(?P<d>\d{1,2})(?:,?\s+(?P<y>\d{4}))?", re.IGNORECASE),
)
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)


def place_of(text: str, desk: LogDesk, here: int = 0, *, local: bool = False) -> int | None:
    """The line, which may lie beyond the last; None if the text says no place. A time of day is looked for from the day
    on that is seen in the log first; "+5m" counts from the time of the line `here`, "+500" in lines."""
    text = text.replace("\uff1a", ":").strip()
    document = desk.document
    if document is None or not text:
        return None
    if text.lower() in _ENDS:
        return document.line_count if _ENDS[text.lower()] else 1
    if share := _SHARE.fullmatch(text):
        return max(1, round(document.line_count * min(100.0, float(share[1])) / 100))
    if _ON.fullmatch(text):
        return _further(text, desk, here)
    number = _LINE.fullmatch(text)
    if number is not None and not (_EPOCH.fullmatch(text) and int(text) > document.line_count):
        return max(1, int(re.sub(r"\D", "", number[1])))
    time = time_of(text, desk.buckets[0].begin if desk.buckets else None, local=local)
    return None if time is None else desk.line_at(time)


def _further(text: str, desk: LogDesk, here: int) -> int | None:
    sign = -1 if text.startswith("-") else 1
    amounts = [(float(number), unit.lower()) for number, unit in _AMOUNT.findall(text)]
    if len(amounts) == 1 and not amounts[0][1]:
        return max(1, here + sign * int(amounts[0][0]))
    if any(unit not in _UNITS for _, unit in amounts):
        return None
    begun = next((line.at for line in desk.of_numbers([here] if here else [])), None)
    on = sum(number * _UNITS[unit] for number, unit in amounts)
    return None if begun is None else desk.line_at(begun + sign * on)


def time_of(text: str, begin: float | None, *, local: bool = False) -> float | None:
    """Seconds since 1970 (UTC). Without a date the first such moment that is not before `begin`, without a year the
    first such day; a time zone in the text counts more than `local`."""
    text = _WEEKDAY.sub("", text.strip().strip("[]"))
    if epoch := _EPOCH.fullmatch(text):
        seconds, part, thousandths, millionths = epoch.groups()
        return float(f"{seconds}.{part or thousandths or millionths or 0}")
    zone: tzinfo | None = datetime.now().astimezone().tzinfo if local else UTC
    clock = _CLOCK.search(text)
    if clock is not None and (told := _ZONE.search(text, clock.end())):
        text, zone = text[: told.start()], _zone(told)
    day = text if clock is None else f"{text[: clock.start()].rstrip(' ,:Tt')} {text[clock.end() :]}"
    try:
        first = None if begin is None else datetime.fromtimestamp(begin, zone)
        return _moment(day.strip(" ,"), clock, first, zone)
    except (ValueError, OverflowError, OSError):
        return None


def _zone(told: re.Match[str]) -> timezone:
    if told[1]:
        return UTC
    away = timedelta(hours=int(told[3]), minutes=int(told[4]))
    return timezone(-away if told[2] == "-" else away)


def _moment(day: str, clock: re.Match[str] | None, first: datetime | None, zone: tzinfo | None) -> float | None:
    """Raises ValueError for a day or an hour that is none."""
    hour, minute, second, part, half = (None, None, None, None, None) if clock is None else clock.groups()
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.lower() == "p" else 0)
    at = timedelta(hours=hours, minutes=int(minute or 0), seconds=int(second or 0))
    if hours > 23 or at.seconds // 60 % 60 != int(minute or 0) or int(second or 0) > 59:
        raise ValueError(day)
    at += timedelta(microseconds=int((part or "0")[:6].ljust(6, "0")))
    if not day:
        if clock is None or first is None:
            return None
        moment = first.replace(hour=0, minute=0, second=0, microsecond=0) + at
        last = moment if second else moment + timedelta(seconds=59, microseconds=999_999)
        return (moment if last >= first else moment + timedelta(days=1)).timestamp()
    told = next((found.groupdict() for each in _DAYS if (found := each.fullmatch(day))), None)
    if told is None or (not told.get("y") and first is None):
        return None
    named, date = told["m"].lower()[:3], int(told["d"])
    month = int(named) if named.isdigit() else _MONTHS.index(named) + 1
    year = int(told.get("y") or (0 if first is None else first.year))
    if first is not None and not told.get("y") and (month, date) < (first.month, first.day):
        year += 1
    return (datetime(year, month, date, tzinfo=zone) + at).timestamp()
