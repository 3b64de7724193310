"""Each format of fixed reports, in both languages, against files that a person has read."""

from __future__ import annotations

from pathlib import Path

import pytest

from mqassist.knowledge.texts import Language
from tests.golden.cases import every, expected_file, rendered, wording


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("golden") / "data"


@pytest.mark.parametrize(("case", "language", "output"), every())
def test_format_is_as_it_was_read(
    case: str, language: Language, output: str, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MQASSIST_CACHE", str(tmp_path))
    expected = expected_file(case, language, output).read_text(encoding="utf-8")
    assert rendered(case, output, wording(language, data)) == expected, (
        "python -m tests.golden.rewrite shows the change"
    )


def test_no_expected_file_is_left_over() -> None:
    known = {expected_file(*key) for key in every()}
    folder = next(iter(known)).parents[1]
    assert {path for path in folder.rglob("*") if path.is_file()} == known
