"""Passwords that stand in foreign text: what looks like one is masked wherever a line leaves the log engine."""

from __future__ import annotations

import re

from mqassist.core.secret import MASK

MANY_COMMAS = 12
"""A line with fewer of them holds no packet, unless it goes on with one."""
_HINTS = ("pass", "pwd", "secret", "token", "://", "bearer ", "basic ", "api", "credentials", "cookie")
"""Without one of these, in lower case, there is nothing to mask: a quick look for the many lines that have none."""
_RULES = (
    # amqp://user:password@host, also with an empty user
    (re.compile(r"(\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s:/@'\"<>]{0,200}:)[^\s@'\"<>]{1,300}(?=@)"), rf"\1{MASK}"),
    # Authorization: Basic …, Bearer …
    (re.compile(r"(\b(?:Basic|Bearer)\s{1,3})[A-Za-z0-9+/=_.~-]{8,4000}"), rf"\1{MASK}"),
    # Erlang terms: {password,<<"…">>}, {default_pass,"…"}, password => <<"…">>
    (
        re.compile(
            r"(\b[a-z_]{0,40}(?:password|passwd|default_pass|secret|token|erlang_cookie|credentials)"
            r"\s{0,3}(?:,|=>)\s{0,3}(?:<<)?\")[^\"\n]{1,1000}(?=\")"
        ),
        rf"\1{MASK}",
    ),
    # password=…, "password": "…", passwd: …, secret = …, access_token=…
    (
        re.compile(
            r"((?<![A-Za-z])[A-Za-z_.-]{0,40}(?:passw(?:or)?d|passwd|passphrase|pwd|secret|api[_-]?key|access[_-]?token|"
            r"auth[_-]?token|cookie)[\"']?\s{0,3}(?::|=)\s{0,3}[\"']?)(?!\s|[\"']?[,}\])]|undefined\b|null\b|true\b|false\b)"
            r"[^\s\"',;&}\])]{1,1000}",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
)


_LIST_HEAD = re.compile(r"((?:<<|\[)(?:\d{1,3},\s{0,200}){12})\d{1,3}(?:,\s{0,200}\d{1,3})*,?")
"""Erlang's list of bytes, as a crash report shows a packet: the first tell what it was, a login stands behind them."""
_LIST_ON = re.compile(r"^([ \t]*)\d{1,3}(?:,\d{1,3})*(?=,[ \t]*$|>>|\]),?", re.MULTILINE)
"""A line in the middle or at the end of such a list."""


def masked(text: str) -> str:
    """The same text with what looks like a password replaced; quick where nothing does."""
    if text.count(",") >= MANY_COMMAS or text.lstrip()[:1].isdigit():
        text = _LIST_ON.sub(rf"\1{MASK}", _LIST_HEAD.sub(rf"\1{MASK}", text))
    lower = text.lower()
    if not any(hint in lower for hint in _HINTS):
        return text
    for pattern, put in _RULES:
        text = pattern.sub(put, text)
    return text
