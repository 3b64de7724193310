"""Moments that a person types, for logs: `30m`, `2h`, `15:56`, `2026-11-20 15:56`. Pure."""

from __future__ import annotations

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
MAX_SPAN = 100 * 366 * 86_400
"""A clock that lost its battery begins in 1970."""


def moment(word: str, latest: float) -> float:
    """Seconds since 1970. A span counts back from `latest`, a time of day is on its day (UTC); a time without a zone
    is UTC, as brokers write it. Raises ValueError for anything else."""
    from datetime import UTC, datetime

    word = word.strip()
    if word[-1:] in _UNITS and word[:-1].isascii() and word[:-1].isdigit():
        return latest - int(word[:-1][:9]) * _UNITS[word[-1]]
    if word.isascii() and word.isdigit() and len(word) == 10:
        return float(word)
    if len(word) <= 15 and word[2:3] == ":":
        day = datetime.fromtimestamp(latest, UTC).strftime("%Y-%m-%d")
        word = f"{day}T{word}"
    try:
        found = datetime.fromisoformat(word)
    except ValueError:
        raise ValueError(word) from None
    return (found if found.tzinfo is not None else found.replace(tzinfo=UTC)).timestamp()


def span(word: str) -> float:
    """Seconds, positive or negative, of `+1.5`, `-250ms`, `8h`. Raises ValueError for anything else."""
    word = word.strip().lower().replace("\u2212", "-")
    unit = word.lstrip("+-0123456789.")
    number = word.removesuffix(unit).strip()
    scale = {"": 1.0, "ms": 0.001, **_UNITS}.get(unit.strip())
    seconds = float(number) * scale if scale is not None and number[-1:] not in "+-" else float("nan")
    if not -MAX_SPAN <= seconds <= MAX_SPAN:
        raise ValueError(word)
    return round(seconds, 6)


def offset_words(seconds: float) -> str:
    """`+1.500 s`, `-28800 s`: with its sign, to the millisecond where there are any."""
    text = f"{abs(seconds):.3f}"
    return f"{'+' if seconds >= 0 else '-'}{text.removesuffix('.000')} s"


def utc(at: float, milliseconds: bool = False) -> str:
    """ISO 8601 with Z."""
    from datetime import UTC, datetime

    try:
        found = datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    text = found.strftime("%Y-%m-%dT%H:%M:%S")
    return text + (f".{found.microsecond // 1000:03d}Z" if milliseconds else "Z")


def utc_now() -> str:
    """ISO 8601 with milliseconds, in UTC."""
    import time

    now = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}Z"


def utc_words(stamp: str) -> str:
    """2026-01-31 12:00:00 UTC: as people read it and brokers' logs are searched by it."""
    return f"{stamp[:10]} {stamp[11:19]} UTC" if stamp.endswith("Z") and len(stamp) >= 20 else stamp
