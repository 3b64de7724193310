"""A paste made readable: decoded, without control sequences, and a twin of the same length for matching."""

from __future__ import annotations

import re

MAX_CHARACTERS = 64_000_000

_ANSI = re.compile(r"\x1b(?:\[[0-9;:?<=>!]{0,64}[ -/]{0,4}[@-~]|\][^\x07\x1b\n]{0,512}(?:\x07|\x1b\\)?|[@-Z\\^_]|.)?")
_ANSI_LEFT = re.compile(r"(?:\^\[|\\x1b|\\u001b|␛)\[[0-9;]{0,32}m")
"""Colours that a terminal, a journal or a JSON log has already turned into text."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200d\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Nothing of these may reach a screen: they move the cursor, hide text or turn its direction."""
_LIKE = {
    "’": "'", "‘": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "\u00a0": " ", "\u3000": " ", "–": "-", "—": "-",
    "：": ":", "，": ",", "（": "(", "）": ")", "＂": '"',
}  # fmt: skip
_ENTITY = re.compile(r"&(?:(quot|apos|lt|gt|amp|nbsp)|#(\d{1,6})|#x([0-9a-f]{1,5}));", re.IGNORECASE)
_ENTITIES = {"quot": '"', "apos": "'", "lt": "<", "gt": ">", "amp": "&", "nbsp": " "}
_ESCAPED = re.compile(r"\\{1,4}u00([2-7][0-9a-f])", re.IGNORECASE)
"""A sign of ASCII as JSON encoders write it that are afraid of HTML."""
_TWICE_ESCAPED = re.compile(r"\\\\(?=[\"'\\ntru])")
_SERVICE = re.compile(r"^[ \t]{0,4}[\w.-]{1,60}[ \t]{1,30}\| ?", re.MULTILINE)
"""The name of a service, as Docker Compose puts it before each line: what goes on in the next line is torn apart."""
SERVICES_AT_LEAST = 0.6
"""Share of the lines that must begin so."""
WRAPPED = 40, 250
"""Widths at which a terminal or a mail program breaks lines."""
MAX_UNWRAPPED = 40_000
_BEGINS = re.compile(
    r"[\s\[({<=#>*+|-]|\d{1,4}[-/.:]\d|\d{9,}|at |in |File |Caused |Traceback|Error|Exception|\w{1,40}[:|] |\w{3} \d",
    re.IGNORECASE,
)
"""What a line of a log or a trace begins with, and hardly ever the rest of a broken one."""


def decoded(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or GB 18030 (Chinese Windows); never raises."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def shown(text: str) -> str:
    """What may stand on a screen: no escape sequences, no control or direction characters, lines end in \\n."""
    text = text[:MAX_CHARACTERS]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text:
        text = _ENTITY.sub(_sign, text)
    if "\\u00" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    if "[" in text and any(mark in text for mark in ("^[[", "\\x1b[", "\\u001b[", "␛[")):
        text = _ANSI_LEFT.sub("", text)
    if not text.isascii() or not text.isprintable():
        text = _without_controls(text)
    return text


def _sign(found: re.Match[str]) -> str:
    name, decimal, hexadecimal = found.groups()
    if name:
        return _ENTITIES[name.lower()]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else found[0]


def _without_controls(text: str) -> str:
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode("utf-8")


def alike(text: str) -> str:
    """The text for matching, character by character as long: typographic quotes plain, quotes of JSON unescaped, the
    names of services before the lines blank."""
    if "| " in text and len(_SERVICE.findall(text)) > max(1, SERVICES_AT_LEAST * (text.count("\n") + 1)):
        text = _SERVICE.sub(lambda found: " " * len(found[0]), text)
    if not text.isascii():
        for sign, plain in _LIKE.items():  # a hundred times as fast as str.translate on megabytes
            text = text.replace(sign, plain)
    if "\\" in text:
        if "\\\\" in text:
            text = _TWICE_ESCAPED.sub("  ", text)
        text = text.replace('\\"', ' "').replace("\\n", "  ").replace("\\t", "  ").replace("\\'", " '")
    return text.replace("\t", " ")


def unwrapped(text: str) -> str | None:
    """The text with the lines that were broken at one width put together again; None if none looks so."""
    if len(text) > MAX_UNWRAPPED:
        return None
    lines = text.split("\n")
    width = max(len(line) for line in lines)
    if not WRAPPED[0] <= width <= WRAPPED[1]:
        return None
    joined = lines[:1]
    broken = len(lines[0]) == width
    for line in lines[1:]:
        if broken and line and not _BEGINS.match(line):
            joined[-1] += line
        else:
            joined.append(line)
        broken = len(line) == width
    return "\n".join(joined) if len(joined) < len(lines) else None
