"""What may be subscribed to and published to on a topic that somebody named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.probes import mqtt_message_path
from mqassist.probes._mqtt_topic import PROBLEMS, Topic, own_topic, problem_of, read_topic


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plant/7", Topic("plant/7", "plant/7", True)),
        ("plant/+/temp", Topic("plant/+/temp", "", True)),
        ("#", Topic("#", "", True)),
        ("$SYS/broker/uptime", Topic("$SYS/broker/uptime", "", True)),
        ("$share/workers/plant/7", Topic("plant/7", "plant/7", True, shared=True)),
        ("$share/workers/plant/#", Topic("plant/#", "", True, shared=True)),
        ("$share/workers", Topic("", "", True, shared=True, problem="shared-without-filter")),
        ("/", Topic("/", "/", True)),
    ],
)
def test_topics(text: str, expected: Topic) -> None:
    assert read_topic(text, read_only=False) == expected


def test_read_only_never_publishes() -> None:
    assert read_topic("plant/7", read_only=True).name == ""


def test_our_own_topic_is_not_somebodys() -> None:
    assert own_topic("0badcafe") == Topic("mqassist/0badcafe", "mqassist/0badcafe", False)


@pytest.mark.parametrize(
    ("topic", "problem"),
    [
        ("", "empty"),
        ("a\0b", "null-character"),
        ("x" * 65_536, "too-long"),
        ("中" * 21_846, "too-long"),
        ("a+/b", "wildcard-in-word"),
        ("a/b#", "wildcard-in-word"),
        ("a/#/b", "hash-not-last"),
        ("a/+/b/#", ""),
        ("+", ""),
        ("//", ""),
    ],
)
def test_problems(topic: str, problem: str) -> None:
    assert problem_of(topic) == problem


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    topic = read_topic(text, read_only=False)
    assert topic.problem == "" or topic.problem in PROBLEMS
    assert not (topic.name and topic.is_wildcard)


def test_the_probe_knows_every_problem() -> None:
    assert mqtt_message_path.PROBLEMS == PROBLEMS
