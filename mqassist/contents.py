"""What this installation holds, counted: a package that lost a part would find nothing wrong anywhere.

The list a package must agree with is written when it is built.
"""

from __future__ import annotations

import json
import os
from os.path import join

from mqassist.core.errors import ResourceError
from mqassist.diagnosis.causes import load_causes
from mqassist.knowledge.files import resources_folder
from mqassist.knowledge.texts import LANGUAGES, Texts
from mqassist.lab.scenario import load_scenarios
from mqassist.logs.formats import load_formats
from mqassist.logs.phrases import load_phrases
from mqassist.steps import load_steps

LIST = "contents.json"


def count() -> dict[str, int]:
    """By name; texts by language, files of the window by kind. Raises ResourceError for a broken installation."""
    folder = resources_folder()
    counts = {
        "probes": len(load_steps()),
        "causes": len(load_causes()),
        "phrases": len(load_phrases()[0]),
        "log_formats": len(load_formats()),
        "scenarios": len(load_scenarios()),
        "icons": _files(join(folder, "icons"), ".svg"),
        "window_languages": _files(join(folder, "translations"), ".qm"),
    }
    for language in LANGUAGES:
        texts = Texts(language, folder)
        counts[f"texts_{language}"] = len(texts.keys()) + len(texts.causes())
    return counts


def _files(folder: str, ending: str) -> int:
    try:
        return sum(name.endswith(ending) for name in os.listdir(folder))
    except OSError:
        return 0


def listed() -> dict[str, int] | None:
    """What the package was built with; None where nobody wrote a list. Raises ResourceError for a damaged one."""
    try:
        with open(join(resources_folder(), LIST), encoding="utf-8") as file:
            found = json.load(file)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ResourceError(LIST, "*", str(error)) from error
    counts = found.get("counts") if isinstance(found, dict) else None
    if not isinstance(counts, dict) or not all(type(each) is int for each in counts.values()):
        raise ResourceError(LIST, "counts", "must be whole numbers by name")
    return counts
