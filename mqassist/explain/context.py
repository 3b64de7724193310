"""What the rest of a text says of one claim: that the broker answered, that a connection came about, which port it was.

Claims are only made weaker or put in another order here; nothing is added that no words stand for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mqassist.core.record import changed
from mqassist.explain.finder import Hit
from mqassist.explain.reasoning import Claim

UNREACHED = frozenset({"net.connection-refused", "net.connect-timeout", "net.host-unreachable", "host.down"})
"""Causes that mean that no connection came about."""
ANSWERED = ("auth", "amqp", "mqtt")
"""Layers whose causes only somebody can tell who was reached."""
_ERRNO = re.compile(r"\b(?:WSA)?E[A-Z]{6,}|\d")
"""The system's own word: no library writes it for an answer of the broker."""


def in_context(claims: Sequence[Claim], hits: Sequence[Hit], seen: str) -> list[Claim]:
    """Libraries write "connection refused" for any refusal, and guess where they know nothing: claims that nobody was
    reached count as an effect where the same line holds the broker's answer, or the text shows the connection."""
    answers = {claim.line for claim in claims if not claim.symptom and _layer(claim) in ANSWERED}
    reached = any(hit.saying.reached for hit in hits)
    return [
        changed(claim, symptom=True, wraps=True)
        if claim.named[0] in UNREACHED
        and (
            (claim.line in answers and not _ERRNO.search(seen, claim.start, claim.end)) or (reached and not claim.sure)
        )
        else claim
        for claim in claims
    ]


def _layer(claim: Claim) -> str:
    return claim.named[0].partition(".")[0]
