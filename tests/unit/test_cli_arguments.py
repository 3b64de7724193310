"""Every option of `check` as it is typed, and what is said about those that cannot be understood."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from mqassist.cli.arguments import CHECK_OPTIONS, GROUPS, CheckArguments, check_help, format_of, read_check
from mqassist.cli.words import Words
from mqassist.core.errors import UserError
from mqassist.core.observation import Layer
from mqassist.report.cells import cells

WORDS = {language: Words(language) for language in ("en", "zh")}


def read(*arguments: str) -> CheckArguments:
    return read_check(arguments, WORDS["en"])


@pytest.mark.parametrize(
    ("typed", "name", "value"),
    [
        (["--json"], "json", True),
        (["--format", "junit"], "format", "junit"),
        (["--format=html"], "format", "html"),
        (["-o", "x.md"], "output", "x.md"),
        (["-ox.md"], "output", "x.md"),
        (["--output=x=y"], "output", "x=y"),
        (["--lang", "zh"], "lang", "zh"),
        (["--user", "a b"], "user", "a b"),
        (["--user="], "user", ""),
        (["--password-stdin"], "password_stdin", True),
        (["--password-env", "PW"], "password_env", "PW"),
        (["--login-tries", "0"], "login_tries", 0),
        (["--ca", "ca.pem"], "ca", "ca.pem"),
        (["--cert", "c.pem"], "cert", "c.pem"),
        (["--key", "k.pem"], "key", "k.pem"),
        (["--key-password-env", "KP"], "key_password_env", "KP"),
        (["--server-name", "mq"], "server_name", "mq"),
        (["--no-verify"], "no_verify", True),
        (["--vhost", "/"], "vhost", "/"),
        (["--client-id", "-x"], "client_id", "-x"),
        (["--mqtt-version", "3.1"], "mqtt_version", "3.1"),
        (["--mqtt-version", "3.1.1"], "mqtt_version", "3.1.1"),
        (["--mqtt-version", "5"], "mqtt_version", "5"),
        (["--mqtt-version", "5.0"], "mqtt_version", "5"),
        (["--queue", "q"], "queue", "q"),
        (["--exchange", "e"], "exchange", "e"),
        (["--routing-key", "#"], "routing_key", "#"),
        (["--topic", "a/+"], "topic", "a/+"),
        (["--qos", "2"], "qos", 2),
        (["--heartbeat", "0"], "heartbeat", 0),
        (["--heartbeat", "65535"], "heartbeat", 65535),
        (["--observe", "0"], "observe", 0.0),
        (["--observe", "2.5"], "observe", 2.5),
        (["--management", "HTTP://mq:15672"], "management", "http://mq:15672"),
        (["--proxy", "socks5://p:1"], "proxy", "socks5://p:1"),
        (["--find-idle-cut"], "find_idle_cut", True),
        (["--watch"], "watch", True),
        (["--idle-from", "225"], "idle_from", 225.0),
        (["--timeout", "0.5"], "timeout", 0.5),
        (["--only", "dns, TLS"], "only", ("dns", "tls")),
        (["--thorough"], "thorough", True),
        (["--read-only"], "read_only", True),
        (["--jobs", "8"], "jobs", 8),
        (["--no-history"], "no_history", True),
        (["-h"], "help", True),
    ],
)
def test_option(typed: list[str], name: str, value: Any) -> None:
    for line in (["amqp://h", *typed], [*typed, "amqp://h"]):
        given = read(*line)
        assert getattr(given, name) == value
        assert given.targets == ("amqp://h",)


def test_targets_may_stand_between_options() -> None:
    given = read("a", "--json", "b", "--timeout", "2", "c", "--", "--json", "-d")
    assert given.targets == ("a", "b", "c", "--json", "-d")
    assert given.json
    assert given.timeout == 2


def test_of_a_repeated_option_the_last_counts() -> None:
    assert read("--user", "a", "--user", "b").user == "b"


def test_every_option_has_its_field_and_its_words() -> None:
    fields = set(CheckArguments.__annotations__)
    assert {option.name.replace("-", "_") for option in CHECK_OPTIONS} == fields - {"targets"}
    assert {option.group for option in CHECK_OPTIONS} == set(GROUPS)
    for words in WORDS.values():
        told = check_help(words)
        assert all(option.flags[-1] in told for option in CHECK_OPTIONS)
        assert "cli." not in told, "a sentence is missing"
        assert max(map(cells, told.splitlines())) <= 120


def test_every_layer_may_be_asked_for() -> None:
    assert read("--only", ",".join(get_args(Layer))).only == get_args(Layer)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["--tiemout", "3"], "did you mean --timeout"),
        (["--password", "secret-word"], "did you mean --password-"),
        (["--xyzzy"], "no option --xyzzy"),
        (["--bogus"], "no option --bogus (see"),
        (["--password=secret-word"], "no option --password"),
        (["-x"], "no option -x"),
        (["--timeout"], "--timeout needs a value"),
        (["--user", "--json"], "--user needs a value"),
        (["--json=yes"], "--json takes no value"),
        (["--timeout", "abc"], "more than 0"),
        (["--timeout", "0"], "more than 0"),
        (["--timeout", "-1"], "more than 0"),
        (["--timeout", "nan"], "more than 0"),
        (["--timeout", "inf"], "more than 0"),
        (["--timeout", "1e9"], "more than 0"),
        (["--observe", "-1"], "from 0"),
        (["--management", "mq:15672"], "http://HOST:15672"),
        (["--heartbeat", "65536"], "from 0 to 65535"),
        (["--heartbeat", "1.5"], "from 0 to 65535"),
        (["--heartbeat", "٣"], "from 0 to 65535"),
        (["--qos", "3"], "from 0 to 2"),
        (["--jobs", "0"], "from 1"),
        (["--mqtt-version", "4"], "3.1, 3.1.1, 5"),
        (["--format", "pdf"], "text, json, markdown, html, junit"),
        (["--lang", "de"], "en, zh"),
        (["--only", "tcp"], "separated by commas"),
        (["--only", ""], "separated by commas"),
    ],
)
def test_what_cannot_be_understood_is_said(typed: list[str], says: str) -> None:
    for language, words in WORDS.items():
        with pytest.raises(UserError) as caught:
            read_check(["amqp://h", *typed], words)
        told = words.of_error(caught.value)
        assert "secret-word" not in told
        assert "{" not in told
        assert "cli." not in told
        if language == "en":
            assert says in told
        else:
            assert any(ord(character) > 0x4E00 for character in told)


@pytest.mark.parametrize(
    ("typed", "output"),
    [
        ([], "text"),
        (["--json"], "json"),
        (["--json", "--format", "json"], "json"),
        (["--format", "markdown", "-o", "x.html"], "markdown"),
        (["-o", "report.HTML"], "html"),
        (["-o", "report.htm"], "html"),
        (["-o", "report.md"], "markdown"),
        (["-o", "report.json"], "json"),
        (["-o", "junit.xml"], "junit"),
        (["-o", "report.txt"], "text"),
        (["-o", "json"], "text"),
        (["-o", "-"], "text"),
    ],
)
def test_format(typed: list[str], output: str) -> None:
    assert format_of(read(*typed)) == output


def test_two_formats_contradict_each_other() -> None:
    with pytest.raises(UserError):
        format_of(read("--json", "--format", "html"))
