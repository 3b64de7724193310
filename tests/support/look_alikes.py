"""What a run told of faults that look the same to a client: its cause, what it left open, and why it looked twice."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mqassist.core.secret import Redactor
from mqassist.report.formats import presented
from mqassist.report.json import document
from tests.support.diagnosis import services
from tests.support.ports import wait_until

if TYPE_CHECKING:
    from mqassist.core.report import Report
    from tests.support.netlab import NetLab
    from tests.support.rabbitmq import RabbitNode

BESIDE, MQTT_BESIDE = "127.0.0.77", 11883
BESIDE_CONF = f"listeners.tcp.2 = {BESIDE}:5672\nmqtt.listeners.tcp.2 = {BESIDE}:{MQTT_BESIDE}\n"
"""AMQP on its usual port next to MQTT, at a loopback address of its own: where a check looks for it."""


@contextmanager
def black_hole(netlab: NetLab) -> Iterator[None]:
    """The router's line to the client takes 700 bytes, and nobody is told."""
    untold = ("-p", "icmp", "--icmp-type", "fragmentation-needed", "-j", "DROP")
    with netlab.rule(*untold, place="router", chain="OUTPUT"):
        netlab.run("router", "ip", "link", "set", "down1", "mtu", "700")
        try:
            yield
        finally:
            netlab.run("router", "ip", "link", "set", "down1", "mtu", "1500")
            # below 1280 bytes there is no IPv6 (RFC 8200 §5): Linux takes the address away
            netlab.run("router", "ip", "-6", "addr", "replace", "fd00:77:1::1/64", "dev", "down1", "nodad")


@dataclass(frozen=True)
class Told:
    """`why` are the second probes that ran, each with the report's words for why."""

    cause: str | None
    status: str
    named: tuple[str, ...]
    undecided: dict[str, tuple[str, ...]]
    why: dict[str, str]
    facts: dict[str, Any]

    @property
    def meaning(self) -> tuple[object, ...]:
        """What a person takes from it: two situations with the same meaning were not told apart."""
        return (self.cause, self.status, frozenset(self.named), frozenset(self.undecided))


_READS_WHAT_CAME = {"tls.chain"}
"""Asks nobody: a chain that verifies but is oddly made is read again, as it was received."""

_DECIDING = frozenset(step.id for step in services().run.steps if step.deciding)


def told(report: Report | dict[str, Any]) -> Told:
    """From a report as it is, or from the JSON of the command line."""
    content = report if isinstance(report, dict) else _json(report)
    verdict = content["verdict"]
    second = [check for check in content["checks"] if check["id"] in _DECIDING and check["status"] != "skipped"]
    return Told(
        cause=verdict["cause"],
        status=verdict["status"],
        named=tuple(cause["id"] for cause in content["causes"]),
        undecided={each["id"]: tuple(each["decided_by"]) for each in verdict["undecided"]},
        why={check["id"]: check["why"] or "" for check in second},
        facts={name: value for check in content["checks"] for name, value in check["facts"].items()},
    )


def _json(report: Report) -> dict[str, Any]:
    return document(presented(report, services().wording, Redactor(), "json"))


def tell_apart(
    probe: str, cases: dict[str, Report | dict[str, Any]], *, alike: bool = False
) -> dict[str, Told]:
    """`cases` maps the cause that has to come out to the report on it: each leads its own, `probe` ran for it and the
    report says why. A cause in brackets is one that must be left open, with what would settle it; "" asks for
    no cause. Gives what was told, by the same keys. With `alike` they are one situation
    met in several ways, and need not differ.
    """
    found = {expected: told(report) for expected, report in cases.items()}
    for expected, seen in found.items():
        cause = expected.partition("#")[0]
        if cause.startswith("["):
            assert cause.strip("[]") in seen.undecided, f"{cause} is not left open: {seen}"
            assert seen.undecided[cause.strip("[]")], f"{cause}: nobody says what would settle it"
        else:
            assert (seen.cause or "") == cause, f"{expected}: {seen}"
        if probe:
            assert seen.why.get(probe), f"{expected}: {probe} did not run, or nobody says why: {seen.why}"
    meanings = {seen.meaning for seen in found.values()}
    assert alike or len(meanings) == len(found), f"not told apart: {found}"
    return found


def assert_no_second_look(report: Report | dict[str, Any]) -> Told:
    """A healthy run: nothing was ambiguous, so nothing was probed twice."""
    seen = told(report)
    assert (seen.status, seen.named) == ("healthy", ()), seen
    assert set(seen.why) <= _READS_WHAT_CAME, seen.why
    return seen


def books(node: RabbitNode) -> dict[str, object]:
    """All that a client can change at a RabbitMQ: what stands in its definitions, and its queues."""
    kept = node.api("GET", "/api/definitions")
    queues = node.api("GET", "/api/queues?columns=vhost,name,arguments&disable_stats=true")
    assert isinstance(kept, dict)
    assert isinstance(queues, list)
    names = ("users", "vhosts", "permissions", "topic_permissions", "parameters", "policies", "exchanges", "bindings")
    found: dict[str, object] = {name: _sorted(kept[name]) for name in names}
    return {**found, "queues": _sorted(queues)}


def _sorted(entries: list[dict[str, object]]) -> list[str]:
    return sorted(repr(sorted(entry.items(), key=lambda item: item[0])) for entry in entries)


@contextmanager
def unchanged(node: RabbitNode) -> Iterator[None]:
    """Nothing at the broker is another after the block than before it, once its books are up to date."""
    before = books(node)
    yield
    with contextlib.suppress(AssertionError):
        wait_until(lambda: books(node) == before, "as before", 10)
    after = books(node)
    assert {name: kept for name, kept in after.items() if kept != before[name]} == {}
