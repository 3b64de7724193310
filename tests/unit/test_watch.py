"""What drops have in common, from their records alone."""

from __future__ import annotations

import pytest

from mqassist.core.record import changed
from mqassist.probes._watch import Drop, Likely, likely, timeline

NOON = 1_700_000_000.0 // 3600 * 3600


def drop(after: float, idle: float = 0.1, how: str = "fin", *, slept: bool = False, moved: bool = False) -> Drop:
    return Drop(NOON + after, after, 10.0, idle, how, "", slept, moved)


def test_no_drops() -> None:
    assert likely([]) == Likely("none")


@pytest.mark.parametrize("limit", [3.0, 60.0, 350.0])
def test_the_same_idle_time_is_a_limit_on_the_way(limit: float) -> None:
    drops = [drop(at * limit, limit + jitter) for at, jitter in enumerate((0.0, 0.1, -0.1, 0.2))]
    found = likely(drops)
    assert (found.pattern, found.count) == ("idle", 4)
    assert found.seconds == pytest.approx(limit, abs=0.2)


def test_two_drops_only_make_a_pattern_that_can_be_tried() -> None:
    """The same idle time to the quarter second: the next connection shows whether signs of life help."""
    assert likely([drop(3, 3.0), drop(6, 3.0)]) == Likely("idle", 2, 3.0)
    assert likely([drop(3, 3.0), drop(6, 3.9)]).pattern == "too-few"
    assert likely([drop(3, 0.1), drop(6, 0.1)]).pattern == "too-few"


def test_different_idle_times_are_none() -> None:
    assert likely([drop(100, 3.0), drop(1000, 40.0), drop(2500, 9.0)]).pattern == "irregular"


def test_drops_amid_traffic_are_not_idle() -> None:
    assert likely([drop(100, 0.2), drop(1000, 0.1), drop(2500, 0.2)]).pattern == "irregular"


def test_unanswered_questions_have_no_idle_limit() -> None:
    assert likely([drop(100, 30.0, "silent"), drop(900, 30.0, "silent"), drop(2500, 30.0, "silent")]).pattern == (
        "irregular"
    )


def test_silence_after_being_idle_is_a_way_that_forgets() -> None:
    """Only if the next connection comes about at once: a line that is down takes none."""
    forgotten = [changed(drop(at, idle, "silent"), back_s=0.2) for at, idle in ((60, 57.0), (120, 58.0))]
    assert likely(forgotten) == Likely("silence", 2, 57.0)
    assert likely([*forgotten, drop(180, 57.5, "silent")]).pattern == "silence"
    assert likely([changed(each, back_s=20.0) for each in forgotten]).pattern == "too-few"


def test_the_same_minute_of_several_hours() -> None:
    drops = [drop(900 + 3600 * hour + late, idle) for hour, late, idle in ((0, 0, 5), (1, 20, 12), (3, 40, 29))]
    assert likely(drops) == Likely("minute", 3, 15.0)


def test_the_same_minute_around_the_full_hour() -> None:
    drops = [drop(3600 * hour + late, idle) for hour, late, idle in ((1, 30, 5), (2, -20, 12), (3, 10, 29))]
    assert likely(drops) == Likely("minute", 3, 0.0)


def test_within_one_hour_there_is_no_same_minute() -> None:
    assert likely([drop(900, 5), drop(910, 9), drop(930, 20)]).pattern == "irregular"


def test_our_own_sleep_and_network_come_first() -> None:
    slept = [drop(at, 3.0, slept=True) for at in (10, 20, 30)]
    assert likely([*slept, drop(40, 3.0)]) == Likely("sleep", 3)
    moved = [drop(at, 3.0, moved=True) for at in (10, 20, 30)]
    assert likely([*moved, drop(40, 3.0)]) == Likely("network", 3)


def test_a_single_sleep_does_not_hide_the_pattern_of_the_others() -> None:
    drops = [drop(at, 3.0) for at in (3, 6, 9)]
    assert likely([*drops, drop(99, 50.0, slept=True)]).pattern == "idle"


def test_the_brokers_own_words() -> None:
    assert likely([drop(5, 1.0, "broker"), drop(70, 2.0, "broker"), drop(80, 3.0)]) == Likely("broker", 2)


def test_timeline() -> None:
    assert timeline([drop(0.5), drop(3.1), drop(3.2)], 5.0) == ("▄··█·", 1.0)
    bar, slot = timeline([drop(at * 3600.0) for at in range(24)], 86_400.0)
    assert (bar, slot) == ("█" * 24, 3600.0)
    assert timeline([drop(7199)], 7200)[1] == 600.0
