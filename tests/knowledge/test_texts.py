"""Every sentence that the code says exists in each language, with the names the code gives."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import mqassist
from mqassist.knowledge.texts import LANGUAGES, Language, Texts, fill, fill_command, placeholders, shown
from mqassist.probes._tls import VERIFY_BY_CODE

PACKAGE = Path(mqassist.__file__).parent


def said() -> Iterator[tuple[str, str, frozenset[str], bool]]:
    """(place, key, names, complete) of every say("key", …) whose key is written out; not complete with **values."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"):
                continue
            names = frozenset(word.arg for word in node.keywords if word.arg and word.arg != "about")
            complete = all(word.arg for word in node.keywords)
            for key in _keys(node.args[0]):
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", key, names, complete


def _keys(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _keys(node.body)
        yield from _keys(node.orelse)


SAID = list(said())


def test_the_code_says_something() -> None:
    assert len(SAID) > 50


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("place", "key", "names", "complete"), SAID, ids=[entry[0] for entry in SAID])
def test_each_sentence_exists_and_uses_only_given_names(
    language: Language, place: str, key: str, names: frozenset[str], complete: bool
) -> None:
    texts = Texts(language)
    assert key in texts.keys(), f"{place}: {key} is missing in {language}"  # noqa: SIM118 - keys() has no fallback
    template = texts.template(key) or ""
    if complete:
        assert set(placeholders(template)) <= names, f"{place}: {key} wants names that the code does not give"


def test_both_languages_have_the_same_keys() -> None:
    assert Texts("en").keys() == Texts("zh").keys()


def test_numbers_are_shown_as_measured() -> None:
    values = (0.123, 4.56, 12.6, 3.0, 7, True, ("a", "b"))
    assert [shown(value) for value in values] == ["0.12", "4.6", "13", "3", "7", "yes", "a, b"]


def test_a_second_and_more_is_told_in_seconds_but_not_in_a_calculation() -> None:
    times = (0.5, 999.0, 999.7, 1240.0, 4003)
    assert [fill("{ms} ms.", {"ms": ms}) for ms in times] == ["0.50 ms.", "999 ms.", "1 s.", "1.2 s.", "4 s."]
    assert fill("{ms} 毫秒后没有回答", {"ms": 4003.0}) == "4 秒后没有回答"
    assert fill("2 × {ms} ms", {"ms": 4003}) == "2 × 4003 ms"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keep_alive_of_mqtt_has_one_name_in_each_language(language: Language) -> None:
    mixed = {"en": r"keep-alive|TCP keep alive", "zh": r"(?<!（)keep.alive\b"}
    assert re.findall(mixed[language], Texts(language).vocabulary, re.IGNORECASE) == []


def test_a_value_that_nobody_can_read_is_cut() -> None:
    assert fill("{mqtt.topic}|{port}", {"mqtt.topic": "t" * 65_535, "port": 1883}, 300) == "t" * 300 + "…|1883"
    assert fill("{mqtt.topic}", {"mqtt.topic": "t" * 300}, 300) == "t" * 300


@pytest.mark.parametrize("platform", ["linux", "windows", "macos"])
def test_hostile_names_cannot_leave_their_quotes_in_a_command(platform: str) -> None:
    command = fill_command("ping {host}", {"host": "a; rm -rf ~ 'x' $(id)"}, platform)
    expected = {"windows": "ping 'a; rm -rf ~ ''x'' $(id)'"}
    assert command == expected.get(platform, "ping 'a; rm -rf ~ '\"'\"'x'\"'\"' $(id)'")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_on_a_certificate_is_a_result_of_the_step(language: Language) -> None:
    keys = Texts(language).keys()
    told = {key.removeprefix("tls.unverified-") for key in keys if key.startswith("tls.unverified-")}
    assert told == {*VERIFY_BY_CODE.values(), "ca-expired", "other"}
