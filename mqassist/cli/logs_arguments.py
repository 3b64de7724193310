"""The arguments of `mqassist logs`, in any order. Touches no file."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from mqassist.cli.words import Words
from mqassist.core.errors import UserError
from mqassist.core.log import LEVELS, Level, SearchFor
from mqassist.core.record import record

MAX_LINES = 100_000_000
_SWITCHES = ("--help", "--json", "--follow", "--ignore-case", "--fixed", "--known", "--stories", "--rotated", "--find")
_VALUES = ("--lang", "--level", "--grep", "--exclude", "--since", "--until", "--connection", "--limit")
_SHORT = {
    "-h": "--help", "-f": "--follow", "-i": "--ignore-case", "-F": "--fixed", "-e": "--grep", "-v": "--exclude",
    "-n": "--limit",
}  # fmt: skip


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

    @property
    def selects(self) -> bool:
        """Whether lines are asked for, not a summary."""
        chosen = self.levels is not None or self.include or self.exclude or self.since or self.until
        return bool(chosen or self.connection or self.known or self.follow or self.limit is not None)


def read_logs(arguments: Sequence[str], words: Words) -> LogArguments:
    """Raises UserError for what cannot be understood."""
    switches: set[str] = set()
    values: list[tuple[str, str]] = []
    sources: list[str] = []
    waiting = list(reversed(arguments))
    while waiting:
        word = waiting.pop()
        if word == "--":
            sources += reversed(waiting)
            break
        if not word.startswith("-") or word == "-":
            sources.append(word)
            continue
        typed, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        flag = _SHORT.get(typed, typed)
        if flag in _SWITCHES:
            if equals:
                raise _problem(words, "superfluous", option=typed)
            switches.add(flag)
        elif flag in _VALUES:
            if not equals:
                if not waiting:
                    raise _problem(words, "no-value", option=typed)
                value = waiting.pop()
            values.append((flag, value))
        else:
            near = get_close_matches(typed, (*_SWITCHES, *_VALUES), 1)
            raise _problem(words, "unknown-near" if near else "unknown", option=typed, near=near[0] if near else "")
    return _given(sources, switches, values, words)


def _given(sources: Sequence[str], switches: set[str], values: Sequence[tuple[str, str]], words: Words) -> LogArguments:
    given: dict[str, Any] = {"include": (), "exclude": ()}
    for flag, value in values:
        if flag == "--level":
            given["levels"] = _levels(value, words)
        elif flag in ("--grep", "--exclude"):
            name = "include" if flag == "--grep" else "exclude"
            search = SearchFor(value, regex="--fixed" not in switches, ignore_case="--ignore-case" in switches)
            given[name] = (*given[name], search)
        elif flag == "--limit":
            if not value.isascii() or not value.isdigit() or int(value[:10]) > MAX_LINES:
                raise _problem(words, "whole", option=flag, low=0, high=MAX_LINES)
            given["limit"] = int(value)
        elif flag != "--lang":
            given[flag[2:]] = value
    given |= {word[2:]: True for word in switches - {"--ignore-case", "--fixed"}}
    return LogArguments(sources=tuple(sources), **given)


def _levels(value: str, words: Words) -> frozenset[Level]:
    """`warning`: warnings and worse; `info,error`: exactly these."""
    short: dict[str, Level] = {"warn": "warning", "err": "error", "fatal": "critical"}
    known: dict[str, Level] = {level: level for level in LEVELS} | short
    names = [name.strip().lower() for name in value.split(",")]
    if any(name not in known for name in names):
        raise _problem(words, "choice", option="--level", choices=", ".join(LEVELS))
    if len(names) > 1:
        return frozenset(known[name] for name in names)
    at = LEVELS.index(known[names[0]])
    return frozenset(LEVELS[at:-1] or LEVELS[at:])


def _problem(words: Words, key: str, **values: str | int) -> UserError:
    problem = words.say(f"cli.problem.{key}", **values)
    return UserError("logs.arguments", problem, problem=problem)
