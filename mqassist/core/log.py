"""What a broker's log gives to whoever shows it: lines, changes, filters, histograms. Plain values, no text of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from mqassist.core.record import record

Level = Literal["debug", "info", "notice", "warning", "error", "critical", "unknown"]
LEVELS: tuple[Level, ...] = ("debug", "info", "notice", "warning", "error", "critical", "unknown")
"""In the order of their weight; `unknown` is text that states none."""


@record
class LogLine:
    """One line as it is shown. `number` counts from 1; 0 where it is not known yet (the end of a file that is still
    being indexed).

    `text` is the broker's message without prefix, `raw` the line as the file has it; both are masked, and cut where
    `cut` says so. `level` and `at` (seconds since 1970, UTC) of a `continuation` are those of its entry.
    `source` is the writer that the broker names (an Erlang pid), or "".
    """

    number: int
    text: str
    level: Level
    at: float | None
    continuation: bool
    raw: str
    source: str = ""
    cut: bool = False


def message_of(entry: Sequence[LogLine]) -> str:
    """What the lines of an entry say, one below the other; as many characters as they have. One line of JSON may say
    several, and is shown with pictures of their ends."""
    return "\n".join(line.text for line in entry).replace("\u240a", "\n")


ChangeKind = Literal["grown", "rotated", "truncated", "gone", "back", "unreadable"]


@record
class LogChange:
    """`first_line` is the first line that is new or has other content than before; `line_count` the lines there are.

    `rotated`: the file was replaced, its lines stay and those of the new one follow. `truncated`: the file was emptied
    and no copy of it was found; its old lines cannot be read any more.
    """

    kind: ChangeKind
    first_line: int
    line_count: int
    reason: str = ""


@record
class LogProblem:
    """Something that had to be left out: a key of the language tables with its values."""

    key: str
    values: tuple[tuple[str, str | float], ...] = ()


@record
class SearchFor:
    """What is looked for in each line. A plain text unless `regex`."""

    text: str
    regex: bool = False
    ignore_case: bool = False


@record
class LineFilter:
    """Which lines are shown; every part that is given has to agree. Times are seconds since 1970 (UTC).

    `connection` is a peer (`10.0.0.7:41234`), an Erlang pid (`<0.875.0>`) or a client id. So many lines `around` each
    are shown with them.
    """

    levels: frozenset[Level] | None = None
    include: tuple[SearchFor, ...] = ()
    exclude: tuple[SearchFor, ...] = ()
    since: float | None = None
    until: float | None = None
    connection: str = ""
    around: int = 0

    @property
    def searches(self) -> bool:
        """Whether the text of lines has to be read for it, which takes time."""
        return bool(self.include or self.exclude or self.connection)


@record
class Hits:
    """A batch of lines that a search found, in order; `done` is the share of the file that was searched (0 to 1)."""

    lines: tuple[int, ...]
    done: float


@record
class Bucket:
    """Lines between two times, by level in the order of LEVELS."""

    begin: float
    end: float
    counts: tuple[int, ...]


@record
class KnownLine:
    """A phrase of ours that was found: what it is, what it stands for, and what it names.

    `line` to `last_line` is the whole entry. `facts` are the phrase's (`log.*`), masked.
    """

    line: int
    last_line: int
    phrase: str
    cause: str | None
    facts: tuple[tuple[str, str | int | float | bool], ...]
    begin: int = 0
    end: int = 0


@record
class Signature:
    """How often one known phrase occurs in a log, and where first and last."""

    phrase: str
    cause: str | None
    count: int
    first_line: int
    last_line: int


EventKind = Literal["opened", "named", "logged-in", "refused", "failed", "closed", "said"]
Ending = Literal["open", "closed", "dropped", "refused", "heartbeat", "failed", "replaced", "stopped"]
"""How a connection ended: by agreement; without a word; login refused; silence; an error; by the same client's next;
with the broker, which stopped."""


@record
class StoryEvent:
    """One entry of a connection's story. `text` is the message, masked; `cause` what it stands for."""

    line: int
    last_line: int
    at: float | None
    kind: EventKind
    text: str
    cause: str | None = None


@record
class Story:
    """One connection from its first line to its last. "" is what no line names; `process` is an Erlang pid.

    `begun` and `ended` are seconds since 1970 (UTC), None where the log does not tell.
    """

    peer: str
    process: str
    client: str
    user: str
    vhost: str
    protocol: str
    begun: float | None
    ended: float | None
    ending: Ending
    cause: str | None
    events: tuple[StoryEvent, ...]

    @property
    def seconds(self) -> float | None:
        return None if self.begun is None or self.ended is None else max(0.0, self.ended - self.begun)

    @property
    def address(self) -> str:
        """The peer without its port."""
        return self.peer.rpartition(":")[0].strip("[]")


@record
class TableRow:
    """`who` and `where` depend on the table; lines are the first and the last that were counted."""

    who: str
    where: str
    cause: str | None
    count: int
    first_line: int
    last_line: int


@record
class LogTables:
    """Refused logins by user and address; who ends connections badly, by application or user and address; missed
    heartbeats by application. The most frequent first."""

    refused: tuple[TableRow, ...]
    closers: tuple[TableRow, ...]
    heartbeats: tuple[TableRow, ...]


@record
class Fold:
    """Connections from one address that came, said nothing and went: a health check. They are shown as one line."""

    address: str
    count: int
    first_line: int
    last_line: int
    lines: tuple[int, ...]


@record
class LocalLog:
    """A broker's log on this computer. `source` is what opens it: a path, `docker:NAME`, `journal:UNIT`.

    `size` is None where it is no file; `readable` False where the system's rights keep this user out.
    """

    broker: str
    source: str
    size: int | None
    readable: bool


@record
class Silences:
    """Connections that were ended because nothing was heard of them, by what their neighbours did. `busy`: another
    one of the same computer stayed alive. `way`: those of other computers fell silent at the same time. `gone`: all of
    the same computer did. The rest of `closes` has no neighbour to compare with."""

    closes: int
    busy: int
    way: int
    gone: int


@record
class ClockHint:
    """Two logs name the same connections at different times: `seconds` added to the times of log `log` puts them
    together with those of log `against` (places in the order in which they were opened, from 0).

    `pairs` is how many connections say so, within `spread` seconds of each other; `name` is one of them, on line
    `line` of the one log and `line_against` of the other.
    """

    log: int
    against: int
    seconds: float
    pairs: int
    spread: float
    name: str
    line: int
    line_against: int
