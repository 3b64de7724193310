"""What the first and last bytes of a log say: how it is encoded, compressed, and in which format it is written."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.logs.formats import Format, detect
from mqassist.logs.store import Store

SAMPLE = 1 << 16
_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_WIDE_SHARE = 0.4


def encoding_of(store: Store) -> str:
    """UTF-8, or GB 18030 where that reads what UTF-8 does not; what neither reads is shown with gaps."""
    samples = [store.read(0, SAMPLE), store.read(max(0, store.size - SAMPLE), SAMPLE)]
    for encoding in ("utf-8", "gb18030"):
        if all(_reads(sample, encoding) for sample in samples):
            return encoding
    return "utf-8"


def _reads(sample: bytes, encoding: str) -> bool:
    begin = sample.find(b"\n") + 1
    end = sample.rfind(b"\n", begin) + 1
    try:
        sample[begin : end or len(sample)].decode(encoding)
    except UnicodeDecodeError as error:
        return not end and error.start >= len(sample) - begin - 4  # a character that the sample's end cuts
    return True


def wide_encoding(head: bytes) -> str | None:
    """UTF-16, by its mark or by the zeros in every other byte of ASCII text; None for anything else."""
    marked = _MARKS.get(head[:2])
    if marked is not None:
        return marked
    sample = head[:4096]
    if len(sample) < 16:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > half * _WIDE_SHARE and even < half / 20:
        return "utf-16-le"
    if even > half * _WIDE_SHARE and odd < half / 20:
        return "utf-16-be"
    return None


def format_of(store: Store, encoding: str, formats: Sequence[Format]) -> Format | None:
    """By the first lines; by the last where those say nothing."""
    for begin in (0, max(0, store.size - SAMPLE)):
        lines = store.read(begin, SAMPLE).decode(encoding, "replace").split("\n")
        found = detect(lines[1 if begin else 0 :], formats)
        if found is not None:
            return found
    return None
