"""A command's options as one table, and what was typed read by it. Touches no file and no network.

Read by hand: argparse with its translations and formatters costs a tenth of a healthy check, speaks English only, and
does not take words between options.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, get_args

from mqassist.cli.language import LANGUAGES
from mqassist.cli.words import Words
from mqassist.core.errors import UserError
from mqassist.core.observation import Layer
from mqassist.core.record import record

MAX_SECONDS = 86_400.0


class Unfit(Exception):
    """A value that an option cannot take: the key of the sentence that says why, and its values."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@record
class Option:
    """`flags` as typed; `metavar` is empty for a switch; `convert` raises Unfit. Of one that is not `repeatable`
    the last counts. `group` is its heading in --help."""

    flags: tuple[str, ...]
    metavar: str = ""
    convert: Callable[[str], Any] = str
    repeatable: bool = False
    group: str = ""

    @property
    def name(self) -> str:
        return self.flags[-1].lstrip("-")

    @property
    def field(self) -> str:
        """Its name where values are kept."""
        return self.name.replace("-", "_")


def seconds(lowest_is_zero: bool) -> Callable[[str], float]:
    def convert(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = -1
        if not (0 < value <= MAX_SECONDS or (value == 0 and lowest_is_zero)):
            raise Unfit("seconds-or-none" if lowest_is_zero else "seconds")
        return value

    return convert


def whole(low: int, high: int) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 18 or not low <= int(text) <= high:
            raise Unfit("whole", low=low, high=high)
        return int(text)

    return convert


def one_of(*choices: str) -> Callable[[str], str]:
    def convert(text: str) -> str:
        if text not in choices:
            raise Unfit("choice", choices=", ".join(choices))
        return text

    return convert


def layers_of(text: str) -> tuple[Layer, ...]:
    """Layers, separated by commas."""
    known: dict[str, Layer] = {name: name for name in get_args(Layer)}
    names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    if not names or any(name not in known for name in names):
        raise Unfit("layers", layers=", ".join(known))
    return tuple(known[name] for name in names)


HELP = Option(("-h", "--help"), group="output")
JSON = Option(("--json",), group="output")
LANG = Option(("--lang",), "LANGUAGE", one_of(*LANGUAGES), group="output")


def read_options(
    arguments: Sequence[str], options: Iterable[Option], words: Words, key: str
) -> tuple[dict[str, Any], list[str]]:
    """What was given by the fields of the options, and the words between them; `--` ends the options. Raises UserError
    with `key` as its reference and the sentence as its `problem`."""
    by_flag = {flag: option for option in options for flag in option.flags}
    given: dict[str, Any] = {}
    plain: list[str] = []
    waiting = list(reversed(arguments))
    while waiting:
        word = waiting.pop()
        if word == "--":
            plain += reversed(waiting)
            break
        if not word.startswith("-") or word == "-":
            plain.append(word)
            continue
        flag, has_value, value = _parts(word)
        option = by_flag.get(flag)
        if option is None:
            raise _unknown(flag, by_flag, words, key)
        if option.metavar and not has_value:
            if not waiting or waiting[-1] in by_flag:
                raise problem(key, "no-value", words, option=flag)
            value = waiting.pop()
        elif has_value and not option.metavar:
            raise problem(key, "superfluous", words, option=flag)
        try:
            taken = option.convert(value) if option.metavar else True
        except Unfit as unfit:
            raise problem(key, unfit.key, words, option=flag, **unfit.values) from None
        given[option.field] = (*given.get(option.field, ()), taken) if option.repeatable else taken
    return given, plain


def read_switches(arguments: Sequence[str], words: Words, key: str) -> dict[str, Any]:
    """Of a command that takes no words: help, json, lang. Raises UserError."""
    given, plain = read_options(arguments, (HELP, JSON, LANG), words, key)
    if plain:
        raise problem(key, "no-word", words, option=plain[0])
    return given


def read_command(
    arguments: Sequence[str],
    commands: Mapping[str, tuple[Option, ...]],
    always: tuple[Option, ...],
    words: Words,
    area: str,
) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    """Of `mqassist AREA COMMAND …`: the command ("" if there is none), the options given, the other words. Options may
    stand before the command. Raises UserError for a command or an option that this area or command does not have."""
    everything = {option.flags: option for options in (always, *commands.values()) for option in options}
    key = f"{area}.arguments"
    given, plain = read_options(arguments, everything.values(), words, key)
    command = plain[0] if plain else ""
    if given.get("help"):
        return command if command in commands else "", given, tuple(plain[1:])
    if command and command not in commands:
        raise UserError(f"{area}.command", f"no command {command}", command=command, commands=", ".join(commands))
    known = {option.field: option for option in (*always, *commands.get(command, ()))}
    for field in given:
        if field not in known:
            flags = [flag for option in known.values() for flag in option.flags]
            raise _unknown("--" + field.replace("_", "-"), flags, words, key)
    return command, given, tuple(plain[1:])


def problem(key: str, what: str, words: Words, **values: str | int) -> UserError:
    """The mistake `what` (of `cli.problem`) as a sentence in the frame of the command that `key` names."""
    sentence = words.say(f"cli.problem.{what}", **values)
    return UserError(key, sentence, problem=sentence)


def _parts(word: str) -> tuple[str, bool, str]:
    """Flag, whether a value is joined to it, the value: --name=value, -nvalue."""
    if word.startswith("--"):
        flag, equals, value = word.partition("=")
        return flag, bool(equals), value
    return word[:2], len(word) > 2, word[2:]


def _unknown(flag: str, known: Iterable[str], words: Words, key: str) -> UserError:
    from difflib import get_close_matches

    bare = {name.lstrip("-"): name for name in known}  # the dashes are alike everywhere and say nothing
    near = get_close_matches(flag.lstrip("-"), list(bare), 1)
    if near:
        return problem(key, "unknown-near", words, option=flag, near=bare[near[0]])
    return problem(key, "unknown", words, option=flag)
