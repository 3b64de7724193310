"""Log formats as data: one file each in resources/log_formats/, with samples that the tests check."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mqassist.core.errors import ResourceError
from mqassist.core.record import record
from mqassist.knowledge.files import Folder, Json, compiled, resources_folder, toml_files
from mqassist.logs.entry import Entry, Level
from mqassist.logs.times import read_time

PLAIN = "plain"
PROBED_LINES = 200
MAX_LINE = 65_536
"""Longer lines are cut for reading; their number and place stay right."""

_LEVELS: dict[str, Level] = {
    "debug": "debug", "info": "info", "information": "info", "notice": "notice", "note": "notice",
    "warning": "warning", "warn": "warning", "error": "error", "err": "error", "critical": "critical",
    "crit": "critical", "alert": "critical", "emergency": "critical", "fatal": "critical",
}  # fmt: skip


@record
class Format:
    """`layouts` are line patterns with the groups time, level, source, text (text is required).

    `repeats_prefix`: each line of one message carries the same prefix (RabbitMQ since 3.9); otherwise lines without
    a prefix continue the entry above. `json` names the keys of an object per line. `levels` guesses a level from
    the text where the format has none.
    """

    id: str
    layouts: tuple[re.Pattern[str], ...]
    json: tuple[tuple[str, str], ...]
    repeats_prefix: bool
    levels: tuple[tuple[re.Pattern[str], Level], ...]
    source: str
    samples: tuple[Json, ...]


def load_formats(folder: Folder | None = None) -> tuple[Format, ...]:
    """Every format, in the order of their file names. Raises ResourceError naming file and key."""
    sources = toml_files(folder or resources_folder(), "log_formats")
    return tuple(_format(entry) for entry in compiled("log-formats", sources, _build)["format"])


def _build(contents: list[tuple[str, Json]]) -> Json:
    known = {"id", "layout", "json", "repeats_prefix", "level", "source", "sample"}
    for name, content in contents:
        if set(content) - known or not {"id", "source", "sample"} <= set(content):
            raise ResourceError(name, "format", f"has {sorted(content)}")
        if bool(content.get("layout")) == bool(content.get("json")):
            raise ResourceError(name, "layout", "needs either layouts or json")
    return {"format": [content for _, content in contents]}


def _format(entry: Json) -> Format:
    return Format(
        entry["id"],
        tuple(re.compile(layout) for layout in entry.get("layout", ())),
        tuple(entry.get("json", {}).items()),
        bool(entry.get("repeats_prefix", False)),
        tuple((re.compile(rule["pattern"]), _LEVELS[rule["level"]]) for rule in entry.get("level", ())),
        entry["source"],
        tuple(entry["sample"]),
    )


def detect(lines: Sequence[str], formats: Iterable[Format]) -> Format | None:
    """The format that reads most of the first lines; None (plain text) if none reads a fifth of them."""
    head = [strip_wrapper(line[:MAX_LINE]) for line in lines[:PROBED_LINES] if line.strip()]
    if not head:
        return None
    scores = [(sum(_head(form, line) is not None for line in head), form) for form in formats]
    best, form = max(scores, key=lambda scored: scored[0], default=(0, None))
    return form if best * 5 >= len(head) else None


def read_entries(lines: Iterable[str], form: Format | None, first_line: int = 1) -> Iterator[Entry]:
    """Entries in order; nothing is dropped: what no layout reads becomes part of the entry above, or one of its own."""
    open_entry: _Open | None = None
    number = first_line - 1
    for number, raw in enumerate(lines, start=first_line):
        line = strip_wrapper(raw.rstrip("\r\n")[:MAX_LINE])
        head = None if form is None else _head(form, line)
        if open_entry is not None and _continues(open_entry, head, form):
            open_entry.add(number, line if head is None else head.text)
            continue
        if open_entry is not None:
            yield open_entry.finished()
        open_entry = _Open(number, head or _Head("", "unknown", "", line))
    if open_entry is not None:
        yield open_entry.finished()


@record
class _Head:
    time: str
    level: Level
    source: str
    text: str


class _Open:
    def __init__(self, line: int, head: _Head) -> None:
        self.line = self.last = line
        self.head = head
        self.texts = [head.text]

    def add(self, line: int, text: str) -> None:
        self.last = line
        if len(self.texts) < 2000:  # a crash report of any length stays one entry of bounded size
            self.texts.append(text)

    def finished(self) -> Entry:
        head = self.head
        return Entry(self.line, self.last, read_time(head.time), head.level, head.source, "\n".join(self.texts))


def _continues(above: _Open, head: _Head | None, form: Format | None) -> bool:
    if form is None:
        return False
    if head is None:
        return bool(above.head.time)
    same = (head.time, head.level, head.source) == (above.head.time, above.head.level, above.head.source)
    return form.repeats_prefix and same and bool(head.source)


def _head(form: Format, line: str) -> _Head | None:
    if form.json:
        return _json_head(form, line)
    for layout in form.layouts:
        if found := layout.match(line):
            groups = {"time": "", "level": "", "source": "", **found.groupdict(default="")}
            return _Head(
                groups["time"], _level(form, groups["level"], groups["text"]), groups["source"], groups["text"]
            )
    return None


def _json_head(form: Format, line: str) -> _Head | None:
    if not line.startswith("{"):
        return None
    try:
        found: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    keys = dict(form.json)
    if not isinstance(found, dict) or keys["text"] not in found or keys["time"] not in found:
        return None
    got = {name: _plain(found.get(key, "")) for name, key in keys.items()}
    rest = {key: value for key, value in found.items() if key not in keys.values()}
    text = got["text"] + "".join(f", {key}: {_plain(value)}" for key, value in rest.items())
    return _Head(got["time"], _level(form, got.get("level", ""), text), got.get("source", ""), text)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _level(form: Format, word: str, text: str) -> Level:
    if word:
        return _LEVELS.get(word.lower(), "unknown")
    return next((level for pattern, level in form.levels if pattern.search(text)), "info")


# journalctl and syslog: `Nov 20 15:52:01 host mosquitto[812]: `, docker compose: `broker-1  | `
_WRAPPERS = (
    re.compile(r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [\w.@-]+(?:\[\d+\])?: (?=\d|=|\{|\S)"),
    re.compile(r"\d{4}-\d\d-\d\dT\S+ \S+ [\w.@-]+\[\d+\]: "),
    re.compile(r"[\w.-]+ +\| "),
)


def strip_wrapper(line: str) -> str:
    """Without what journald, syslog or docker compose put before the broker's own line."""
    for wrapper in _WRAPPERS:
        if found := wrapper.match(line):
            return line[found.end() :]
    if line.startswith('{"log":"'):  # docker's json-file driver
        try:
            return str(json.loads(line)["log"]).rstrip("\n")
        except (ValueError, KeyError, TypeError):
            return line
    return line
