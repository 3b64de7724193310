"""What the rest of a text says of one claim: that the broker answered, that a connection came about, what came after,
and that the address is wrong for what was tried there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mqassist.core.record import changed
from mqassist.explain.finder import Hit
from mqassist.explain.ports import NEVER
from mqassist.explain.reasoning import Claim

UNREACHED = frozenset({"net.connection-refused", "net.connect-timeout", "net.host-unreachable", "host.down"})
"""Causes that mean that no connection came about."""
ANSWERED = ("auth", "amqp", "mqtt")
"""Layers whose causes only somebody can tell who was reached."""
REFUSALS = ("auth", "amqp", "cluster")
"""Layers of what an AMQP broker answers: a code, then what it was about, then why."""
ENDINGS = frozenset(
    {
        "amqp.handshake-closed", "net.closed-on-accept", "net.connection-lost", "net.connection-reset",
        "tls.handshake-aborted", "tls.handshake-failure", "amqp.client-closed-abruptly", "mqtt.client-closed-abruptly",
    }
)  # fmt: skip
"""Causes that only tell how it ended: whatever else the text tells may be why."""
UNANSWERED = frozenset(
    {
        "amqp.handshake-closed", "amqp.handshake-timeout", "mqtt.connack-timeout", "net.accepted-but-silent",
        "net.closed-on-accept", "proto.wrong-protocol",
    }
)  # fmt: skip
"""Causes that mean that the other side never spoke the protocol."""
_ERRNO = re.compile(r"\b(?:WSA)?E[A-Z]{6,}|\d")
"""The system's own word: no library writes it for an answer of the broker."""


def in_context(claims: Sequence[Claim], hits: Sequence[Hit], seen: str) -> list[Claim]:
    """The same claims; those that others of the text explain count as an effect of theirs."""
    answers = {claim.line for claim in claims if not claim.symptom and _layer(claim) in ANSWERED}
    reached = any(hit.saying.reached for hit in hits)
    shaken = reached or any(_layer(claim) == "tls" for claim in claims)
    told = any(not claim.symptom and claim.named[0] not in ENDINGS | UNREACHED for claim in claims)
    reasons: dict[int, Claim] = {}
    for claim in claims:
        if claim.sure and not claim.symptom and _layer(claim) in REFUSALS:
            reasons[claim.line] = max(claim, reasons.get(claim.line, claim), key=lambda one: one.start)

    def guessed(claim: Claim) -> bool:  # libraries write "refused" for any refusal, and guess where they know nothing
        words_only = _ERRNO.search(seen, claim.start, claim.end) is None
        return claim.named[0] in UNREACHED and (
            ((claim.line in answers or reached) and words_only) or (shaken and not claim.sure)
        )

    def explained(claim: Claim) -> bool:
        if told and claim.named[0] in ENDINGS and not claim.sure:
            return True
        reason = reasons.get(claim.line)
        return (
            reason is not None
            and reason.start >= claim.end
            and reason.named[0] != claim.named[0]
            and claim.sure
            and _layer(claim) in REFUSALS
        )

    return [
        changed(claim, symptom=True, wraps=True)
        if guessed(claim)
        else changed(claim, symptom=True)
        if explained(claim)
        else claim
        for claim in claims
    ]


def at_wrong_port(claims: Sequence[Claim], cause: str) -> list[Claim]:
    """The same claims; those that leave open why nothing came back are put down to `cause`, an address that is wrong by
    itself, unless other words of the text tell why."""
    open_ones = UNANSWERED | ENDINGS if cause in NEVER else UNANSWERED
    if not cause or any(not claim.symptom and claim.named[0] not in open_ones for claim in claims):
        return list(claims)
    return [
        changed(claim, named=tuple(dict.fromkeys((cause, *claim.named))), sure=False, symptom=False, wraps=False)
        if claim.named[0] in open_ones
        else claim
        for claim in claims
    ]


def _layer(claim: Claim) -> str:
    return claim.named[0].partition(".")[0]
