"""Searching: the quick ways find what the plain ones find, at every border."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.core.cancel import CancelToken
from mqassist.core.log import LineFilter, SearchFor
from mqassist.logs.ahead import Newlines
from mqassist.logs.document import LogDocument
from mqassist.logs.finder import QuickMatch
from mqassist.logs.phrases import load_phrases, match
from mqassist.logs.plain_text import SLACK, PlainText
from mqassist.logs.service import LogService

ALPHABET = st.sampled_from(b"abAB \n[]0\xff")


TEXT = st.lists(ALPHABET, min_size=1, max_size=20).map(bytes)


@given(st.lists(ALPHABET, max_size=300).map(bytes), TEXT, st.booleans())
def test_plain_text_is_found_where_it_is(data: bytes, text: bytes, ignore_case: bool) -> None:
    within, wanted = (data.lower(), text.lower()) if ignore_case else (data, text)
    expected = [at + len(text) - 1 for at in range(len(data)) if within.startswith(wanted, at)]
    matcher = PlainText(text, ignore_case=ignore_case)
    assert list(matcher.ends(bytearray(data + bytes(SLACK)), len(data))) == expected
    assert list(matcher.ends(bytearray(data), len(data))) == expected  # without room behind it


@given(st.lists(st.sampled_from(b"a\n"), min_size=1, max_size=400).map(bytes))
def test_newlines_before_a_place(data: bytes) -> None:
    places = np.arange(len(data), dtype=np.int64)
    assert Newlines(bytearray(data), len(data)).before(places).tolist() == [
        data.count(b"\n", 0, place) for place in range(len(data))
    ]


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """Some megabytes: rare and frequent texts, several a line, lines of all lengths, one longer than a piece."""
    rng = random.Random(7)
    words = ("accept", "closing", "missed heartbeats", "connection", "Connection", "user 'a'", "10.0.0.7", "é")
    found = [
        f"2026-11-18 11:06:40.{at % 1000000:06} [info] <0.{at}.0> "
        + " ".join(rng.choices(words, k=rng.randrange(1, 9)))
        for at in range(60_000)
    ]
    found[31_000] = "2026-11-18 [error] <0.1.0> " + "connection " * 250_000 + "needle"
    found[44_000] += " needle"
    return found


@pytest.fixture(scope="module")
def document(lines: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[LogDocument]:
    path = tmp_path_factory.mktemp("search") / "mq.log"
    path.write_text("\n".join(lines), encoding="utf-8")
    opened = LogService().open(str(path))
    opened.index_all(CancelToken())
    yield opened
    opened.close()


SEARCHES = [
    SearchFor("needle"),
    SearchFor("connection"),
    SearchFor("CONNECTION", ignore_case=True),
    SearchFor("nothing of the kind"),
    SearchFor("heartbeats (closing|accept)", regex=True),
    SearchFor(r"(\w+) \1", regex=True),
    SearchFor("É", ignore_case=True),
]


def _has(search: SearchFor) -> Callable[[str], bool]:
    pattern = re.compile(search.text if search.regex else re.escape(search.text), re.IGNORECASE * search.ignore_case)
    return lambda line: pattern.search(line) is not None


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.text)
def test_every_line_with_a_hit_and_no_other(document: LogDocument, lines: list[str], search: SearchFor) -> None:
    has = _has(search)
    found = [number for hits in document.search(search, CancelToken()) for number in hits.lines]
    assert found == [number for number, line in enumerate(lines, 1) if has(line)]


@pytest.mark.parametrize("first", [30_990, 44_001])
def test_a_search_may_begin_anywhere(document: LogDocument, lines: list[str], first: int) -> None:
    found = [number for hits in document.search(SearchFor("needle"), CancelToken(), first) for number in hits.lines]
    assert found == [number for number in (31_001, 44_001) if number >= first]


@pytest.mark.parametrize(
    ("include", "exclude"),
    [
        (("needle",), ("accept",)),
        (("missed heartbeats",), ("10.0.0.7",)),
        (("connection", "closing"), ()),
        (("connection", "user 'a'"), ("accept", "10.0.0.7")),
        ((), ("connection", "10.0.0.7")),
    ],
)  # fmt: skip
def test_texts_to_be_in_a_line_and_not_to_be(
    document: LogDocument, lines: list[str], include: tuple[str, ...], exclude: tuple[str, ...]
) -> None:
    view = document.view(LineFilter(include=tuple(map(SearchFor, include)), exclude=tuple(map(SearchFor, exclude))))
    expected = [
        number for number, line in enumerate(lines, 1)
        if all(text in line for text in include) and not any(text in line for text in exclude)
    ]  # fmt: skip
    assert view.lines(0, len(lines)) == expected


def test_a_search_that_is_given_up_leaves_no_thread(document: LogDocument) -> None:
    import threading

    searching = document.search(SearchFor("connection"), CancelToken())
    assert next(searching).lines
    del searching
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("log-read")]


def test_the_quick_match_finds_what_the_slow_one_finds() -> None:
    phrases = load_phrases()[0]
    quick = QuickMatch(phrases)
    automaton = quick.automaton()
    for phrase in phrases:
        for sample in phrase.samples:
            expected = match(sample, phrases)
            assert expected is not None
            for found in (quick.match(sample), quick.match(sample, automaton)):
                assert found is not None
                assert phrases[found[0]] is expected[0]


def test_lines_are_the_same_whether_the_file_is_indexed_before_or_meanwhile(
    lines: list[str], document: LogDocument, tmp_path: Path
) -> None:
    path = tmp_path / "mq.log"
    path.write_text("\n".join(lines), encoding="utf-8")
    fresh = LogService().open(str(path))
    for search in SEARCHES[:3]:
        found = [number for hits in fresh.search(search, CancelToken()) for number in hits.lines]
        assert found == [number for hits in document.search(search, CancelToken()) for number in hits.lines]
    fresh.close()


def test_numbers_that_matter_are_asked_for_each_line(tmp_path: Path) -> None:
    """A phrase for few retries says nothing of a line that has many, or of the only try there is, though they differ in
    figures only."""
    prefix = "2026-11-20 15:56:0{0}.000001+00:00 [info] <0.223.0> "
    line = prefix + "Waiting for Mnesia tables for 30000 ms, {0} retries left\n"
    path = tmp_path / "rabbit@mq.log"
    path.write_text("".join(line.format(retries) for retries in range(9, -1, -1)))
    document = LogService().open(str(path))
    document.index_all(CancelToken())
    assert [known.line for known in document.known_lines(CancelToken())] == list(range(3, 10))
    document.close()
