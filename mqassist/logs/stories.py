"""Connections put together from the lines of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mqassist.logs.document import LogDocument


class Stories:
    def __init__(self, document: LogDocument) -> None:
        self._document = document
