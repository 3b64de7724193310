"""Files that a person asked for or that the window keeps: there is the new one at the end, or still the one before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


@contextmanager
def whole_file(path: str) -> Iterator[TextIO]:
    """Text to write into a file beside it, which takes its place when all went well. Raises OSError."""
    beside = f"{path}.{os.getpid()}.new"
    try:
        with open(beside, "w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.remove(beside)
        raise


def write_text(path: str, text: str) -> None:
    """Raises OSError."""
    with whole_file(path) as file:
        file.write(text)
