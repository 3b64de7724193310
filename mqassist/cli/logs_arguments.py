"""The arguments of `mqassist logs`, in any order. Touches no file."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.cli.logs_clock import clock_offset
from mqassist.cli.options import HELP, JSON, LANG, Option, Unfit, read_options, whole
from mqassist.cli.words import Words
from mqassist.core.log import LEVELS, Level, SearchFor
from mqassist.core.record import record

MAX_LINES = 100_000_000


@record
class LogArguments:
    """What was typed. `levels` None: all."""

    sources: tuple[str, ...] = ()
    help: bool = False
    json: bool = False
    follow: bool = False
    known: bool = False
    stories: bool = False
    rotated: bool = False
    find: bool = False
    levels: frozenset[Level] | None = None
    include: tuple[SearchFor, ...] = ()
    exclude: tuple[SearchFor, ...] = ()
    since: str = ""
    until: str = ""
    connection: str = ""
    limit: int | None = None
    clock_offset: tuple[tuple[str, float], ...] = ()

    @property
    def selects(self) -> bool:
        """Whether lines are asked for, not a summary."""
        chosen = self.levels is not None or self.include or self.exclude or self.since or self.until
        return bool(chosen or self.connection or self.known or self.follow or self.limit is not None)


def _levels(text: str) -> frozenset[Level]:
    """`warning`: warnings and worse; `info,error`: exactly these."""
    short: dict[str, Level] = {"warn": "warning", "err": "error", "fatal": "critical"}
    known: dict[str, Level] = {level: level for level in LEVELS} | short
    names = [name.strip().lower() for name in text.split(",")]
    if any(name not in known for name in names):
        raise Unfit("choice", choices=", ".join(LEVELS))
    if len(names) > 1:
        return frozenset(known[name] for name in names)
    at = LEVELS.index(known[names[0]])
    return frozenset(LEVELS[at:-1] or LEVELS[at:])


_OPTIONS: tuple[Option, ...] = (
    HELP,
    JSON,
    LANG,
    Option(("-f", "--follow")),
    Option(("-i", "--ignore-case")),
    Option(("-F", "--fixed")),
    Option(("--known",)),
    Option(("--stories",)),
    Option(("--rotated",)),
    Option(("--find",)),
    Option(("--level",), "LEVEL", _levels),
    Option(("-e", "--grep"), "PATTERN", repeatable=True),
    Option(("-v", "--exclude"), "PATTERN", repeatable=True),
    Option(("--since",), "TIME"),
    Option(("--until",), "TIME"),
    Option(("--connection",), "TEXT"),
    Option(("--clock-offset",), "LOG=AMOUNT", clock_offset, repeatable=True),
    Option(("-n", "--limit"), "N", whole(0, MAX_LINES)),
)


def read_logs(arguments: Sequence[str], words: Words) -> LogArguments:
    """Raises UserError for what cannot be understood."""
    given, sources = read_options(arguments, _OPTIONS, words, "logs.arguments")
    regex, ignore_case = not given.pop("fixed", False), given.pop("ignore_case", False)

    def searches(flag: str) -> tuple[SearchFor, ...]:
        return tuple(SearchFor(text, regex=regex, ignore_case=ignore_case) for text in given.pop(flag, ()))

    include, exclude, levels = searches("grep"), searches("exclude"), given.pop("level", None)
    given.pop("lang", None)
    return LogArguments(sources=tuple(sources), levels=levels, include=include, exclude=exclude, **given)
