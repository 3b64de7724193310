"""`mqassist selftest`: proves that this installation works, its window included."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from mqassist.cli.language import Language
from mqassist.cli.options import read_switches
from mqassist.cli.output import is_utf8, say_line, style_for, write_out
from mqassist.cli.words import Words
from mqassist.core.capability import Capability
from mqassist.report.cells import cells, padded, printable
from mqassist.services import build_services, keyring, selftest_of

SCHEMA = "mqassist.selftest/1"
WINDOW_S = 180.0
"""A cold start from a slow disk on a busy machine, and every page made once in each language."""
_SHAPES = {"available": "passed", "limited": "warning", "missing": "failed"}


def selftest(arguments: Sequence[str], language: Language) -> int:
    """0 if everything works, 1 if something is missing or broken. Raises UserError."""
    words = Words(language)
    given = read_switches(arguments, words, "cli.selftest.arguments")
    if "help" in given:
        return say_line(words.say("cli.selftest.help"))
    services = build_services(language)
    found = (*selftest_of(services), keyring(), _window())
    write_out(_as_json(found) if "json" in given else _as_text(found, words))
    return 1 if any(item.essential and item.ability == "missing" for item in found) else 0


def _window() -> Capability:
    """In a process of its own, without a screen: whatever Qt does there, this one tells of it."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "mqassist"]
    with tempfile.TemporaryDirectory(prefix="mqassist-") as folder:
        environment = {**os.environ, "MQASSIST_DATA": folder, "QT_QPA_PLATFORM": "offscreen"}
        try:
            done = subprocess.run(  # noqa: S603 - this very program, with fixed arguments
                [*program, "selftest", "--window"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=environment,
                timeout=WINDOW_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Capability("window", "missing", f"{WINDOW_S:.0f} s", essential=True)
        except OSError as error:
            return Capability("window", "missing", str(error), essential=True)
    told = done.stdout.decode("utf-8", "replace").strip()
    if done.returncode == 0 and told:
        return Capability("window", "available", told, essential=True)
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    last = [line for line in lines if not line.startswith("[PYI")][-1:] or [told]  # the frozen program adds one
    return Capability("window", "missing", f"{done.returncode}: {last[0]}", essential=True)


def _title(item: Capability, words: Words) -> str:
    kind, _, name = item.id.partition(".")
    if kind == "rehearsal":
        return words.say("selftest.rehearsal.title", name=name)
    return words.say(f"{'doctor' if kind == 'keyring' else 'selftest'}.{kind}.title")


def _as_json(found: Sequence[Capability]) -> str:
    from mqassist import __version__

    document = {
        "schema": SCHEMA,
        "tool": {"name": "mqassist", "version": __version__},
        "packaged": bool(getattr(sys, "frozen", False)),
        "results": [
            {"id": item.id, "ability": item.ability, "essential": item.essential, "value": item.value or None}
            for item in found
        ],
    }
    return json.dumps(document, ensure_ascii=not is_utf8(sys.stdout), indent=2) + "\n"


def _as_text(found: Sequence[Capability], words: Words) -> str:
    style = style_for(sys.stdout, "any")
    titles = [_title(item, words) for item in found]
    widest = max(map(cells, titles))
    lines = []
    for item, title in zip(found, titles, strict=True):
        kind = "warning" if item.ability == "missing" and not item.essential else _SHAPES[item.ability]
        lines.append(
            f"{style.paint(kind, style.shape(kind))} {padded(title, widest)}  {printable(item.value)}".rstrip()
        )
    return "\n".join(lines) + "\n"
