"""The options of `check`: one table, from which the parser and --help are made. Reads words, touches no network."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, get_args

from mqassist.cli.language import LANGUAGES, Language
from mqassist.cli.words import Words
from mqassist.core.errors import UserError
from mqassist.core.observation import Layer
from mqassist.core.record import record
from mqassist.report.formats import ENDINGS, FORMATS

MAX_SECONDS = 86_400.0
MAX_HEARTBEAT = 65_535
"""AMQP 0-9-1 §1.4.2.6 and MQTT 3.1.1 §3.1.2.10: a 16-bit number of seconds."""


@record
class Option:
    """`flags` as typed; `metavar` empty for a switch; `convert` raises ArgumentTypeError with a key of the tables."""

    group: str
    flags: tuple[str, ...]
    metavar: str = ""
    convert: Callable[[str], Any] = str
    choices: tuple[str, ...] = ()
    default: Any = None

    @property
    def key(self) -> str:
        return self.flags[-1].lstrip("-")


def _seconds(text: str) -> float:
    value = _number(text)
    if not 0 < value <= MAX_SECONDS:
        raise argparse.ArgumentTypeError("cli.value.seconds")
    return value


def _seconds_or_none(text: str) -> float:
    value = _number(text)
    if not 0 <= value <= MAX_SECONDS:
        raise argparse.ArgumentTypeError("cli.value.seconds-or-none")
    return value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("cli.value.seconds") from error


def _whole(low: int, high: int) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text[:9]) <= high:
            raise argparse.ArgumentTypeError(f"cli.value.whole|{low}|{high}")
        return int(text)

    return convert


def _layers(text: str) -> tuple[Layer, ...]:
    known = {name: name for name in get_args(Layer)}
    names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    if not names or any(name not in known for name in names):
        raise argparse.ArgumentTypeError("cli.value.layers|" + ", ".join(known))
    return tuple(known[name] for name in names)


def _mqtt_version(text: str) -> str:
    found = {"3": "3.1.1", "4": "3.1.1", "3.1": "3.1", "3.1.1": "3.1.1", "5": "5", "5.0": "5"}.get(text)
    if found is None or text in ("3", "4"):
        raise argparse.ArgumentTypeError("cli.value.mqtt-version")
    return found


CHECK_OPTIONS: tuple[Option, ...] = (
    Option("output", ("--json",)),
    Option("output", ("--format",), "FORMAT", choices=FORMATS),
    Option("output", ("-o", "--output"), "FILE"),
    Option("output", ("--lang",), "LANGUAGE", choices=LANGUAGES),
    Option("login", ("--user",), "NAME"),
    Option("login", ("--password-stdin",)),
    Option("login", ("--password-env",), "VAR"),
    Option("tls", ("--ca",), "FILE"),
    Option("tls", ("--cert",), "FILE"),
    Option("tls", ("--key",), "FILE"),
    Option("tls", ("--key-password-env",), "VAR"),
    Option("tls", ("--server-name",), "NAME"),
    Option("tls", ("--no-verify",)),
    Option("protocol", ("--vhost",), "NAME"),
    Option("protocol", ("--client-id",), "ID"),
    Option("protocol", ("--mqtt-version",), "VERSION", _mqtt_version),
    Option("protocol", ("--queue",), "NAME"),
    Option("protocol", ("--exchange",), "NAME"),
    Option("protocol", ("--routing-key",), "KEY"),
    Option("protocol", ("--topic",), "NAME"),
    Option("protocol", ("--qos",), "0|1|2", _whole(0, 2)),
    Option("protocol", ("--heartbeat",), "SECONDS", _whole(0, MAX_HEARTBEAT)),
    Option("path", ("--proxy",), "URL"),
    Option("extent", ("--observe",), "SECONDS", _seconds_or_none),
    Option("extent", ("--timeout",), "SECONDS", _seconds),
    Option("extent", ("--only",), "LAYER,…", _layers),
    Option("extent", ("--thorough",)),
    Option("extent", ("--read-only",)),
    Option("extent", ("--jobs",), "N", _whole(1, 10_000)),
)
GROUPS = ("output", "login", "tls", "protocol", "path", "extent")


class _Parser(argparse.ArgumentParser):
    """Complains by raising, in the person's language; prints nothing by itself."""

    words: Words

    def error(self, message: str) -> NoReturn:
        raise UserError("cli.arguments", message, problem=_told(message, self.words))


