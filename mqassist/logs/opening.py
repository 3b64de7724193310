"""Opens a log wherever it is: tells what kind of file it is, its encoding and its format."""

from __future__ import annotations

import os
from collections.abc import Callable
from stat import S_ISREG
from typing import TYPE_CHECKING

from mqassist.core.errors import UserError
from mqassist.core.secret import Redactor
from mqassist.logs.document import LogDocument
from mqassist.logs.formats import Format, detect
from mqassist.logs.store import Store, open_shared

if TYPE_CHECKING:
    from mqassist.logs.known import Known

SAMPLE = 1 << 16


def open_log(
    path: str,
    formats: tuple[Format, ...],
    known: Callable[[], Known],
    redactor: Redactor | None = None,
) -> LogDocument:
    """Reads only the beginning and the end; everything else comes when it is asked for. Raises UserError."""
    try:
        stat = os.stat(path)
        if not S_ISREG(stat.st_mode):
            raise OSError(22, "not a regular file")
        file = open_shared(path)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UserError("log-unreadable", f"cannot read {path}: {why}", path=path, why=why) from error
    store = Store()
    store.add(path, file)
    encoding = encoding_of(store)
    return LogDocument(path, store, format_of(store, encoding, formats), encoding, known, redactor)


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


def format_of(store: Store, encoding: str, formats: tuple[Format, ...]) -> Format | None:
    """By the first lines; by the last where those say nothing."""
    for begin in (0, max(0, store.size - SAMPLE)):
        lines = store.read(begin, SAMPLE).decode(encoding, "replace").split("\n")
        found = detect(lines[1 if begin else 0 :], formats)
        if found is not None:
            return found
    return None
