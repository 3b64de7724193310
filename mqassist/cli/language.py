"""Which language to speak: what was asked for, else the system's."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
_CHINESE = 0x04
"""Primary language identifier of Chinese in Windows' LANGID."""


def chosen_language(arguments: Sequence[str]) -> Language:
    """Read before the arguments are understood, so that complaints about them come in the right language."""
    for index, word in enumerate(arguments):
        if word == "--":
            break
        given = word[7:] if word.startswith("--lang=") else ""
        if word == "--lang" and index + 1 < len(arguments):
            given = arguments[index + 1]
        if given in LANGUAGES:
            return "zh" if given == "zh" else "en"
    return system_language()


def system_language() -> Language:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    if sys.platform == "win32":
        import ctypes

        return "zh" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0xFF == _CHINESE else "en"
    return "en"
