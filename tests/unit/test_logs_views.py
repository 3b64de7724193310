"""Which lines are shown, and where the next one is: what is quick must find what looking at each line finds."""

from __future__ import annotations

from array import array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqassist.gui.pages.logs.hits import FEW, SMALL, HitList
from mqassist.logs.selecting import next_entry
from mqassist.logs.views import View

COUNT = 30_000
GROUP = 4096


def shown_lines(seed: int, share: float, count: int = COUNT) -> np.ndarray:
    shown = np.random.default_rng(seed).random(count) < share
    shown[GROUP : 3 * GROUP] = False  # whole groups without any
    return shown


def numbers(shown: np.ndarray) -> list[int]:
    return (np.flatnonzero(shown) + 1).tolist()


@pytest.mark.parametrize("share", [0.0, 0.0003, 0.2, 1.0])
def test_rows_of_a_view_are_the_lines_that_are_shown(share: float) -> None:
    shown = shown_lines(1, share)
    view, lines = View((shown,), COUNT), numbers(shown)
    assert view.row_count == len(lines)
    for first in (0, 1, 5, len(lines) // 2, len(lines) - 3, len(lines)):
        for count in (0, 1, 40, COUNT):
            assert view.lines(first, count) == lines[max(0, first) :][:count]
    assert view.part(0, COUNT + 50).tolist() == shown.tolist() + [False] * 50
    assert view.part(GROUP - 3, GROUP + 11).tolist() == shown[GROUP - 3 : GROUP + 11].tolist()


@pytest.mark.parametrize("begin", [1, 7, 8, 4095, 4096, 20_001, COUNT])
def test_a_view_that_goes_on_is_as_one_that_was_made_at_once(begin: int) -> None:
    before, after = shown_lines(2, 0.1), shown_lines(3, 0.3, COUNT + 5000)
    whole = np.concatenate((before[:begin], after[begin:]))
    view = View((before,), COUNT).continued(begin, after[begin:])
    assert view.line_count == len(whole)
    assert view.lines(0, view.row_count) == numbers(whole)


@settings(max_examples=60, deadline=None)
@given(
    places=st.sets(st.integers(0, 3 * GROUP), max_size=6), hidden=st.sets(st.integers(0, 3 * GROUP), max_size=4),
    start=st.integers(-1, 3 * GROUP + 1), backwards=st.booleans(), filtered=st.booleans(),
)  # fmt: skip
def test_the_next_entry(places: set[int], hidden: set[int], start: int, backwards: bool, filtered: bool) -> None:
    codes = np.ones(3 * GROUP + 1, np.uint8)
    codes[list(places)] = 5
    codes[list(places)[:1]] = 6
    shown = np.ones(len(codes), bool)
    shown[list(hidden)] = False
    good = sorted(place for place in places if not filtered or shown[place])
    wanted = [place for place in good if (place < start if backwards else place > start)]
    found = next_entry(codes, start, [5, 6], backwards, View((shown,), len(shown)) if filtered else None)
    assert found == (None if not wanted else wanted[-1] if backwards else wanted[0])


def test_hits_in_parts_are_one_list() -> None:
    lines = sorted(np.random.default_rng(4).choice(100_000, 25_000, replace=False).tolist())
    hits, at = HitList(), 0
    for size in (1, 3, SMALL, 2, 9_000, 5, len(lines)):
        hits.add(array("q", lines[at : at + size]))
        at += size
    hits.add(array("q"))
    assert [hits[at] for at in range(len(hits))] == lines
    assert hits.last == lines[-1]
    assert [hits.number(line) for line in lines[::501]] == list(range(1, len(lines) + 1, 501))
    assert hits.number(lines[0] - 1) == 0
    with pytest.raises(IndexError):
        hits[len(lines)]


@pytest.mark.parametrize("hidden", [0, 1, FEW + 3, 9_999])
def test_the_next_hit_that_is_shown(hidden: int) -> None:
    lines = list(range(10, 200_010, 20))
    hits = HitList()
    for at in range(0, len(lines), 4100):
        hits.add(array("q", lines[at : at + 4100]))
    view = View((np.isin(np.arange(1, 200_011), lines[hidden:]),), 200_010)

    def first_shown(some: array[int]) -> int | None:
        at = view.first_of(some)
        return None if at is None else some[at]

    here = lines[0] - 1
    assert hits.next(here, first_shown) == lines[hidden]
    assert hits.next(here, first_shown, backwards=True) == lines[-1], "it goes round"
    assert hits.next(lines[-1], first_shown) == lines[hidden], "and round the other way"
    assert hits.next(lines[-1], first_shown, backwards=True) == (lines[-2] if hidden < 9_999 else lines[-1])
    assert hits.next(here, lambda _some: None) is None
