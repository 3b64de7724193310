"""The options of `check`: one table, from which the reader and --help are made. Touches no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mqassist.cli.language import Language
from mqassist.cli.options import HELP, JSON, LANG, Option, Unfit, layers_of, one_of, read_options, seconds, whole
from mqassist.cli.words import Words
from mqassist.core.errors import UserError
from mqassist.core.observation import Layer
from mqassist.core.queue_arguments import read_queue_arguments
from mqassist.core.record import record
from mqassist.report.formats import ENDINGS, FORMATS

MAX_HEARTBEAT = 65_535
"""AMQP 0-9-1 §1.4.2.6 and MQTT 3.1.1 §3.1.2.10: a 16-bit number of seconds."""
MAX_JOBS = 10_000
MAX_MESSAGE_SIZE = 16 * 1024 * 1024
"""RabbitMQ 4 takes no larger one by default; a check should not be a burden beyond that."""
MAX_LOGIN_TRIES = 100


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


def _mqtt_version(text: str) -> str:
    found = {"3.1": "3.1", "3.1.1": "3.1.1", "5": "5", "5.0": "5"}.get(text)
    if found is None:
        raise Unfit("choice", choices="3.1, 3.1.1, 5")
    return found


def _queue_arguments(text: str) -> str:
    try:
        read_queue_arguments(text)
    except ValueError as error:
        raise Unfit("queue-arguments", word=str(error)) from None
    return text


def _web_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if scheme.lower() not in ("http", "https") or not separator or not rest.strip("/"):
        raise Unfit("web-url")
    return f"{scheme.lower()}://{rest}"


CHECK_OPTIONS: tuple[Option, ...] = (
    JSON,
    Option(("--format",), "FORMAT", one_of(*FORMATS), group="output"),
    Option(("-o", "--output"), "FILE", group="output"),
    LANG,
    HELP,
    Option(("--user",), "NAME", group="login"),
    Option(("--password-stdin",), group="login"),
    Option(("--password-env",), "VAR", group="login"),
    Option(("--login-tries",), "N", whole(0, MAX_LOGIN_TRIES), group="login"),
    Option(("--ca",), "FILE", group="tls"),
    Option(("--cert",), "FILE", group="tls"),
    Option(("--key",), "FILE", group="tls"),
    Option(("--key-password-env",), "VAR", group="tls"),
    Option(("--server-name",), "NAME", group="tls"),
    Option(("--no-verify",), group="tls"),
    Option(("--vhost",), "NAME", group="protocol"),
    Option(("--client-id",), "ID", group="protocol"),
    Option(("--mqtt-version",), "VERSION", _mqtt_version, group="protocol"),
    Option(("--queue",), "NAME", group="protocol"),
    Option(("--queue-arguments",), "LIST", _queue_arguments, group="protocol"),
    Option(("--exchange",), "NAME", group="protocol"),
    Option(("--routing-key",), "KEY", group="protocol"),
    Option(("--topic",), "NAME", group="protocol"),
    Option(("--will-topic",), "NAME", group="protocol"),
    Option(("--message-size",), "BYTES", whole(1, MAX_MESSAGE_SIZE), group="protocol"),
    Option(("--qos",), "0|1|2", whole(0, 2), group="protocol"),
    Option(("--heartbeat",), "SECONDS", whole(0, MAX_HEARTBEAT), group="protocol"),
    Option(("--proxy",), "URL", group="path"),
    Option(("--management",), "URL", _web_url, group="path"),
    Option(("--log",), "FILE", repeatable=True, group="path"),
    Option(("--observe",), "SECONDS", seconds(lowest_is_zero=True), group="extent"),
    Option(("--find-idle-cut",), group="extent"),
    Option(("--idle-from",), "SECONDS", seconds(lowest_is_zero=False), group="extent"),
    Option(("--watch",), group="extent"),
    Option(("--timeout",), "SECONDS", seconds(lowest_is_zero=False), group="extent"),
    Option(("--only",), "LAYER,…", layers_of, group="extent"),
    Option(("--thorough",), group="extent"),
    Option(("--read-only",), group="extent"),
    Option(("--jobs",), "N", whole(1, MAX_JOBS), group="extent"),
    Option(("--all",), group="profiles"),
    Option(("--profile-group",), "NAME", repeatable=True, group="profiles"),
    Option(("--active",), group="profiles"),
    Option(("--no-history",), group="output"),
)
GROUPS = ("output", "login", "tls", "protocol", "path", "extent", "profiles")


def read_check(arguments: Sequence[str], words: Words) -> CheckArguments:
    """Options and targets in any order; `--` ends the options, of a repeated one the last counts. Raises UserError."""
    given, targets = read_options(arguments, CHECK_OPTIONS, words, "cli.arguments")
    return CheckArguments(targets=tuple(targets), **given)


def check_help(words: Words) -> str:
    """What `mqassist check --help` prints."""
    lines = [words.say("cli.check.usage"), "", words.say("cli.check.intro")]
    lines += options_help(words, CHECK_OPTIONS, [(group, f"cli.group.{group}") for group in GROUPS])
    return "\n".join([*lines, "", words.say("cli.check.epilogue")])


def options_help(
    words: Words, options: Sequence[Option], groups: Sequence[tuple[str, str]], own: Mapping[str, str] | None = None
) -> list[str]:
    """The options under the headings of their groups: a group's name and the key of its heading. `own` are keys of
    sentences for options that differ from those of other commands, by their names."""
    lines: list[str] = []
    for group, heading in groups:
        lines += ["", words.say(heading)]
        for option in options:
            if option.group == group:
                head = f"  {', '.join(option.flags)} {option.metavar}".rstrip()
                lines += _entry(head, words.say((own or {}).get(option.name, f"cli.option.{option.name}")))
    return lines


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
