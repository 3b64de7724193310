"""Many runs at once: as many work as there are turns, silent dials give theirs away, and nobody is forgotten."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from mqassist.cli import turns
from mqassist.cli.turns import FEW, Turns
from mqassist.core.cancel import CancelToken
from mqassist.core.events import ProbeFinished, ProbeStarted, RunEvent, RunStarted
from mqassist.core.observation import Observation


@pytest.fixture
def never_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine of the test always keeps up."""
    monkeypatch.setattr(turns, "LATE_S", 1e6)


@pytest.fixture
def always_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LATE_S", -1e6)


def _dials(run: str) -> ProbeStarted:
    return ProbeStarted(run, "tcp.connect", "network", 0.0)


def _connected(run: str) -> ProbeFinished:
    return ProbeFinished(run, Observation("tcp.connect", "network", "passed"))


def _until(done: Callable[[], bool], gate: Turns) -> None:
    for _ in range(5000):
        if done():
            return
        gate.pace()
    pytest.fail("it never came to that")


def _in_thread(gate: Turns, event: RunEvent) -> threading.Event:
    passed = threading.Event()

    def tell() -> None:
        gate.emit(event)
        passed.set()

    threading.Thread(target=tell, daemon=True).start()
    return passed


@pytest.mark.usefixtures("always_late")
def test_no_more_begin_than_there_are_turns_and_each_end_makes_room() -> None:
    gate = Turns(lambda _: None, 0, CancelToken())
    assert gate.pace() == FEW
    for _ in range(FEW):
        gate.begun()
    assert gate.pace() == 0
    gate.ended()
    assert gate.pace() == 1


@pytest.mark.usefixtures("never_late")
def test_where_the_machine_keeps_up_more_may_begin() -> None:
    gate = Turns(lambda _: None, 0, CancelToken())
    for _ in range(FEW):
        gate.begun()
    assert gate.pace() == FEW


@pytest.mark.usefixtures("always_late")
def test_a_silent_dial_gives_its_turn_away_and_gets_one_back(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[RunEvent] = []
    gate = Turns(seen.append, 0, CancelToken())
    for number in range(FEW):
        gate.begun()
        gate.emit(_dials(f"silent {number}"))
    _until(lambda: gate.pace() == FEW, gate)
    monkeypatch.setattr(turns, "SILENT_S", 1e6)
    for number in range(FEW):
        gate.begun()
        gate.emit(_dials(f"quick {number}"))
    assert gate.pace() == 0
    gate.emit(_connected("quick 0"))  # had its turn all the time: it does not wait here
    back = _in_thread(gate, _connected("silent 0"))
    for _ in range(3):
        assert gate.pace() == 0
    assert not back.is_set()
    gate.ended()
    _until(back.is_set, gate)
    assert seen[-1] == _connected("silent 0")
    assert gate.pace() == 0, "the one that came back has the turn now"


@pytest.mark.usefixtures("never_late")
def test_nobody_talks_before_those_that_nobody_dialled_ahead_have_begun() -> None:
    gate = Turns(lambda _: None, 2, CancelToken())
    gate.begun()
    gate.emit(RunStarted("a", None, ()))
    gate.emit(_dials("a"))
    talking = _in_thread(gate, _connected("a"))
    for _ in range(3):
        gate.pace()
    assert not talking.is_set()
    gate.emit(RunStarted("b", None, ()))
    _until(talking.is_set, gate)


@pytest.mark.usefixtures("never_late")
def test_who_waits_for_others_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE_S", 0.0)
    gate = Turns(lambda _: None, 100, CancelToken())
    gate.begun()
    gate.emit(_dials("a"))
    _until(_in_thread(gate, _connected("a")).is_set, gate)


@pytest.mark.usefixtures("always_late")
def test_a_stop_lets_everybody_go() -> None:
    token = CancelToken()
    gate = Turns(lambda _: None, 100, token)
    gate.begun()
    gate.emit(_dials("a"))
    waiting = _in_thread(gate, _connected("a"))
    assert not waiting.wait(0.05)
    token.cancel()
    assert waiting.wait(10)
    gate.emit(_dials("b"))
    gate.emit(_connected("b"))  # comes back at once
