"""Clocks of logs that were wrong: how much is added to the times of each, and what two logs say of theirs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mqassist.cli.options import Unfit
from mqassist.cli.words import Words
from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.core.moments import offset_words, span

if TYPE_CHECKING:
    from mqassist.core.log import ClockHint
    from mqassist.services import LogDocument, Services


def clock_offset(word: str) -> tuple[str, float]:
    """`LOG=AMOUNT`: the log and the seconds. Raises Unfit."""
    log, _, amount = word.rpartition("=")
    try:
        seconds = span(amount)
    except ValueError:
        log = ""
    if not log:
        raise Unfit("clock-offset", word=word)
    return log, seconds


def set_clocks(documents: Sequence[LogDocument], given: Sequence[tuple[str, float]]) -> None:
    """A log is named as it was typed, by its file name, or by its place (1 is the first). Raises UserError."""
    for log, seconds in given:
        named = [each for each in documents if each.name == log] or [
            each for each in documents if os.path.basename(each.name) == log
        ]
        if not named and log.isascii() and log.isdigit() and 1 <= int(log[:9]) <= len(documents):
            named = [documents[int(log) - 1]]
        if len(named) != 1:
            names = ", ".join(each.name for each in documents)
            raise UserError("logs.clock-log", f"--clock-offset: no log {log}", log=log, logs=names)
        named[0].set_clock_offset(seconds)


def marked(document: LogDocument) -> str:
    """What stands behind the name of a log whose times are not what its lines say: `[+1.500 s]`."""
    seconds = document.parser.clock_offset
    return f"[{offset_words(seconds)}]" if seconds else ""


def clock_as_plain(document: LogDocument) -> dict[str, object]:
    """For JSON, where times are the corrected ones."""
    seconds = document.parser.clock_offset
    return {"clock_offset": seconds} if seconds else {}


def hints_of(services: Services, documents: Sequence[LogDocument], token: CancelToken) -> list[ClockHint]:
    """None of a log whose clock was given. Raises Cancelled."""
    if len(documents) < 2:
        return []
    found = services.logs.clock_hints(documents, token)
    return [hint for hint in found if not documents[hint.log].parser.clock_offset]


def hint_as_plain(hint: ClockHint, documents: Sequence[LogDocument]) -> dict[str, object]:
    return {
        "file": documents[hint.log].name,
        "against": documents[hint.against].name,
        "seconds": hint.seconds,
        "pairs": hint.pairs,
        "spread": hint.spread,
        "name": hint.name,
        "line": hint.line,
        "line_against": hint.line_against,
    }


def hint_in_words(hint: ClockHint, documents: Sequence[LogDocument], words: Words) -> str:
    names = [document.name for document in documents]
    log = names[hint.log]
    typed = log if names.count(log) == 1 and " " not in log else str(hint.log + 1)
    return words.say(
        "cli.logs.clock-hint.later" if hint.seconds < 0 else "cli.logs.clock-hint.earlier",
        log=log, against=names[hint.against], seconds=f"{abs(hint.seconds):.3f}".removesuffix(".000"),
        pairs=hint.pairs, name=hint.name, line=hint.line, line_against=hint.line_against,
        option=f"--clock-offset {typed}={hint.seconds:+.3f}",
    )  # fmt: skip
