"""A few lines to paste into a program or a terminal."""

from __future__ import annotations

from mqassist.core.record import record


@record
class Snippet:
    """`id` is stable, `title` a proper name that no language translates, `language` for colouring."""

    id: str
    title: str
    language: str
    text: str
