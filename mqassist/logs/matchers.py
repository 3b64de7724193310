"""Finds one pattern in a buffer of lines, quickly and in bounded time. Knows bytes, not files.

Hyperscan where there is a wheel for it; a plain text needs no library; any other pattern is left to a process of its
own, because `re` cannot be stopped and would hold the whole program.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from threading import Lock
from typing import Any, Protocol

from mqassist.core.errors import UserError
from mqassist.core.log import SearchFor
from mqassist.logs.plain_text import PlainText

MAX_PATTERN = 4_000
BYTES_PER_DENSE_HIT = 1000


def any_of(wanted: Sequence[bytes]) -> Matcher | None:
    """Finds lines with one of these plain texts, however many; None where there is no library for it."""
    return _hyperscan(*map(re.escape, wanted), ignore_case=False)


class Matcher(Protocol):
    """Looks at one block at a time, in one thread at a time."""

    def ends(self, data: bytearray, length: int) -> Sequence[int]:
        """A place in each matching line (several may be in one), in order."""
        ...

    def twin(self) -> Matcher | None:
        """Another that finds the same, for another thread; None if there can be only one."""
        ...

    def close(self) -> None: ...


def matcher_for(search: SearchFor, encoding: str = "utf-8") -> Matcher:
    """Raises UserError for a pattern that cannot be read, or that is too large."""
    text = search.text
    if not text or "\n" in text or len(text) > MAX_PATTERN:
        raise UserError("log-pattern", "nothing to search for, or too long", why=f"{len(text)}")
    source = text if search.regex else re.escape(text)
    check_pattern(source)
    plain_case = text.isascii() or not search.ignore_case
    if (
        plain_case
        and (found := _hyperscan(source.encode(encoding, "replace"), ignore_case=search.ignore_case)) is not None
    ):
        if not search.regex:
            return _Text(found, PlainText(text.encode(encoding, "replace"), ignore_case=search.ignore_case))
        return _OneLine(found) if _may_cross_lines(source) else found
    if not search.regex and plain_case:
        return PlainText(text.encode(encoding, "replace"), ignore_case=search.ignore_case)
    from mqassist.logs.pattern_process import ProcessMatcher

    return ProcessMatcher(source, search.ignore_case, encoding)


def check_pattern(source: str) -> None:
    """Raises UserError saying what is wrong with a regular expression, and where."""
    try:
        re.compile(source)
    except (re.error, OverflowError, RecursionError) as error:
        raise UserError("log-pattern", f"not a regular expression: {error}", why=str(error)) from error


def _may_cross_lines(source: str) -> bool:
    return re.search(r"\\[sWDnx0]|\[\^|\(\?[a-z]*s|\\\d", source) is not None


def _hyperscan(*sources: bytes, ignore_case: bool) -> _Hyperscan | None:
    """None if there is no wheel for this machine, or the pattern asks for what it cannot do (back references)."""
    try:
        import hyperscan
    except ImportError:
        return None
    flags = hyperscan.HS_FLAG_MULTILINE | (hyperscan.HS_FLAG_CASELESS if ignore_case else 0)
    try:
        database = hyperscan.Database()
        count = len(sources)
        database.compile(
            expressions=list(sources), ids=list(range(count)), elements=count, flags=[flags] * count
        )  # fmt: skip
    except hyperscan.error:
        return None
    return _Hyperscan(database)


class _Hyperscan:
    """Linear in the length of the text, whatever the pattern. Each hit asks for the interpreter: where there are many,
    twins take turns, as two that wait for each other are slower than one."""

    def __init__(self, database: Any, turn: Lock | None = None) -> None:
        import hyperscan

        self._database = database
        self._scan: Callable[..., object] = partial(database.scan, scratch=hyperscan.Scratch(database))
        self._turn = turn or Lock()
        self._is_dense = False

    def twin(self) -> _Hyperscan:
        return _Hyperscan(self._database, self._turn)

    def ends(self, data: bytearray, length: int) -> Sequence[int]:
        import numpy as np

        found = array("q")
        add = found.append

        def hit(_id: int, _begin: int, end: int, _flags: int, _context: object) -> None:
            add(end)

        with memoryview(data) as view, view[:length] as piece, self._turn if self._is_dense else nullcontext():
            self._scan(piece, match_event_handler=hit)
        self._is_dense = len(found) > length // BYTES_PER_DENSE_HIT
        places: Sequence[int] = np.maximum(np.frombuffer(found, np.int64) - 1, 0)  # type: ignore[assignment]
        return places

    def close(self) -> None:
        self._scan = _closed


def _closed(*_: object, **__: object) -> None:
    raise ValueError("closed")


class _OneLine:
    """For a pattern that could match across the end of a line: each line that it seems to be in is asked alone."""

    def __init__(self, inner: _Hyperscan) -> None:
        self._inner = inner

    def twin(self) -> _OneLine:
        return _OneLine(self._inner.twin())

    def ends(self, data: bytearray, length: int) -> Sequence[int]:
        found = array("q")
        line_end = -1
        for place in self._inner.ends(data, length):
            if place <= line_end:
                continue
            begin = data.rfind(b"\n", 0, place) + 1
            line_end = data.find(b"\n", place, length)
            if line_end < 0:
                line_end = length
            line = data[begin:line_end]
            if len(self._inner.ends(line, len(line))):
                found.append(place)
        return found

    def close(self) -> None:
        self._inner.close()


class _Text:
    """A plain text: Hyperscan looks for rare ones faster, but each of its hits costs; where many lines have one the
    other way is better."""

    def __init__(self, rare: _Hyperscan, dense: PlainText) -> None:
        self._rare = rare
        self._dense = dense
        self._is_dense = False

    def twin(self) -> _Text:
        return _Text(self._rare.twin(), self._dense.twin())

    def ends(self, data: bytearray, length: int) -> Sequence[int]:
        found = (self._dense if self._is_dense else self._rare).ends(data, length)
        self._is_dense = len(found) > length // BYTES_PER_DENSE_HIT
        return found

    def close(self) -> None:
        self._rare.close()
        self._dense.close()
