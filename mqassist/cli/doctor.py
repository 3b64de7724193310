"""`mqassist doctor`: what this installation can and cannot do on this computer."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from mqassist.cli.language import Language
from mqassist.cli.options import read_switches
from mqassist.cli.output import is_utf8, say_line, style_for, write_out
from mqassist.cli.words import Words
from mqassist.core.capability import Capability
from mqassist.report.cells import cells, padded, printable, wrapped
from mqassist.services import survey

SCHEMA = "mqassist.doctor/1"
_SHAPES = {"available": "passed", "limited": "warning", "missing": "failed"}


def doctor(arguments: Sequence[str], language: Language) -> int:
    """0 if every check can run here, 1 if something that checks need is missing. Raises UserError."""
    words = Words(language)
    given = read_switches(arguments, words, "cli.doctor.arguments")
    if "help" in given:
        return say_line(words.say("cli.doctor.help"))
    found = survey()
    write_out(_as_json(found, words) if "json" in given else _as_text(found, words))
    return 1 if any(item.essential and item.ability == "missing" for item in found) else 0


def _meaning(item: Capability, words: Words) -> str:
    """What follows from it; nothing needs to be said of what is simply there."""
    return "" if item.ability == "available" else words.say(f"doctor.{item.id}.{item.ability}")


def _as_json(found: Sequence[Capability], words: Words) -> str:
    import json

    from mqassist import __version__

    document = {
        "schema": SCHEMA,
        "tool": {"name": "mqassist", "version": __version__},
        "capabilities": [
            {
                "id": item.id,
                "ability": item.ability,
                "essential": item.essential,
                "value": item.value or None,
                "title": words.say(f"doctor.{item.id}.title"),
                "meaning": _meaning(item, words) or None,
            }
            for item in found
        ],
    }
    return json.dumps(document, ensure_ascii=not is_utf8(sys.stdout), indent=2) + "\n"


def _as_text(found: Sequence[Capability], words: Words) -> str:
    style = style_for(sys.stdout, "any")
    titles = [words.say(f"doctor.{item.id}.title") for item in found]
    widest = max(map(cells, titles))
    lines = [words.say("cli.doctor.heading"), ""]
    for item, title in zip(found, titles, strict=True):
        kind = "warning" if item.ability == "missing" and not item.essential else _SHAPES[item.ability]
        shape = style.paint(kind, style.shape(kind))
        word = "" if item.ability == "available" else words.say(f"doctor.ability.{item.ability}")
        value = "  ".join(part for part in (word, printable(item.value)) if part)
        lines.append(f"  {shape} {padded(title, widest)}  {value}".rstrip())
        meaning = _meaning(item, words)
        if meaning:
            indent = " " * (widest + 6)
            lines += [indent + style.paint("faint", line) for line in wrapped(meaning, max(30, 98 - widest))]
    return "\n".join(lines) + "\n"
