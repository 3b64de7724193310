"""Which listeners of this computer are brokers, and what a check of each would dial."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mqassist.host.listeners import Listener
from mqassist.host.local_brokers import local_brokers
from mqassist.profiles.importers.nearby import settings_files


def listening(*ports: int, process: str = "", pid: int = 0, ip: str = "127.0.0.1") -> list[Listener]:
    return [Listener(ip, port, pid, process) for port in ports]


def test_one_process_with_many_ports_is_one_broker() -> None:
    found = local_brokers(listening(25672, 15672, 5672, process="beam.smp", pid=7, ip="0.0.0.0"))
    assert [(each.name, each.ports, each.more_ports, each.url) for each in found] == [
        ("RabbitMQ", (5672,), (15672, 25672), "amqp://127.0.0.1:5672")
    ]
    assert not found[0].loopback_only


@pytest.mark.parametrize(
    ("process", "ports", "name", "url"),
    [
        ("mosquitto", (1883,), "Mosquitto", "mqtt://127.0.0.1:1883"),
        ("mosquitto.exe", (8883,), "Mosquitto", "mqtts://127.0.0.1:8883"),
        ("mosquitto", (18830,), "Mosquitto", "mqtt://127.0.0.1:18830"),
        ("beam.smp", (1883, 8083, 18083), "EMQX", "mqtt://127.0.0.1:1883"),
        ("beam.smp", (1883, 5672, 15672), "RabbitMQ", "amqp://127.0.0.1:5672"),
        ("docker-proxy", (5672,), "", "amqp://127.0.0.1:5672"),
    ],
)
def test_products_are_told_apart(process: str, ports: tuple[int, ...], name: str, url: str) -> None:
    found = local_brokers(listening(*ports, process=process, pid=9))
    assert [(each.name, each.url) for each in found] == [(name, url)]


def test_what_is_no_broker_is_left_out() -> None:
    assert local_brokers(listening(22, 80, 5432, process="sshd", pid=3)) == ()


def test_without_the_right_to_see_processes_the_port_tells() -> None:
    found = local_brokers([*listening(1883, ip="::1"), *listening(5672, ip="::"), *listening(15672, ip="::")])
    assert [(each.name, each.url, each.loopback_only) for each in found] == [
        ("", "mqtt://[::1]:1883", True),
        ("", "amqp://127.0.0.1:5672", False),
    ]


def test_settings_files_of_the_folder_are_counted(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("AMQP_URL=amqp://a.example\nMQTT_URL=mqtt://b.example\n", "utf-8")
    (tmp_path / "application.yml").write_text("server:\n  port: 80\n", "utf-8")
    found = settings_files(str(tmp_path))
    assert [(os.path.basename(each.path), each.count) for each in found] == [(".env", 2)]
