"""Reading a target: the URI specification, what people really type, and that no password shows."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mqassist.core.endpoint import Endpoint
from mqassist.core.percent import decode, encode, printable
from mqassist.core.secret import Secret
from mqassist.core.target import GIVES, Target, parse_target
from mqassist.core.target_read import PROBLEMS
from mqassist.knowledge.texts import LANGUAGES, Language, Texts

SAID_BETTER = {"stray", "look-alikes", "unknown-scheme", "placeholder", "short-ipv4"}
"""Problems whose sentence also names what was found."""
SPECS = {spec.name: spec for spec in GIVES}


def endpoint(text: str) -> Endpoint:
    found = parse_target(text).endpoint
    assert found is not None, text
    return found


def password(target: Target) -> str | None:
    secret = target.credentials.password
    return None if secret is None else secret.reveal()


# -- RabbitMQ URI specification, appendix A ---------------------------------------------------------

APPENDIX_A = [
    ("amqp://user:pass@host:10000/vhost", "user", "pass", "host", 10000, "vhost"),
    ("amqp://user%61:%61pass@ho%61st:10000/v%2fhost", "usera", "apass", "hoast", 10000, "v/host"),
    ("amqp://", None, None, "localhost", 5672, "/"),
    ("amqp://:@/", "", "", "localhost", 5672, ""),
    ("amqp://user@", "user", None, "localhost", 5672, "/"),
    ("amqp://user:pass@", "user", "pass", "localhost", 5672, "/"),
    ("amqp://host", None, None, "host", 5672, "/"),
    ("amqp://:10000", None, None, "localhost", 10000, "/"),
    ("amqp:///vhost", None, None, "localhost", 5672, "vhost"),
    ("amqp://host/", None, None, "host", 5672, ""),
    ("amqp://host/%2f", None, None, "host", 5672, "/"),
    ("amqp://[::1]", None, None, "::1", 5672, "/"),
]


@pytest.mark.parametrize(("text", "user", "secret", "host", "port", "vhost"), APPENDIX_A)
def test_the_specification_s_own_examples(
    text: str, user: str | None, secret: str | None, host: str, port: int, vhost: str
) -> None:
    target = parse_target(text)
    found = endpoint(text)
    assert (target.credentials.username, password(target)) == (user, secret)
    assert (found.host, found.port, found.vhost, found.username) == (host, port, vhost, user)
    assert target.facts["input.problems"] == ()


# -- schemes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "scheme", "protocol", "port", "tls", "transport"),
    [
        ("amqp://h", "amqp", "amqp", 5672, False, "tcp"),
        ("AMQPS://h", "amqps", "amqp", 5671, True, "tcp"),
        ("amqp+ssl://h", "amqps", "amqp", 5671, True, "tcp"),
        ("pyamqp://h", "amqp", "amqp", 5672, False, "tcp"),
        ("mqtt://h", "mqtt", "mqtt", 1883, False, "tcp"),
        ("mqtts://h", "mqtts", "mqtt", 8883, True, "tcp"),
        ("tcp://h:5672", "mqtt", "mqtt", 5672, False, "tcp"),
        ("ssl://h", "mqtts", "mqtt", 8883, True, "tcp"),
        ("mqtt+ssl://h", "mqtts", "mqtt", 8883, True, "tcp"),
        ("ws://h/mqtt", "ws", "mqtt", 80, False, "websocket"),
        ("wss://h:8084/mqtt", "wss", "mqtt", 8084, True, "websocket"),
        ("h:1883", "mqtt", "mqtt", 1883, False, "tcp"),
        ("rabbitmq:5672", "amqp", "amqp", 5672, False, "tcp"),
        ("mqtt:8883", "mqtts", "mqtt", 8883, True, "tcp"),
        ("u:p@h:5671/v", "amqps", "amqp", 5671, True, "tcp"),
    ],
)
def test_schemes_and_bare_ports(text: str, scheme: str, protocol: str, port: int, tls: bool, transport: str) -> None:
    found = endpoint(text)
    assert (found.scheme, found.protocol, found.port, found.tls, found.transport) == (
        scheme,
        protocol,
        port,
        tls,
        transport,
    )
    assert parse_target(text).facts["input.problems"] == ()


def test_a_websocket_keeps_its_path_and_others_do_not() -> None:
    assert endpoint("ws://h/ws?token=abc").path == "/ws"
    assert endpoint("mqtt://h/topic").path == ""


# -- what is wrong with the text --------------------------------------------------------------------

# text, problem, what can be dialled nevertheless (None: nothing), the repaired URL
WRONG = [
    ("", "empty", None, "amqp://HOST:5672"),
    (" \t\n", "empty", None, "amqp://HOST:5672"),
    ("broker.example", "no-scheme", None, "amqp://broker.example:5672"),
    ("mqtt.example", "no-scheme", None, "mqtt://mqtt.example:1883"),
    ("http://host:15672", "unknown-scheme", None, "amqp://host:5672"),
    ("http://u:pw@host:5672", "unknown-scheme", "amqp://u@host:5672", "amqp://u:•••@host:5672/%2F"),
    ("ampq://h", "misspelt-scheme", "amqp://h:5672", "amqp://h:5672/%2F"),
    ("amqp:/h", "scheme-separator", "amqp://h:5672", "amqp://h:5672/%2F"),
    ("amqp//h", "scheme-separator", "amqp://h:5672", "amqp://h:5672/%2F"),
    ("amqp:\\\\h", "scheme-separator", "amqp://h:5672", "amqp://h:5672/%2F"),
    ("amqp://h:abc", "bad-port", None, "amqp://h:5672"),
    ("mqtt://h:99999", "bad-port", None, "mqtt://h:1883"),
    ("amqp://h:0", "bad-port", None, "amqp://h:5672"),
    ("amqp://h:５６７２x", "bad-port", None, "amqp://h:5672"),
    (" amqp://h ", "stray", "amqp://h:5672", "amqp://h:5672/%2F"),
    ("'amqp://h'", "stray", "amqp://h:5672", "amqp://h:5672/%2F"),
    ("“amqp://h”", "stray", "amqp://h:5672", "amqp://h:5672/%2F"),
    ("amqp://h\u200b:5672", "stray", "amqp://h:5672", "amqp://h:5672/%2F"),
    ("\ufeffamqp://h\u00a0", "stray", "amqp://h:5672", "amqp://h:5672/%2F"),
    ("amqp://bad host:5672", "stray", None, "amqp://badhost:5672"),
    ("amqp：//h：5672", "look-alikes", "amqp://h:5672", "amqp://h:5672/%2F"),
    ("amqp://mq。example", "look-alikes", "amqp://mq.example:5672", "amqp://mq.example:5672/%2F"),
    ("amqp://a:p@h1,amqp://b:q@h2", "several", "amqp://a@h1:5672", "amqp://a:•••@h1:5672/%2F"),
    ("amqp://h1:5672,h2:5672", "several", "amqp://h1:5672", "amqp://h1:5672/%2F"),
    ("amqp://::1:5672", "brackets", "amqp://[::1]:5672", "amqp://[::1]:5672/%2F"),
    ("amqp://fe80::1", "brackets", "amqp://[fe80::1]:5672", "amqp://[fe80::1]:5672/%2F"),
    ("amqp://[::1:5672", "brackets", "amqp://[::1]:5672", "amqp://[::1]:5672/%2F"),
    ("amqp://[h]:5672", "bracketed-name", "amqp://h:5672", "amqp://h:5672/%2F"),
    ("mqtt://http://192.0.2.1:1883", "nested-url", "mqtt://192.0.2.1:1883", "mqtt://192.0.2.1:1883"),
    ("amqp://amqps://h:5671", "nested-url", "amqps://h:5671", "amqps://h:5671/%2F"),
    ("amqp://u:p@http://h:5672", "nested-url", "amqp://u@h:5672", "amqp://u:•••@h:5672/%2F"),
    ("amqp://h:5672:5672", "port-twice", "amqp://h:5672", "amqp://h:5672/%2F"),
    ("amqp://h:tcp://10.0.0.9:5672", "kubernetes", "amqp://10.0.0.9:5672", "amqp://10.0.0.9:5672/%2F"),
    ("amqp://u:p@tcp://10.0.0.9:5672/v", "kubernetes", "amqp://u@10.0.0.9:5672/v", "amqp://u:•••@10.0.0.9:5672/v"),
    ("amqp://${MQ_HOST}:5672", "placeholder", None, "amqp://HOST:5672"),
    ("amqp://$(MQ_HOST)/v", "placeholder", None, "amqp://HOST:5672/v"),
    ("amqp://$HOST:5672", "placeholder", None, "amqp://HOST:5672"),
    ("amqp://%MQ_HOST%:5672", "placeholder", None, "amqp://HOST:5672"),
    ("mqtt://{{ host }}:1883", "placeholder", None, "mqtt://HOST:1883"),
    ("amqp://<broker>:5672", "placeholder", None, "amqp://HOST:5672"),
    ("amqp://h:${PORT}", "placeholder", None, "amqp://h:5672"),
    ("amqp://${U}:${P}@h", "placeholder", "amqp://%24%7BU%7D@h:5672", "amqp://USER:•••@h:5672/%2F"),
    ("amqp://h/${VHOST}", "placeholder", "amqp://h:5672/%24%7BVHOST%7D", "amqp://h:5672/VHOST"),
    ("amqp://u:p/w@h:5672", "unescaped", "amqp://u@h:5672", "amqp://u:•••@h:5672/%2F"),
    ("amqp://u:p#w@h", "unescaped", "amqp://u@h:5672", "amqp://u:•••@h:5672/%2F"),
    ("amqp://u:p?w@h", "unescaped", "amqp://u@h:5672", "amqp://u:•••@h:5672/%2F"),
    ("amqp://u:12/34@h", "unescaped", "amqp://u@h:5672", "amqp://u:•••@h:5672/%2F"),
    ("amqp://u:p@s/w@mq.example:5672/v", "unescaped", "amqp://u@mq.example:5672/v", "amqp://u:•••@mq.example:5672/v"),
    ("amqp://u:p@ss@h", "raw-reserved", "amqp://u@h:5672", "amqp://u:•••@h:5672/%2F"),
    ("amqp://u:100%@h", "raw-reserved", "amqp://u@h:5672", "amqp://u:•••@h:5672/%2F"),
    ("amqp://h/v#x", "fragment", "amqp://h:5672/v", "amqp://h:5672/v"),
    ("amqp://h/v?x", "fragment", "amqp://h:5672/v", "amqp://h:5672/v"),
    ("mqtt://10.77.2", "short-ipv4", "mqtt://10.77.2:1883", "mqtt://10.77.0.2:1883"),
    ("mqtt://010.0.0.1", "short-ipv4", "mqtt://010.0.0.1:1883", "mqtt://8.0.0.1:1883"),
]


@pytest.mark.parametrize(("text", "problem", "dialled", "repaired"), WRONG)
def test_what_is_wrong_is_named_repaired_and_dialled_anyway(
    text: str, problem: str, dialled: str | None, repaired: str
) -> None:
    target = parse_target(text)
    problems = target.facts["input.problems"]
    assert isinstance(problems, tuple)
    assert problem in problems
    assert (None if target.endpoint is None else str(target.endpoint)) == dialled
    assert target.facts["input.repaired_url"] == repaired
    about = {name for line in target.evidence for name in line.about}
    assert about & set(target.facts) - {"input.scheme", "input.host", "input.port"}


def test_every_problem_has_a_case_and_a_sentence() -> None:
    seen = {problem for _text, problem, *_rest in WRONG} | {"too-long"}
    assert seen == set(PROBLEMS)
    for language in LANGUAGES:
        keys = Texts(language).keys()
        assert {f"input.problem.{problem}" for problem in set(PROBLEMS) - SAID_BETTER} <= keys


@pytest.mark.parametrize(
    "text",
    [
        "amqp://h",
        "amqp://u:p@h:15000/prod",
        "amqp://u:p%40ss%2Fw@h/%2F",
        "amqp://u:p:w@h",
        "amqp://u:$ecret!*@h",
        "amqp://u:a%20b@h/my%20host?heartbeat=10&connection_timeout=5",
        "amqp://h:5672/v@x",
        "amqp://h/a%2Fb",
        "mqtt://vh%3Auser:p@h",
        "amqps://b-1234.mq.eu-west-1.amazonaws.com:5671",
        "mqtt://ho_st.example",
        "mqtt://bücher.example",
        "amqp://[fe80::1%25eth0]:5672",
        "ws://h:15675/ws",
        "amqp://192.0.2.1",
        "amqp://u:p%C3ABC%C3@h",
    ],
)
def test_good_targets_have_no_problem(text: str) -> None:
    facts = parse_target(text).facts
    assert facts["input.problems"] == ()
    assert facts["input.result"] == "ok"
    assert "input.repaired_url" not in facts


def test_unusual_ports_are_nobody_s_business_before_a_byte_is_sent() -> None:
    for text in ("amqps://h:5672", "mqtt://h:5672", "amqp://h:15672", "amqp://h:80"):
        assert parse_target(text).facts["input.problems"] == ()
    assert parse_target("amqp://h:15672").facts["input.port_owner"] == "management"


# -- virtual hosts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "vhost", "form", "meant"),
    [
        ("amqp://h", "/", "default", None),
        ("amqp://h?heartbeat=5", "/", "default", None),
        ("amqp://h/", "", "empty", "/"),
        ("amqp://h/%2F", "/", "named", None),
        ("amqp://h//", "/", "named", None),
        ("amqp://h//x", "/x", "slash-first", "x"),
        ("amqp://h/%2Fapp", "/app", "slash-first", "app"),
        ("amqp://h/%252F", "%2F", "double-encoded", "/"),
        ("amqp://h/a/b", "a/b", "several-segments", "a"),
        ("amqp://h/a%2Fb", "a/b", "named", None),
        ("amqp://h/app", "app", "named", None),
    ],
)
def test_how_the_virtual_host_was_written(text: str, vhost: str, form: str, meant: str | None) -> None:
    facts = parse_target(text).facts
    assert endpoint(text).vhost == vhost
    assert (facts["input.vhost"], facts["input.vhost_form"]) == (vhost, form)
    assert facts.get("input.vhost_toggled") == meant


# -- overrides -----------------------------------------------------------------------------------------


def test_the_command_line_overrides_the_url() -> None:
    target = parse_target("amqp://a:b@h/c", user="user", password=Secret("secret"), vhost="other")
    assert target.endpoint is not None
    assert (target.endpoint.username, target.endpoint.vhost, password(target)) == ("user", "other", "secret")
    assert target.facts["input.username"] == "user"
    assert target.facts["input.vhost_form"] == "named"
    assert parse_target("amqp://h", password=Secret("")).facts["input.password_blank"] is True


def test_bytes_that_are_not_utf_8_become_a_stray_character() -> None:
    """A terminal hands them over as lone surrogates, which no output could take."""
    target = parse_target("amqp://h\udcff:5672/v\udcff")
    assert target.facts["input.strays"] == ("U+FFFD REPLACEMENT CHARACTER",)
    assert target.endpoint is not None
    assert target.endpoint.host == "h"
    repr(target).encode("utf-8")


def test_a_blank_password_is_told_from_none() -> None:
    blank, none = parse_target("amqp://u:@h").facts, parse_target("amqp://u@h").facts
    assert (blank["input.password_given"], blank["input.password_blank"]) == (True, True)
    assert none["input.password_given"] is False
    assert "input.password_blank" not in none


# -- anything at all -----------------------------------------------------------------------------------

names = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30)


@given(user=names, secret=names, vhost=names)
def test_encoded_parts_come_back_as_they_were(user: str, secret: str, vhost: str) -> None:
    target = parse_target(f"amqp://{encode(user)}:{encode(secret)}@broker.example:5672/{encode(vhost)}")
    assert target.endpoint is not None
    assert (target.credentials.username, password(target), target.endpoint.vhost) == (user, secret, vhost)
    assert (target.endpoint.host, target.endpoint.port) == ("broker.example", 5672)
    assert target.facts["input.problems"] == ()


@given(st.text(max_size=60))
def test_encoding_is_undone_by_decoding(text: str) -> None:
    assert decode(encode(text)) == printable(text)
    assert (printable(text) == text) == (not any("\ud800" <= char <= "\udfff" for char in text))


PIECES = st.sampled_from(
    ["amqp", "mqtts", "http", "ws", "tcp", "://", ":/", "//", "/", ":", "@", "#", "?", "[", "]", "%", "%2F", "%zz",
     "$", "{", "}", "${X}", "$(Y)", "<z>", "h", "a.b", "1.2", "::1", "5672", "99999", " ", "\u200b", "“", "：", ",",
     "=", "&", "\\", "\0", "\n", "é", "\ud800"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=14).map("".join)))
def test_whatever_was_typed_becomes_facts_and_never_an_exception(text: str) -> None:
    target = parse_target(text)
    for name, value in target.facts.items():
        assert SPECS[name].fits(value), (name, value)
    assert ("input.host" in target.facts) == (target.endpoint is not None)
    assert (target.facts["input.result"] == "unusable") == (target.endpoint is None)
    problems = target.facts["input.problems"]
    assert isinstance(problems, tuple)
    assert set(problems) <= set(PROBLEMS)
    if target.endpoint is not None:
        assert 1 <= target.endpoint.port <= 65535
        assert target.endpoint.host


CANARY = "Zq7"
risky = st.text(st.sampled_from("ab1@:/?#%[]{}$ &=+,'\"<>\\"), max_size=8)


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    before=risky, after=risky, scheme=st.sampled_from(["amqp://", "mqtt://", "http://", "", "amqp:/", "ws://"]),
    tail=st.sampled_from(["h", "h:5672", "mq.example/v", "10.1.2.3:1883/", "[::1]:5672", "h:x", "", "h/v?x=1", "${H}"]),
)  # fmt: skip
def test_no_password_shows_even_if_nobody_encoded_it(
    language: Language, before: str, after: str, scheme: str, tail: str
) -> None:
    assume(scheme or not before.startswith("//"))  # user://… is a URL with another scheme, whatever was meant
    for secret in (f"{before}{CANARY}{after}", encode(f"{before}{CANARY}{after}")):
        target = parse_target(f"{scheme}user:{secret}@{tail}")
        texts = Texts(language)
        said = [target.shown, repr(target.facts), repr(target), str(target.endpoint)]
        said += [texts.render(line) for line in target.evidence]
        assert not [each for each in said if CANARY in each]
