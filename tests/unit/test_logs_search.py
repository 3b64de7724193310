"""Searching: the quick ways find what the plain ones find, at every border."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled, UserError
from mqassist.core.log import LineFilter, SearchFor
from mqassist.logs import index
from mqassist.logs.ahead import Ahead, Newlines, Piece
from mqassist.logs.document import LogDocument
from mqassist.logs.finder import QuickMatch
from mqassist.logs.matchers import matcher_for
from mqassist.logs.phrases import load_phrases, match
from mqassist.logs.plain_text import SLACK, PlainText
from mqassist.logs.search import LineSearch
from mqassist.logs.service import LogService
from mqassist.logs.store import Store

ALPHABET = st.sampled_from(b"abAB \n[]0\xff")


TEXT = st.lists(ALPHABET, min_size=1, max_size=20).map(bytes)
at_any_speed = settings(
    max_examples=80, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip


@at_any_speed
@given(st.lists(ALPHABET, max_size=300).map(bytes), TEXT, st.booleans())
def test_plain_text_is_found_where_it_is(data: bytes, text: bytes, ignore_case: bool) -> None:
    within, wanted = (data.lower(), text.lower()) if ignore_case else (data, text)
    expected = [at + len(text) - 1 for at in range(len(data)) if within.startswith(wanted, at)]
    matcher = PlainText(text, ignore_case=ignore_case)
    assert list(matcher.ends(bytearray(data + bytes(SLACK)), len(data))) == expected
    assert list(matcher.ends(bytearray(data), len(data))) == expected  # without room behind it


@at_any_speed
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
    searching = document.search(SearchFor("connection"), CancelToken())
    assert next(searching).lines
    del searching
    assert not _reading()


WORDS = ("closing", "connection", "Connection", "user 'a'", "10.0.0.7", "é", "x" * 70, "")
LINES = st.one_of(
    st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), min_size=1, max_size=20),
    st.integers(0, 1 << 30),
)
"""Few, or the seed of many."""


def _some_lines(seed: int) -> list[str]:
    rng = random.Random(seed)
    longest = rng.choice((2, 8, 40))
    return [" ".join(rng.choices(WORDS, k=rng.randrange(longest))) for _ in range(rng.randrange(20, 300))]


ASKED = (
    SearchFor("connection"),
    SearchFor("CONNECTION", ignore_case=True),
    SearchFor("7"),
    SearchFor("nothing of the kind"),
    SearchFor("(on|ing) +[cu]", regex=True),
    SearchFor("7[^a]{1,9}u", regex=True),
)


@at_any_speed
@given(
    LINES, st.sampled_from(ASKED), st.sampled_from((None, *ASKED)), st.sampled_from((64, 500)),
    st.integers(100, 700), st.integers(1, 3), st.integers(0, 40), st.booleans(), st.booleans(),
)  # fmt: skip
def test_threads_that_look_at_once_find_what_one_finds_and_what_each_line_says(
    tmp_path: Path, written: list[str] | int, wanted: SearchFor, unwanted: SearchFor | None, block: int, piece: int,
    threads: int, first: int, ends: bool, before: bool,
) -> None:  # fmt: skip
    """Wherever blocks and pieces end, also within a line; whether the index is there before or grows meanwhile."""
    lines = _some_lines(written) if isinstance(written, int) else written
    has = _has(wanted)
    has_not = _has(unwanted) if unwanted is not None else lambda _line: False
    path = tmp_path / "mq.log"
    path.write_bytes(("\n".join(lines) + "\n" * ends).encode())
    token = CancelToken()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "BLOCK", block)
        log = LogService().open(str(path))
        if before:
            log.index_all(token)
        search = LineSearch(
            log.store, log.index, token, [matcher_for(wanted)], [matcher_for(unwanted)] if unwanted is not None else [],
            threads=threads, piece=piece, overlap=80,
        )  # fmt: skip
        found = [place for places, _ in search.run(lambda: log.more(token), first) for place in places.tolist()]
        search.close()
        log.close()
    assert found == [at for at, line in enumerate(lines) if at >= first and has(line) and not has_not(line)]


def _reading() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("log-read")]


def _pieces(store: Store, count: int) -> list[Piece]:
    size = store.size // count
    return [Piece(at * size, (at + 1) * size, at, at) for at in range(count)]


def test_what_is_seen_is_given_though_the_next_piece_is_not_there_yet(document: LogDocument) -> None:
    taken: list[Piece] = []
    given_up = time.monotonic() + 30

    def pieces() -> Iterator[Piece | None]:
        for count, piece in enumerate(_pieces(document.store, 6), 1):
            yield piece
            while len(taken) < count and time.monotonic() < given_up:
                yield None
            assert len(taken) == count

    for piece, seen in Ahead(document.store, pieces(), [lambda piece, _data, _length: piece.line] * 2, CancelToken()):
        assert seen == piece.line
        taken.append(piece)
    assert len(taken) == 6


def test_what_a_look_raises_is_raised_in_its_turn_and_no_thread_is_left(document: LogDocument) -> None:
    later = threading.Event()

    def look(piece: Piece, _data: bytearray, _length: int) -> int:
        if piece.line == 3:
            assert later.wait(30)
        if piece.line == 5:
            later.set()
        if piece.line == 7:
            raise UserError("log-pattern-slow", "too slow")
        return piece.line

    taken: list[int] = []
    pieces = Ahead(document.store, iter(_pieces(document.store, 20)), [look, look], CancelToken())
    with pytest.raises(UserError, match="too slow"):
        taken.extend(seen for _, seen in pieces)
    assert taken == list(range(7))
    assert not _reading()


@pytest.mark.parametrize("search", [SearchFor("connection"), SearchFor("conn[e]ction", regex=True)], ids=["text", "re"])
def test_a_search_that_is_cancelled_ends_and_leaves_no_thread(document: LogDocument, search: SearchFor) -> None:
    token = CancelToken()
    searching = document.search(search, token)
    assert next(searching).lines
    token.cancel()
    with pytest.raises(Cancelled):
        list(searching)
    assert not _reading()


def test_a_log_that_is_closed_while_it_is_searched_ends_the_search(lines: list[str], tmp_path: Path) -> None:
    path = tmp_path / "mq.log"
    path.write_text("\n".join(lines), encoding="utf-8")
    log = LogService().open(str(path))
    log.index_all(CancelToken())
    searching = log.search(SearchFor("connection"), CancelToken())
    found = list(next(searching).lines)
    log.close()
    found += [number for hits in searching for number in hits.lines]
    assert found == sorted(set(found))
    assert not _reading()


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
