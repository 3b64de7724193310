"""How the words of brokers are read, and what a client would log in with."""

from __future__ import annotations

import pytest

from mqassist.core.secret import Credentials, Secret
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.net.amqp import Decoder, Method
from mqassist.probes._amqp import Stop, shown
from mqassist.probes._amqp_facts import REFUSALS
from mqassist.probes._amqp_login import agreed_heartbeat, choose_identity, client_properties
from mqassist.probes._amqp_refusal import read_refusal, refusal
from mqassist.probes.amqp_login import is_loopback
from mqassist.probes.amqp_second_opinion import read_whoami
from mqassist.probes.amqp_vhost_variant import variants


@pytest.mark.parametrize(
    ("code", "text", "meaning", "limit"),
    [
        (403, "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details …", "login", None),
        (403, "ACCESS_REFUSED", "login", None),
        (530, "NOT_ALLOWED - vhost nope not found", "vhost-not-found", None),
        (530, "NOT_ALLOWED - vhost  not found", "vhost-not-found", None),
        (530, "NOT_ALLOWED - vhost not found", "vhost-not-found", None),
        (530, "NOT_ALLOWED - access to vhost 'v1' refused for user 'app'", "vhost-access", None),
        (530, "NOT_ALLOWED - 'app' doesn't have access to 'v1'", "vhost-access", None),
        (
            530,
            "NOT_ALLOWED - access to vhost 'v' refused for user 'app': connection limit (7) is reached",
            "vhost-connection-limit",
            7,
        ),
        (530, "access to vhost 'v' refused: connection limit (3) is reached", "vhost-connection-limit", 3),
        (
            530,
            "NOT_ALLOWED - connection refused for user 'u': user connection limit (1) is reached",
            "user-connection-limit",
            1,
        ),
        (530, "NOT_ALLOWED - connection refused: node connection limit (100) is reached", "node-connection-limit", 100),
        (530, "NOT_ALLOWED - connection limit reached", "connection-limit", None),
        (
            530,
            "NOT_ALLOWED - number of channels opened for user 'u' has reached the maximum allowed user limit of (2)",
            "channel-limit",
            2,
        ),
        (530, "number of channels opened (2048) has reached the negotiated channel_max", "channel-max", 2048),
        (541, "INTERNAL_ERROR - access to vhost 'v' refused for user 'app': vhost 'v' is down", "vhost-down", None),
        (320, "CONNECTION_FORCED - Node was put into maintenance mode", "maintenance", None),
        (320, "CONNECTION_FORCED - bye", "forced", None),
        (501, "FRAME_ERROR - type 1, all octets = <<>>: {invalid_frame_end_marker,0}", "frame", None),
        (530, "NOT_ALLOWED - something new", "other", None),
        (999, "", "other", None),
        (530, "user connection limit (99999999999999999999) is reached", "user-connection-limit", 999999999),
    ],
)
def test_reading_of_a_close(code: int, text: str, meaning: str, limit: int | None) -> None:
    assert read_refusal(code, text) == (meaning, limit)
    assert meaning in REFUSALS


def test_403_is_a_login_only_while_logging_in() -> None:
    stop = Stop("close", 1.0, 403, "ACCESS_REFUSED - whatever")
    assert refusal(stop, "login")["amqp.refusal"] == "login"
    assert refusal(stop, "rights")["amqp.refusal"] == "other"


def test_frame_errors_say_whether_it_is_the_size() -> None:
    large = Stop("close", 1.0, 501, "FRAME_ERROR - {frame_too_large,200000,131064}")
    assert refusal(large, "rights")["amqp.frame_too_large"] is True
    assert refusal(Stop("close", 1.0, 501, "FRAME_ERROR"), "rights")["amqp.frame_too_large"] is False


@pytest.mark.parametrize(
    ("status", "reason", "opinion"),
    [
        (401, "Login failed", "wrong-credentials"),
        (401, "User can only log in via localhost", "localhost-only"),
        (401, "Not management user", "credentials-right"),
        (200, "", "credentials-right"),
        (401, "", "other"),
        (500, "Internal Server Error", "other"),
        (404, "Object Not Found", "other"),
    ],
)
def test_second_opinion(status: int, reason: str, opinion: str) -> None:
    assert read_whoami(status, reason) == opinion


