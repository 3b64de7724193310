"""A report that found lines of its own in a log: for pages that show them, without a broker."""

from __future__ import annotations

from pathlib import Path

from mqassist.core.report import LogMatch, Report
from mqassist.core.verdict import Verdict


def report_with(log: Path, lines: tuple[int, ...]) -> Report:
    """Each line matched by another means, in turn."""
    ways = ("source-port", "client-id", "time")
    texts = log.read_text().split("\n")
    matches = tuple(
        LogMatch(str(log), line, texts[line - 1], None, ways[at % 3], "amqp.login")  # type: ignore[arg-type]  # literals
        for at, line in enumerate(lines)
    )
    return Report(
        run_id="7f3a9c00", tool_version="0", started_at="2026-11-20T12:00:00.000Z", took_ms=140.0,
        target="amqp://broker", endpoint=None, observations=(), verdict=Verdict("broken"), log_matches=matches,
    )  # fmt: skip