def parse_check(arguments: Sequence[str], words: Words) -> argparse.Namespace:
    """Raises UserError for what cannot be understood."""
    # a width given here keeps argparse from loading shutil, and that from loading every compression library
    parser = _Parser(prog="mqassist check", add_help=False, allow_abbrev=False, formatter_class=_formatter)
    parser.words = words
    parser.add_argument("targets", nargs="*")
    for option in CHECK_OPTIONS:
        if option.metavar:
            parser.add_argument(*option.flags, type=option.convert, choices=option.choices or None)
        else:
            parser.add_argument(*option.flags, action="store_true")
    return parser.parse_intermixed_args(list(arguments))


def _formatter(prog: str) -> argparse.HelpFormatter:
    return argparse.HelpFormatter(prog, width=100)


_KNOWN = (
    ("unrecognized", re.compile(r"unrecognized arguments: (?P<what>.*)", re.DOTALL)),
    ("no-value", re.compile(r"argument (?P<option>\S+): expected one argument")),
    (
        "choice",
        re.compile(
            r"argument (?P<option>\S+): invalid choice: (?P<what>.*) \(choose from (?P<choices>.*)\)", re.DOTALL
        ),
    ),
    ("superfluous", re.compile(r"argument (?P<option>\S+): ignored explicit argument (?P<what>.*)", re.DOTALL)),
)
_OURS = re.compile(r"argument (?P<option>\S+): (?P<key>cli\.value\.[a-z-]+)(?:\|(?P<values>.*))?")


def _told(message: str, words: Words) -> str:
    """argparse's English as a sentence of the tables."""
    ours = _OURS.fullmatch(message)
    if ours is not None:
        values = (ours["values"] or "").split("|")
        named = {f"value{index}": value for index, value in enumerate(values)}
        return words.say(ours["key"], option=_flag(ours["option"]), **named)
    for key, pattern in _KNOWN:
        found = pattern.fullmatch(message)
        if found is not None:
            named = {name: value.replace("'", "") for name, value in found.groupdict().items()}
            return words.say(f"cli.problem.{key}", **{**named, "option": _flag(named.get("option", ""))})
    return message


def _flag(name: str) -> str:
    return name.rpartition("/")[2]


def check_help(words: Words) -> str:
    """What `mqassist check --help` prints."""
    lines = [words.say("cli.check.usage"), "", words.say("cli.check.intro")]
    for group in GROUPS:
        lines += ["", words.say(f"cli.group.{group}")]
        for option in CHECK_OPTIONS:
            if option.group == group:
                head = f"  {', '.join(option.flags)} {option.metavar}".rstrip()
                lines += _entry(head, words.say(f"cli.option.{option.key}"))
    return "\n".join([*lines, "", words.say("cli.check.epilogue")])


def _entry(head: str, text: str) -> list[str]:
    from mqassist.report.cells import wrapped

    column = 28
    body = wrapped(text, 100 - column)
    if len(head) >= column - 1:
        return [head, *(" " * column + line for line in body)]
    return [head.ljust(column) + body[0], *(" " * column + line for line in body[1:])]


def format_of(options: argparse.Namespace) -> str:
    """--json and --format say it; else the ending of the file; else text. Raises UserError if they disagree."""
    if options.json:
        if options.format not in (None, "json"):
            raise UserError("cli.two-formats", "--json and --format disagree", format=options.format)
        return "json"
    if options.format:
        return str(options.format)
    ending = "." + str(options.output or "").lower().rpartition(".")[2]
    return ENDINGS.get(ending, "text")


def language_of(options: argparse.Namespace, otherwise: Language) -> Language:
    found: Language = otherwise if options.lang is None else "zh" if options.lang == "zh" else "en"
    return found
