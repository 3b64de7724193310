"""Connects begun before their runs: used once, by whom they fit, timed by their own answer."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.settings import CheckSettings
from mqassist.core.target import parse_target
from mqassist.net import ahead, children
from mqassist.net.ahead import Ahead
from mqassist.net.connection import Connection
from mqassist.net.resolve import Address
from mqassist.net.wire import CONNECTS_PER_HOST, Wire, dial_ahead
from mqassist.probes import _side
from mqassist.services import build_services
from tests.support.ports import free_port
from tests.unit.test_net_dial import full, listener

__all__ = ["full", "listener"]


def _until_answered(dials: Ahead) -> None:
    end = time.monotonic() + 10
    while dials.pending:
        assert time.monotonic() < end
        threading.Event().wait(0.005)


def test_a_run_gets_the_connection_that_waits_and_the_time_it_took(listener: Address) -> None:
    dials = dial_ahead([("a.name", listener.port, 5), (listener.ip, listener.port, 5)])
    _until_answered(dials)
    threading.Event().wait(0.3)  # the run comes late: that is no part of the connect
    told: list[Connection] = []
    token = CancelToken()
    dialling = Wire(token, 5, told.append, ahead=dials).dial([listener])
    dialling.wait(5)
    attempt = dialling.attempts[0]
    assert attempt.kind == "connected"
    assert attempt.took_ms < 250
    assert told == [attempt.connection]
    again = Wire(token, 5, told.append, ahead=dials).dial([listener])
    again.wait(5)
    assert len(told) == 2, "the second run dials for itself"
    assert told[1] is not told[0]
    for each in (dialling, again):
        each.close()
    dials.close()


def test_what_gets_no_answer_has_its_limit_from_its_own_beginning(full: Address) -> None:
    dials = dial_ahead([(full.ip, full.port, 0.6)])
    threading.Event().wait(0.4)
    began = time.monotonic()
    dialling = Wire(CancelToken(), 0.6, ahead=dials).dial([full])
    assert dialling.pending == dialling.attempts
    dialling.wait(5)
    assert dialling.attempts[0].kind == "timed-out"
    assert dialling.attempts[0].took_ms >= 600
    assert time.monotonic() - began < 0.6
    dialling.close()
    dials.close()


def test_a_refusal_and_a_connection_that_idled_are_dialled_anew(
    listener: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Address("127.0.0.1", free_port(), is_ipv6=False)
    dials = dial_ahead([(refused.ip, refused.port, 5), (listener.ip, listener.port, 5)])
    _until_answered(dials)
    assert dials.take(refused) is None
    monkeypatch.setattr(ahead, "FRESH_S", 0.0)
    assert dials.take(listener) is None
    dials.close()


def test_one_host_gets_as_many_as_its_gate_lets_in_and_nothing_stays_open() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.9", 0))
        server.listen(0)
        address = Address("127.0.0.9", server.getsockname()[1], is_ipv6=False)
        with socket.create_connection(server.getsockname(), 5):
            dials = dial_ahead([(address.ip, address.port, 5)] * (CONNECTS_PER_HOST + 20))
            assert dials.pending == CONNECTS_PER_HOST
            dials.close()
            assert dials.pending == 0
            assert dials.take(address) is None
            after = Wire(CancelToken(), 0.1, ahead=dials).dial([address])
            assert after.attempts[0].kind == "pending", "the gate is open again"
            after.close()


def test_looks_to_the_side_that_found_no_room_are_left_out_and_said(
    full: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_side, "_groups", threading.Semaphore(0))
    monkeypatch.setattr(children, "_free", threading.Semaphore(0))
    settings = CheckSettings(timeout=_side.BESIDE_MS / 1000 + 0.2)
    report = build_services().run.check(parse_target(f"mqtt://{full}"), settings)
    said = {seen.probe: seen.summary.key for seen in report.observations if seen.summary is not None}
    assert said["tcp.other_ports"] == "tcp.ports-not-tried"
    assert said["net.ping"] == ("net.ping-left-out" if children.find_tool("ping") else "net.ping-not-here")
    assert report.verdict.primary is not None
    assert report.verdict.primary.cause == "net.backlog-full"


def test_a_packet_lost_among_many_dials_at_once_tells_nothing_of_the_path() -> None:
    """The queue of one listener is full for a moment: of the run's own connect the first SYN is lost."""
    with socket.socket() as server:
        server.bind(("127.0.0.9", 0))
        server.listen(0)
        target = parse_target(f"mqtt://127.0.0.9:{server.getsockname()[1]}")
        settings = CheckSettings(timeout=8, only=("network",))
        run = build_services().run
        with socket.create_connection(server.getsockname(), 5):
            dials = run.dial_ahead([(target, settings)])
            server.listen(100)
            server.accept()[0].close()
            report = run.check(target, settings, ahead=dials)
        dials.close()
    facts = {name: value for seen in report.observations for name, value in seen.facts.items()}
    took = facts["tcp.connect_ms"]
    assert isinstance(took, float)
    assert took > 500, "repeated after a second"
    assert (facts["tcp.slow_connects"], facts["tcp.retransmitted"]) == (0, 0)
    assert report.verdict.status == "healthy"
