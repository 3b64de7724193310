"""Dialling many addresses from one thread: outcomes, order, limits, stop."""

from __future__ import annotations

import resource
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled
from mqassist.net.dial import Dialling
from mqassist.net.resolve import Address
from tests.support.ports import free_port


@pytest.fixture
def listener() -> Iterator[Address]:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield Address("127.0.0.1", server.getsockname()[1], is_ipv6=False)


@pytest.fixture
def full() -> Iterator[Address]:
    """A port whose accept queue is full: further connects get no answer."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        with socket.create_connection(server.getsockname(), 5):
            yield Address("127.0.0.1", server.getsockname()[1], is_ipv6=False)


def closed() -> Address:
    return Address("127.0.0.1", free_port(), is_ipv6=False)


def test_each_address_gets_its_own_outcome(listener: Address, full: Address) -> None:
    dialling = Dialling([full, closed(), listener], CancelToken(), 0.4)
    dialling.wait(2)
    assert [attempt.kind for attempt in dialling.attempts] == ["timed-out", "refused", "connected"]
    assert dialling.attempts[0].took_ms >= 400
    assert dialling.attempts[1].code == 111
    assert dialling.attempts[2].local_ip == "127.0.0.1"
    dialling.close()


def test_waiting_ends_when_enough_is_known_and_goes_on_later(listener: Address, full: Address) -> None:
    dialling = Dialling([full, listener], CancelToken(), 0.5)
    began = time.monotonic()
    dialling.wait(5, lambda: any(attempt.kind == "connected" for attempt in dialling.attempts))
    assert time.monotonic() - began < 0.4
    assert [attempt.address for attempt in dialling.pending] == [full]
    dialling.wait(5)
    assert dialling.pending == []
    dialling.close()


def test_a_taken_connection_outlives_the_dial(listener: Address) -> None:
    dialling = Dialling([listener, listener], CancelToken(), 1)
    dialling.wait(1)
    kept = dialling.take(dialling.attempts[0])
    left = dialling.attempts[1].connection
    dialling.close()
    assert kept is not None
    assert left is not None
    kept.send(b"x", 1)
    with pytest.raises(Exception, match=r"descriptor|file"):
        left.send(b"x", 1)
    kept.close()


def test_no_more_than_the_gate_allows_are_under_way(full: Address) -> None:
    gate = threading.BoundedSemaphore(2)
    dialling = Dialling([full] * 5, CancelToken(), 0.3, lambda _ip: gate)
    assert [attempt.kind for attempt in dialling.attempts] == ["pending"] * 2 + ["waiting"] * 3
    dialling.wait(5)
    assert [attempt.kind for attempt in dialling.attempts] == ["timed-out"] * 5
    dialling.close()
    assert gate.acquire(blocking=False)


def test_closing_gives_the_gate_back(full: Address) -> None:
    gate = threading.BoundedSemaphore(1)
    Dialling([full], CancelToken(), 5, lambda _ip: gate).close()
    assert gate.acquire(blocking=False)


def test_stop_ends_the_wait_at_once(full: Address) -> None:
    token = CancelToken()
    dialling = Dialling([full], token, 30)
    threading.Timer(0.1, token.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        dialling.wait(30)
    assert time.monotonic() - began < 1
    dialling.close()


def test_the_tokens_deadline_leaves_the_rest_pending(full: Address) -> None:
    dialling = Dialling([full], CancelToken(0.2), 30)
    dialling.wait(30)
    assert [attempt.kind for attempt in dialling.attempts] == ["pending"]
    dialling.close()


def test_no_descriptor_left_is_an_outcome(listener: Address) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = [socket.socket()]
    limit = taken[0].fileno() + 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    try:
        dialling = Dialling([listener], CancelToken(), 1)
        assert [attempt.kind for attempt in dialling.attempts] == ["too-many-files"]
        dialling.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        taken[0].close()
