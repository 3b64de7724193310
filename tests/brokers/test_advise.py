"""`mqassist advise` on real brokers: the figures it names, the lines it prints as programs, an idle cut on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from math import ceil
from typing import Any

import pytest

from tests.brokers.test_idle_search import balancer
from tests.support.amqp import assert_clean
from tests.support.canary import CANARY, assert_no_leak
from tests.support.cli import mqassist
from tests.support.contract import assert_advice
from tests.support.haproxy import Proxy
from tests.support.mosquitto import Broker
from tests.support.pki import Pki
from tests.support.rabbitmq import RabbitNode

Mosquitto = Callable[..., Broker]
LOGIN = ("--user", "app", "--password-env", "MQ_CANARY")


def advise(*arguments: str, status: int = 0) -> dict[str, Any]:
    done = mqassist("advise", *arguments, "--json", MQ_CANARY=CANARY)
    assert (done.returncode, done.stderr) == (status, ""), done.stdout
    assert_no_leak(done.stdout, "advice")
    document: dict[str, Any] = json.loads(done.stdout)
    assert_advice(document)
    return document


def setting(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in document["settings"] if each["id"] == name)
    return found


def lines_for(document: dict[str, Any], client: str) -> str:
    return str(next(each["text"] for each in document["snippets"] if each["id"] == client))


def assert_connect_timeout(document: dict[str, Any]) -> None:
    """What the figures of this run make of it, whatever they are."""
    told = setting(document, "connect-timeout")
    seen = told["evidence"]
    lossy = seen["tcp.slow_connects"] or seen["tcp.retransmitted"]
    assert told["basis"] == "measured"
    assert told["value"] == ceil((7 if lossy else 3) + (seen["tcp.connect_ms"] + 4 * seen["tcp.jitter_ms"]) / 1000)


def played(code: str, password: str = CANARY) -> subprocess.CompletedProcess[str]:
    """The lines as a program of their own; ends after a minute at the latest."""
    environment = {**os.environ, "MQ_PASSWORD": password}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_rabbitmq(rabbitmq: RabbitNode) -> None:
    document = advise(f"amqp://localhost:{rabbitmq.amqp}", *LOGIN, "--processing", "0.05", "--rate", "2000")
    assert document["verdict"]["status"] == "healthy"
    beat = setting(document, "heartbeat")
    assert (beat["value"], beat["unit"], beat["basis"]) == (20, "s", "documented")
    assert beat["evidence"]["amqp.heartbeat_offered"] == 60
    assert any("--find-idle-cut" in text for text in beat["not_measured"])
    trip = setting(document, "prefetch")["evidence"]["tcp.round_trip_ms"]
    assert_connect_timeout(document)
    assert f"({trip:.2f} ms + 0.05 ms)" in " ".join(setting(document, "prefetch")["arithmetic"]) or trip >= 1
    assert setting(document, "prefetch")["basis"] == "asked"
    frame = setting(document, "frame-max")
    assert (frame["value"], frame["basis"]) == (frame["evidence"]["amqp.frame_max"], "told")
    confirms = setting(document, "publisher-confirms")
    assert confirms["basis"] == "measured"
    assert any("2000" in text for text in confirms["arithmetic"])
    assert_clean(rabbitmq)


def test_the_lines_for_pika_are_a_program(rabbitmq: RabbitNode) -> None:
    document = advise(f"amqp://localhost:{rabbitmq.amqp}", *LOGIN, "--processing", "5000", "--outage", "30")
    code = lines_for(document, "pika")
    connect = f"socket_timeout={setting(document, 'connect-timeout')['value']},"
    for line in ("heartbeat=20,", connect, "blocked_connection_timeout=30,", "prefetch_count=2"):
        assert line in code
    done = played(
        code + "print(connection._impl.params.heartbeat)\n"
        "channel.queue_declare('', exclusive=True)\nconnection.close()\n"
    )
    assert (done.returncode, done.stdout.strip()) == (0, "20"), done.stderr
    refused = played(code, password="wrong")
    assert refused.returncode == 1
    assert "AuthenticationError" in refused.stderr or "403" in refused.stderr
    assert_clean(rabbitmq)


def test_tls_is_in_the_lines(rabbitmq: RabbitNode, pki: Pki) -> None:
    document = advise(f"amqps://localhost:{rabbitmq.amqps}", *LOGIN, "--ca", str(pki.ca))
    names = [setting(document, name) for name in ("tls-name", "tls-authority", "tls-version")]
    assert [each["basis"] for each in names] == ["measured"] * 3
    assert [each["value"] for each in names] == ["localhost", str(pki.ca), "TLSv1.3"]
    done = played(lines_for(document, "pika") + "print(connection.is_open)\nconnection.close()\n")
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr


def test_a_refused_login_is_told_and_the_rest_is_advised(rabbitmq: RabbitNode) -> None:
    document = advise(f"amqp://app:wrong@localhost:{rabbitmq.amqp}", status=1)
    assert document["verdict"]["cause"] == "auth.bad-credentials"
    assert_connect_timeout(document)
    login = setting(document, "handshake-timeout")
    assert (login["value"], login["basis"]) == (None, "open")
    assert login["not_measured"]
    assert setting(document, "frame-max")["value"] is None


@pytest.mark.parametrize("seconds", [3, 5])
def test_the_idle_cut_on_the_way_decides(rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], seconds: int) -> None:
    port = balancer(haproxy, rabbitmq.amqp, seconds)
    document = advise(f"amqp://localhost:{port}", *LOGIN, "--find-idle-cut", "--observe", str(seconds + 2), status=1)
    assert document["verdict"]["cause"] == "heartbeat.idle-cut"
    beat = setting(document, "heartbeat")
    fits = beat["evidence"]["heartbeat.fits_s"]
    assert (beat["value"], beat["basis"]) == (fits, "measured")
    assert seconds // 2 <= fits <= (seconds + 1) // 2
    assert beat["warnings"], "a heartbeat that short is no good news"
    assert f"heartbeat={fits}," in lines_for(document, "pika")
    assert f"RequestedHeartbeat = TimeSpan.FromSeconds({fits})" in lines_for(document, "dotnet-amqp")
    assert setting(document, "tcp-keep-alive")["value"] == fits


def test_mosquitto_tells_its_limits(mosquitto: Mosquitto) -> None:
    broker = mosquitto(
        "max_keepalive 25\nmax_packet_size 9000\nmax_inflight_messages 7\nlistener {port}\nallow_anonymous false\n"
    )
    url = f"mqtt://localhost:{broker.port}"
    asked = ("--mqtt-version", "5", "--client-id", "advised", "--outage", "120", "--topic", "t/1", "--rate", "10000000")
    document = advise(url, *LOGIN, *asked)
    assert document["verdict"]["status"] == "healthy"
    assert (setting(document, "keep-alive")["value"], setting(document, "keep-alive")["basis"]) == (25, "told")
    assert setting(document, "max-packet-size")["value"] == 9000
    assert setting(document, "in-flight")["value"] == 7
    assert setting(document, "session")["value"] is True
    code = lines_for(document, "paho")
    for line in ("keepalive=25", "SessionExpiryInterval = 120", "clean_start=False", "max_inflight_messages_set(7)"):
        assert line in code
    ends = code.replace("    if reason.is_failure:", "    print(reason)\n    if True:")
    done = played(ends)
    assert (done.returncode, done.stdout.strip()) == (0, "Success"), done.stderr
    refused = played(code, password="wrong")
    assert (refused.returncode, refused.stdout) == (0, ""), refused.stderr


def test_terminal_and_ticket(rabbitmq: RabbitNode) -> None:
    url = f"amqp://localhost:{rabbitmq.amqp}"
    done = mqassist("advise", url, *LOGIN, "--for", "java", "--for", "go-amqp", MQ_CANARY=CANARY)
    assert (done.returncode, done.stderr) == (0, "")
    for text in ("Heartbeat", "setRequestedHeartbeat(20)", "20 * time.Second", "[1] RabbitMQ, heartbeats: https://"):
        assert text in done.stdout
    assert "import pika" not in done.stdout
    assert_no_leak(done.stdout, "text")
    ticket = mqassist("advise", url, *LOGIN, "--format", "markdown", "--lang", "zh", MQ_CANARY=CANARY)
    assert ticket.returncode == 0
    assert "## 心跳：20 秒" in ticket.stdout or "## 心跳: 20 秒" in ticket.stdout
    assert "```python" in ticket.stdout
    assert_no_leak(ticket.stdout, "markdown")
