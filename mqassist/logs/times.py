"""Times as brokers write them. A stamp without a zone is taken as UTC, unless the reader says otherwise."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

# RabbitMQ 3.7 and later, EMQX 5, Mosquitto with log_timestamp_format: 2026-11-20 15:52:01.708318+00:00
_ISO = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
# RabbitMQ 3.6: 20-Nov-2026::15:52:01
_ERLANG = re.compile(r"(\d{1,2})-([A-Z][a-z]{2})-(\d{4})::(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?", re.ASCII)
# HAProxy: 20/Nov/2026:15:56:01.443, nginx: 20/Nov/2026:15:56:01 +0000
_COMMON = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?: ([+-]\d{4}))?", re.ASCII)
# ctime: Mon Jul  5 12:03:04 2021
_CTIME = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})", re.ASCII)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_EPOCH_DIGITS = {10: 1.0, 13: 1e3, 16: 1e6, 19: 1e9}


def read_time(text: str) -> float | None:
    """Seconds since 1970 (UTC), or None if this is no time we know."""
    if text.isdigit():
        return int(text) / _EPOCH_DIGITS[len(text)] if len(text) in _EPOCH_DIGITS else None
    try:
        if found := _ISO.fullmatch(text):
            year, month, day, hour, minute, second, part, zone = found.groups()
            micro = int((part or "0")[:6].ljust(6, "0"))
            stamp = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), micro, _zone(zone))
            return stamp.timestamp()
        if found := _ERLANG.fullmatch(text):
            day, name, year, hour, minute, second, part = found.groups()
            return _named(day, name, year, hour, minute, second, part, None)
        if found := _COMMON.fullmatch(text):
            return _named(*found.groups())
        if found := _CTIME.fullmatch(text):
            name, day, hour, minute, second, year = found.groups()
            return _named(day, name, year, hour, minute, second, None, None)
    except (ValueError, KeyError):
        return None
    return None


def _named(
    day: str, month: str, year: str, hour: str, minute: str, second: str, part: str | None, zone: str | None
) -> float:
    """Raises KeyError or ValueError for what is no date."""
    micro = int((part or "0").ljust(6, "0"))
    moment = datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), micro, _zone(zone))
    return moment.timestamp()


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
