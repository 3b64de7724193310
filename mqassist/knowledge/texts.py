"""The language tables: whole sentences with named placeholders, never glued from pieces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from mqassist.core.errors import ResourceError
from mqassist.core.facts import Fact
from mqassist.core.record import record
from mqassist.core.text import Text
from mqassist.knowledge.files import Folder, Json, compiled, resources_folder, toml_files

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
UNSET = "–"
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
_MEASURED = re.compile(_PLACEHOLDER.pattern + r"(?: (ms\b|毫秒))?")
_SECONDS = {"ms": "s", "毫秒": "秒"}
_CALCULATES = re.compile("[×÷]")

Values = Mapping[str, Fact]


@record
class CauseText:
    """`fixes` by the fix's id."""

    title: str
    summary: str
    explanation: str
    fixes: Mapping[str, str]


def placeholders(template: str) -> tuple[str, ...]:
    return tuple(_PLACEHOLDER.findall(template))


def shown(value: Fact) -> str:
    """A fact as a person reads it: measured numbers with two digits below 1, one below 10; lists joined by commas."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        digits = 0 if value == int(value) or abs(value) >= 10 else 1 if abs(value) >= 1 else 2
        return f"{value:.{digits}f}"
    if isinstance(value, tuple):
        return ", ".join(shown(item) for item in value)
    return str(value)


def fill(template: str, values: Values, longest: int = 2_000) -> str:
    """Placeholders that nobody gave show as a dash, never as an error in front of a person; a value that has more than
    `longest` characters is cut. A second and more reads as seconds, except where a person shall calculate along.
    """
    if "{" not in template:
        return template
    calculates = _CALCULATES.search(template) is not None

    def value_of(found: re.Match[str]) -> str:
        unit = "" if found[2] is None else f" {found[2]}"
        if found[1] not in values:
            return UNSET + unit
        value = values[found[1]]
        if unit and not calculates and isinstance(value, int | float) and abs(value) >= 999.5:
            return f"{shown(round(value / 1000, 1))} {_SECONDS[found[2]]}"
        text = shown(value)
        return (text if len(text) <= longest else text[:longest] + "…") + unit

    return _MEASURED.sub(value_of, template)


def fill_command(template: str, values: Values, platform: str) -> str:
    """As `fill`, each value quoted for the platform's shell: names come from peers and may hold anything."""
    from shlex import quote as posix_quote

    quote = _powershell if platform == "windows" else posix_quote

    def quoted(found: re.Match[str]) -> str:
        name = found[1]
        return quote(_one_line(shown(values[name]))) if name in values else f"<{name.upper()}>"

    return _PLACEHOLDER.sub(quoted, template)


def _powershell(value: str) -> str:
    plain = re.fullmatch(r"[A-Za-z0-9_./:@\\-]+", value)
    return value if plain else "'" + value.replace("'", "''") + "'"


def _one_line(value: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in value)


class Texts:
    """All sentences of one language. Loaded on first use; a missing key falls back to English, then to the key."""

    def __init__(self, language: Language = "en", folder: Folder | None = None) -> None:
        self.language = language
        self._folder = folder or resources_folder()

    @cached_property
    def _tables(self) -> Json:
        return load_language(self.language, self._folder)

    @cached_property
    def _english(self) -> Texts:
        return self if self.language == "en" else Texts("en", self._folder)

    def template(self, key: str) -> str | None:
        found = self._tables["texts"].get(key)
        if found is None and self.language != "en":
            return self._english.template(key)
        return None if found is None else str(found)

    def render(self, text: Text) -> str:
        return self.sentence(text.key, dict(text.values))

    def sentence(self, key: str, values: Values | None = None) -> str:
        template = self.template(key)
        return key if template is None else fill(template, values or {})

    def cause(self, cause_id: str) -> CauseText | None:
        found = self._tables["causes"].get(cause_id)
        if found is None:
            return None if self.language == "en" else self._english.cause(cause_id)
        return CauseText(found["title"], found["summary"], found["explanation"], found["fix"])

    @cached_property
    def vocabulary(self) -> str:
        """Everything our own sentences say, in one string."""
        parts = list(self._tables["texts"].values())
        for cause in self._tables["causes"].values():
            parts += [cause["title"], cause["summary"], cause["explanation"], *cause["fix"].values()]
        return "\n".join(parts)

    def keys(self) -> frozenset[str]:
        return frozenset(self._tables["texts"])

    def causes(self) -> frozenset[str]:
        return frozenset(self._tables["causes"])


def load_language(language: Language, folder: Folder) -> Json:
    """{"texts": {key: template}, "causes": {id: {title, summary, explanation, fix}}}. Raises ResourceError."""
    rooms = [("", toml_files(folder, "lang", language))]
    rooms += [(room, toml_files(folder, "lang", language, room)) for room in ("causes", "probes", "facts")]
    sources = [(room, path) for room, paths in rooms for path in paths]
    if not sources:
        raise ResourceError(f"lang/{language}", "*", "no language tables")

    def build(contents: list[tuple[str, Json]]) -> Json:
        tables: Json = {"texts": {}, "causes": {}}
        for (room, _), (name, content) in zip(sources, contents, strict=True):
            where = f"lang/{language}/{room}/{name}"
            is_causes = room == "causes"
            for key, value in (content if is_causes else _flat(content, "")).items():
                table = tables["causes" if is_causes else "texts"]
                if key in table:
                    raise ResourceError(where, key, "written twice")
                table[key] = _cause_entry(where, key, value) if is_causes else _sentence(where, key, value)
        return tables

    return compiled(f"lang-{language}", [path for _, path in sources], build)


def _flat(content: Json, prefix: str) -> Json:
    flat: Json = {}
    for key, value in content.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _sentence(where: str, key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ResourceError(where, key, "must be a sentence")
    return value


def _cause_entry(where: str, key: str, value: object) -> Json:
    if not isinstance(value, dict):
        raise ResourceError(where, key, "must be a table")
    unknown = set(value) - {"title", "summary", "explanation", "fix"}
    if unknown:
        raise ResourceError(where, key, f"unknown keys {sorted(unknown)}")
    entry = {name: _sentence(where, f"{key}.{name}", value.get(name)) for name in ("title", "summary", "explanation")}
    fixes = value.get("fix", {})
    return {**entry, "fix": {name: _sentence(where, f"{key}.fix.{name}", text) for name, text in fixes.items()}}
