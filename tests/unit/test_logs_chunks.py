"""A log is indexed alike whether its bytes are read by whoever asks or ahead by a thread, wherever chunks end."""

from __future__ import annotations

import gc
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mqassist.core.cancel import CancelToken
from mqassist.logs.chunks import AHEAD_FROM, CHUNK, HEAD, Chunk, Eights
from mqassist.logs.formats import Format, load_formats
from mqassist.logs.index import LineIndex
from mqassist.logs.service import LogService
from mqassist.logs.store import Store, open_shared

NEVER, ALWAYS = 1 << 60, 1
"""From how many bytes on a thread reads ahead."""
PREFIX = b"2026-11-18 11:06:%02d.%06d+00:00 [%s] <0.%d.0> "
LEVELS = (b"info", b"error", b"warning", b"debug")


@pytest.fixture(scope="module")
def rabbitmq() -> Format:
    return next(form for form in load_formats() if form.id == "rabbitmq")


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Callable[[bytes], Store]]:
    stores: list[Store] = []

    def make(content: bytes) -> Store:
        path = tmp_path / f"{len(stores)}.log"
        path.write_bytes(content)
        stores.append(Store())
        stores[-1].add(str(path), open_shared(str(path)))
        return stores[-1]

    yield make
    for store in stores:
        store.close()


def lines(begin: int, end: int) -> bytes:
    """Entries of one line, entries that repeat their prefix, entries that go on without one, and empty lines."""
    made: list[bytes] = []
    for number in range(begin, end):
        prefix = PREFIX % (number // 997 % 60, number * 17 % 1_000_000, LEVELS[number % 4], number // 3)
        made.append(prefix + b"x" * (number % 180))
        if not number % 7:
            made.append(prefix + b"and more of it")
        if not number % 11:
            made += [b"", b"   crasher:", b"\tinitial call: none"]
    return b"".join(line + b"\n" for line in made)


def indexed(store: Store, form: Format, ahead_from: int) -> LineIndex:
    index = LineIndex(store, form, ahead_from)
    while index.advance():
        pass
    index.close()
    return index


def found_in(index: LineIndex) -> tuple[object, ...]:
    places = index.block_offsets.tolist(), index.block_lines.tolist(), index.offset, index.read_to
    return index.levels.tobytes(), index.counts_by_level(), *places


def readers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "log-ahead"}


def have_ended(threads: set[threading.Thread]) -> bool:
    for thread in threads:
        thread.join(20)
    return not any(thread.is_alive() for thread in threads)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from((b"\n", b"a", b"\x0b\x00", b"\xff" * 7, b"a long line of text")), max_size=200))
@example([])
@example([b"\n"] * 64)
def test_newlines_are_where_splitting_finds_them(parts: list[bytes]) -> None:
    content = b"".join(parts)
    store = Store()
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(content)
        store.add("", file)
        chunk = Chunk()
        chunk.data[HEAD : HEAD + 400] = b"\n" * 400  # what was there before tells nothing
        chunk.load(store, 0, Eights())
        store.close()
    at = HEAD - 1
    expected = []
    for line in content.split(b"\n")[:-1]:
        at += len(line) + 1
        expected.append(at)
    assert chunk.ends().tolist() == expected


def test_a_thread_that_reads_ahead_changes_nothing(stored: Callable[[bytes], Store], rabbitmq: Format) -> None:
    long = PREFIX % (1, 1, b"error", 5) + b"long " * (3 * CHUNK // 10) + b"\n"
    wide = b"on and on " * 20_000 + b"\n"
    content = lines(0, 30_000) + wide + lines(30_000, 40_000) + long + lines(40_000, 60_000) + b"\n" * 999 + b"an end"
    store = stored(content)
    alone, ahead = indexed(store, rabbitmq, NEVER), indexed(store, rabbitmq, ALWAYS)
    assert len(content) > 4 * CHUNK
    assert found_in(alone) == found_in(ahead)
    assert alone.line_count == content.count(b"\n")
    assert alone.offset == len(content) - len(b"an end")


@pytest.mark.parametrize("ahead_from", [NEVER, ALWAYS])
def test_where_a_chunk_ends_does_not_matter(
    stored: Callable[[bytes], Store], rabbitmq: Format, ahead_from: int
) -> None:
    story = lines(20, 40)
    expected = indexed(stored(PREFIX % (0, 0, b"info", 1) + b"\n" + story), rabbitmq, NEVER).levels.tolist()[1:]
    for back in (0, 1, 7, 8, 40, 41, 90, 300, 301, 400, 900):
        first = PREFIX % (0, 0, b"info", 1)
        first += b"-" * (CHUNK - back - len(first) - 1) + b"\n"
        index = indexed(stored(first + story), rabbitmq, ahead_from)
        assert index.levels.tolist()[1:] == expected, back
        assert index.line_count == 1 + story.count(b"\n")


def test_closed_in_the_middle_no_thread_is_left(stored: Callable[[bytes], Store], rabbitmq: Format) -> None:
    content = lines(0, 90_000)
    whole = indexed(stored(content), rabbitmq, NEVER)
    before = readers()
    store = stored(content)
    index = LineIndex(store, rabbitmq, ALWAYS)
    while not index.line_count:
        assert index.advance()
    assert len(readers() - before) == 1
    index.close()
    assert not readers() - before
    store.close()
    while index.advance():  # what it had read may be used
        pass
    assert not readers() - before
    assert index.line_count < whole.line_count
    assert index.levels.tobytes() == whole.levels[: index.line_count].tobytes()


def test_forgotten_in_the_middle_no_thread_is_left(stored: Callable[[bytes], Store], rabbitmq: Format) -> None:
    before = readers()
    index = LineIndex(stored(lines(0, 90_000)), rabbitmq, ALWAYS)
    assert index.advance()
    left = readers() - before
    assert len(left) == 1
    del index
    gc.collect()
    assert have_ended(left)


@pytest.mark.parametrize("ahead_from", [NEVER, ALWAYS])
def test_a_file_that_is_emptied_meanwhile_ends_there(
    stored: Callable[[bytes], Store], rabbitmq: Format, ahead_from: int
) -> None:
    content = lines(0, 150_000)
    whole = indexed(stored(content), rabbitmq, NEVER)
    store = stored(content)
    index = LineIndex(store, rabbitmq, ahead_from)
    while not index.line_count:
        index.advance()
    path = store.segments[0].path
    os.truncate(path, 0)
    with open(path, "ab") as file:
        file.write(b"other lines\n" * (len(content) // 12 + 1))
    while index.advance():
        pass
    assert 0 < index.line_count < whole.line_count
    assert index.levels.tobytes() == whole.levels[: index.line_count].tobytes()
    index.close()


def test_lines_that_come_meanwhile_are_indexed_too(tmp_path: Path) -> None:
    path = tmp_path / "rabbit.log"
    path.write_bytes(lines(0, 120_000))
    document = LogService().open(str(path))
    token = CancelToken()
    before = readers()
    assert document.advance(token)
    assert document.size > AHEAD_FROM
    left = readers() - before
    assert len(left) == 1
    more = lines(120_000, 121_000)
    with path.open("ab") as file:
        file.write(more)
    document.index_all(token)
    assert have_ended(left)
    assert document.line_count == (lines(0, 120_000) + more).count(b"\n")
    assert document.raw(document.line_count, 1)[0] == more.splitlines()[-1]
    document.close()
