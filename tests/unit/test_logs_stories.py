"""Connections as stories, from the lines of several brokers; tables of refused logins, closers and silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.log import Story
from mqassist.logs.connections import ending_of, kind_of, mention_in
from mqassist.logs.document import LogDocument
from mqassist.logs.service import LogService
from mqassist.logs.stories import Stories

TOKEN = CancelToken()
AT = "2026-11-20 15:56:0{s}.{f:06}+00:00 [{level}] <0.{pid}.0> {text}"


def rabbit(*entries: tuple[float, str, int, str]) -> str:
    lines = []
    for seconds, level, pid, text in entries:
        stamp = AT.format(s=int(seconds), f=round(seconds % 1 * 1e6), level=level, pid=pid, text="{}")
        lines += [stamp.format(part) for part in text.split("\n")]
    return "\n".join(lines) + "\n"


ONE = "<0.{p}.0> (10.0.0.7:4{p} -> 10.0.0.5:5672{more})"


def opened_one(pid: int) -> str:
    return "accepting AMQP connection " + ONE.format(p=pid, more="")


def with_user(pid: int, name: str = "", user: str = "app") -> str:
    more = (f" - {name}" if name else "") + f", vhost: '/', user: '{user}'"
    return ONE.format(p=pid, more=more)


LOG = rabbit(
    (0.0, "info", 800, opened_one(800)),
    (0.1, "info", 801, opened_one(801)),
    (0.2, "info", 800, f"connection {ONE.format(p=800, more=' - worker-3')} has a client-provided name: worker-3"),
    (0.3, "info", 800, f"connection {ONE.format(p=800, more=' - worker-3')}: user 'app' authenticated and granted access to vhost '/'"),  # noqa: E501
    (0.4, "error", 801, f"Error on AMQP connection {ONE.format(p=801, more=', state: starting')}:\nPLAIN login refused: user 'bad' - invalid credentials"),  # noqa: E501
    (1.0, "info", 802, opened_one(802)),
    (3.4, "info", 801, f"closing AMQP connection {ONE.format(p=801, more='')}"),
    (5.0, "warning", 802, f"closing AMQP connection {with_user(802)}:\nclient unexpectedly closed TCP connection"),
    (6.0, "info", 803, opened_one(803)),
    (9.0, "error", 800, f"closing AMQP connection {with_user(800, 'worker-3')}:\nmissed heartbeats from client, timeout: 3s"),  # noqa: E501
)  # fmt: skip

MOSQUITTO = """\
1795190161: New connection from 10.0.0.7:41234 on port 1883.
1795190161: New client connected from 10.0.0.7:41234 as sensor-7 (p2, c1, k60, u'app').
1795190162: New connection from 10.0.0.9:50000 on port 1883.
1795190162: Client <unknown> disconnected, not authorised.
1795190190: Client sensor-7 has exceeded timeout, disconnecting.
1795190200: New connection from 10.0.0.7:41300 on port 1883.
1795190200: New client connected from 10.0.0.7:41300 as sensor-7 (p2, c1, k60, u'app').
1795190201: New connection from 10.0.0.8:41400 on port 1883.
1795190201: Client sensor-7 already connected, closing old connection.
1795190201: New client connected from 10.0.0.8:41400 as sensor-7 (p2, c1, k60, u'app').
1795190209: Client sensor-7 disconnected.
"""

Open = Callable[[str], LogDocument]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    documents: list[LogDocument] = []

    def make(text: str) -> LogDocument:
        path = tmp_path / f"{len(documents)}.log"
        path.write_text(text)
        document = LogService().open(str(path))
        document.index_all(TOKEN)
        documents.append(document)
        return document

    yield make
    for document in documents:
        document.close()


def all_of(document: LogDocument) -> list[Story]:
    return document.stories().between(1, document.line_count, TOKEN)


def test_lines_of_a_connection_become_its_story(opened: Open) -> None:
    stories = all_of(opened(LOG))
    assert [(story.peer, story.ending) for story in stories] == [
        ("10.0.0.7:4800", "heartbeat"), ("10.0.0.7:4801", "refused"), ("10.0.0.7:4802", "dropped"),
        ("10.0.0.7:4803", "open"),
    ]  # fmt: skip
    first = stories[0]
    assert (first.process, first.client, first.user, first.vhost) == ("<0.800.0>", "worker-3", "app", "/")
    assert (first.protocol, first.address, first.cause) == ("amqp", "10.0.0.7", "heartbeat.client-blocked")
    assert first.seconds == pytest.approx(9.0, abs=1e-5)
    assert [event.kind for event in first.events] == ["opened", "named", "logged-in", "closed"]
    assert [event.line for event in first.events] == [1, 3, 4, 12]
    assert first.events[-1].last_line == 13
    refused = stories[1]
    assert refused.seconds == pytest.approx(3.3, abs=1e-5)
    assert refused.cause == "auth.bad-credentials"
    assert stories[3].seconds is None


@pytest.mark.parametrize("name", ["<0.800.0>", "10.0.0.7:4800", "worker-3", "10.0.0.7:4801"])
def test_a_story_is_found_by_any_of_its_names(opened: Open, name: str) -> None:
    document = opened(LOG * 50)
    found = document.stories().of_connection(name, TOKEN)
    assert len(found) == 50
    assert all(name in (story.peer, story.process, story.client) for story in found)


@pytest.mark.parametrize("line", [1, 3, 4, 12, 13])
def test_the_story_of_a_line(opened: Open, line: int) -> None:
    story = opened(LOG).stories().of_line(line, TOKEN)
    assert story is not None
    assert story.peer == "10.0.0.7:4800"


def test_mosquitto_s_clients_are_told_by_id_and_address(opened: Open) -> None:
    stories = all_of(opened(MOSQUITTO))
    told = [(story.peer, story.client, story.ending) for story in stories]
    assert told[0] == ("10.0.0.7:41234", "sensor-7", "heartbeat")
    assert stories[0].seconds == 29.0
    assert stories[0].user == "app"
    assert ("10.0.0.9:50000", "", "refused") in told
    assert ("10.0.0.7:41300", "sensor-7", "replaced") in told
    assert ("10.0.0.8:41400", "sensor-7", "closed") in told


RABBIT_MQTT = """\
2026-11-21 20:26:47.492114+00:00 [info] <0.1090.0> accepting MQTT connection <0.1090.0> (127.0.0.1:42573 -> 127.0.0.1:27785, client id: m-clean)
2026-11-21 20:26:47.511472+00:00 [info] <0.1090.0> closing MQTT connection <0.1090.0> (127.0.0.1:42573 -> 127.0.0.1:27785)
2026-11-21 20:26:50.517464+00:00 [error] <0.1130.0> MQTT login failed for user 'app', authentication failed: Refused
2026-11-21 20:26:50.517565+00:00 [error] <0.1130.0> MQTT connection 127.0.0.2:59607 -> 127.0.0.1:27785 is closing due to an authentication failure
2026-11-21 20:26:54.539151+00:00 [info] <0.1177.0> accepting MQTT connection <0.1177.0> (127.0.0.1:45037 -> 127.0.0.1:27785, client id: m-take)
2026-11-21 20:26:54.560304+00:00 [warning] <0.1177.0> MQTT disconnecting client "127.0.0.1:45037 -> 127.0.0.1:27785" with duplicate id 'm-take'
2026-11-21 20:27:00.191684+00:00 [warning] <0.1051.0> MQTT disconnecting client <<"127.0.0.1:51911 -> 127.0.0.1:25555">> with duplicate id 'm-old'
2026-11-21 20:28:00.301294+00:00 [info] <0.1080.0> Accepting Web MQTT connection 127.0.0.1:46495 -> 127.0.0.1:30244
2026-11-21 20:28:00.303747+00:00 [info] <0.1080.0> Accepted Web MQTT connection 127.0.0.1:46495 -> 127.0.0.1:30244 for client ID m-ws
2026-11-21 20:28:00.305353+00:00 [info] <0.1080.0> Web MQTT closing connection 127.0.0.1:46495 -> 127.0.0.1:30244
2026-11-21 20:28:00.709616+00:00 [info] <0.1091.0> Accepted MQTT connection 127.0.0.1:58461 -> 127.0.0.1:25555 for client ID m-garbage
2026-11-21 20:28:01.711160+00:00 [error] <0.1091.0> Unparseable MQTT packet received from connection 127.0.0.1:58461 -> 127.0.0.1:25555
2026-11-21 20:28:03.168287+00:00 [error] <0.1039.0> MQTT connection failed: access refused for user 'ghost':user 'ghost' - invalid credentials
2026-11-21 20:28:06.169418+00:00 [error] <0.1039.0> Rejected MQTT connection 127.0.0.3:52881 -> 127.0.0.1:25555 with Connect Reason Code 134
2026-11-21 20:28:07.000000+00:00 [info] <0.1092.0> Accepted MQTT connection 127.0.0.1:58470 -> 127.0.0.1:25555 for client ID m-stays
2026-11-21 20:28:18.000000+00:00 [info] <0.223.0> Successfully stopped RabbitMQ and its dependencies
"""  # noqa: E501
"""seen: RabbitMQ 3.10.8 and 4.0.5."""


def test_mqtt_on_rabbitmq_has_its_client_ids_and_its_ends(opened: Open) -> None:
    document = opened(RABBIT_MQTT)
    told = [(story.peer[-5:], story.client, story.user, story.ending) for story in all_of(document)]
    assert told == [
        ("42573", "m-clean", "", "closed"), ("59607", "", "app", "refused"), ("45037", "m-take", "", "replaced"),
        ("51911", "m-old", "", "replaced"), ("46495", "m-ws", "", "closed"), ("58461", "m-garbage", "", "failed"),
        ("52881", "", "ghost", "refused"), ("58470", "m-stays", "", "stopped"),
    ]  # fmt: skip
    refused = document.stories().tables(TOKEN).refused
    assert [(row.who, row.where) for row in refused] == [("app", "127.0.0.2"), ("ghost", "127.0.0.3")]
    (stays,) = document.stories().of_connection("m-stays", TOKEN)
    assert (stays.ending, stays.events[-1].line) == ("stopped", 16)


def test_json_says_the_same_in_more_than_one_line(opened: Open) -> None:
    name = "(127.0.0.1:53136 -> 127.0.0.1:31142"
    lines = (
        ("info", f"connection <0.890.0> {name}) has a client-provided name: bad-vhost"),
        ("error", f"Error on AMQP connection <0.890.0> {name} - bad-vhost, user: 'app', state: opening):\\nvhost x not found"),  # noqa: E501
    )  # fmt: skip
    document = opened("".join(
        f'{{"time":"2026-11-21 20:28:58.94706{at}+00:00","level":"{level}","msg":"{text}","domain":"rabbitmq.connection","pid":"<0.890.0>"}}\n'  # noqa: E501
        for at, (level, text) in enumerate(lines)
    ))  # fmt: skip
    (story,) = all_of(document)
    assert (story.client, story.ending, story.cause) == ("bad-vhost", "refused", "auth.vhost-not-found")
    assert story.events[1].text.split("\n")[1] == "vhost x not found"
    assert [each.cause for each in document.signatures(TOKEN)] == ["auth.vhost-not-found"]


def test_a_channel_that_fails_is_no_end_and_an_error_is_one_although_a_close_follows(opened: Open) -> None:
    name = "<0.983.0> (127.0.0.1:48844 -> 127.0.0.1:21539"
    told = all_of(opened(
        f"2026-11-21 20:26:40.400+00:00 [info] <0.983.0> accepting AMQP connection {name})\n"
        f"2026-11-21 20:26:40.430+00:00 [error] <0.992.0> Channel error on connection {name}, vhost: '/', user: 'app'), channel 1:\n"  # noqa: E501
        "2026-11-21 20:26:40.430+00:00 [error] <0.992.0> operation queue.declare caused a channel exception not_found: no queue 'none' in vhost '/'\n"  # noqa: E501
        f"2026-11-21 20:26:40.440+00:00 [info] <0.983.0> closing AMQP connection {name}, vhost: '/', user: 'app')\n"
        f"2026-11-21 20:26:41.400+00:00 [info] <0.983.0> accepting AMQP connection {name})\n"
        f"2026-11-21 20:26:41.430+00:00 [error] <0.983.0> Error on AMQP connection {name} - x, vhost: '/', user: 'app', state: running), channel 1:\n"  # noqa: E501
        "2026-11-21 20:26:41.430+00:00 [error] <0.983.0>  operation exchange.declare caused a connection exception command_invalid: \"unknown exchange type 'x-delayed-message'\"\n"  # noqa: E501
        f"2026-11-21 20:26:41.440+00:00 [info] <0.983.0> closing AMQP connection {name} - x, vhost: '/', user: 'app')\n"
    ))  # fmt: skip
    assert [(story.ending, story.cause) for story in told] == [
        ("closed", "amqp.queue-not-found"), ("failed", "amqp.exchange-type-unknown"),
    ]  # fmt: skip


def test_mosquitto_s_refusals_without_a_name_and_its_stop(opened: Open) -> None:
    document = opened(
        "1795292600: New connection from 10.0.0.1:54981 on port 1883.\n"
        "1795292600: Client <unknown> disconnected, not authorised.\n"
        "1795292601: New connection from 10.0.0.1:54983 on port 1883.\n"
        "1795292601: Client press-7 disconnected, not authorised.\n"
        "1795292610: New connection from 10.0.0.2:47980 on port 8883.\n"
        "1795292610: OpenSSL Error[0]: error:0A000418:SSL routines::tlsv1 alert unknown ca\n"
        "1795292610: Client <unknown> disconnected: Protocol error.\n"
        "1795292620: New connection from 10.0.0.3:38592 on port 1883.\n"
        "1795292620: New connection from 10.0.0.4:38593 on port 1883.\n"
        "1795292621: Client <unknown> closed its connection.\n"
        "1795292622: New client connected from 10.0.0.3:38592 as quiet (p2, c1, k60, u'app').\n"
        "1795292623: New client connected from 10.0.0.4:38593 as moved (p2, c1, k60, u'app').\n"
        "1795292625: New client connected from 10.0.0.5:40000 as moved (p2, c1, k60, u'app').\n"
        "1795292641: mosquitto version 2.0.11 terminating\n"
    )
    assert [(story.peer, story.client, story.ending, story.cause) for story in all_of(document)] == [
        ("10.0.0.1:54981", "", "refused", None),
        ("10.0.0.1:54983", "press-7", "refused", None),
        ("10.0.0.2:47980", "", "failed", "tls.unknown-ca"),
        ("10.0.0.3:38592", "quiet", "stopped", "net.broker-restarting"),
        ("10.0.0.4:38593", "moved", "stopped", "net.broker-restarting"),
        ("10.0.0.5:40000", "moved", "stopped", "net.broker-restarting"),
    ]  # of two that could be meant none is
    assert [(row.who, row.where) for row in document.stories().tables(TOKEN).refused] == [
        ("", "10.0.0.1"), ("press-7", "10.0.0.1"),
    ]  # fmt: skip
    (refused,) = document.stories().of_connection("10.0.0.1:54981", TOKEN)
    assert refused.ending == "refused"


def test_what_wanted_more_than_to_look_is_not_folded(opened: Open) -> None:
    """Refused logins, strangers and clients that came and went at once stay in sight."""
    port = iter(range(40000, 60000))
    mosquitto = "".join(
        f"1795292600: New connection from 10.0.0.1:{next(port)} on port 1883.\n1795292600: {end}\n"
        for end in (
            *["Client <unknown> disconnected, not authorised."] * 4,
            *["Client <unknown> disconnected: Protocol error."] * 4,
            *["Client <unknown> closed its connection."] * 4,
        )
    )  # fmt: skip
    document = opened(mosquitto)
    found = document.stories().checks_between(1, document.line_count, TOKEN)
    assert [(fold.count, fold.first_line, fold.last_line) for fold in found] == [(4, 17, 24)]
    assert [fold.count for fold in Stories.folds(all_of(document))] == [4]
    stamp = "2026-11-21 20:28:00.301294+00:00"
    peers = [f"10.0.0.1:{next(port)} -> 127.0.0.1:30244" for _ in range(12)]
    document = opened("".join(
        f"{stamp} [info] <0.1{at}.0> Accepted MQTT connection {peer} for client ID s{at}\n"
        f"{stamp} [info] <0.1{at}.0> closing MQTT connection <0.1{at}.0> ({peer})\n"
        for at, peer in enumerate(peers[:4])
    ) + "".join(
        f"{stamp} [info] <0.2{at}.0> accepting AMQP connection <0.2{at}.0> ({peer})\n"
        f"{stamp} [error] <0.2{at}.0> closing AMQP connection <0.2{at}.0> ({peer}):\n"
        f"{stamp} [error] <0.2{at}.0> {why}\n"
        for at, (peer, why) in enumerate(zip(
            peers[4:], ['{bad_header,<<"GET / HT">>}'] * 4 + ["{handshake_timeout,handshake}"] * 4, strict=True
        ))
    ))  # fmt: skip
    found = document.stories().checks_between(1, document.line_count, TOKEN)
    assert [(fold.count, fold.first_line, fold.last_line) for fold in found] == [(4, 21, 32)]


def test_tables_count_over_the_whole_log(opened: Open) -> None:
    tables = opened(LOG * 20).stories().tables(TOKEN)
    refused = tables.refused[0]
    assert (refused.who, refused.where, refused.cause, refused.count) == ("bad", "10.0.0.7", "auth.bad-credentials", 20)
    assert (refused.first_line, refused.last_line) == (5, 5 + 19 * 13)
    assert [(row.who, row.count) for row in tables.heartbeats] == [("worker-3", 20)]
    assert {(row.who, row.cause) for row in tables.closers} == {
        ("worker-3", "heartbeat.client-blocked"), ("app", "amqp.client-closed-abruptly"),
    }  # fmt: skip


def test_health_checks_are_folded(opened: Open) -> None:
    checks = "".join(
        rabbit(
            (at % 9 + 0.1, "info", 900 + at, f"accepting AMQP connection <0.{900 + at}.0> (10.0.0.2:5{at:04} -> 10.0.0.5:5672)"),  # noqa: E501
            (at % 9 + 0.2, "error", 900 + at, f"closing AMQP connection <0.{900 + at}.0> (10.0.0.2:5{at:04} -> 10.0.0.5:5672):\n{{handshake_timeout,frame_header}}"),  # noqa: E501
        )
        for at in range(30)
    )  # fmt: skip
    folds = Stories.folds(all_of(opened(checks + LOG)))
    assert [(fold.address, fold.count) for fold in folds] == [("10.0.0.2", 30)]
    assert folds[0].lines == tuple(range(1, 91))


@pytest.mark.parametrize(
    ("text", "named", "kind", "ending"),
    [
        ("2 connection <0.9.0> (a -> b) said", {"process": "<0.9.0>"}, "said", None),
        ('closing MQTT connection "10.0.0.7:41234 -> 10.0.0.5:1883" (login timeout)', {"peer": "10.0.0.7:41234", "protocol": "mqtt"}, "closed", "closed"),  # noqa: E501
        ("Accepted MQTT connection 10.0.0.7:41234 -> 10.0.0.5:1883 for client ID s7", {"peer": "10.0.0.7:41234"}, "opened", None),  # noqa: E501
        ("closing AMQP connection <0.9.0> ([::1]:41234 -> [::1]:5672, vhost: '/', user: 'u'):\nx", {"peer": "[::1]:41234", "user": "u", "vhost": "/"}, "failed", "failed"),  # noqa: E501
        ("msg: authentication_failure, clientid: c1, peername: 10.0.0.7:41234, username: app", {"peer": "10.0.0.7:41234", "client": "c1", "user": "app"}, "refused", "refused"),  # noqa: E501
        ("c1@10.0.0.7:41234 [Channel] Client c1 login failed for not_authorized", {"peer": "10.0.0.7:41234", "client": "c1"}, "refused", "refused"),  # noqa: E501
        ("Client s7 [10.0.0.7:41234] disconnected: keepalive timeout.", {"peer": "10.0.0.7:41234", "client": "s7"}, "closed", "heartbeat"),  # noqa: E501
        ("Client s7 closed its connection.", {"client": "s7"}, "closed", "dropped"),
        ("disk free limit set to 50MB", {}, "said", None),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_what_a_line_says_of_a_connection(text: str, named: dict[str, str], kind: str, ending: str | None) -> None:
    mention = mention_in(text)
    for name, value in named.items():
        assert getattr(mention, name) == value
    assert mention.names_one == bool(named)
    assert kind_of(text) == kind
    assert ending_of(text) == ending


def test_what_a_process_said_before_its_connection_was_named_belongs_to_it(opened: Open) -> None:
    """seen: RabbitMQ 3.10.8, a refused MQTT login."""
    document = opened(
        "2026-11-20 15:56:00.100000+00:00 [error] <0.9.0> MQTT login failed for user 'app', "
        "authentication failed: Refused\n"
        "2026-11-20 15:56:00.200000+00:00 [error] <0.8.0> MQTT login failed for user 'other', "
        "authentication failed: Refused\n"
        "2026-11-20 15:56:00.300000+00:00 [error] <0.9.0> MQTT connection 10.0.0.7:43442 -> 10.0.0.5:1883 is closing "
        "due to an authentication failure\n"
    )
    (story,) = document.stories().between(1, document.line_count, TOKEN)
    assert (story.peer, story.protocol, story.ending) == ("10.0.0.7:43442", "mqtt", "refused")
    assert story.cause == "mqtt.bad-credentials"
    assert [event.line for event in story.events] == [1, 3]


_REFUSED = (
    (
        '{"time":1795190161123456,"level":"warning","msg":"authentication_failure","peername":"10.0.0.7:41234",'
        '"clientid":"c1","username":"app","reason":"bad_username_or_password"}'
    ),
    (
        "2026-11-20T15:56:01.123456+00:00 [warning] clientid: c1, msg: authentication_failure, "
        "peername: 10.0.0.7:41234, username: app, reason: bad_username_or_password"
    ),
    (
        '{"time":"2026-11-20 15:56:00.991750+00:00","level":"error","msg":"Error on AMQP connection <0.875.0> '
        "(10.0.0.7:41234 -> 10.0.0.5:5672, state: starting):\\nPLAIN login refused: user 'app' - invalid credentials\","
        '"pid":"<0.875.0>"}'
    ),
    *(
        '{"log":"2026-11-20 15:56:00.991750+00:00 [error] \\u003c0.875.0\\u003e ' + said + '\\n","stream":"stdout",'
        '"time":"2026-11-20T15:56:01.123456789Z"}'
        for said in (
            "Error on AMQP connection \\u003c0.875.0\\u003e (10.0.0.7:41234 -\\u003e 10.0.0.5:5672, state: starting):",
            "PLAIN login refused: user 'app' - invalid credentials",
        )
    ),
)


@pytest.mark.parametrize("lines", [_REFUSED[:1], _REFUSED[1:2], _REFUSED[2:3], _REFUSED[3:]], ids=range(4))
def test_a_refused_login_is_counted_however_it_is_written(opened: Open, lines: tuple[str, ...]) -> None:
    """EMQX and RabbitMQ in JSON, EMQX as text, and RabbitMQ as docker keeps it."""
    document = opened("\n".join(lines) + "\n")
    (row,) = document.stories().tables(TOKEN).refused
    assert (row.who, row.where, row.count, row.first_line) == ("app", "10.0.0.7", 1, 1)
    assert row.cause in ("auth.bad-credentials", "mqtt.bad-credentials")


def _silent(address: str, at: float, pid: int) -> list[tuple[float, str, int, str]]:
    pair = f"<0.{pid}.0> ({address}:{40_000 + pid} -> 10.0.0.5:5672)"
    return [
        (0.5, "info", pid, f"accepting AMQP connection {pair}"),
        (at, "error", pid, f"closing AMQP connection {pair}:\nmissed heartbeats from client, timeout: 5s"),
    ]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (_silent("10.0.0.7", 8, 1), (1, 0, 0, 0)),
        # another connection of the computer lives on
        ([*_silent("10.0.0.7", 8, 1), _silent("10.0.0.7", 8, 2)[0]], (1, 1, 0, 0)),
        # it said something while the other was silent
        ([*_silent("10.0.0.7", 8, 1), *_silent("10.0.0.7", 5, 2)[:1], (5, "info", 2, opened_one(2))], (1, 1, 0, 0)),
        ([*_silent("10.0.0.7", 8, 1), *_silent("10.0.0.8", 8.5, 2)], (2, 0, 2, 0)),
        ([*_silent("10.0.0.7", 8, 1), *_silent("10.0.0.7", 8.5, 2)], (2, 0, 0, 2)),
        # the other computer's fell silent long before
        ([*_silent("10.0.0.7", 9, 1), *_silent("10.0.0.8", 2, 2)], (2, 0, 0, 0)),
    ],
    ids=["alone", "lives-on", "spoke", "others-too", "all-of-one", "apart"],
)
def test_why_connections_fell_silent_is_counted(
    opened: Open, entries: list[tuple[float, str, int, str]], expected: tuple[int, ...]
) -> None:
    document = opened(rabbit(*sorted(entries)))
    found = document.stories().silences(2, TOKEN)
    assert (found.closes, found.busy, found.way, found.gone) == expected
