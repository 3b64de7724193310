"""What checks of a newer broker gave, kept in the tree: judged again where that broker cannot be had."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mqassist.core.observation import Observation
from tests.support.diagnosis import services

if TYPE_CHECKING:
    from mqassist.core.report import Report
    from mqassist.core.verdict import Verdict

FOLDER = Path(__file__).parents[1] / "knowledge" / "recorded"
KEPT = ("input", "path", "tcp", "tls", "websocket", "first", "protocol", "login", "amqp", "mqtt", "pika", "paho")
"""Areas of facts that the broker, not this machine, decides."""


def assert_told(report: Report, broker: str, name: str, cause: str | None) -> None:
    """The one root cause, with evidence and no other error beside it; healthy if it is None.

    With MQASSIST_RECORD=1 the facts are written to `recorded/<broker>.json` under that name.
    """
    verdict = report.verdict
    if cause is None:
        assert (verdict.status, verdict.primary, verdict.others) == ("healthy", None, ()), verdict
    else:
        assert verdict.primary is not None, f"no cause: {verdict}"
        assert verdict.primary.cause == cause, verdict
        assert verdict.primary.evidence, f"{cause} without evidence"
        assert not [other.cause for other in verdict.others if other.severity == "error"], verdict
    if os.environ.get("MQASSIST_RECORD"):
        _write(report, broker, name, cause)


def recorded() -> list[tuple[str, dict[str, Any]]]:
    """(broker and name, what was kept) of everything that was recorded."""
    return [
        (f"{file.stem} {name}", entry)
        for file in sorted(FOLDER.glob("*.json"))
        for name, entry in json.loads(file.read_text(encoding="utf-8")).items()
    ]


def judged(entry: dict[str, Any]) -> Verdict:
    """The verdict of today's causes on it."""
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in entry["facts"].items()}
    return services().run.verdict(facts, [Observation("recorded", "protocol", entry["outcome"], facts)])


def _write(report: Report, broker: str, name: str, cause: str | None) -> None:
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{broker}.json"
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    facts = {name: value for seen in report.observations for name, value in seen.facts.items() if _is_kept(name)}
    outcome = "passed" if report.verdict.status == "healthy" else "failed"
    kept[name] = {"cause": cause, "outcome": outcome, "facts": facts}
    lines = (f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in sorted(kept.items()))
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _is_kept(name: str) -> bool:
    return name.partition(".")[0] in KEPT and not name.startswith("tls.files_")
