"""The arguments of `mqassist history`, in any order. Touches no file."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from mqassist.cli.words import Words
from mqassist.core.errors import UserError
from mqassist.core.record import record
from mqassist.report.formats import FORMATS
from mqassist.report.read import STATUSES

COMMANDS = ("list", "show", "compare", "delete", "pin", "unpin", "keep")
_MOST = 1_000_000


@record
class Given:
    """What was typed. `words` are run ids and files, in order."""

    command: str = ""
    words: tuple[str, ...] = ()
    help: bool = False
    json: bool = False
    pinned: bool = False
    format: str | None = None
    output: str | None = None
    target: str = ""
    statuses: tuple[str, ...] = ()
    since: str = ""
    limit: int | None = None
    runs: int | None = None
    megabytes: int | None = None


_ALWAYS = ("--help", "--json", "--lang")
_OPTIONS: dict[str, tuple[str, ...]] = {
    "list": ("--target", "--status", "--since", "--limit", "--pinned"),
    "show": ("--format", "--output"),
    "keep": ("--runs", "--megabytes"),
}
_SHORT = {"-h": "--help", "-o": "--output"}
_SWITCHES = ("--help", "--json", "--pinned")


def read_history(arguments: Sequence[str], words: Words) -> Given:
    """Raises UserError for what cannot be understood."""
    given: dict[str, Any] = {}
    plain: list[str] = []
    waiting = list(reversed(arguments))
    typed: list[str] = []
    while waiting:
        word = waiting.pop()
        if word == "--":
            plain += reversed(waiting)
            break
        if not word.startswith("-") or word == "-":
            plain.append(word)
            continue
        flag, equals, value = word.partition("=")
        flag = _SHORT.get(flag, flag)
        typed.append(flag)
        if flag in _SWITCHES:
            given[flag[2:]] = True
            continue
        if not equals:
            if not waiting:
                raise _problem(words, "no-value", option=flag)
            value = waiting.pop()
        _take(given, flag, value, words)
    command = plain[0] if plain else ""
    if command and command not in COMMANDS:
        raise UserError("history.command", f"no command {command}", command=command, commands=", ".join(COMMANDS))
    known = (*_ALWAYS, *_OPTIONS.get(command, ()))
    for flag in typed:
        if flag not in known and not given.get("help"):
            near = get_close_matches(flag, known, 1)
            raise _problem(words, "unknown-near" if near else "unknown", option=flag, near=near[0] if near else "")
    return Given(command=command, words=tuple(plain[1:]), **given)


def _take(given: dict[str, Any], flag: str, value: str, words: Words) -> None:
    if flag in ("--limit", "--runs", "--megabytes"):
        low = 0 if flag == "--limit" else 1
        if not value.isascii() or not value.isdigit() or not low <= int(value[:9]) <= _MOST:
            raise _problem(words, "whole", option=flag, low=low, high=_MOST)
        given[flag[2:]] = int(value)
    elif flag == "--status":
        statuses = tuple(part.strip() for part in value.split(","))
        if not set(statuses) <= set(STATUSES):
            raise _problem(words, "choice", option=flag, choices=", ".join(STATUSES))
        given["statuses"] = statuses
    elif flag == "--format":
        if value not in FORMATS:
            raise _problem(words, "choice", option=flag, choices=", ".join(FORMATS))
        given["format"] = value
    elif flag in ("--target", "--since", "--output"):
        given[flag[2:]] = value
    elif flag != "--lang":
        everything = sorted({*_ALWAYS, *(option for options in _OPTIONS.values() for option in options)})
        near = get_close_matches(flag, everything, 1)
        raise _problem(words, "unknown-near" if near else "unknown", option=flag, near=near[0] if near else "")


def _problem(words: Words, key: str, **values: str | int) -> UserError:
    problem = words.say(f"cli.problem.{key}", **values)
    return UserError("history.problem", problem, problem=problem)
