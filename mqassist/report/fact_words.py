"""Facts as people read them: the name of each in their language, yes and no, units, words for fixed values.

Reads the language tables only; a fact that they do not know (of a newer version) keeps its technical name.
"""

from __future__ import annotations

from mqassist.core.advice import Wording
from mqassist.core.facts import Fact
from mqassist.core.record import record
from mqassist.report.presented import duration


@record
class FactWords:
    """`exact` values are shown as they were seen (addresses, names, bytes), for a fixed-width font."""

    label: str
    value: str
    exact: bool


def fact_words(name: str, value: Fact | None, wording: Wording) -> FactWords:
    """None is a fact that was not seen. A name without an area is a part of the target."""
    if "." not in name:
        name = f"input.{name}"
    chosen = _sentence(wording, f"choice.{name}")
    label = chosen or _sentence(wording, f"fact.{name}") or name
    if value is None or value in ("", ()):
        return FactWords(label, wording.sentence("value.nothing"), exact=False)
    if isinstance(value, tuple):
        if name.endswith("_us"):
            return FactWords(label, ", ".join(duration(float(item) / 1000) for item in value), exact=False)
        if not chosen:
            return FactWords(label, ", ".join(map(str, value)), exact=True)
        words = [_word(item, wording) for item in value]
        return FactWords(label, wording.sentence("line.comma").join(words), exact=False)
    if isinstance(value, bool):
        return FactWords(label, wording.sentence("value.yes" if value else "value.no"), exact=False)
    if isinstance(value, str):
        return FactWords(label, _word(value, wording) if chosen else value, exact=not chosen)
    return FactWords(label, _figure(name, value, wording), exact=False)


def _figure(name: str, value: float, wording: Wording) -> str:
    unit = name.rpartition("_")[2]
    if unit == "ms" and abs(value) >= 1000:
        unit, value = "s", value / 1000
    values: dict[str, Fact] = {"value": value}
    key = {"ms": "value.milliseconds", "s": "value.seconds"}.get(unit, "value.number")
    return _sentence(wording, f"unit.{name}", values) or wording.sentence(key, values)


def _word(value: object, wording: Wording) -> str:
    return _sentence(wording, f"word.{value}") or str(value)


def _sentence(wording: Wording, key: str, values: dict[str, Fact] | None = None) -> str:
    """Empty if the tables have none: they give the key itself."""
    found = wording.sentence(key, values)
    return "" if found == key else found
