"""The logs that real brokers wrote during these tests, read as documents: nothing in them is unknown."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.logs.document import LogDocument
from mqassist.logs.service import LogService
from tests.support.canary import CANARY
from tests.support.diagnosis import diagnose
from tests.support.mosquitto import Broker
from tests.support.ports import wait_until
from tests.support.rabbitmq import RabbitNode

TOKEN = CancelToken()


def read(path: Path) -> LogDocument:
    document = LogService().open(str(path))
    document.index_all(TOKEN)
    return document


def assert_all_known(document: LogDocument, form: str) -> None:
    """Each entry has a level and a time, no line stands alone, and no password is shown."""
    assert document.format == form
    assert document.counts()["unknown"] == 0
    lines = document.lines(1, document.line_count)
    assert all(line.at is not None for line in lines)
    assert lines[0].continuation is False
    assert sum(not line.continuation for line in lines) == document.entry_count()
    assert not any(CANARY in line.raw for line in lines)
    times = [line.at or 0 for line in lines]
    assert document.line_at(times[0]) == 1
    # the scan for phrases leaves routine lines out: none of them may be one that it would have found
    one_by_one = [document.explain(line.number) for line in lines if not line.continuation]
    found = [known.line for known in document.known_lines(TOKEN)]
    assert found == [known.line for known in one_by_one if known is not None]
    assert document.line_at(max(times) + 1) == document.line_count + 1


def test_rabbitmq(rabbitmq: RabbitNode, tmp_path: Path) -> None:
    diagnose(rabbitmq.url())
    diagnose(rabbitmq.url(password="wrong"))
    with socket.create_connection((rabbitmq.host, rabbitmq.amqp), 5) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        client.recv(100)
    wait_until(lambda: "bad_header" in rabbitmq.log.read_text(errors="replace"), "RabbitMQ logs the bad header", 10)
    still = tmp_path / "rabbit@still.log"  # the node writes on, and one look must see what the other sees
    still.write_bytes(rabbitmq.log.read_bytes())
    document = read(still)
    try:
        assert_all_known(document, "rabbitmq")
        found = {each.cause for each in document.signatures(TOKEN)}
        assert found >= {"auth.bad-credentials", "proto.http-to-amqp-port"}
        stories = document.stories().between(1, document.line_count, TOKEN)
        assert {story.ending for story in stories} >= {"refused", "closed"}
        assert all(story.peer for story in stories if story.protocol == "amqp")
        refused = [row.who for row in document.stories().tables(TOKEN).refused]
        assert "app" in refused
    finally:
        document.close()


@pytest.mark.parametrize("stamps", ["", "log_timestamp_format %Y-%m-%dT%H:%M:%S\n"], ids=["epoch", "iso"])
def test_mosquitto(mosquitto: Callable[..., Broker], stamps: str) -> None:
    broker = mosquitto("listener {port}\nallow_anonymous false\n" + stamps)
    diagnose(broker.url())
    diagnose(broker.url(password="wrong"))
    wait_until(lambda: "not authorised" in broker.log.read_text(), "Mosquitto logs the refusal", 10)
    broker.stop()  # there were more logins than that one: the log must not grow while it is compared
    document = read(broker.log)
    try:
        assert_all_known(document, "mosquitto")
        assert "mosquitto.not-authorised" in {each.phrase for each in document.signatures(TOKEN)}
        stories = document.stories().between(1, document.line_count, TOKEN)
        named = [story for story in stories if story.client]
        assert named
        assert all(story.user == "app" for story in named if any(event.kind == "logged-in" for event in story.events))
    finally:
        document.close()
