"""What is known of broker versions: the data is whole, versions are read right, and nothing is said of the unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from mqassist.core.errors import ResourceError
from mqassist.knowledge.texts import LANGUAGES, Language, Texts
from mqassist.knowledge.versions import load_versions, observed, read_version, remarks

KNOWN = load_versions()


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("4.0.5", (4, 0)),
        ("3.13.0-rc.1", (3, 13)),
        ("3.12.1+37.g1a2b3c4", (3, 12)),
        ("mosquitto version 2.0.21", (2, 0)),
        ("4", None),
        ("", None),
        ("unknown", None),
        ("99999.1", None),
    ],
)
def test_a_version_is_read(text: str, version: tuple[int, int] | None) -> None:
    assert read_version(text) == version


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_has_its_sentence(language: Language) -> None:
    keys = Texts(language).keys()
    changes = [f"version.change.{entry['id']}" for known in KNOWN.values() for entry in known["change"]]
    assert changes
    assert not set(changes) - set(keys)


def test_every_entry_has_a_public_source() -> None:
    entries = [entry for known in KNOWN.values() for entry in (*known["series"], *known["change"])]
    assert all(entry["source"].startswith("https://") for entry in entries)
    assert all(entry["support_ended"] <= known["known_on"] for known in KNOWN.values() for entry in known["series"])


@pytest.mark.parametrize(
    ("version", "protocol", "ended", "changes"),
    [
        ("3.10.8", "amqp", "2023-07-31", []),
        ("3.10.8", "mqtt", "2023-07-31", ["rabbitmq.no-mqtt-5"]),
        ("3.13.7", "mqtt", "2024-09-17", []),
        ("4.0.5", "mqtt", "2025-04-15", ["rabbitmq.message-16-mib"]),
        ("4.1.0", "mqtt", "2026-01-30", ["rabbitmq.message-16-mib", "rabbitmq.mqtt-packet-16-mib"]),
    ],
)
def test_rabbitmq(version: str, protocol: str, ended: str, changes: list[str]) -> None:
    known = remarks("RabbitMQ", version, protocol)
    assert known is not None
    assert (known.support_ended, [change.id for change in known.changes]) == (ended, changes)


def test_the_frame_size_of_4_1_and_the_queues_of_4_3() -> None:
    def told(version: str) -> set[str]:
        known = remarks("RabbitMQ", version, "amqp")
        assert known is not None
        return {change.id for change in known.changes}

    assert "rabbitmq.frame-8192" not in told("4.0.9")
    assert "rabbitmq.frame-8192" in told("4.1.0")
    assert "rabbitmq.transient-queues-refused" not in told("4.2.5")
    assert "rabbitmq.transient-queues-refused" in told("4.10.0")


@pytest.mark.parametrize(
    ("product", "version"), [("LavinMQ", "2.1.0"), ("RabbitMQ", ""), ("RabbitMQ", "?"), ("RabbitMQ", "0.0")]
)
def test_nothing_is_said_of_the_unknown(product: str, version: str) -> None:
    known = remarks(product, version, "amqp")
    assert known is None
    assert observed({"amqp.product": product, "amqp.version": version}) is None


def test_remarks_always_pass() -> None:
    seen = observed({"amqp.product": "RabbitMQ", "amqp.version": "3.10.8"})
    assert seen is not None
    assert (seen.outcome, seen.facts["broker.support_ended"]) == ("passed", "2023-07-31")
    assert observed({"amqp.product": "RabbitMQ"}) is None
    assert observed({}) is None


@pytest.mark.parametrize(
    "content",
    [
        'product = "X"',
        'product = "X"\nknown_on = "soon"',
        'product = "X"\nknown_on = "2026-01-01"\n[[series]]\nversions = "1.0"\nsupport_ended = "2025"\nsource = "s"',
        'product = "X"\nknown_on = "2026-01-01"\n[[change]]\nid = "x"\nprotocols = ["amqp"]\nsource = "s"',
        'product = "X"\nknown_on = "2026-01-01"\n[[change]]\nid = "x"\nsince = "1"\nprotocols = ["amqp"]\nsource = "s"',
    ],
)
def test_wrong_data_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "x.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ResourceError):
        load_versions(tmp_path)
