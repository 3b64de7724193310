"""What a log adds to a verdict: it may name the cause more exactly, and never makes a certain verdict open or mild."""

from __future__ import annotations

import pytest

from mqassist.diagnosis.causes import Cause, load_causes
from mqassist.diagnosis.diagnose import diagnose
from mqassist.logs.phrases import load_phrases

CAUSES = load_causes()
SAID = {tuple(sorted(phrase.gives)): dict(phrase.gives) for phrase in load_phrases()[0]}
RANK = {"healthy": 0, "degraded": 1, "broken": 2}
MEASURED = [
    cause
    for cause in CAUSES
    if cause.severity == "error" and any(not any(name.startswith("log.") for name in facts) for facts in cause.samples)
]


@pytest.mark.parametrize("cause", MEASURED, ids=[cause.id for cause in MEASURED])
def test_a_line_of_the_log_never_weakens_what_was_measured(cause: Cause) -> None:
    for facts in cause.samples:
        if any(name.startswith("log.") for name in facts):
            continue
        before = diagnose(facts, CAUSES)
        assert before.primary is not None
        for said in SAID.values():
            after = diagnose({**facts, **said}, CAUSES)
            assert RANK[after.status] >= RANK[before.status]
            assert after.primary is not None
            same = after.primary.cause == before.primary.cause
            assert same or any(name.startswith("log.") for name, _ in after.primary.because), (said, after.primary)


@pytest.mark.parametrize("said", list(SAID.values()), ids=lambda said: "-".join(str(value) for value in said.values()))
def test_a_line_of_the_log_alone_breaks_nothing_that_works(said: dict[str, str]) -> None:
    works = {"login.result": "accepted", "path.open": True, "protocol.spoken": True, "mqtt.connect_outcome": "accepted"}
    before, after = diagnose(works, CAUSES), diagnose({**works, **said}, CAUSES)
    assert before.status == "healthy"
    assert (after.status, after.primary) == ("healthy", None), after.primary
