"""Every phrase finds its samples, nothing before it does, and the facts it gives exist."""

from __future__ import annotations

import pytest

from mqassist.diagnosis.causes import load_causes
from mqassist.logs.phrases import Phrase, load_phrases, match

PHRASES, SPECS = load_phrases()
BY_NAME = {spec.name: spec for spec in SPECS}
phrases = pytest.mark.parametrize("phrase", PHRASES, ids=[phrase.id for phrase in PHRASES])


@phrases
def test_a_sample_is_matched_by_its_own_phrase(phrase: Phrase) -> None:
    for sample in phrase.samples:
        found = match(sample, PHRASES)
        assert found is not None, sample
        assert found[0].id == phrase.id, sample
        for name, value in phrase.facts(found[1]).items():
            assert BY_NAME[name].fits(value), (name, value)


@phrases
def test_its_cause_exists_and_its_source_is_said(phrase: Phrase) -> None:
    assert phrase.source.strip()
    assert phrase.cause is None or phrase.cause in {cause.id for cause in load_causes()}


@pytest.mark.parametrize(
    "line",
    [
        "accepting AMQP connection <0.875.0> (10.0.0.7:41234 -> 10.0.0.5:5672)",
        "connection <0.875.0> (10.0.0.7:1 -> 10.0.0.5:5672): user 'app' authenticated and granted access to vhost '/'",
        "New client connected from 10.0.0.7:41234 as sensor (p2, c1, k60, u'app').",
        "Client sensor disconnected.",
        "Sending CONNACK to sensor (0, 0)",
    ],
)
def test_routine_lines_say_nothing(line: str) -> None:
    assert match(line, PHRASES) is None
