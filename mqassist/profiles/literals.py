"""Texts and numbers as the languages of snippets write them, whatever a name holds. Knows no library."""

from __future__ import annotations

import json
from shlex import quote

VARIABLE = "MQ_PASSWORD"
"""The environment variable that snippets read: a password in code ends up in its history."""


def python(value: object) -> str:
    """In double quotes, as formatters write it."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def plain(value: str) -> str:
    """A string literal that Java, JavaScript and C# read alike."""
    return json.dumps(value, ensure_ascii=True)


def go(value: str) -> str:
    """Its source is UTF-8, and it has no surrogate pairs."""
    return json.dumps(value, ensure_ascii=False)


def single_quoted(value: str) -> str:
    """PHP and Ruby: nothing but these two is special between single quotes."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def properties(value: str) -> str:
    """java.util.Properties, and ${…} of Spring, which has no escape of its own."""
    escaped = value.replace("\\", "\\\\")
    return "".join(char if 0x20 <= ord(char) < 0x7F else _utf16_escapes(char) for char in escaped)


def _utf16_escapes(char: str) -> str:
    data = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{data[at] << 8 | data[at + 1]:04x}" for at in range(0, len(data), 2))


def shell(words: list[str | None]) -> str:
    """One command; None is the password's variable, which the shell fills in."""
    return " ".join(f'"${VARIABLE}"' if word is None else quote(word) for word in words)
