"""The times of the search for the idle cut-off, and what it concludes from lines that end."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.record import record
from mqassist.core.settings import CheckSettings
from mqassist.core.target import parse_target
from mqassist.probes._idle_search import Known, Stage, beat_pause, first_times, times_between
from mqassist.probes._line import Ending
from mqassist.probes.registry import load_probes
from mqassist.steps import WISHES


def test_times_grow_by_one_factor() -> None:
    times = first_times(14.0625, 900, 7)
    assert times == (14.062, 28.125, 56.25, 112.5, 225, 450, 900)


@pytest.mark.parametrize(("first", "last", "count"), [(5, 5, 7), (9, 5, 7), (1, 5, 1)])
def test_one_time_where_there_is_no_room(first: float, last: float, count: int) -> None:
    assert first_times(first, last, count) == (last,)


def test_narrowing_divides_evenly_and_keeps_to_the_time_left() -> None:
    assert times_between(4, 12, 7, 100) == (5, 6, 7, 8, 9, 10, 11)
    assert times_between(4, 12, 7, 7.5) == (5, 6, 7)
    assert times_between(4, 12, 7, 1) == ()


@pytest.mark.parametrize(("low", "high"), [(95, 100), (1.0, 1.4)])
def test_what_is_known_well_enough_is_not_narrowed(low: float, high: float) -> None:
    assert times_between(low, high, 7, 1000) == ()


def test_signs_of_life_come_more_often_than_any_cut_that_could_have_shown() -> None:
    for cut in (1.5, 3.0, 10.0, 60.0, 350.0):
        assert beat_pause(2 * cut) < cut


@record(frozen=False)
class _Scripted:
    """A line that ends by itself after `dies` seconds, or only shows it when asked (`mute`)."""

    dies: float = 1e9
    how: str = "fin"
    mute: bool = False
    began: float = 0.0
    broker_limit: float = 0.0
    agreed_s: float = 0.0
    local_ip: str = ""

    def idle_s(self) -> float:
        return time.monotonic() - self.began

    def _dead(self) -> bool:
        return self.idle_s() >= self.dies

    def look(self) -> Ending | None:
        return Ending(self.how) if self._dead() and not self.mute else None  # type: ignore[arg-type]  # literals

    def beat(self, timeout: float) -> None:
        del timeout

    def ask(self, timeout: float) -> Ending | None:
        del timeout
        return Ending(self.how) if self._dead() else None  # type: ignore[arg-type]  # literals

    def close(self) -> None:
        pass


def concluded(control: _Scripted, lines: list[_Scripted], times: list[float]) -> Known:
    now = time.monotonic()
    for line in (control, *lines):
        line.began = now
    silent: Callable[..., None] = lambda _: None  # noqa: E731 - nothing to see
    known = Known()
    Stage(control, list(zip(lines, times, strict=True)), known, CancelToken(20), 0.2, silent).run()
    return known


def test_lines_of_one_age_that_go_together_were_cut() -> None:
    known = concluded(_Scripted(), [_Scripted(dies=0.3), _Scripted(dies=0.32)], [0.2, 3])
    assert (known.kind, known.survived_s > 0.19) == ("fin", True)
    known = concluded(_Scripted(), [_Scripted(dies=0.3, how="reset"), _Scripted(dies=0.3, how="reset")], [2, 3])
    assert known.kind == "reset"
    assert 0.29 < known.cut_s < 0.8


def test_one_that_goes_alone_is_a_stray() -> None:
    known = concluded(_Scripted(), [_Scripted(dies=0.1), _Scripted(), _Scripted()], [0.9, 1.0, 1.1])
    assert (known.kind, known.strays, known.cut_s) == (None, 1, 0)
    assert known.survived_s > 1.0


def test_silence_shows_when_asked() -> None:
    lines = [_Scripted(), _Scripted(dies=0.3, how="silent", mute=True)]
    known = concluded(_Scripted(), lines, [0.1, 0.5])
    assert known.kind == "silent"
    assert known.survived_s < 0.3 < known.cut_s


def test_refused_when_used_again() -> None:
    known = concluded(_Scripted(), [_Scripted(dies=0.1, how="reset", mute=True)], [0.3])
    assert known.kind == "on-use"


@pytest.mark.parametrize("mute", [False, True])
def test_when_the_one_with_signs_of_life_goes_too_it_was_not_for_being_idle(mute: bool) -> None:
    lines = [_Scripted(dies=0.2, mute=mute), _Scripted(dies=0.2, mute=mute)]
    assert concluded(_Scripted(dies=0.2, how="silent"), lines, [0.5, 0.6]).kind == "lost"


def test_the_broker_says_so_itself() -> None:
    assert concluded(_Scripted(), [_Scripted(dies=0.1, how="broker")], [0.9]).kind == "broker"


def test_all_survive() -> None:
    known = concluded(_Scripted(), [_Scripted(), _Scripted()], [0.1, 0.2])
    assert (known.kind, known.cut_s) == (None, 0)
    assert known.survived_s >= 0.2


@pytest.mark.parametrize("name", sorted(WISHES))
def test_what_is_only_run_when_asked_for_is_asked_by_the_settings(name: str) -> None:
    probe = next(probe for probe in load_probes() if probe.id == name)
    endpoint = parse_target("mqtt://h" if name.startswith("mqtt.") else "amqp://h").endpoint
    assert endpoint is not None
    wishes = (
        CheckSettings(),
        CheckSettings(idle_search=1.0),
        CheckSettings(watch=1.0),
        CheckSettings(observe=1.0),
        CheckSettings(thorough=True),
        CheckSettings(thorough=True, observe=1.0),
        CheckSettings(mqtt_version="5"),
        CheckSettings(will_topic="a/will"),
        CheckSettings(proxy="http://proxy:3128"),
    )
    answers = [probe.applies(endpoint, settings) for settings in wishes]
    assert answers == [WISHES[name](settings) for settings in wishes]
    assert not answers[0]
    assert True in answers
