"""What brokers write and what it says: entries of resources/phrases/, each with samples and a source.

A phrase gives facts (`log.*`), as probes do, so that one reasoning serves both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast, get_args

from mqassist.core.errors import ResourceError
from mqassist.core.facts import Fact, FactSpec, Kind
from mqassist.core.record import record
from mqassist.knowledge.files import Folder, Json, compiled, resources_folder, toml_files
from mqassist.logs.correlate import Scope

FACTS_FILE = "facts.toml"
MAX_MATCHED = 20_000
"""Characters of one message that phrases look at: a message may be a crash report of any length."""

_REQUIRED = {"id", "pattern", "gives", "sample", "source"}
_OPTIONAL = {"captures", "cause", "scope", "ends"}


@record
class Phrase:
    """`captures` are groups of the pattern that become facts. `cause` is what the line alone stands for, or None.

    `ends` is the id of the phrase whose state this one ends: an alarm holds until its end is written.
    """

    id: str
    pattern: re.Pattern[str]
    gives: tuple[tuple[str, Fact], ...]
    captures: tuple[tuple[str, str], ...]
    cause: str | None
    samples: tuple[str, ...]
    source: str
    scope: Scope
    ends: str

    @property
    def quoted(self) -> frozenset[str]:
        """The facts whose values are the broker's words."""
        return frozenset(name for _, name in self.captures)

    def facts(self, found: re.Match[str]) -> dict[str, Fact]:
        groups = found.groupdict()
        captured = {name: groups[group][:300] for group, name in self.captures if groups.get(group)}
        return {**dict(self.gives), **captured}


def load_phrases(folder: Folder | None = None) -> tuple[tuple[Phrase, ...], tuple[FactSpec, ...]]:
    """Every phrase in the order of the files, and the facts they may give. Raises ResourceError."""
    sources = toml_files(folder or resources_folder(), "phrases")
    content = compiled("phrases", sources, _build)
    specs = tuple(
        FactSpec(fact["name"], cast(Kind, fact["kind"]), fact["meaning"], tuple(fact.get("choices", ())))
        for fact in content["fact"]
    )
    return tuple(_phrase(entry) for entry in content["phrase"]), specs


def _build(contents: list[tuple[str, Json]]) -> Json:
    built: Json = {"phrase": [], "fact": []}
    names = {fact["name"] for _, content in contents for fact in content.get("fact", ())}
    seen: set[str] = set()
    for file, content in contents:
        built["fact"] += content.get("fact", [])
        for entry in content.get("phrase", []):
            key = str(entry.get("id", "phrase without id"))
            if not set(entry) >= _REQUIRED or set(entry) - _REQUIRED - _OPTIONAL or not entry["sample"]:
                raise ResourceError(file, key, f"has {sorted(entry)}")
            if key in seen:
                raise ResourceError(file, key, "written twice")
            seen.add(key)
            if entry.get("scope", "connection") not in get_args(Scope):
                raise ResourceError(file, f"{key}.scope", f"{entry['scope']!r} is not one of ours")
            _check(file, key, entry, names)
            built["phrase"].append(entry)
    return built


def _check(file: str, key: str, entry: Json, names: set[str]) -> None:
    try:
        groups = re.compile(entry["pattern"]).groupindex
    except re.error as error:
        raise ResourceError(file, f"{key}.pattern", str(error)) from error
    unknown = (set(entry["gives"]) | set(entry.get("captures", {}).values())) - names
    if unknown or set(entry.get("captures", {})) - set(groups):
        raise ResourceError(file, key, f"facts {sorted(unknown)} are not in {FACTS_FILE}, or a group is missing")


def _phrase(entry: Json) -> Phrase:
    gives: dict[str, Any] = entry["gives"]
    return Phrase(
        entry["id"],
        re.compile(entry["pattern"]),
        tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in gives.items()),
        tuple(entry.get("captures", {}).items()),
        entry.get("cause"),
        tuple(entry["sample"]),
        entry["source"],
        entry.get("scope", "connection"),
        entry.get("ends", ""),
    )


def match(text: str, phrases: Sequence[Phrase]) -> tuple[Phrase, re.Match[str]] | None:
    """The first phrase, in the order of the files, that is found in a message."""
    text = text[:MAX_MATCHED]
    for phrase in phrases:
        if found := phrase.pattern.search(text):
            return phrase, found
    return None
