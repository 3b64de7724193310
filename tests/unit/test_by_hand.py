"""The same check by hand: every probe has its commands, they can be pasted, and no name can leave its quotes."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable, Iterator
from typing import get_args

import pytest

from mqassist.core.record import changed
from mqassist.core.report import Report
from mqassist.knowledge.texts import LANGUAGES, Language, Texts
from mqassist.report.by_hand import PROBES, HandCommand, Platform, by_hand, quoted
from mqassist.report.formats import presented, redactor_for
from mqassist.report.presented import Presented, PresentedCheck
from mqassist.services import build_services
from mqassist.steps import load_steps
from tests.support.canary import CANARY, assert_no_leak

PLATFORMS: tuple[Platform, ...] = get_args(Platform)
WITHOUT = {
    "input.decoded_login",  # a login with another spelling of the password
    "broker.version",
    "heartbeat.dead_peer",
}
"""Probes for which nobody else has a command."""

HOSTILE = ("a; rm -rf ~", "$(id)", "-oProxyCommand=id", "x\nrm", "'quote'", "`id`", "a b", "“x”", "|id", "x" * 400)
ENDPOINT: dict[str, str | int | bool | None] = {
    "protocol": "amqp",
    "scheme": "amqps",
    "host": "mq.example.com",
    "port": 5671,
    "vhost": "prod eu",
    "username": "orders",
    "tls": True,
    "transport": "tcp",
}


def report(endpoint: dict[str, str | int | bool | None], **facts: object) -> Presented:
    seen = PresentedCheck(
        "tcp.connect", "TCP", "network", "Network", "passed", 0.0, 1.0, "", "", (), facts, ""  # type: ignore[arg-type]
    )  # fmt: skip
    return Presented(
        "en", "7f3a9c00", "1", "2026-01-31T12:00:00.000Z", 1.0, "amqps://mq.example.com", endpoint, "healthy", "works",
        "t", "s", True, "network", None, (), (), (), (), (), (seen,), (),
    )  # fmt: skip


def every(found: Presented) -> Iterator[tuple[str, HandCommand]]:
    for platform in PLATFORMS:
        for probe in sorted(PROBES):
            for command in by_hand(found, probe, platform):
                yield probe, command


def test_every_probe_has_its_command() -> None:
    known = {step.id for step in load_steps()}
    left_out = {probe for probe in known - PROBES if probe not in WITHOUT}
    assert left_out == set(), "a new probe needs its line in by_hand, or a reason here"
    assert PROBES - known <= {"log.lines", "heartbeat.dead_peer"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_to_look_for_is_said_in_both_languages(language: Language) -> None:
    keys = Texts(language).keys()
    asked = {command.look_for for _, command in every(report(ENDPOINT))}
    assert len(asked) > 25
    assert asked <= keys


def test_commands_can_be_pasted_into_a_shell() -> None:
    mqtt = {**ENDPOINT, "protocol": "mqtt", "scheme": "mqtts"}
    websocket = {**mqtt, "scheme": "wss", "transport": "websocket"}
    for endpoint in (ENDPOINT, {**ENDPOINT, "tls": False}, mqtt, websocket, {**mqtt, "username": None}):
        commands = [command.command for _, command in every(report(endpoint)) if command.platform != "windows"]
        script = "\n".join(commands)
        done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False, timeout=20)
        assert done.returncode == 0, done.stderr


def with_name(name: str) -> dict[tuple[str, str], HandCommand]:
    facts = {
        "tcp.address": name, "tls.server_name": name, "mqtt.topic": name, "tcp.failed_addresses": (name,),
        "proxy.host": name, "websocket.path": f"/{name}",
    }  # fmt: skip
    made = {}
    for protocol in ("amqp", "mqtt"):
        endpoint = {**ENDPOINT, "host": name, "username": name, "vhost": name, "protocol": protocol}
        for at, (probe, command) in enumerate(every(report(endpoint, **facts))):
            if command.platform != "windows":  # shlex knows POSIX shells only
                made[f"{protocol} {at}", probe] = command
    return made


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_within_its_word_or_is_left_out(name: str) -> None:
    harmless = with_name("name")
    refused = name.startswith("-") or not name.isprintable() or len(name) > 300
    for place, command in with_name(name).items():
        if refused:
            assert not any(word.startswith(name) for word in _words(command)), place
            assert command.command.isprintable(), place
        else:
            assert [word.replace(name, "name") for word in _words(command)] == _words(harmless[place]), place


def _words(command: HandCommand) -> list[str]:
    return shlex.split(command.command)


def test_names_are_quoted_for_powershell() -> None:
    assert quoted("it's", "windows") == "'it''s'"
    assert quoted("mq-1.example.com:5671", "windows") == "mq-1.example.com:5671"
    assert quoted("$(Get-Date)", "windows") == "'$(Get-Date)'"


def test_an_ipv6_address_gets_its_brackets_where_a_port_follows() -> None:
    found = report(ENDPOINT, **{"tcp.address": "2001:db8::1"})
    commands = {probe: command.command for probe, command in every(found) if command.platform == "linux"}
    assert "'[2001:db8::1]:5671'" in commands["tls.handshake"]
    assert "nc -vz -w 5 2001:db8::1 5671" in commands["tcp.connect"]


def test_an_address_is_not_asked_for_by_name_and_not_sent_as_one() -> None:
    found = report({**ENDPOINT, "host": "192.0.2.7"}, **{"dns.result": "literal", "tls.server_name": "192.0.2.7"})
    assert by_hand(found, "dns.resolve", "linux") == ()
    (command,) = by_hand(found, "tls.handshake", "linux")
    assert "-servername" not in command.command
    assert "-verify_ip 192.0.2.7" in command.command


def test_a_unix_tool_keeps_its_shell_on_windows() -> None:
    assert {command.platform for command in by_hand(report(ENDPOINT), "amqp.handshake", "windows")} == {"linux"}
    assert {command.platform for command in by_hand(report(ENDPOINT), "tcp.connect", "windows")} == {"windows"}


def test_no_password_is_in_a_command(diagnose: Callable[..., Report], free_port: Callable[[], int]) -> None:
    services = build_services("en")
    done = diagnose(f"mqtt://app:{CANARY}@127.0.0.1:{free_port()}")
    shown = presented(done, services.wording, redactor_for(done, None), "html")
    assert_no_leak("\n".join(command.command for _, command in every(shown)), "by hand")
    asks = [command.command for command in by_hand(shown, "mqtt.connect", "linux")]
    assert "read -rs MQTT_PASSWORD" in asks[0]
    assert '-P "$MQTT_PASSWORD"' in asks[0]


def test_a_report_of_strange_values_gives_commands_all_the_same() -> None:
    odd = changed(report({"host": None, "port": True, "tls": None}), checks=())
    assert all("HOST" in command.command for command in by_hand(odd, "tcp.connect", "linux"))
    assert all("PORT" in command.command for command in by_hand(odd, "tcp.connect", "linux"))
