"""Words of the field, explained in a few words where they stand on the page. The words are in the language tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt

from mqassist.core.advice import Wording
from mqassist.gui.widgets.labels import Text

TERMS = (
    "ack",
    "acl",
    "authority",
    "certificate",
    "client-id",
    "code-403",
    "code-404",
    "connack",
    "dns",
    "encryption",
    "exchange",
    "firewall",
    "guest",
    "handshake",
    "heartbeat",
    "keep-alive",
    "localhost",
    "management",
    "port",
    "proxy",
    "qos",
    "queue",
    "refused",
    "reset",
    "server-name",
    "tcp",
    "time-out",
    "tls",
    "topic",
    "vhost",
    "websocket",
)
SHOWN = 3
"""More would be another text to read."""


def explained(texts: Sequence[str], wording: Wording) -> list[tuple[str, str]]:
    """(word as it stands there, what it means) of the first terms in these texts, in the order in which they come."""
    whole = "\n".join(texts)
    found: list[tuple[int, str, str]] = []
    for term in TERMS:
        match = re.search(_pattern(wording.sentence(f"glossary.{term}.word")), whole, re.IGNORECASE)
        if match is not None:
            found.append((match.start(), match[0], wording.sentence(f"glossary.{term}.text")))
    return [(word, text) for _, word, text in sorted(found)[:SHOWN]]


def _pattern(words: str) -> str:
    """Latin words stand alone, not within addresses and longer words; Chinese has no gaps between words."""
    patterns = []
    for word in words.split("|"):
        edge = r"[\w.@/-]" if word.isascii() else ""
        patterns.append(rf"(?<!{edge}){re.escape(word)}(?![\w@/-])(?!\.\w)" if edge else re.escape(word))
    return "|".join(patterns)


class GlossaryLine(Text):
    """One line: each word in bold, then what it means. Hidden where there is nothing to explain."""

    def __init__(self) -> None:
        super().__init__(role="caption", colour="t2", selectable=True)
        self._shown: tuple[object, ...] = ()
        self.setTextFormat(Qt.TextFormat.RichText)
        self.hide()

    def explain(self, texts: Sequence[str], wording: Wording) -> None:
        wanted = (*texts, wording.language)
        if wanted == self._shown:
            return
        self._shown = wanted
        found = explained(texts, wording)
        self.setText("&nbsp;&nbsp;&nbsp; ".join(f"<b>{escape(word)}</b> {escape(text)}" for word, text in found))
        self.setAccessibleName("; ".join(f"{word}: {text}" for word, text in found))
        self.setVisible(bool(found))
