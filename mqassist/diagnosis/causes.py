"""Causes as data: entries of resources/causes/, checked while they are compiled, plain objects afterwards."""

from __future__ import annotations

from typing import Any, cast, get_args

from mqassist.core.errors import ResourceError
from mqassist.core.finding import Audience, Severity
from mqassist.core.record import record
from mqassist.diagnosis.conditions import Tree, parse, required_facts
from mqassist.knowledge.files import Folder, Json, compiled, resources_folder, toml_files

PLATFORMS = ("any", "linux", "windows", "macos")
DEFAULT_CERTAINTY = 0.95
_REQUIRED = {"id", "severity", "who", "when", "fix", "sample", "counter_sample", "source"}
_OPTIONAL = {"explains", "certainty", "suspect", "decided_by", "references", "evidence", "unless"}


@record
class Fix:
    """One step; its sentence stands in the language tables under the cause, by `id`. It is only offered where the fact
    `if_known` was observed, "" for always."""

    id: str
    audience: Audience
    platform: str
    command: str | None
    if_known: str = ""


@record
class Cause:
    """`when` and `suspect` are parsed conditions; `samples` and `counter_samples` prove `when` in the tests.

    `requires` are facts without which `when` cannot be true; leaving some out costs time, nothing else.
    `evidence` are facts that `when` does not read, but whose sentences help the person to see the whole picture.
    `unless`, if true, rules a suspected cause out that `when` leaves open: somebody else has said what it was.
    """

    id: str
    severity: Severity
    who: Audience
    when: Tree
    explains: tuple[str, ...]
    certainty: float
    suspect: Tree | None
    decided_by: tuple[str, ...]
    fixes: tuple[Fix, ...]
    source: str
    references: tuple[str, ...]
    samples: tuple[Json, ...]
    counter_samples: tuple[Json, ...]
    evidence: tuple[str, ...] = ()
    unless: Tree | None = None
    requires: frozenset[str] = frozenset()

    @property
    def layer(self) -> str:
        return self.id.partition(".")[0]


def load_causes(folder: Folder | None = None) -> tuple[Cause, ...]:
    """Every cause, in the order of the files. Raises ResourceError naming file and cause."""
    sources = toml_files(folder or resources_folder(), "causes")
    if not sources:
        raise ResourceError("causes", "*", "no causes: the installation is incomplete")
    return tuple(_cause(entry) for entry in compiled("causes", sources, _build)["cause"])


def _build(contents: list[tuple[str, Json]]) -> Json:
    entries: list[Json] = []
    seen: dict[str, str] = {}
    for name, content in contents:
        for raw in content.get("cause", []):
            entry = _checked(name, raw)
            if entry["id"] in seen:
                raise ResourceError(name, entry["id"], f"is also in {seen[entry['id']]}")
            seen[entry["id"]] = name
            entries.append(entry)
    return {"cause": entries}


def _checked(file: str, raw: Json) -> Json:
    key = str(raw.get("id", "cause without id"))
    missing, unknown = _REQUIRED - set(raw), set(raw) - _REQUIRED - _OPTIONAL
    if missing or unknown:
        raise ResourceError(file, key, f"missing {sorted(missing)}, unknown {sorted(unknown)}")
    if raw["severity"] not in get_args(Severity):
        raise ResourceError(file, key, f"severity {raw['severity']!r}")
    if raw["who"] not in get_args(Audience):
        raise ResourceError(file, key, f"who {raw['who']!r}")
    if not raw["sample"] or not raw["counter_sample"] or not raw["fix"] or not str(raw["source"]).strip():
        raise ResourceError(file, key, "needs a sample, a counter-sample, a fix and a source")
    if bool(raw.get("suspect")) != bool(raw.get("decided_by")):
        raise ResourceError(file, key, "suspect and decided_by belong together")
    entry = dict(raw)
    for name in ("when", "suspect", "unless"):
        if name in raw:
            try:
                entry[name] = parse(raw[name])
            except ValueError as error:
                raise ResourceError(file, f"{key}.{name}", str(error)) from error
    entry["requires"] = sorted(required_facts(entry["when"]))
    entry["fix"] = [_fix(file, key, raw["who"], fix) for fix in raw["fix"]]
    return entry


def _fix(file: str, key: str, who: str, raw: Json) -> Json:
    fix = {"audience": who, "platform": "any", "command": None, "if_known": "", **raw}
    if set(fix) != {"id", "audience", "platform", "command", "if_known"}:
        raise ResourceError(file, f"{key}.fix", f"has {sorted(raw)}")
    if fix["audience"] not in get_args(Audience) or fix["platform"] not in PLATFORMS:
        raise ResourceError(file, f"{key}.fix.{fix['id']}", "audience or platform is not one of ours")
    return fix


def _cause(entry: Json) -> Cause:
    fixes = tuple(
        Fix(fix["id"], fix["audience"], fix["platform"], fix["command"], fix["if_known"]) for fix in entry["fix"]
    )
    return Cause(
        entry["id"],
        entry["severity"],
        entry["who"],
        cast(Tree, entry["when"]),
        tuple(entry.get("explains", ())),
        float(entry.get("certainty", DEFAULT_CERTAINTY)),
        cast("Tree | None", entry.get("suspect")),
        tuple(entry.get("decided_by", ())),
        fixes,
        entry["source"],
        tuple(entry.get("references", ())),
        tuple(_sample(sample) for sample in entry["sample"]),
        tuple(_sample(sample) for sample in entry["counter_sample"]),
        tuple(entry.get("evidence", ())),
        cast("Tree | None", entry.get("unless")),
        frozenset(entry["requires"]),
    )


def _sample(raw: Json) -> Json:
    """Lists become tuples, as facts are."""

    def fact(value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    return {name: fact(value) for name, value in raw.items()}
