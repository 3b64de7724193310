"""The loader names file and key; its cache never lies and never matters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mqassist.core.errors import ResourceError
from mqassist.diagnosis.causes import load_causes
from mqassist.knowledge import files
from mqassist.knowledge.files import compiled
from mqassist.knowledge.texts import Texts

GOOD = """
[[cause]]
id = "net.x"
severity = "error"
who = "user"
when = "a.a == 1"
fix = [{ id = "do" }]
sample = [{ "a.a" = 1 }]
counter_sample = [{ "a.a" = 2 }]
source = "test"
"""


@pytest.fixture
def resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MQASSIST_CACHE", str(tmp_path / "cache"))
    (tmp_path / "causes").mkdir()
    (tmp_path / "lang" / "en" / "causes").mkdir(parents=True)
    (tmp_path / "causes" / "a.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "lang" / "en" / "run.toml").write_text('"a.b" = "Hello {name}"\n', encoding="utf-8")
    return tmp_path


def cached(resources: Path) -> Path:
    (found,) = (resources / "cache").glob("causes-*.json")
    return found


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(resources: Path) -> None:
    calls: list[int] = []
    source = resources / "causes" / "a.toml"

    def build(contents: list[tuple[str, files.Json]]) -> files.Json:
        calls.append(len(contents))
        return {"ids": [entry["id"] for _, content in contents for entry in content["cause"]]}

    for _ in range(3):
        assert compiled("t", [source], build) == {"ids": ["net.x"]}
    assert calls == [1]
    source.write_text(GOOD.replace("net.x", "net.longer"), encoding="utf-8")
    assert compiled("t", [source], build) == {"ids": ["net.longer"]}


@pytest.mark.parametrize("content", ["", "{}", "[1]\n{", "null\n[]", "\x00\xff"])
def test_a_broken_cache_is_ignored(resources: Path, content: str) -> None:
    load_causes(resources)
    cached(resources).write_text(content, encoding="utf-8")
    assert [cause.id for cause in load_causes(resources)] == ["net.x"]


def test_a_cache_folder_that_cannot_be_written_is_no_error(resources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (resources / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("MQASSIST_CACHE", str(resources / "file" / "below"))
    assert [cause.id for cause in load_causes(resources)] == ["net.x"]


def test_the_cached_causes_are_the_same(resources: Path) -> None:
    first, second = load_causes(resources), load_causes(resources)
    assert first == second
    stamp = cached(resources).read_text(encoding="utf-8").splitlines()[0]
    assert str(resources) in json.dumps(json.loads(stamp))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('severity = "error"', 'severity = "bad"', "severity"),
        ('who = "user"', 'who = "someone"', "who"),
        ('when = "a.a == 1"', 'when = "open(1)"', "net.x.when"),
        ('source = "test"', 'source = " "', "source"),
        ('source = "test"', 'source = "t"\nfoo = 1', "foo"),
        ('sample = [{ "a.a" = 1 }]', "sample = []", "sample"),
        ('fix = [{ id = "do" }]', 'fix = [{ id = "do", platform = "beos" }]', "platform"),
        ('source = "test"', 'source = "t"\nsuspect = "a.a == 3"', "decided_by"),
        ("[[cause]]", "[[cause", "toml"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_file_and_key(resources: Path, old: str, new: str, says: str) -> None:
    (resources / "causes" / "a.toml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ResourceError, match=says) as caught:
        load_causes(resources)
    assert caught.value.file == "a.toml"


def test_the_same_cause_twice_is_refused(resources: Path) -> None:
    (resources / "causes" / "b.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ResourceError, match=r"is also in a\.toml"):
        load_causes(resources)


def test_a_missing_key_falls_back_to_english_then_to_itself(resources: Path) -> None:
    (resources / "lang" / "zh").mkdir()
    (resources / "lang" / "zh" / "run.toml").write_text('"c.d" = "你好"\n', encoding="utf-8")
    texts = Texts("zh", resources)
    assert texts.sentence("c.d") == "你好"
    assert texts.sentence("a.b", {"name": "x"}) == "Hello x"
    assert texts.sentence("a.b") == "Hello –"
    assert texts.sentence("no.such.key") == "no.such.key"


def test_an_empty_installation_says_so(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="incomplete"):
        load_causes(tmp_path)
