"""What RabbitMQ 4.0.5 and Mosquitto 2.0.21 were seen to do is judged the same today, also where they cannot be had."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.recorded import judged, recorded

ENTRIES = recorded()


def test_both_brokers_were_recorded() -> None:
    assert len([name for name, _ in ENTRIES if name.startswith("rabbitmq-4")]) >= 15
    assert len([name for name, _ in ENTRIES if name.startswith("mosquitto-2")]) >= 10


@pytest.mark.parametrize("entry", [entry for _, entry in ENTRIES], ids=[name for name, _ in ENTRIES])
def test_the_verdict_stands(entry: dict[str, Any]) -> None:
    verdict = judged(entry)
    assert (verdict.primary.cause if verdict.primary else None) == entry["cause"]
    assert (verdict.status == "healthy") is (entry["cause"] is None)
