"""A kept run in one line, and what may be asked of the list of them. The run itself is a report."""

from __future__ import annotations

from mqassist.core.record import record

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
