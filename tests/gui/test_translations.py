"""Every text of the window has its Chinese, and the compiled file is of today."""

from __future__ import annotations

from types import ModuleType

import pytest
from PySide6.QtCore import QTranslator

from tests.support.build_tools import build_tool


@pytest.fixture(scope="module")
def translations() -> ModuleType:
    return build_tool("translations.py")


def test_nothing_is_missing_unfinished_or_stale(translations: ModuleType) -> None:
    assert translations.problems() == []


def test_placeholders_are_the_same_in_both_languages(translations: ModuleType) -> None:
    import re

    holder = re.compile(r"\{[a-z_0-9]*(?::[^}]*)?\}")
    wrong = [
        f"{path.name}: {source}"
        for path in translations.TEXTS.glob("*.ts")
        for _context, source, text, _done in translations.messages(path)
        if sorted(set(holder.findall(source))) != sorted(set(holder.findall(text)))
    ]
    assert wrong == []


def test_the_compiled_file_speaks_chinese(translations: ModuleType, qapp: object) -> None:
    translator = QTranslator()
    assert translator.load(str(translations.COMPILED))
    assert translator.translate("State", "cannot tell yet") == "还不能确定"
