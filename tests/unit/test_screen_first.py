"""Jobs stand still while something comes that is to be shown, but not all the time."""

from __future__ import annotations

import pytest

from mqassist.gui import screen_first
from mqassist.gui.screen_first import AGAIN_S, LONGEST_S, JobToken, ScreenFirst


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(screen_first, "time", made)
    return made


def test_a_job_gives_way_to_what_is_expected(clock: Clock) -> None:
    screen = ScreenFirst()
    token = JobToken(screen)
    token.check()
    assert clock.slept == 0
    screen.expect()
    token.check()
    assert clock.slept == pytest.approx(LONGEST_S)
    token.check()
    assert clock.slept == pytest.approx(LONGEST_S)


def test_what_comes_without_end_holds_jobs_up_for_a_part_of_the_time(clock: Clock) -> None:
    screen = ScreenFirst()
    token = JobToken(screen)
    began = clock.now
    for _ in range(1_000):
        screen.expect()
        token.check()
        clock.now += 0.001
    assert clock.slept / (clock.now - began) == pytest.approx(LONGEST_S / (LONGEST_S + AGAIN_S), abs=0.02)
