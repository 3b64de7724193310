"""What a broker has written by the end of its tests, with all their faults in it, read as a log."""

from __future__ import annotations

from pathlib import Path

from mqassist.core.cancel import CancelToken
from mqassist.logs.service import LogService


def assert_every_entry_is_read(path: Path, *forms: str) -> None:
    """Nothing in it is unknown: each entry has a level and a time, and no line stands alone."""
    if not path.exists() or not path.stat().st_size:
        return
    document = LogService().open(str(path))
    try:
        document.index_all(CancelToken())
        assert document.format in forms, (document.format, path)
        lines = document.lines(1, document.line_count)
        strange = [line for line in lines if line.level == "unknown" or line.at is None]
        assert not strange, strange[:5]
        assert document.counts()["unknown"] == 0
        assert not lines[0].continuation
        assert sum(not line.continuation for line in lines) == document.entry_count()
    finally:
        document.close()
