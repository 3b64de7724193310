"""What is odd about a file, and what became of it while it was followed, in a sentence where the log is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from mqassist.core.log import LogLine
from mqassist.gui.widgets.cards import MessageStrip

NO_TEXT = 0.1
"""Of the characters, from which share on a file is taken for something else than text."""


def say_happened(strip: MessageStrip, kind: str, reason: str) -> None:
    """`kind` is that of a LogChange; `reason` the system's words, or ""."""
    translate = QCoreApplication.translate
    if kind == "gone":
        title = translate("LogHappened", "The file is gone. What was read of it stays here")
        strip.say("warning", title, translate("LogHappened", "It is followed on as soon as it is there again."))
    elif kind == "unreadable":
        title = translate("LogHappened", "The file may not be read any more. What was read of it stays here")
        strip.say("warning", title, reason)
    elif kind == "truncated":
        title = translate("LogHappened", "The file was emptied: its old lines cannot be read any more")
        strip.say("note", title)
    elif kind == "rotated":
        title = translate("LogHappened", "The log was rotated: the new file is read behind the old one")
        strip.say("note", title)
    elif kind == "back":
        strip.say("note", translate("LogHappened", "The file is there again"))


def say_no_text(strip: MessageStrip, head: Sequence[LogLine]) -> None:
    """Where much of the first lines is no text."""
    text = "".join(line.raw for line in head)
    odd = sum(each == "\ufffd" or (each < " " and each not in "\t\r\x1b") for each in text)
    if text and odd > NO_TEXT * len(text):
        translate = QCoreApplication.translate
        title = translate("LogHappened", "This hardly is a log: much of it is no text")
        strip.say("warning", title, translate("LogHappened", "What can be read of it is shown all the same."))
