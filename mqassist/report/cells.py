"""How many terminal cells a text takes, and laying it out by cells. Knows no colours and no report."""

from __future__ import annotations

import re

_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
"""C0 and C1 controls (terminal sequences begin there), invisible and direction-changing characters, lone surrogates."""

_NOT_AT_LINE_START = set("，。；：、！？）》」』】”’…,.;:!?)]}%")
_NOT_AT_LINE_END = set("（《「『【“‘([{")
_WORD = r"\s+|[^\s\u1100-\u11ff\u2e80-\uffdc\U00020000-\U0003ffff]+|."
# patterns are compiled where they are first used: half of all reports need none of them


def printable(text: str, keep_lines: bool = False) -> str:
    """What a peer sent must not drive the terminal or hide in a ticket: unsafe characters show as \\xNN or \\uNNNN."""
    if text.isascii() and text.isprintable():
        return text

    def escaped(found: re.Match[str]) -> str:
        character = found[0]
        if keep_lines and character == "\n":
            return character
        short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
        code = ord(character)
        return short or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")

    return re.sub(_UNSAFE, escaped, text)


def cells(text: str) -> int:
    """Terminal cells: wide and full-width characters take two, combining marks none, ambiguous ones one."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def padded(text: str, width: int) -> str:
    return text + " " * max(0, width - cells(text))


def cut(text: str, width: int, dots: str = "…") -> str:
    """At most `width` cells; cut in the middle, because names differ at both ends."""
    if cells(text) <= width:
        return text
    room = max(0, width - cells(dots))
    left = _prefix(text, room - room // 2)
    right = _prefix(text[::-1], room // 2)[::-1]
    return left + dots + right


def _prefix(text: str, width: int) -> str:
    taken = 0
    for index, character in enumerate(text):
        taken += cells(character)
        if taken > width:
            return text[:index]
    return text


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells. Breaks at blanks, between Chinese characters, and inside a word only when the
    word alone is longer than a line; a closing mark is never first and an opening one never last in a line."""
    lines: list[str] = []
    line = ""
    for word in _words(text):
        if cells(line) + cells(word.rstrip()) <= width:
            line += word
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = word.lstrip()
        while cells(line) > width:
            head = _prefix(line, width) or line[0]
            lines.append(head)
            line = line[len(head) :]
    if line.strip() or not lines:
        lines.append(line.rstrip())
    return lines


def _words(text: str) -> list[str]:
    words: list[str] = []
    for piece in re.findall(_WORD, text):
        glue = words and (piece[0] in _NOT_AT_LINE_START or words[-1][-1] in _NOT_AT_LINE_END)
        if glue and not words[-1][-1].isspace():
            words[-1] += piece
        else:
            words.append(piece)
    return words
