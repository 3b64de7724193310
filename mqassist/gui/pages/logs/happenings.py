"""What became of a file while it was followed, in a sentence where the log is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from mqassist.gui.widgets.cards import MessageStrip


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
