"""What a pasted line may say: the brokers' phrases of resources/phrases/ and those of clients, libraries and systems.

Phrases of resources/phrases/clients/ are for pasted texts only: a broker's log is never searched for them.
"""

from __future__ import annotations

import re
from os.path import join
from typing import Any, cast, get_args

from mqassist.core.errors import ResourceError
from mqassist.core.explained import Side
from mqassist.core.facts import Fact
from mqassist.core.record import record
from mqassist.explain.words import KEYS_FORMAT, required_words
from mqassist.knowledge.files import Folder, Json, compiled, resources_folder, toml_files
from mqassist.logs.phrases import Phrase, load_phrases

ROOM = join("phrases", "clients")
_REQUIRED = {"id", "pattern", "sample", "source"}
_OPTIONAL = {"gives", "captures", "cause", "likely", "side", "symptom", "note", "routine", "needs", "wraps", "reached"}
NEEDS = ("", "amqp", "mqtt", "broker")
_TOP = {"order", "phrase", "product", "fold", "meaning"}


@record
class Saying:
    """`cause` is what the words stand for; `likely` are causes that they may equally mean, best first.

    `symptom`: the words only name what follows from a cause; anything better in the same text explains them.
    `wraps`: a symptom that another error stands inside of, so that even other symptoms say more.
    `routine`: nothing is wrong. `note` is the end of a sentence's key. With `side` the words mean this only where that
    side wrote them; `by` is who writes so anyway. `keys` are what a line has to hold one of (None: unknown). `needs` is
    the world that the text has to be of, for words that every program uses: "amqp", "mqtt", "broker" (either).
    `reached`: the line shows that a connection to the broker came about.
    """

    id: str
    pattern: re.Pattern[str]
    gives: tuple[tuple[str, Fact], ...]
    captures: tuple[tuple[str, str], ...]
    cause: str | None
    likely: tuple[str, ...]
    side: Side
    symptom: bool
    routine: bool
    note: str
    samples: tuple[str, ...]
    source: str
    keys: frozenset[str] | None
    by: Side = ""
    needs: str = ""
    wraps: bool = False
    reached: bool = False

    def facts(self, found: re.Match[str]) -> dict[str, Fact]:
        groups = found.groupdict()
        captured: dict[str, Fact] = {name: groups[group][:300] for group, name in self.captures if groups.get(group)}
        return {**dict(self.gives), **captured}


@record
class Product:
    """A library, program or broker that a text can be recognised by; the group `version` tells which."""

    id: str
    name: str
    side: Side
    protocol: str
    pattern: re.Pattern[str]
    samples: tuple[str, ...]
    keys: frozenset[str] | None


@record
class Lore:
    """Everything that is known about texts. `folds`: (cause, causes that merely go along with it)."""

    sayings: tuple[Saying, ...]
    products: tuple[Product, ...]
    folds: tuple[tuple[str, tuple[str, ...]], ...]


def load_lore(folder: Folder | None = None) -> Lore:
    """By the `order` of their files; the brokers' phrases stand where it turns positive. Raises ResourceError."""
    root = folder or resources_folder()
    sources = toml_files(join(root, "phrases")) + toml_files(root, ROOM)
    content = compiled(f"sayings-{KEYS_FORMAT}", sources, _build)
    own = [_saying(entry) for entry in content["phrase"]]
    brokers = [
        _of_phrase(phrase, content["keys"].get(phrase.id), content["meaning"].get(phrase.id, {}))
        for phrase in load_phrases(folder)[0]
    ]
    products = tuple(
        Product(
            entry["id"], entry["name"], entry.get("side", "client"), entry.get("protocol", ""),
            re.compile(entry["pattern"], re.IGNORECASE), tuple(entry["sample"]), _keys(entry["keys"]),
        )
        for entry in content["product"]
    )  # fmt: skip
    folds = tuple((entry["cause"], tuple(entry["under"])) for entry in content["fold"])
    before = [saying for saying, entry in zip(own, content["phrase"], strict=True) if entry["before"]]
    after = [saying for saying, entry in zip(own, content["phrase"], strict=True) if not entry["before"]]
    return Lore((*before, *brokers, *after), products, folds)


