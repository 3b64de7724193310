"""The options of `check`: one table, from which the reader and --help are made. Touches no network.

Read by hand: argparse with its translations and formatters costs a tenth of a healthy check, speaks English only, and
does not take targets between options.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, get_args

from mqassist.cli.language import LANGUAGES, Language
from mqassist.cli.words import Words
from mqassist.core.errors import UserError
from mqassist.core.observation import Layer
from mqassist.core.queue_arguments import read_queue_arguments
from mqassist.core.record import record
from mqassist.report.formats import ENDINGS, FORMATS

MAX_SECONDS = 86_400.0
MAX_HEARTBEAT = 65_535
"""AMQP 0-9-1 §1.4.2.6 and MQTT 3.1.1 §3.1.2.10: a 16-bit number of seconds."""
MAX_JOBS = 10_000
MAX_MESSAGE_SIZE = 16 * 1024 * 1024
"""RabbitMQ 4 takes no larger one by default; a check should not be a burden beyond that."""
MAX_LOGIN_TRIES = 100


class _Unfit(Exception):
    """A value that an option cannot take: the key of the sentence that says why, and its values."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@record
class Option:
    """`flags` as typed; `metavar` is empty for a switch; `convert` raises _Unfit. Of one that is not `repeatable`
    the last counts."""

    group: str
    flags: tuple[str, ...]
    metavar: str = ""
    convert: Callable[[str], Any] = str
    repeatable: bool = False

    @property
    def name(self) -> str:
        return self.flags[-1].lstrip("-")


@record
class CheckArguments:
    """What was typed, by the long names of the options. None: not given."""

    targets: tuple[str, ...] = ()
    help: bool = False
    json: bool = False
    format: str | None = None
    output: str | None = None
    lang: Language | None = None
    user: str | None = None
    password_stdin: bool = False
    password_env: str | None = None
    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    key_password_env: str | None = None
    server_name: str | None = None
    no_verify: bool = False
    vhost: str | None = None
    client_id: str | None = None
    mqtt_version: str | None = None
    queue: str | None = None
    queue_arguments: str | None = None
    exchange: str | None = None
    routing_key: str | None = None
    topic: str | None = None
    will_topic: str | None = None
    message_size: int | None = None
    qos: int | None = None
    heartbeat: int | None = None
    proxy: str | None = None
    management: str | None = None
    log: tuple[str, ...] = ()
    observe: float | None = None
    find_idle_cut: bool = False
    idle_from: float | None = None
    watch: bool = False
    timeout: float | None = None
    only: tuple[Layer, ...] | None = None
    thorough: bool = False
    read_only: bool = False
    login_tries: int | None = None
    jobs: int | None = None
    all: bool = False
    profile_group: tuple[str, ...] = ()
    active: bool = False
    no_history: bool = False


def _seconds(lowest_is_zero: bool) -> Callable[[str], float]:
    def convert(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = -1
        if not (0 < value <= MAX_SECONDS or (value == 0 and lowest_is_zero)):
            raise _Unfit("seconds-or-none" if lowest_is_zero else "seconds")
        return value

    return convert


def _whole(low: int, high: int) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text[:9]) <= high:
            raise _Unfit("whole", low=low, high=high)
        return int(text)

    return convert


def _one_of(*choices: str) -> Callable[[str], str]:
    def convert(text: str) -> str:
        if text not in choices:
            raise _Unfit("choice", choices=", ".join(choices))
        return text

    return convert


def _layers(text: str) -> tuple[Layer, ...]:
    known: dict[str, Layer] = {name: name for name in get_args(Layer)}
    names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    if not names or any(name not in known for name in names):
        raise _Unfit("layers", layers=", ".join(known))
    return tuple(known[name] for name in names)


def _mqtt_version(text: str) -> str:
    found = {"3.1": "3.1", "3.1.1": "3.1.1", "5": "5", "5.0": "5"}.get(text)
    if found is None:
        raise _Unfit("choice", choices="3.1, 3.1.1, 5")
    return found


def _queue_arguments(text: str) -> str:
    try:
        read_queue_arguments(text)
    except ValueError as error:
        raise _Unfit("queue-arguments", word=str(error)) from None
    return text


def _web_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if scheme.lower() not in ("http", "https") or not separator or not rest.strip("/"):
        raise _Unfit("web-url")
    return f"{scheme.lower()}://{rest}"


