"""A kept run in one line, and what may be asked of the list of them. The run itself is a report."""

from __future__ import annotations

from mqassist.core.record import record
from mqassist.core.secret import MASK

MAX_RUNS = 2_000
MAX_MEGABYTES = 200


@record
class KeptRun:
    """`id` names it in the history, `run` is the run id of its report; `started_at` is ISO 8601 in UTC.

    `state` is works, warning, broken, undecided, stopped or crashed, `status` the contract's word. `profile` is the
    id of the profile it was started from, or "". `size` is bytes on disk. Holds no secret.
    """

    id: str
    run: str
    started_at: str
    duration_ms: float
    target: str
    protocol: str
    host: str
    port: int
    status: str
    state: str
    cause: str
    title: str
    language: str
    profile: str = ""
    pinned: bool = False
    size: int = 0


@record
class KeptRuns:
    """Newest first. `damaged` are files that could not be read and were set aside, `newer` counts runs that a newer
    version wrote: they stay as they are."""

    runs: tuple[KeptRun, ...]
    damaged: tuple[str, ...] = ()
    newer: int = 0


@record
class Keeping:
    """Whether runs are kept, and how many of those that are not pinned: at most `runs`, of `megabytes` together."""

    on: bool = True
    runs: int = MAX_RUNS
    megabytes: int = MAX_MEGABYTES


@record
class RunFilter:
    """What a list is narrowed to. `text` is looked for in target, title, cause and id; `since` is ISO 8601 in UTC."""

    text: str = ""
    statuses: tuple[str, ...] = ()
    since: str = ""
    profile: str = ""
    pinned: bool = False

    def takes(self, run: KeptRun) -> bool:
        wanted = self.text.casefold()
        return (
            (not self.statuses or run.status in self.statuses)
            and run.started_at >= self.since
            and (not self.profile or run.profile == self.profile)
            and (not self.pinned or run.pinned)
            and (not wanted or any(wanted in part.casefold() for part in (run.target, run.title, run.cause, run.run)))
        )


def unmasked(target: str) -> str:
    """Without a password's mask: nobody must log in with three dots."""
    return target.replace(f":{MASK}@", "@")


def short(target: str) -> str:
    """The address as a row has room for it: without the mask of its password and the default virtual host."""
    return unmasked(target).removesuffix("/%2F").removesuffix("/")


def local_time(started_at: str, seconds: bool = False) -> str:
    """`2026-11-21 10:41` on this machine's clock; what is no ISO 8601 time stays as it is."""
    from datetime import datetime

    try:
        moment = datetime.fromisoformat(started_at).astimezone()
    except (ValueError, OverflowError, OSError):
        return started_at
    return moment.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def since(word: str, now: float) -> str:
    """The moment that a person means by `30m`, `24h`, `7d` or a local date or time, as ISO 8601 in UTC.

    `now` is seconds since 1970. Raises ValueError for anything else.
    """
    from datetime import UTC, datetime

    unit = {"m": 60, "h": 3600, "d": 86400, "w": 604800}.get(word[-1:])
    if unit is not None and word[:-1].isascii() and word[:-1].isdigit():
        moment = datetime.fromtimestamp(max(0.0, now - int(word[:-1][:9]) * unit), UTC)
    else:
        moment = datetime.fromisoformat(word).astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + f".{moment.microsecond // 1000:03d}Z"
