"""The arguments of `mqassist lab`, in any order. Touches no network."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, get_args

from mqassist.cli.words import Words
from mqassist.core.errors import UserError
from mqassist.core.observation import Layer
from mqassist.core.overheard import TlsMode
from mqassist.core.record import record

COMMANDS = ("list", "run", "check", "relay", "watch")
MAX_JOBS = 200
_SWITCHES = ("--help", "--json", "--no-verify", "--once")
_VALUES: dict[str, tuple[str, ...]] = {
    "list": ("--layer",),
    "run": ("--seconds",),
    "check": ("--layer", "--jobs"),
    "relay": ("--port", "--set", "--tls", "--ca", "--no-verify", "--seconds"),
    "watch": ("--port", "--tls", "--ca", "--no-verify", "--seconds", "--once"),
}
_ALWAYS = ("--help", "--json", "--lang")
_SHORT = {"-h": "--help", "-j": "--jobs", "-p": "--port"}


@record
class Given:
    """What was typed. `words` are names or a target; `set` are commands for the relay, in order."""

    command: str = ""
    words: tuple[str, ...] = ()
    help: bool = False
    json: bool = False
    layer: str = ""
    jobs: int = 0
    port: int = 0
    set: tuple[str, ...] = ()
    tls: TlsMode = "as-is"
    ca: str | None = None
    no_verify: bool = False
    seconds: float = 0.0
    once: bool = False


def read_lab(arguments: Sequence[str], words: Words) -> Given:
    """Raises UserError for what cannot be understood."""
    given: dict[str, Any] = {}
    plain: list[str] = []
    typed: list[str] = []
    waiting = list(reversed(arguments))
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
            given[flag[2:].replace("-", "_")] = True
            continue
        if not equals:
            if not waiting:
                raise _problem(words, "no-value", option=flag)
            value = waiting.pop()
        _take(given, flag, value, words)
    command = plain[0] if plain else ""
    if command and command not in COMMANDS:
        raise UserError("lab.command", f"no command {command}", command=command, commands=", ".join(COMMANDS))
    known = (*_ALWAYS, *_VALUES.get(command, ()))
    for flag in typed:
        if flag not in known and not given.get("help"):
            near = get_close_matches(flag, known, 1)
            raise _problem(words, "unknown-near" if near else "unknown", option=flag, near=near[0] if near else "")
    given.pop("lang", None)
    return Given(command=command, words=tuple(plain[1:]), **given)


def _take(given: dict[str, Any], flag: str, value: str, words: Words) -> None:
    name = flag[2:].replace("-", "_")
    if flag in ("--jobs", "--port"):
        high = MAX_JOBS if flag == "--jobs" else 65_535
        if not value.isascii() or not value.isdigit() or not 1 <= int(value[:9]) <= high:
            raise _problem(words, "whole", option=flag, low=1, high=high)
        given[name] = int(value)
    elif flag == "--seconds":
        try:
            seconds = float(value)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds <= 86_400:
            raise _problem(words, "seconds", option=flag)
        given[name] = seconds
    elif flag == "--layer":
        if value not in get_args(Layer):
            raise _problem(words, "layers", option=flag, layers=", ".join(get_args(Layer)))
        given[name] = value
    elif flag == "--tls":
        if value not in get_args(TlsMode):
            raise _problem(words, "choice", option=flag, choices=", ".join(get_args(TlsMode)))
        given[name] = value
    elif flag == "--set":
        given[name] = (*given.get(name, ()), value)
    else:
        given[name] = value


def _problem(words: Words, key: str, **values: str | int) -> UserError:
    problem = words.say(f"cli.problem.{key}", **values)
    return UserError("lab.arguments", problem, problem=problem)
