"""The person's own highlights: named sets of words or patterns with colours, kept for every log and shared as a file.

What stands higher in the list lies on top where two meet. Knows no widget.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Signal

from mqassist.core.record import changed, record
from mqassist.gui.pages.logs.painting import HIGHLIGHT_COLOURS, Highlight, pattern_of
from mqassist.gui.shell import Shell

KEPT = "logs-highlights"
MOST_SETS, MOST_RULES, LONGEST = 50, 200, 1_000
KIND = "mqassist highlights"


@record
class HighlightSet:
    """`on` says whether its colours are seen."""

    name: str
    rules: tuple[Highlight, ...] = ()
    on: bool = True


class Highlights(QObject):
    """One for the whole window: `highlights_of`. Written to the settings with every change."""

    changed = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._settings = shell.settings
        pages = shell.settings.current.pages
        self.sets: list[HighlightSet] = sets_of(pages.get(KEPT)) or _of_before(pages.get("logs"))

    def active(self) -> tuple[Highlight, ...]:
        """In the order of painting: later ones lie on top."""
        rules = [rule for each in self.sets if each.on for rule in each.rules]
        return tuple(rule for rule in reversed(rules) if is_good(rule))

    def put(self, sets: Iterable[HighlightSet]) -> None:
        """In place of what was."""
        self.sets = list(sets)[:MOST_SETS]
        self._settings.remember(KEPT, plain(self.sets))
        self.changed.emit()

    def switch(self, at: int, on: bool) -> None:
        self.put(changed(each, on=on) if place == at else each for place, each in enumerate(self.sets))

    def has_word(self, text: str) -> bool:
        """Whether this very text is tinted now."""
        return any(rule.text == text and not rule.regex for rule in self.active())

    def toggle_word(self, text: str, colour: str = "") -> None:
        """Tints it in the first set that is on, in the colour that is used least there; or no longer, in all that are
        on."""
        if self.has_word(text):
            self.put(
                changed(each, rules=tuple(rule for rule in each.rules if rule.text != text or rule.regex))
                if each.on else each for each in self.sets
            )  # fmt: skip
        else:
            self.add(Highlight(text, colour))

    def add(self, rule: Highlight) -> None:
        """Into the first set that is on; on top of its rules. A rule without a colour gets the one used least."""
        sets = list(self.sets)
        at = next((place for place, each in enumerate(sets) if each.on), -1)
        if at < 0:
            at = 0
            sets.insert(0, HighlightSet(QCoreApplication.translate("Highlights", "My highlights")))
        used = [each.colour for each in sets[at].rules]
        colour = rule.colour or min(HIGHLIGHT_COLOURS, key=used.count)
        sets[at] = changed(sets[at], rules=(changed(rule, colour=colour), *sets[at].rules)[:MOST_RULES])
        self.put(sets)


def highlights_of(shell: Shell) -> Highlights:
    found = shell.findChild(Highlights)
    return found if isinstance(found, Highlights) else Highlights(shell)


def is_good(rule: Highlight) -> bool:
    """Whether there is something to look for, and it is no broken pattern."""
    return bool(rule.text) and pattern_of(rule.text, rule.regex, rule.ignore_case) is not None


def plain(sets: Iterable[HighlightSet]) -> list[dict[str, Any]]:
    """As JSON has it."""
    return [
        {"name": each.name, "on": each.on, "rules": [
            {"text": rule.text, "colour": rule.colour, "regex": rule.regex, "ignore_case": rule.ignore_case,
             "whole_line": rule.whole_line}
            for rule in each.rules
        ]}
        for each in sets
    ]  # fmt: skip


def sets_of(told: object) -> list[HighlightSet]:
    """What is well-formed of it; the rest is left out."""
    found = told if isinstance(told, list) else []
    return [
        HighlightSet(str(each.get("name", ""))[:LONGEST], rules_of(each.get("rules")), each.get("on") is not False)
        for each in found[:MOST_SETS] if isinstance(each, Mapping)
    ]  # fmt: skip


def rules_of(told: object) -> tuple[Highlight, ...]:
    found = told if isinstance(told, list) else []
    rules = [_rule(each) for each in found[:MOST_RULES] if isinstance(each, Mapping)]
    return tuple(rule for rule in rules if rule.text)


def _rule(told: Mapping[str, object]) -> Highlight:
    colour = str(told.get("colour"))
    return Highlight(
        str(told.get("text", ""))[:LONGEST], colour if colour in HIGHLIGHT_COLOURS else "accent",
        told.get("regex") is True, told.get("ignore_case") is not False, told.get("whole_line") is True,
    )  # fmt: skip


def _of_before(told: object) -> list[HighlightSet]:
    """A version without sets kept one list of words."""
    rules = rules_of(told.get("highlights")) if isinstance(told, Mapping) else ()
    return [HighlightSet(QCoreApplication.translate("Highlights", "My highlights"), rules)] if rules else []


def as_file(sets: Iterable[HighlightSet]) -> str:
    """What is shared with others."""
    return json.dumps({"kind": KIND, "version": 1, "sets": plain(sets)}, ensure_ascii=False, indent=1) + "\n"


def from_file(text: str) -> list[HighlightSet]:
    """Raises ValueError for what is no such file."""
    told = json.loads(text)
    if not isinstance(told, dict) or told.get("kind") != KIND or told.get("version") != 1:
        raise ValueError(KIND)
    return sets_of(told.get("sets"))
