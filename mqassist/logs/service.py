"""What the command line and the window ask of the log engine. Built by services; loads data on first use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, BinaryIO

from mqassist.core.cancel import CancelToken
from mqassist.core.log import ClockHint, LocalLog
from mqassist.core.secret import Redactor
from mqassist.logs.document import LogDocument
from mqassist.logs.feeds import MAX_BYTES
from mqassist.logs.formats import Format, load_formats
from mqassist.logs.known import Known
from mqassist.logs.opening import open_log
from mqassist.logs.phrases import load_phrases

if TYPE_CHECKING:
    from mqassist.logs.together import Together


class LogService:
    """Any thread may call it."""

    def open(
        self,
        source: str,
        redactor: Redactor | None = None,
        *,
        rotated: bool = False,
        follow: bool = False,
        stdin: BinaryIO | None = None,
        limit: int = MAX_BYTES,
    ) -> LogDocument:
        """At once, whatever the size; `start` of what it gives indexes behind. See open_log. Raises UserError."""
        return open_log(
            source, _formats(), _known, redactor, rotated=rotated, follow=follow, stdin=stdin, limit=limit
        )  # fmt: skip

    def together(self, documents: Sequence[LogDocument], token: CancelToken) -> Together:
        """Several open logs to be read as one; closing it closes them. Raises Cancelled and UserError."""
        from mqassist.logs.together import Together

        return Together(documents, token)

    def clock_hints(self, documents: Sequence[LogDocument], token: CancelToken) -> list[ClockHint]:
        """What connections that two of them name say of their clocks. Indexes first; raises Cancelled."""
        from mqassist.logs.clock_hint import clock_hints

        for document in documents:
            document.settle(token)
        return clock_hints(documents, token)

    def warm_up(self) -> None:
        """Loads what the first log would have to wait for: half a second of work."""
        import numpy  # noqa: F401  # only loaded

        from mqassist.logs import matchers, selecting  # noqa: F401  # as well

        _formats()
        _known().warm_up()

    def on_this_computer(self) -> list[LocalLog]:
        """The logs of brokers here. Takes up to some seconds: it asks docker and systemd."""
        from mqassist.logs.places import local_logs

        return local_logs()


@cache
def _formats() -> tuple[Format, ...]:
    return load_formats()


@cache
def _known() -> Known:
    return Known(load_phrases()[0])