def _build(contents: list[tuple[str, Json]]) -> Json:
    built: Json = {"phrase": [], "product": [], "fold": [], "keys": {}, "meaning": {}}
    ordered = sorted(contents, key=lambda item: (int(item[1].get("order", 0)), item[0]))
    seen: set[str] = set()
    for file, content in ordered:
        if "order" not in content:  # the brokers' own: read by load_phrases
            for entry in content.get("phrase", ()):
                built["keys"][entry["id"]] = _listed(required_words(entry["pattern"]))
            continue
        if set(content) - _TOP:
            raise ResourceError(file, "file", f"has {sorted(content)}")
        built["fold"] += content.get("fold", [])
        built["meaning"] |= {entry["phrase"]: entry for entry in content.get("meaning", ())}
        for kind in ("phrase", "product"):
            for raw in content.get(kind, ()):
                entry = {**_checked(file, kind, raw, seen), "before": int(content["order"]) < 0}
                built[kind].append(entry)
    return built


def _checked(file: str, kind: str, raw: Json, seen: set[str]) -> Json:
    key = str(raw.get("id", f"{kind} without id"))
    if kind == "phrase" and (not set(raw) >= _REQUIRED or set(raw) - _REQUIRED - _OPTIONAL or not raw["sample"]):
        raise ResourceError(file, key, f"has {sorted(raw)}")
    if key in seen:
        raise ResourceError(file, key, "written twice")
    seen.add(key)
    if raw.get("side", "") not in get_args(Side):
        raise ResourceError(file, f"{key}.side", f"{raw['side']!r} is not one of ours")
    if raw.get("needs", "") not in NEEDS:
        raise ResourceError(file, f"{key}.needs", f"{raw['needs']!r} is not one of {NEEDS}")
    try:
        re.compile(raw["pattern"], re.IGNORECASE)
        keys = required_words(raw["pattern"])
    except re.error as error:
        raise ResourceError(file, f"{key}.pattern", str(error)) from error
    if keys is None:
        raise ResourceError(file, f"{key}.pattern", "no word that every match holds")
    return {**raw, "keys": _listed(keys)}


def _listed(keys: frozenset[str] | None) -> list[str] | None:
    return None if keys is None else sorted(keys)


def _keys(listed: list[str] | None) -> frozenset[str] | None:
    return None if listed is None else frozenset(listed)


def _fact(value: Any) -> Fact:
    return tuple(value) if isinstance(value, list) else cast(Fact, value)


def _saying(entry: Json) -> Saying:
    return Saying(
        entry["id"],
        re.compile(entry["pattern"], re.IGNORECASE),
        tuple((name, _fact(value)) for name, value in entry.get("gives", {}).items()),
        tuple(entry.get("captures", {}).items()),
        entry.get("cause"),
        tuple(entry.get("likely", ())),
        entry.get("side", ""),
        bool(entry.get("symptom", False)),
        bool(entry.get("routine", False)),
        entry.get("note", ""),
        tuple(entry["sample"]),
        entry["source"],
        _keys(entry["keys"]),
        entry.get("side", ""),
        entry.get("needs", ""),
        bool(entry.get("wraps", False)),
        bool(entry.get("reached", False)),
    )


def _of_phrase(phrase: Phrase, keys: list[str] | None, meaning: Json) -> Saying:
    """A broker's phrase, with what is said of it for texts: meanings, a note, whether it is an effect only."""
    return Saying(
        phrase.id,
        phrase.pattern,
        phrase.gives,
        phrase.captures,
        (meaning["cause"] or None) if "cause" in meaning else phrase.cause,
        tuple(meaning.get("likely", ())),
        meaning.get("side", ""),
        bool(meaning.get("symptom", False)),
        bool(phrase.ends),
        meaning.get("note", ""),
        phrase.samples,
        phrase.source,
        _keys(keys),
        "broker",
        meaning.get("needs", ""),
        bool(meaning.get("wraps", False)),
    )
