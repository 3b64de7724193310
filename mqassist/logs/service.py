"""What the command line and the window ask of the log engine. Built by services; loads data on first use."""

from __future__ import annotations

from functools import cache

from mqassist.core.secret import Redactor
from mqassist.logs.document import LogDocument
from mqassist.logs.formats import Format, load_formats
from mqassist.logs.known import Known
from mqassist.logs.opening import open_log
from mqassist.logs.phrases import load_phrases


class LogService:
    """Any thread may call it."""

    def open(self, path: str, redactor: Redactor | None = None) -> LogDocument:
        """At once, whatever the size; `start` of what it gives indexes behind. Raises UserError."""
        return open_log(path, _formats(), _known, redactor)


@cache
def _formats() -> tuple[Format, ...]:
    return load_formats()


@cache
def _known() -> Known:
    return Known(load_phrases()[0])
