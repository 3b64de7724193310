"""Which causes are still possible, and what decides each: from the verdict of what is known so far."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.core.facts import Fact
from mqassist.core.observation import Observation
from mqassist.gui.wizard.run_step import Possible
from mqassist.report.presented import Presented
from mqassist.report.steps import slug
from mqassist.services import Services

SHOWN = 5
"""More would not be read."""


def possible_causes(services: Services, observations: Sequence[Observation]) -> tuple[Possible, ...]:
    """While a run goes. Takes some 25 ms: not for the screen thread."""
    facts: dict[str, Fact] = {}
    for seen in observations:
        facts |= seen.facts
    verdict = services.run.verdict(facts, observations)
    if verdict.primary is not None and verdict.primary.certainty >= 1:
        return ()
    wording = services.wording
    found = []
    for item in verdict.undecided[:SHOWN]:
        advice = wording.advice(item.cause, facts)
        if advice is None:
            continue
        deciding = next(iter(item.decided_by), "")
        found.append(
            Possible(
                advice.title,
                wording.sentence(f"probe.{deciding}") if deciding else "",
                wording.sentence(f"who.{slug(advice.who)}"),
            )
        )
    return tuple(found)


def possible_of(shown: Presented, services: Services) -> tuple[Possible, ...]:
    """After the run: what it left open."""
    if shown.root is not None and shown.root.confidence >= 1:
        return ()
    found = []
    for item in shown.undecided[:SHOWN]:
        advice = services.wording.advice(item.cause, {})
        who = services.wording.sentence(f"who.{slug(advice.who)}") if advice is not None else ""
        found.append(Possible(item.title, " ".join(item.decided_by), who))
    return tuple(found)
