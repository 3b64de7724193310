"""Scenario files and their lessons: complete, consistent, in both languages, and wide enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from mqassist.core.errors import ResourceError, UserError
from mqassist.diagnosis.causes import load_causes
from mqassist.knowledge.texts import LANGUAGES, Texts
from mqassist.lab.scenario import cards, find_scenario, load_lessons, load_scenarios

SCENARIOS = load_scenarios()
CAUSES = {cause.id: cause for cause in load_causes()}
FAMILIES = {"input", "net", "proto", "proxy", "tls", "auth", "amqp", "mqtt", "cluster", "heartbeat"}
"""Of causes that loopback can show: names and the state of this machine need more than that."""


def test_there_are_enough() -> None:
    assert len(SCENARIOS) >= 60
    assert sum(each.status == "healthy" for each in SCENARIOS) >= 10
    assert {each.cause.split(".")[0] for each in SCENARIOS if each.cause} == FAMILIES
    assert len({each.cause for each in SCENARIOS if each.cause}) >= 100
    assert {each.difficulty for each in SCENARIOS} == {1, 2, 3}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_the_verdict_is_one_that_can_be(scenario: object) -> None:
    found = find_scenario(SCENARIOS, scenario.name)  # type: ignore[attr-defined]
    if found.status == "healthy":
        assert found.cause == ""
        return
    cause = CAUSES[found.cause]
    assert found.status == {"error": "broken", "warning": "degraded"}[cause.severity]
    assert set(found.also) <= set(CAUSES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_scenario_has_its_lesson(language: str) -> None:
    told = cards(SCENARIOS, language)
    assert len(told) == len(SCENARIOS)
    assert len({card.title for card in told}) == len(told), "two scenarios of the same title"
    for card in told:
        assert 20 <= len(card.lesson) <= 400, card.name
        assert card.hint != card.lesson, card.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hint_does_not_give_the_answer_away(language: str) -> None:
    texts = Texts("zh" if language == "zh" else "en")
    for card in cards(SCENARIOS, language):
        assert card.cause not in card.hint or not card.cause, card.name
        known = texts.cause(card.cause) if card.cause else None
        assert known is None or known.title not in card.hint, card.name


def test_both_languages_tell_of_the_same() -> None:
    assert set(load_lessons("en")) == set(load_lessons("zh"))


def test_an_unknown_name_is_helped_along() -> None:
    with pytest.raises(UserError) as near:
        find_scenario(SCENARIOS, "wrong-pasword")
    assert near.value.parameters["near"] == "wrong-password"
    with pytest.raises(UserError) as far:
        find_scenario(SCENARIOS, "zzzz")
    assert far.value.reference == "lab.unknown-scenario"


GOOD = """
layer = "auth"
difficulty = 1
target = "amqp://{host}:{port}"
status = "broken"
cause = "auth.bad-credentials"
[peer]
kind = "amqp"
"""


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (('layer = "auth"', 'layer = "cellar"'), "layer"),
        (("difficulty = 1", "difficulty = 9"), "difficulty"),
        (('status = "broken"', 'status = "sad"'), "status"),
        (('status = "broken"', 'status = "healthy"'), "cause"),
        (('kind = "amqp"', 'kind = "stomp"'), "peer.kind"),
        (('kind = "amqp"', 'kind = "amqp"\nheartbeats = 3'), "peer.heartbeats"),
        (('kind = "amqp"', 'kind = "amqp"\nheartbeat = "often"'), "peer.heartbeat"),
        (('kind = "amqp"', 'kind = "amqp"\n[tls]\nidentity = "nobody"'), "tls.identity"),
        (('kind = "amqp"', 'kind = "amqp"\n[settings]\nlogs = []'), "settings.logs"),
        (('target = "amqp://{host}:{port}"', ""), "target"),
        (("difficulty = 1", "difficulty = 1\ncolour = 3"), "colour"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(tmp_path: Path, change: tuple[str, str], key: str) -> None:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "mine.toml").write_text(GOOD.replace(*change))
    with pytest.raises(ResourceError) as found:
        load_scenarios(tmp_path)
    assert (found.value.file, found.value.key) == ("scenarios/mine.toml", key)


def test_the_good_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "mine.toml").write_text(GOOD)
    assert [each.name for each in load_scenarios(tmp_path)] == ["mine"]


def test_no_scenarios_are_a_broken_installation(tmp_path: Path) -> None:
    with pytest.raises(ResourceError):
        load_scenarios(tmp_path)
