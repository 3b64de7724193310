"""A history with runs of practice endpoints in it, as if of brokers elsewhere: for tests of the window and pictures."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from mqassist.core.record import changed
from mqassist.core.runs import KeptRun
from mqassist.core.target import parse_target
from mqassist.history.keep import head_of_report
from mqassist.knowledge.texts import Language
from mqassist.lab.stage import Lab
from mqassist.report.json import document
from mqassist.report.presented import present
from mqassist.services import Services, build_services

STORY = (
    ("amqps-healthy", "mq.example.com", 5671, "2026-01-26T09:12:04.120Z"),
    ("mqtt-healthy", "mqtt.plant.example", 1883, "2026-01-27T15:40:33.001Z"),
    ("mqtt-not-authorized", "mqtt.plant.example", 1883, "2026-01-28T08:01:59.744Z"),
    ("heartbeat-off", "orders.internal", 5672, "2026-01-28T11:30:00.500Z"),
    ("wrong-password", "orders.internal", 5672, "2026-01-29T17:22:41.312Z"),
    ("certificate-other-name", "mq.example.com", 5671, "2026-01-30T12:05:10.090Z"),
)
"""Scenario, the broker it is shown as, and when; the last one is what became of the first."""


def fill(services: Services) -> list[KeptRun]:
    """Oldest first."""
    heads = []
    for at, (name, host, port, when) in enumerate(STORY):
        text = _run(services.texts.language, name)
        head, line = _as_of(text, host, port, when, f"{at:x}a2b3c4d")
        services.history.add(head, line)
        heads.append(head)
    return heads


@cache
def _run(language: Language, name: str) -> tuple[Any, int]:
    services = build_services(language)
    lab = Lab()
    try:
        playing = lab.start(name)
        target = parse_target(playing.target)
        report = services.run.check(target, playing.settings)
        return present(report, services.wording, lambda text: text), playing.port
    finally:
        lab.stop()


def _as_of(played: tuple[Any, int], host: str, port: int, when: str, run: str) -> tuple[KeptRun, str]:
    told, own_port = played
    told = changed(told, run_id=run, started_at=when)
    text = json.dumps(document(told), ensure_ascii=False)
    for old, new in (
        (f"127.0.0.1:{own_port}", f"{host}:{port}"),
        (f": {own_port},", f": {port},"),
        ("127.0.0.1", host),
    ):
        text = text.replace(old, new)
    head = head_of_report(told)
    target = head.target.replace(f"127.0.0.1:{own_port}", f"{host}:{port}")
    title = head.title.replace(f"127.0.0.1:{own_port}", f"{host}:{port}").replace("127.0.0.1", host)
    return changed(head, target=target, host=host, port=port, title=title), text
