"""One token for stop and deadline."""

from __future__ import annotations

import threading
import time

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled


def test_a_child_stops_with_its_parent_but_not_the_other_way_round() -> None:
    parent = CancelToken()
    child, other = parent.child(), parent.child()
    child.cancel()
    assert (child.cancelled, other.cancelled, parent.cancelled) == (True, False, False)
    parent.cancel()
    assert other.cancelled


def test_remaining_is_capped_by_the_nearest_deadline() -> None:
    token = CancelToken(100).child(10).child(50)
    assert 9 < token.remaining(1000) <= 10
    assert token.remaining(3) == 3
    assert CancelToken(0).remaining(5) == 0.0


def test_waiting_ends_soon_after_a_stop() -> None:
    token = CancelToken()
    stopper = threading.Timer(0.05, token.cancel)
    stopper.start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        token.sleep(30)
    assert time.monotonic() - began < 5
    stopper.join()
    with pytest.raises(Cancelled):
        token.remaining(1)


def test_sleep_ends_at_the_deadline() -> None:
    began = time.monotonic()
    CancelToken(0.05).sleep(30)
    assert time.monotonic() - began < 5


def test_who_waits_without_looking_is_called_back_once_also_by_a_parent() -> None:
    calls: list[str] = []
    parent = CancelToken()
    child = parent.child()
    child.on_cancel(lambda: calls.append("child"))
    forget = child.on_cancel(lambda: calls.append("forgotten"))
    forget()
    parent.cancel()
    assert calls == ["child"]
    child.on_cancel(lambda: calls.append("late"))
    assert calls == ["child", "late"]
