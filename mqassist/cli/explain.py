"""`mqassist explain [FILE | -]`: a pasted error, stack trace or log excerpt, and what it means."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from mqassist.cli.language import Language
from mqassist.cli.options import HELP, JSON, LANG, problem, read_options
from mqassist.cli.output import complain, is_terminal, is_utf8, say_line, style_for, write_out
from mqassist.cli.words import Words
from mqassist.core.errors import UserError
from mqassist.services import build_services

MAX_BYTES = 64_000_000
"""A text of this size is explained in some seconds; larger files are what `mqassist logs` is for."""


def explain(arguments: Sequence[str], language: Language) -> int:
    """0 if the text could be read, whatever it says. Raises UserError for what cannot be understood."""
    words = Words(language)
    place, as_json, wants_help = _read(arguments, words)
    if wants_help:
        return say_line(words.say("cli.explain.help"))
    data = _content(place, words)
    services = build_services(language)
    explained = services.explain_bytes(data)
    shown = services.present_explanation(explained)
    if as_json:
        import json

        from mqassist.report.explanation import explanation_document

        document = explanation_document(explained, shown)
        write_out(json.dumps(document, ensure_ascii=not is_utf8(sys.stdout), indent=2) + "\n")
        return 0
    from mqassist.report.explanation_text import render

    platform = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
    write_out(render(explained, shown, services.wording, style_for(sys.stdout, platform)))
    return 0


def _read(arguments: Sequence[str], words: Words) -> tuple[str, bool, bool]:
    """(file or -, JSON, help). Raises UserError."""
    given, places = read_options(arguments, (HELP, JSON, LANG), words, "cli.explain.arguments")
    if len(places) > 1:
        raise problem("cli.explain.arguments", "one-word", words, option=places[1])
    return (places[0] if places else "-"), "json" in given, "help" in given


def _content(place: str, words: Words) -> bytes:
    """The bytes of the file, or of standard input. Raises UserError."""
    if place == "-":
        if is_terminal(sys.stdin):
            complain(words.say("cli.explain.paste"))
        stream = getattr(sys.stdin, "buffer", None)
        data = b"" if stream is None else stream.read(MAX_BYTES + 1)
    else:
        try:
            with open(place, "rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            reason = error.strerror or str(error)
            raise UserError(
                "cli.explain.unreadable", f"cannot read {place}: {reason}", file=place, reason=reason
            ) from error
    if len(data) > MAX_BYTES:
        complain(words.say("cli.explain.cut", size=MAX_BYTES // 1_000_000))
    return bytes(data[:MAX_BYTES])
