"""What a log says on the whole: as text and as JSON (mqassist.log/1)."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mqassist.cli.logs_clock import clock_as_plain
from mqassist.cli.output import complain, is_utf8, say_line, write_out
from mqassist.cli.words import Words
from mqassist.core.advice import Advice
from mqassist.core.cancel import CancelToken
from mqassist.core.facts import Fact
from mqassist.core.log import Level, LogTables, Signature, Story, TableRow
from mqassist.core.moments import offset_words, utc
from mqassist.core.record import as_plain, record
from mqassist.report.cells import cells, cut, padded
from mqassist.report.explanation import general_advice
from mqassist.report.presented import named_by_log
from mqassist.report.style import Style
from mqassist.services import Services

if TYPE_CHECKING:
    from mqassist.cli.logs_arguments import LogArguments
    from mqassist.services import LogDocument

SCHEMA = "mqassist.log/1"
SHOWN_ROWS = 5
STORIES_SHOWN = 50


@record
class CauseCount:
    id: str
    count: int
    first_line: int
    last_line: int
    severity: str
    names: tuple[tuple[str, Fact], ...] = ()


@record
class Summary:
    """One log. `causes` with the most frequent first."""

    file: str
    format: str
    bytes: int
    lines: int
    entries: int
    first_at: float | None
    last_at: float | None
    levels: dict[Level, int]
    causes: tuple[CauseCount, ...]
    open_lines: tuple[tuple[int, str, int, int], ...]
    """What is known to matter but has several possible causes: how often, the first such text, first and last line."""
    problems: tuple[str, ...]
    tables: LogTables
    clock_offset: float = 0.0

    @property
    def has_problem(self) -> bool:
        return bool(self.open_lines) or any(cause.severity in ("error", "warning") for cause in self.causes)


def summed_up(services: Services, document: LogDocument, token: CancelToken) -> Summary:
    """Reads the whole log. Raises Cancelled."""
    signatures, tables = document.stories().survey(token)
    span = document.span()
    causes: dict[str, CauseCount] = {}
    for found in signatures:
        if found.cause is not None:
            causes[found.cause] = _added(services, causes.get(found.cause), found, found.cause, document)
    ordered = sorted(causes.values(), key=lambda cause: (-cause.count, cause.first_line))
    return Summary(
        document.name, document.format, document.size, document.line_count, document.entry_count(),
        span[0] if span else None, span[1] if span else None, document.counts(), tuple(ordered),
        tuple(
            (found.count, document.lines(found.first_line, 1)[0].text, found.first_line, found.last_line)
            for found in signatures if found.cause is None
        ),
        tuple(problem.key for problem in document.problems), tables, document.parser.clock_offset,
    )  # fmt: skip


def _added(
    services: Services, known: CauseCount | None, found: Signature, cause_id: str, document: LogDocument
) -> CauseCount:  # fmt: skip
    """`names` are those of the first entry; a title that names something says it of that one."""
    if known is None:
        cause, line = services.cause(cause_id), document.explain(found.first_line)
        severity = cause.severity if cause else "info"
        names = line.facts if line is not None else ()
        return CauseCount(cause_id, found.count, found.first_line, found.last_line, severity, tuple(names))
    first, last = min(known.first_line, found.first_line), max(known.last_line, found.last_line)
    return CauseCount(cause_id, known.count + found.count, first, last, known.severity, known.names)


def as_json(
    found: Sequence[Summary], matches: Sequence[object] | None, clock_hints: Sequence[object] | None, *,
    ascii_only: bool,
) -> str:  # fmt: skip
    files = [
        {
            "file": each.file,
            "format": each.format,
            "bytes": each.bytes,
            "lines": each.lines,
            "entries": each.entries,
            "first_at": None if each.first_at is None else utc(each.first_at, milliseconds=True),
            "last_at": None if each.last_at is None else utc(each.last_at, milliseconds=True),
            "levels": {level: count for level, count in each.levels.items() if count or level in ("error", "warning")},
            "causes": [
                {"id": cause.id, "count": cause.count, "first_line": cause.first_line, "last_line": cause.last_line}
                for cause in each.causes
            ],
            "problems": list(each.problems),
            **({"clock_offset": each.clock_offset} if each.clock_offset else {}),
        }
        for each in found
    ]
    document: dict[str, object] = {"schema": SCHEMA, "files": files}
    if matches is not None:
        document["matches"] = list(matches)
    if clock_hints is not None:
        document["clock_hints"] = list(clock_hints)
    return json.dumps(document, ensure_ascii=ascii_only, indent=2) + "\n"


def as_text(
    services: Services, found: Sequence[Summary], hints: Sequence[str], words: Words, style: Style
) -> str:  # fmt: skip
    lines: list[str] = []
    for summary in found:
        if lines:
            lines.append("")
        lines += _of_one(services, summary, words, style)
    for hint in hints:
        lines += ["", hint]
    return "\n".join(lines) + "\n"


def _of_one(services: Services, summary: Summary, words: Words, style: Style) -> list[str]:
    tables = summary.tables
    name = words.say(f"log.format.{summary.format}")
    lines = [
        style.paint("strong", summary.file),
        "  " + words.say(
            "cli.logs.extent", format=name, size=_size(summary.bytes), lines=f"{summary.lines:,}",
            entries=f"{summary.entries:,}",
        ),
    ]  # fmt: skip
    if summary.first_at is not None and summary.last_at is not None:
        span = {"first": utc(summary.first_at), "last": utc(summary.last_at)}
        lines.append("  " + words.say("cli.logs.span", **span))
    if summary.clock_offset:
        lines.append("  " + words.say("cli.logs.clock-offset", amount=offset_words(summary.clock_offset)))
    counts = [
        f"{words.say(f'log.level.{level}')} {summary.levels[level]:,}"
        for level in ("critical", "error", "warning", "notice", "info", "debug", "unknown")
        if summary.levels[level]
    ]
    if counts:
        lines.append("  " + " · ".join(counts))
    lines.append("")
    if not summary.causes and not summary.open_lines:
        shape = style.shape("undecided" if summary.problems else "passed")
        lines.append(f"  {shape} " + words.say("cli.logs.nothing-known"))
    for cause in summary.causes:
        lines += _cause(services, cause, words, style)
    for count, text, first, last in summary.open_lines:
        shape = style.paint("undecided", style.shape("undecided"))
        where = words.say("cli.logs.where", first=f"{first:,}", last=f"{last:,}")
        lines.append(f"  {shape} {count:>7,} × {cut(text, 90)}  {where}")
    for key, rows in (
        ("refused", tables.refused), ("heartbeats", tables.heartbeats), ("closers", tables.closers)
    ):  # fmt: skip
        lines += _table(words.say(f"cli.logs.table.{key}"), rows, words, style)
    return lines


def advice_of(services: Services, cause_id: str, names: Mapping[str, Fact]) -> Advice | None:
    """What a line stands for, in words that need no more than the line names."""
    cause = services.cause(cause_id)
    absent = frozenset(fix.if_known for fix in cause.fixes if fix.if_known) if cause is not None else frozenset()
    return general_advice(cause_id, services.wording, named_by_log(dict(names)), absent)


def _cause(services: Services, cause: CauseCount, words: Words, style: Style) -> list[str]:
    advice = advice_of(services, cause.id, dict(cause.names))
    kind = {"error": "failed", "warning": "warning"}.get(cause.severity, "info")
    title = advice.title if advice else cause.id
    where = words.say("cli.logs.where", first=f"{cause.first_line:,}", last=f"{cause.last_line:,}")
    shape = style.paint(kind, style.shape(kind))
    lines = [f"  {shape} {cause.count:>7,} × {style.paint('strong', title)}  [{cause.id}]  {where}"]
    if advice is not None and advice.steps:
        lines.append(" " * 14 + style.paint("faint", cut(advice.steps[0].text.replace("\n", " "), 160)))
    return lines


def _table(title: str, rows: Sequence[TableRow], words: Words, style: Style) -> list[str]:
    if not rows:
        return []
    lines = ["", "  " + style.paint("strong", title)]
    shown = rows[:SHOWN_ROWS]
    nobody = words.say("cli.logs.nobody")
    width = min(40, max(cells(row.who or nobody) for row in shown))
    for row in shown:
        who = padded(cut(row.who or nobody, 40), width)
        where = words.say("cli.logs.where", first=f"{row.first_line:,}", last=f"{row.last_line:,}")
        lines.append(f"    {row.count:>7,} × {who}  {row.where:<21}  {row.cause or ''}  {where}".rstrip())
    if len(rows) > len(shown):
        lines.append("    " + words.say("cli.logs.more", count=len(rows) - len(shown)))
    return lines


def _size(count: int) -> str:
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return ""


# -- stories -----------------------------------------------------------------------------------


def stories(documents: Sequence[LogDocument], words: Words, given: LogArguments, token: CancelToken) -> int:
    """The connections of each log, the bad ones first to see; with --connection only its own."""
    found: list[tuple[LogDocument, Story]] = []
    for document in documents:
        document.settle(token)
        teller = document.stories()
        told = (
            teller.of_connection(given.connection, token) if given.connection
            else teller.between(1, document.line_count, token)
        )  # fmt: skip
        found += [(document, story) for story in told]
        if not given.connection and document.line_count > teller.most_lines:
            complain(words.say("cli.logs.stories-cut", lines=f"{teller.most_lines:,}", file=document.name))
    limit = given.limit if given.limit is not None else 0 if given.json else STORIES_SHOWN
    shown = found[:limit] if limit else found
    if given.json:
        rows = [{"file": document.name, **as_plain(story), **clock_as_plain(document)} for document, story in shown]
        document_told = {"schema": "mqassist.log-stories/1", "stories": rows}
        write_out(json.dumps(document_told, ensure_ascii=not is_utf8(sys.stdout), indent=2) + "\n")
        return 0
    lines: list[str] = []
    for _, story in shown:
        lines += _story(story, words)
    if len(shown) < len(found):
        lines.append(words.say("cli.logs.more", count=len(found) - len(shown)))
    write_out("\n".join(lines or [words.say("cli.logs.no-stories")]) + "\n")
    return 0


def _story(story: Story, words: Words) -> list[str]:
    names = [story.peer, story.process, story.client, story.user and words.say("cli.logs.as-user", user=story.user)]
    head = "  ".join(name for name in names if name)
    seconds = "" if story.seconds is None else words.say("cli.logs.lasted", seconds=_lasted(story))
    ending = words.say(f"log.ending.{story.ending}")
    lines = [f"{head}  –  {ending}  {seconds}".rstrip() + (f"  [{story.cause}]" if story.cause else "")]
    for event in story.events:
        at = "" if event.at is None else utc(event.at, milliseconds=True)[11:-1]
        lines.append(f"  {event.line:>9,}  {at:<12}  " + cut(event.text.replace("\n", " "), 140))
    return lines


def _lasted(story: Story) -> str:
    """As exact as the log's stamps are."""
    whole = all(event.at is None or event.at == int(event.at) for event in story.events)
    return f"{story.seconds:.0f}" if whole else f"{story.seconds:.3f}"


def found_here(services: Services, words: Words, wants_json: bool) -> int:
    """The log files of brokers on this computer."""
    found = services.logs.on_this_computer()
    if wants_json:
        rows = [as_plain(each) for each in found]
        write_out(json.dumps({"schema": "mqassist.log-files/1", "logs": rows}, ensure_ascii=True, indent=2) + "\n")
        return 0
    if not found:
        return say_line(words.say("cli.logs.none-here"))
    width = max(cells(each.broker) for each in found)
    lines = []
    for each in found:
        note = "" if each.readable else "  " + words.say("cli.logs.not-readable")
        size = "" if each.size is None else _size(each.size)
        lines.append(f"{padded(each.broker, width)}  {size:>8}  {each.source}{note}")
    write_out("\n".join(lines) + "\n")
    return 0
