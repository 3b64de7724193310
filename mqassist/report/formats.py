"""The formats by name, and the second cleaning of what they made. The first is done on the structure, in `present`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from mqassist.core.advice import Wording
from mqassist.core.report import Report
from mqassist.core.secret import Credentials, Redactor
from mqassist.report.presented import Clean, Presented, present
from mqassist.report.style import Style

FORMATS = ("text", "json", "markdown", "html", "junit")
ENDINGS = {
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xml": "junit",
}
"""What the name of a file says about the format, where nothing else was asked for."""

_JSON_STRING = r'"((?:[^"\\]|\\.)*)"'
_MARKUP = r"(?s:<style>.*?</style>|<[^>]*>|[^<]+)"
_ATTRIBUTE = r'"([^"<>]*)"'
_IDENTIFIER = r"[A-Za-z0-9._/:-]+"


def redactor_for(report: Report, credentials: Credentials, own_words: str = "") -> Redactor:
    """The words of the target and of our own sentences are public: a password that is one of them is not masked
    there, because the gap in a sentence that everybody can read would tell it. What peers say was cleaned before.
    """
    endpoint = report.endpoint
    known = () if endpoint is None else (endpoint.host, endpoint.vhost, endpoint.username or "", str(endpoint.port))
    return Redactor(credentials, (*known, own_words))


def presented(report: Report, wording: Wording, redactor: Redactor, output: str) -> Presented:
    """Ready for that format: where people read, control characters are made visible as well."""
    return present(report, wording, redactor.text if output == "json" else _readable(redactor))


def _readable(redactor: Redactor) -> Clean:
    from mqassist.report.cells import printable

    return lambda text: printable(redactor.text(text), keep_lines="Traceback" in text)


def render(
    output: str,
    reports: Sequence[Presented],
    wording: Wording,
    style: Style,
    *,
    many: bool = False,
    ascii_only: bool = False,
) -> str:
    """`many` and `ascii_only` concern JSON, `style` the terminal. Modules are loaded only when they are asked for."""
    if output == "json":
        from mqassist.report import json

        return json.render(reports, many=many, ascii_only=ascii_only)
    if output == "markdown":
        from mqassist.report import markdown

        return markdown.render(reports, wording)
    if output == "html":
        from mqassist.report import html

        return html.render(reports, wording)
    if output == "junit":
        from mqassist.report import junit

        return junit.render(reports, wording)
    from mqassist.report import text

    return text.render(reports, wording, style)


def can_be_joined(output: str, count: int) -> bool:
    """Whether so many may be rendered one by one; few on a terminal are told in full."""
    if output != "text":
        return output == "json" and count > 1
    from mqassist.report import text

    return count > text.FEW


def rendered_alone(
    output: str,
    report: Presented,
    wording: Wording,
    style: Style,
    *,
    ascii_only: bool = False,
    found: dict[str, Any] | None = None,
) -> str:
    """One of those that are `joined`, from the form for programs, also for a terminal; `found` is its document, if
    somebody has made that already."""
    if output == "json":
        from mqassist.report import json

        return json.laid_out(found or json.document(report), depth=1, ascii_only=ascii_only)
    from mqassist.report import text

    return text.short_card(report, wording, style)


def joined(output: str, reports: Sequence[Presented], rendered: Sequence[str], wording: Wording, style: Style) -> str:
    """Many that were rendered alone."""
    if output == "json":
        from mqassist.report import json

        return json.joined(rendered)
    from mqassist.report import text

    return text.joined(reports, rendered, wording, style)


def swept(output: str, rendered: str, redactor: Redactor) -> str:
    """Cleans what was rendered once more, without touching what makes the format a format."""
    if redactor.text(rendered) == rendered:
        return rendered
    if output == "json":
        return re.sub(_JSON_STRING, lambda found: f'"{_swept_value(found[1], redactor)}"', rendered)
    if output in ("html", "junit"):
        return re.sub(_MARKUP, lambda found: _swept_markup(found[0], redactor, output == "junit"), rendered)
    return redactor.text(rendered)


def _swept_value(value: str, redactor: Redactor) -> str:
    """Single words are keys and identifiers of ours, or were cleaned with the structure."""
    return value if re.fullmatch(_IDENTIFIER, value) else redactor.text(value)


def _swept_markup(piece: str, redactor: Redactor, attributes: bool) -> str:
    if not piece.startswith("<"):
        return redactor.text(piece)
    if not attributes:
        return piece
    return re.sub(_ATTRIBUTE, lambda found: f'"{_swept_value(found[1], redactor)}"', piece)
