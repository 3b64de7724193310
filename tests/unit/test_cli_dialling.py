"""Many runs at once: those whose connection is open wait until everybody dials, but never for long."""

from __future__ import annotations

import threading
import time

from mqassist.cli import dialling
from mqassist.cli.dialling import DialFirst
from mqassist.core.cancel import CancelToken
from mqassist.core.events import ProbeFinished, ProbeStarted, RunEvent
from mqassist.core.observation import Observation


def _started(run: str) -> ProbeStarted:
    return ProbeStarted(run, "tcp.connect", "network", 0.0)


def _connected(run: str) -> ProbeFinished:
    return ProbeFinished(run, Observation("tcp.connect", "network", "passed"))


def test_the_first_waits_for_the_last_to_dial() -> None:
    seen: list[RunEvent] = []
    gate = DialFirst(seen.append, 2, CancelToken())
    gate.emit(_started("a"))
    talking = threading.Event()
    waiting = threading.Thread(target=lambda: (gate.emit(_connected("a")), talking.set()))
    waiting.start()
    assert not talking.wait(0.1)
    gate.emit(_started("b"))
    assert talking.wait(5)
    waiting.join()
    assert seen == [_started("a"), _connected("a"), _started("b")]


def test_nobody_waits_for_ever_or_against_a_stop() -> None:
    for stop in (False, True):
        token = CancelToken()
        gate = DialFirst(lambda _: None, 100, token)
        gate.emit(_started("a"))
        if stop:
            token.cancel()
        began = time.monotonic()
        gate.emit(_connected("a"))
        took = time.monotonic() - began
        assert took < 0.5 if stop else took >= dialling.PATIENCE_S * 0.9
        began = time.monotonic()
        gate.emit(_connected("b"))
        assert time.monotonic() - began < 0.5