@pytest.mark.parametrize(
    ("vhost", "others"),
    [
        ("/prod", ("prod",)),
        ("prod", ("/prod",)),
        ("", ()),
        ("%2Fprod", ("/%2Fprod", "/prod")),
        ("%2F", ("/%2F",)),
        (" prod ", ("/ prod ", "prod")),
        ("/", ()),
    ],
)
def test_other_readings_of_a_virtual_host(vhost: str, others: tuple[str, ...]) -> None:
    assert variants(vhost)[: len(others)] == others
    assert vhost not in variants(vhost)


@pytest.mark.parametrize(
    ("wanted", "offered", "agreed"),
    [(None, 60, 60), (None, 0, 0), (0, 60, 0), (30, 60, 30), (90, 60, 60), (30, 0, 30), (-5, 60, 0), (10**9, 0, 65535)],
)
def test_agreed_heartbeat(wanted: int | None, offered: int, agreed: int) -> None:
    assert agreed_heartbeat(wanted, offered) == agreed


@pytest.mark.parametrize(
    ("credentials", "cert", "offered", "expected"),
    [
        (Credentials("app", Secret("s")), None, ("PLAIN", "AMQPLAIN"), "PLAIN"),
        (Credentials("app", Secret("s")), None, ("AMQPLAIN",), "AMQPLAIN"),
        (Credentials("app", Secret("s")), None, ("EXTERNAL",), None),
        (Credentials("app", Secret("s")), "c.pem", ("EXTERNAL", "PLAIN"), "PLAIN"),
        (Credentials("app", Secret("s")), "c.pem", ("EXTERNAL",), "EXTERNAL"),
        (Credentials(), "c.pem", ("PLAIN", "EXTERNAL"), "EXTERNAL"),
        (Credentials(), "c.pem", ("PLAIN",), "PLAIN"),
        (Credentials(), None, (), None),
    ],
)
def test_choice_of_mechanism(
    credentials: Credentials, cert: str | None, offered: tuple[str, ...], expected: str | None
) -> None:
    settings = CheckSettings(tls=TlsSettings(cert=cert))
    chosen = choose_identity(credentials, settings, offered)
    assert (None if chosen is None else chosen.mechanism) == expected


def test_without_a_user_guest_stands_in() -> None:
    chosen = choose_identity(Credentials(), CheckSettings(), ("PLAIN",))
    assert chosen is not None
    assert (chosen.username, chosen.is_default, chosen.response) == ("guest", True, b"\0guest\0guest")


def test_the_password_is_neither_in_repr_nor_in_the_record() -> None:
    chosen = choose_identity(Credentials("app", Secret("hush-hush")), CheckSettings(), ("AMQPLAIN",))
    assert chosen is not None
    assert b"hush-hush" in chosen.response
    assert b"hush-hush" not in chosen.record
    assert "hush-hush" not in repr(chosen)


def test_the_client_asks_to_be_told_why() -> None:
    properties = client_properties("abcd")
    assert properties["connection_name"] == "mqassist abcd"
    assert isinstance(properties["capabilities"], dict)
    assert properties["capabilities"]["authentication_failure_close"] is True


def test_loopback_addresses() -> None:
    assert [is_loopback(ip) for ip in ("127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", "::2")] == [
        *(True, True, True, True),
        *(False, False),
    ]


def test_words_of_a_peer_become_one_printable_line() -> None:
    assert shown("a\r\n\x1b[31mb\x00" + "x" * 1000).startswith("a   [31mb")
    assert len(shown("x" * 1000)) == 400


def test_text_fields_that_are_no_text_are_empty() -> None:
    event = Method(0, "connection.close", 10, 50, {"code": "530", "text": 7})
    assert (event.number("code"), event.text("text")) == (0, "")
    assert Decoder().feed(b"") == []
