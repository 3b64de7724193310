"""Finds plain text in a block of bytes with array arithmetic: at the same speed whether no line has it or every one.

Knows bytes only. Holds the interpreter for moments only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SLACK = 8
"""So many bytes after the block must be readable: texts are compared eight bytes at a time."""
SAMPLE = 1 << 15
_CASE_BIT = 0x20


class PlainText:
    """`ignore_case` is for the letters of ASCII. One block at a time: it keeps its working memory."""

    def __init__(self, text: bytes, *, ignore_case: bool = False) -> None:
        self._text = text.lower() if ignore_case else text
        self._fold = bytes(_CASE_BIT if ignore_case and 97 <= byte <= 122 else 0 for byte in self._text)
        self._ignore_case = ignore_case
        self._pair: tuple[int, int] | None = None
        self._marks: NDArray[np.bool_] | None = None
        self._more: NDArray[np.bool_] | None = None
        self._folded: NDArray[np.uint8] | None = None

    def twin(self) -> PlainText:
        """For another thread."""
        return PlainText(self._text, ignore_case=self._ignore_case)

    def close(self) -> None:
        self._marks = self._more = self._folded = None

    def ends(self, data: bytearray, length: int) -> Sequence[int]:
        """The places of the last bytes of what is found, in order."""
        if len(data) < length + SLACK:
            data = data[:length] + bytes(SLACK)
        places: Sequence[int] = self._begins(data, length) + (len(self._text) - 1)  # type: ignore[assignment]  # is one
        return places

    def _begins(self, data: bytearray, length: int) -> NDArray[np.int64]:
        import numpy as np

        count = length - len(self._text) + 1
        if count <= 0:
            return np.empty(0, np.int64)
        bytes_ = np.frombuffer(data, np.uint8)
        if self._marks is None or self._more is None or len(self._marks) < count:
            self._marks, self._more = np.empty(count, bool), np.empty(count, bool)
        marks, more = self._marks[:count], self._more[:count]
        if self._pair is None:
            self._pair = self._seldom_pair(bytes_[: min(length, SAMPLE)])
        first, second = self._pair
        self._equal(bytes_, first, marks)
        if second != first:
            self._equal(bytes_, second, more)
            np.bitwise_and(marks, more, out=marks)
        return self._confirmed(data, _places(marks))

    def _equal(self, bytes_: NDArray[np.uint8], at: int, into: NDArray[np.bool_]) -> None:
        import numpy as np

        part = bytes_[at : at + len(into)]
        if self._fold[at]:
            if self._folded is None or len(self._folded) < len(into):
                self._folded = np.empty(len(into), np.uint8)
            part = np.bitwise_or(part, np.uint8(_CASE_BIT), out=self._folded[: len(into)])
        np.equal(part, np.uint8(self._text[at]), out=into)

    def _seldom_pair(self, sample: NDArray[np.uint8]) -> tuple[int, int]:
        """The places of the two bytes of the text that are rarest here, each byte taken once."""
        import numpy as np

        if self._ignore_case:
            sample = np.frombuffer(sample.tobytes().lower(), np.uint8)
        times = np.bincount(sample, minlength=256)
        places = {byte: at for at, byte in reversed(list(enumerate(self._text)))}
        ordered = sorted(places, key=lambda byte: int(times[byte]))
        return places[ordered[0]], places[ordered[min(1, len(ordered) - 1)]]

    def _confirmed(self, data: bytearray, begins: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of the places at which all of the text stands."""
        import numpy as np

        words: NDArray[np.uint64] = np.ndarray((len(data) - 7,), np.uint64, data, 0, (1,))
        size = len(self._text)
        for at in (*range(0, size - 8, 8), max(0, size - 8)):
            if not len(begins):
                break
            part, fold = self._text[at : at + 8], self._fold[at : at + 8]
            found = words[begins + at]
            if len(part) < 8:
                found &= np.uint64((1 << 8 * len(part)) - 1)
            if any(fold):
                found |= np.uint64(int.from_bytes(fold, "little"))
            begins = begins[found == np.uint64(int.from_bytes(part, "little"))]
        return begins


def _places(marks: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where they are set: by bytes of eight marks, most of which are empty."""
    import numpy as np

    bits = np.packbits(marks, bitorder="little")
    some = np.flatnonzero(bits != 0)
    found = np.flatnonzero(np.unpackbits(bits[some], bitorder="little").view(bool))
    places: NDArray[np.int64] = some[found >> 3] * 8 + (found & 7)
    return places
