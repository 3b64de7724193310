"""The text of the URL field: which part is what, where a password stands, what looks wrong. Pure; no Qt.

A password that was typed or pasted does not stay in the text: dots of a fixed length stand there, and the secret is
held beside it. The target is read from the text with the secret put back, so that nothing is lost for the diagnosis.
"""

from __future__ import annotations

import re
from typing import Literal

from mqassist.core.percent import decode, encode
from mqassist.core.record import record
from mqassist.core.secret import MASK, Secret
from mqassist.core.target import Target, parse_target
from mqassist.core.text import Text

DOTS = "••••••"
"""Always six: how long a password is nobody's business."""
PartKind = Literal["scheme", "user", "dots", "host", "port", "tail"]
_NOT_A_PROBLEM = ("input.understood", "input.vhost-read")


@record
class Part:
    kind: PartKind
    start: int
    length: int


@record
class Lint:
    """`start` and `length` of what looks wrong; `repaired` is the text that would be right, with dots where the
    secret stands, or "" if nobody can tell."""

    texts: tuple[Text, ...]
    start: int
    length: int
    repaired: str = ""


@record
class Typed:
    """`text` is what the field shows, `secret` the password as it was written in it, perhaps percent-encoded."""

    text: str
    secret: Secret | None = None

    def whole(self) -> str:
        return self.text if self.secret is None else self.text.replace(DOTS, self.secret.reveal(), 1)

    def target(self) -> Target:
        return parse_target(self.whole().strip())


def settled(text: str, held: Secret | None) -> Typed:
    """What the field should show after an edit: a password in `text` is taken out; dots that were edited are gone."""
    if held is not None and DOTS in text:
        whole = text.replace(DOTS, held.reveal(), 1)
    else:
        whole, held = text.replace("•", ""), None
    place = _password_place(whole)
    if place is None:
        return Typed(whole if held is None else text, held if DOTS in text else None)
    start, end = place
    return Typed(whole[:start] + DOTS + whole[end:], Secret(whole[start:end]))


def _password_place(text: str) -> tuple[int, int] | None:
    """Where the password stands, as the engine reads it: the same text that it takes for the password."""
    if "@" not in text:
        return None
    password = parse_target(text.strip()).credentials.password
    if password is None or password.is_blank:
        return None
    scheme = re.match(r"\s*[A-Za-z][A-Za-z0-9+.-]*://", text)
    begin = text.find(":", scheme.end() if scheme else 0)
    if begin < 0:
        return None
    wanted = password.reveal()
    for found in re.finditer("@", text):
        raw = text[begin + 1 : found.start()]
        if found.start() > begin and wanted in (raw, decode(raw)):
            return begin + 1, found.start()
    last = text.rfind("@")  # read otherwise than it is written: better too much out of sight than a rest in it
    return (begin + 1, last) if last > begin + 1 else None


def parts(text: str) -> tuple[Part, ...]:
    """Scheme, login, host, port and the rest, by where they stand; of a text that is no URL, nothing."""
    found = re.match(
        r"(?P<scheme>\s*[A-Za-z][A-Za-z0-9+.-]*://)?(?:(?P<user>[^@/?#\s]*)@)?"
        r"(?P<host>\[[0-9A-Fa-f:.%]*\]|[^:/?#\s]*)(?P<port>:\d*)?(?P<tail>[/?#].*)?",
        text,
    )
    if found is None:
        return ()
    kinds: tuple[PartKind, ...] = ("scheme", "user", "host", "port", "tail")
    made = [Part(kind, found.start(kind), len(found[kind])) for kind in kinds if found[kind]]
    at = text.find(DOTS)
    if at >= 0:
        made.append(Part("dots", at, len(DOTS)))
    return tuple(made)


def lint(typed: Typed) -> Lint | None:
    """What the engine finds odd in the text itself, or None. Never asks for more than was typed so far."""
    if not typed.text.strip():
        return None
    target = typed.target()
    repaired = str(target.facts.get("input.repaired_url", ""))
    unusable = target.endpoint is None
    texts = tuple(text for text in target.evidence if text.key not in _NOT_A_PROBLEM)
    if not (repaired or unusable) or (not texts and not repaired):
        return None
    # placeholders in capitals are nothing to put into the field with one click
    fills = bool(target.facts.get("input.placeholder_in")) or not target.facts.get("input.host_given", not unusable)
    shown = "" if fills else repaired.replace(MASK, DOTS, 1)
    if shown == typed.text and typed.secret is not None:
        # what has to be written otherwise is out of sight
        return Lint(texts, typed.text.find(DOTS), len(DOTS), shown)
    start, length = _differing(typed.text, shown)
    return Lint(texts or target.evidence[:1], start, length, shown if shown != typed.text else "")


def _differing(text: str, repaired: str) -> tuple[int, int]:
    """The part that a repair would change; the whole text if there is none."""
    if not repaired or repaired == text:
        return 0, len(text)
    start = 0
    while start < min(len(text), len(repaired)) and text[start] == repaired[start]:
        start += 1
    tail = 0
    while tail < min(len(text), len(repaired)) - start and text[-1 - tail] == repaired[-1 - tail]:
        tail += 1
    length = len(text) - tail - start
    if length <= 0:  # something is missing there: mark what stands before and behind the gap
        start, length = max(0, start - 1), min(2, len(text))
    return start, length


def repaired(typed: Typed, found: Lint) -> Typed:
    """The text with the repair, and the secret in the form that belongs there."""
    if DOTS not in found.repaired:
        return Typed(found.repaired)
    password = typed.target().credentials.password
    return Typed(found.repaired, None if password is None else Secret(encode(password.reveal())))
