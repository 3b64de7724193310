"""Ties what the relay overheard to the causes that checks are told by: a program's own mistakes, by the same names."""

from __future__ import annotations

from mqassist.core.advice import Wording
from mqassist.core.endpoint import Endpoint
from mqassist.core.facts import Fact
from mqassist.core.observation import Observation
from mqassist.core.overheard import Mistake, Overheard
from mqassist.diagnosis.causes import Cause
from mqassist.diagnosis.diagnose import diagnose
from mqassist.probes._amqp_refusal import read_refusal

PERHAPS = 3
"""So many open questions are told at most."""


def mistakes(heard: Overheard, broker: Endpoint, causes: tuple[Cause, ...], wording: Wording) -> tuple[Mistake, ...]:
    """What is proved, worst first; if a refused login proves nothing by itself, what it may be."""
    facts = complete_facts(heard)
    seen = Observation(probe="lab.overheard", layer="protocol", outcome="passed", facts=facts)
    verdict = diagnose(facts, causes, (seen,))
    proved = [finding.cause for finding in (verdict.primary, *verdict.others) if finding is not None]
    failed = facts.get("login.result") in ("refused", "closed")
    perhaps = _closest(facts, causes) if failed and not proved else []
    values = values_of(facts, broker)
    told = [(wording.advice(cause, values), cause in proved) for cause in (*proved, *perhaps)]
    return tuple(Mistake(advice, certain) for advice, certain in told if advice is not None)


def _closest(facts: dict[str, Fact], causes: tuple[Cause, ...]) -> list[str]:
    """Causes that fit as far as one can see from outside, the likeliest first."""
    open_ones = diagnose(facts, causes, (_FAILED,)).undecided
    likely = {cause.id: cause.certainty for cause in causes}
    return sorted((each.cause for each in open_ones), key=lambda name: -likely.get(name, 0.0))[:PERHAPS]


_FAILED = Observation(probe="lab.overheard", layer="auth", outcome="failed")


def complete_facts(heard: Overheard) -> dict[str, Fact]:
    """What was overheard, with what a broker's words of refusal mean."""
    facts = dict(heard.facts)
    code, text, stage = (facts.get(f"amqp.close_{name}") for name in ("code", "text", "stage"))
    if isinstance(code, int) and isinstance(text, str):
        meaning, limit = read_refusal(code, text)
        facts["amqp.refusal"] = "other" if meaning == "login" and stage != "login" else meaning
        if meaning == "frame":
            facts["amqp.frame_too_large"] = "frame_too_large" in text
        if limit is not None:
            facts["amqp.limit"] = limit
    return facts


def values_of(facts: dict[str, Fact], broker: Endpoint) -> dict[str, Fact]:
    """What sentences about a cause may name, as for a check of that broker."""
    values = dict(facts)
    values |= {"host": broker.host, "port": broker.port, "authority": broker.authority, "protocol": broker.protocol}
    values |= {"input.host": broker.host, "input.port": broker.port, "input.scheme": _scheme(facts, broker)}
    values["vhost"] = facts.get("amqp.vhost", broker.vhost)
    user = facts.get("amqp.username", facts.get("input.username", ""))
    if user:
        values["user"] = user
    return values


def _scheme(facts: dict[str, Fact], broker: Endpoint) -> str:
    """What the program itself spoke, which need not be what the broker speaks."""
    inside = facts.get("input.tls") is True
    if facts.get("input.transport") == "websocket":
        return "wss" if inside else "ws"
    return f"{facts.get('input.protocol', broker.protocol)}{'s' if inside else ''}"
