"""Secrets in a paste, masked before anything else looks at it. Finds more than it must rather than less."""

from __future__ import annotations

import re
from collections.abc import Callable

from mqassist.core.secret import MASK

Hide = Callable[[re.Match[str]], str]

_URL = re.compile(r"(?P<head>[A-Za-z][A-Za-z0-9+.-]{1,15}://[^\s/:@\"'<>]{0,200}:)(?P<secret>[^\s@\"'<>]{1,400})(?=@)")
_NAMES = (
    r"pass(?:word|wd|phrase|code)?|pwd|secret|client[_-]?secret|api[_-]?key|access[_-]?key|auth[_-]?token|token"
    r"|密码|口令"
)
_ASSIGNED = re.compile(
    rf"(?P<head>(?:\b|_|(?<=[a-z])(?=P))(?:{_NAMES})(?:_?\d)?[\"']?[ ]{{0,3}}(?:=>|[:=]|：|is\b)[ ]{{0,3}}[\"']?)"
    r"(?P<secret>[^\s\"',;&)}\]]{1,400})",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"(?P<head>\b(?:pass(?:word|wd|phrase|code)|pwd|密码|口令)[ ]{1,3}[\"'])(?P<secret>[^\s\"']{1,400})(?=[\"'])",
    re.IGNORECASE,
)
_NUL = r"\\{1,4}(?:u0000|x00|0{1,3})"
_PLAIN = re.compile(rf"(?P<head>{_NUL}[^\\\"'\s]{{1,255}}{_NUL})(?P<secret>(?:[^\\\"'\s]|\\(?![\\\"'])){{1,400}})")
"""The response of SASL PLAIN as traces print it: NUL, the user, NUL, the password (RFC 4616)."""
_OPTION = re.compile(r"(?P<head>(?<!\S)(?:-P|--pw|--password|--pass|--passwd)[ =][\"']?)(?P<secret>[^\s\"']{1,400})")
_CALL = re.compile(
    r"(?P<head>(?:PlainCredentials|username_pw_set|AMQPPlainAuth|setPassword|PlainAuth|with_credentials)\("
    r"(?:[^,()\n]{1,200},[ ]{0,3})?[\"'])(?P<secret>[^\"'\n]{1,400})(?=[\"'])",
    re.IGNORECASE,
)
_BEARER = re.compile(r"(?P<head>\b(?:Bearer|Basic)[ ]{1,3})(?P<secret>[A-Za-z0-9+/=._~-]{8,4000})")
_JWT = re.compile(r"(?P<head>\b)(?P<secret>eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{2,4000}\.[A-Za-z0-9_-]{0,2000})")
_PEM = re.compile(r"(?P<head>-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)(?P<secret>[^-]{1,20000})(?=-----END|\Z|-)")
_BY_WORDS = (
    (
        ("pass", "pwd", "secret", "token", "密码", "口令", "api_key", "api-key", "apikey", "access_key", "accesskey"),
        _ASSIGNED,
    ),
    (("passw", "passphrase", "passcode", "pwd", "密码", "口令"), _QUOTED),
    (("\\u0000", "\\x00", "\\0"), _PLAIN),
    (("-p ", "-p=", "--p"), _OPTION),
    (("plaincredentials", "username_pw_set", "plainauth", "setpassword", "with_credentials"), _CALL),
    (("bearer", "basic "), _BEARER),
    (("eyj",), _JWT),
)
"""Each pattern is tried only on lines with one of its words (in lower case)."""
_HARMLESS = re.compile(
    r"(?:refused|invalid|none|null|nil|true|false|missing|required|provided|empty|not|no|yes|wrong|incorrect|is|was|length"
    r"|unexpected|expired|failed|error|authentication|hidden|redacted|filtered|too|blank|unset|undefined|denied|rejected|correct"
    r"|\**|•+|x{3,}|\[?redacted\]?|<[a-z -]*>?|\.{2,}|…)[.,;:!?]{0,3}$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"(?:\$\{?\(?[A-Za-z_][\w.:-]{0,80}[)}]{0,2}|%[A-Za-z_]\w{0,80}%|\{\{?[\w. -]{0,80}\}?\}?)$")
"""A variable that nobody filled in is the cause, not a secret."""
LONG_SECRET = 8
LONGEST = 8_000
"""Characters of one line that are searched; what follows in an endless line is searched in pieces."""


def masked(text: str) -> tuple[str, int, tuple[str, ...]]:
    """The text without its secrets, how many there were, and the passwords of URLs (to fill a check, never to show)."""
    found: list[str] = []

    def hide(match: re.Match[str]) -> str:
        secret = match["secret"]
        if _HARMLESS.match(secret) or _REFERENCE.match(secret):
            return match[0]
        found.append(secret)
        return match["head"] + MASK

    text = _sub_in(text, _lines_with(text, ("://",)), _URL, hide)
    urls = tuple(dict.fromkeys(found))
    if "PRIVATE KEY" in text:
        text = _PEM.sub(hide, text)
    for words, pattern in _BY_WORDS:
        lower = text.lower()
        # İ and its like have a longer lower case: then places would not fit
        text = _sub_in(text, _lines_with(lower if len(lower) == len(text) else text, words), pattern, hide)
    # the same secret may stand elsewhere without a name; short ones would blacken ordinary words
    for secret in dict.fromkeys(found):
        if len(secret) >= LONG_SECRET and secret in text:
            text = text.replace(secret, MASK)
    return text, len(found), urls


def _lines_with(text: str, needles: tuple[str, ...]) -> list[tuple[int, int]]:
    """Lines that hold one of the needles, in order."""
    spans: set[tuple[int, int]] = set()
    for needle in needles:
        at = text.find(needle)
        while at >= 0:
            start = max(text.rfind("\n", 0, at) + 1, at - LONGEST)
            end = text.find("\n", at)
            end = min(len(text) if end < 0 else end, at + LONGEST)
            spans.add((start, end))
            at = text.find(needle, end)
    return _apart(sorted(spans))


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _sub_in(text: str, places: list[tuple[int, int]], pattern: re.Pattern[str], hide: Hide) -> str:
    parts: list[str] = []
    done = 0
    for start, end in places:
        parts += [text[done:start], pattern.sub(hide, text[start:end])]
        done = end
    return "".join((*parts, text[done:]))