CHECK_OPTIONS: tuple[Option, ...] = (
    Option("output", ("--json",)),
    Option("output", ("--format",), "FORMAT", _one_of(*FORMATS)),
    Option("output", ("-o", "--output"), "FILE"),
    Option("output", ("--lang",), "LANGUAGE", _one_of(*LANGUAGES)),
    Option("output", ("-h", "--help")),
    Option("login", ("--user",), "NAME"),
    Option("login", ("--password-stdin",)),
    Option("login", ("--password-env",), "VAR"),
    Option("login", ("--login-tries",), "N", _whole(0, MAX_LOGIN_TRIES)),
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
    Option("protocol", ("--queue-arguments",), "LIST", _queue_arguments),
    Option("protocol", ("--exchange",), "NAME"),
    Option("protocol", ("--routing-key",), "KEY"),
    Option("protocol", ("--topic",), "NAME"),
    Option("protocol", ("--will-topic",), "NAME"),
    Option("protocol", ("--message-size",), "BYTES", _whole(1, MAX_MESSAGE_SIZE)),
    Option("protocol", ("--qos",), "0|1|2", _whole(0, 2)),
    Option("protocol", ("--heartbeat",), "SECONDS", _whole(0, MAX_HEARTBEAT)),
    Option("path", ("--proxy",), "URL"),
    Option("path", ("--management",), "URL", _web_url),
    Option("path", ("--log",), "FILE", repeatable=True),
    Option("extent", ("--observe",), "SECONDS", _seconds(lowest_is_zero=True)),
    Option("extent", ("--find-idle-cut",)),
    Option("extent", ("--idle-from",), "SECONDS", _seconds(lowest_is_zero=False)),
    Option("extent", ("--watch",)),
    Option("extent", ("--timeout",), "SECONDS", _seconds(lowest_is_zero=False)),
    Option("extent", ("--only",), "LAYER,…", _layers),
    Option("extent", ("--thorough",)),
    Option("extent", ("--read-only",)),
    Option("extent", ("--jobs",), "N", _whole(1, MAX_JOBS)),
    Option("profiles", ("--all",)),
    Option("profiles", ("--profile-group",), "NAME", repeatable=True),
    Option("profiles", ("--active",)),
    Option("output", ("--no-history",)),
)
GROUPS = ("output", "login", "tls", "protocol", "path", "extent", "profiles")


def read_check(arguments: Sequence[str], words: Words) -> CheckArguments:
    """Options and targets in any order; `--` ends the options, of a repeated one the last counts. Raises UserError."""
    given, targets = read_options(arguments, CHECK_OPTIONS, words)
    return CheckArguments(targets=tuple(targets), **given)


def read_options(
    arguments: Sequence[str], options: Sequence[Option], words: Words
) -> tuple[dict[str, Any], list[str]]:
    """What was given by the names of the options, and the words between them. Raises UserError."""
    by_flag = {flag: option for option in options for flag in option.flags}
    given: dict[str, Any] = {}
    targets: list[str] = []
    waiting = list(reversed(arguments))
    while waiting:
        word = waiting.pop()
        if word == "--":
            targets += reversed(waiting)
            break
        if not word.startswith("-") or word == "-":
            targets.append(word)
            continue
        flag, has_value, value = _parts(word)
        option = by_flag.get(flag)
        if option is None:
            raise _unknown(flag, by_flag, words)
        if option.metavar and not has_value:
            if not waiting or waiting[-1] in by_flag:
                raise _problem("no-value", words, option=flag)
            value = waiting.pop()
        elif has_value and not option.metavar:
            raise _problem("superfluous", words, option=flag)
        name = option.name.replace("-", "_")
        taken = _converted(option, flag, value, words) if option.metavar else True
        given[name] = (*given.get(name, ()), taken) if option.repeatable else taken
    return given, targets


def _parts(word: str) -> tuple[str, bool, str]:
    """Flag, whether a value is joined to it, the value: --name=value, -nvalue."""
    if word.startswith("--"):
        flag, equals, value = word.partition("=")
        return flag, bool(equals), value
    return word[:2], len(word) > 2, word[2:]


def _converted(option: Option, flag: str, value: str, words: Words) -> object:
    try:
        return option.convert(value)
    except _Unfit as unfit:
        raise _problem(unfit.key, words, option=flag, **unfit.values) from None


def _unknown(flag: str, known: Sequence[str] | dict[str, Option], words: Words) -> UserError:
    from difflib import get_close_matches

    bare = {name.lstrip("-"): name for name in known}  # the dashes are alike everywhere and say nothing
    near = get_close_matches(flag.lstrip("-"), list(bare), 1)
    if near:
        return _problem("unknown-near", words, option=flag, near=bare[near[0]])
    return _problem("unknown", words, option=flag)


def _problem(key: str, words: Words, **values: str | int) -> UserError:
    problem = words.say(f"cli.problem.{key}", **values)
    return UserError("cli.arguments", problem, problem=problem)


def check_help(words: Words) -> str:
    """What `mqassist check --help` prints."""
    lines = [words.say("cli.check.usage"), "", words.say("cli.check.intro")]
    for group in GROUPS:
        lines += ["", words.say(f"cli.group.{group}")]
        for option in CHECK_OPTIONS:
            if option.group == group:
                head = f"  {', '.join(option.flags)} {option.metavar}".rstrip()
                lines += _entry(head, words.say(f"cli.option.{option.name}"))
    return "\n".join([*lines, "", words.say("cli.check.epilogue")])


def _entry(head: str, text: str) -> list[str]:
    from mqassist.report.cells import wrapped

    column = 28
    body = wrapped(text, 100 - column)
    if len(head) >= column - 1:
        return [head, *(" " * column + line for line in body)]
    return [head.ljust(column) + body[0], *(" " * column + line for line in body[1:])]


def format_of(given: CheckArguments) -> str:
    """--json and --format say it; else the ending of the file; else text. Raises UserError if they disagree."""
    if given.json:
        if given.format not in (None, "json"):
            raise UserError("cli.two-formats", "--json and --format disagree", format=str(given.format))
        return "json"
    if given.format:
        return given.format
    name = (given.output or "").lower()
    return next((output for ending, output in ENDINGS.items() if name.endswith(ending)), "text")
