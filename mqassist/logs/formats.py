"""Log formats as data: one file each in resources/log_formats/, with samples that the tests check."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mqassist.core.errors import ResourceError
from mqassist.core.record import changed, record
from mqassist.knowledge.files import Folder, Json, compiled, resources_folder, toml_files
from mqassist.logs.entry import Entry, Level
from mqassist.logs.times import read_time

PLAIN = "plain"
PROBED_LINES = 200
MAX_LINE = 65_536
"""Longer lines are cut for reading; their number and place stay right."""

JSON_LEVEL = re.compile(r'"(?:level|severity)"\s{0,3}:\s{0,3}"(\w+)"')
_LEVELS: dict[str, Level] = {
    "debug": "debug", "info": "info", "information": "info", "notice": "notice", "note": "notice",
    "warning": "warning", "warn": "warning", "error": "error", "err": "error", "critical": "critical",
    "crit": "critical", "alert": "critical", "emergency": "critical", "fatal": "critical", "emerg": "critical",
    "crash": "error", "supervisor": "error", "progress": "info", "trace": "debug",
    # the four letters of RabbitMQ's level_format lc4 and uc4
    "dbug": "debug", "noti": "notice", "erro": "error", "alrt": "critical", "emgc": "critical",
    # and its three letters, lc3 and uc3
    "dbg": "debug", "inf": "info", "ntc": "notice", "wrn": "warning", "crt": "critical", "alr": "critical",
    "emg": "critical",
}  # fmt: skip


@record
class Head:
    """The beginning of an entry. `level_at` and `time_at` are places in the line, -1 where it has none."""

    time: str
    level: Level
    source: str
    text: str
    level_at: int = -1
    time_at: int = -1


@record
class Format:
    """`layouts` are line patterns with the groups time, level, source, text (text is required).

    `repeats_prefix`: each line of one message carries the same prefix (RabbitMQ since 3.9); otherwise lines without
    a prefix continue the entry above. `json` names the keys of an object per line; one of `json_any` has to be there,
    and none of `json_none`; `json_aside` are keys that tell where in the broker it was said. `keyed`: the text keeps
    its key as all other values do, as the broker's own text format writes it (`msg: …, reason: …`). `levels` guesses a
    level from the text where the format has none; `quick` are beginnings of a text that settle it. `fallback`: only for
    what no other format reads.
    """

    id: str
    layouts: tuple[re.Pattern[str], ...]
    json: tuple[tuple[str, str], ...]
    repeats_prefix: bool
    levels: tuple[tuple[re.Pattern[str], Level], ...]
    source: str
    samples: tuple[Json, ...]
    quick: tuple[str, ...] = ()
    json_any: tuple[str, ...] = ()
    json_none: tuple[str, ...] = ()
    json_aside: tuple[str, ...] = ()
    keyed: bool = False
    fallback: bool = False

    def level_of(self, word: str, text: str = "") -> Level:
        if word:
            return _LEVELS.get(word.lower(), "unknown")
        return next((level for pattern, level in self.levels if pattern.search(text)), "info")


def load_formats(folder: Folder | None = None) -> tuple[Format, ...]:
    """Every format, in the order of their file names. Raises ResourceError naming file and key."""
    sources = toml_files(folder or resources_folder(), "log_formats")
    return tuple(_format(entry) for entry in compiled("log-formats", sources, _build)["format"])


def _build(contents: list[tuple[str, Json]]) -> Json:
    known = {"id", "layout", "json", "repeats_prefix", "level", "quick", "source", "sample", "json_any", "json_none",
             "json_aside", "keyed", "fallback"}  # fmt: skip
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
        tuple(entry.get("quick", ())),
        tuple(entry.get("json_any", ())),
        tuple(entry.get("json_none", ())),
        tuple(entry.get("json_aside", ())),
        bool(entry.get("keyed", False)),
        bool(entry.get("fallback", False)),
    )


def detect(lines: Sequence[str], formats: Sequence[Format]) -> Format | None:
    """The format that reads most of the first lines; None (plain text) if none reads a fifth of them."""
    head = [strip_wrapper(line[:MAX_LINE]) for line in lines[:PROBED_LINES] if line.strip()]
    if not head:
        return None
    for fallback in (False, True):
        asked = [form for form in formats if form.fallback is fallback]
        scores = [(sum(head_of(form, line) is not None for line in head), form) for form in asked]
        best, form = max(scores, key=lambda scored: scored[0], default=(0, None))
        if best * 5 >= len(head) and form is not None:
            return form
    return None


def read_entries(lines: Iterable[str], form: Format | None, first_line: int = 1) -> Iterator[Entry]:
    """Entries in order; nothing is dropped: what no layout reads becomes part of the entry above, or one of its own."""
    open_entry: _Open | None = None
    number = first_line - 1
    for number, raw in enumerate(lines, start=first_line):
        line, stamp = unwrap(raw.rstrip("\r\n")[:MAX_LINE])
        head = None if form is None else head_of(form, line)
        if head is not None and stamp and not head.time:
            head = changed(head, time=stamp)
        if open_entry is not None and _continues(open_entry, head, form):
            open_entry.add(number, line if head is None else head.text)
            continue
        if open_entry is not None:
            yield open_entry.finished()
        open_entry = _Open(number, head or Head("", "unknown", "", line))
    if open_entry is not None:
        yield open_entry.finished()


class _Open:
    def __init__(self, line: int, head: Head) -> None:
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


def _continues(above: _Open, head: Head | None, form: Format | None) -> bool:
    if form is None:
        return False
    if head is None:
        return bool(above.head.time)
    same = (head.time, head.level, head.source) == (above.head.time, above.head.level, above.head.source)
    return form.repeats_prefix and same and bool(head.source) and bool(head.time)


def read_head(form: Format | None, line: str) -> tuple[Head | None, str, str]:
    """How a line begins an entry of this format (None if it does not), the line without its wrapper, and the wrapper's
    time."""
    found = head_of(form, line) if form is not None else None
    if found is not None:
        return found, line, ""
    inner, stamp = unwrap(line)
    if form is not None and inner is not line:
        found = head_of(form, inner)
    return found, inner, stamp


def head_of(form: Format, line: str) -> Head | None:
    """How a line begins an entry of this format, None if it does not. The line has no wrapper."""
    if form.json:
        return _json_head(form, line)
    for layout in form.layouts:
        if found := layout.match(line):
            groups = {"time": "", "level": "", "source": "", **found.groupdict(default="")}
            level = form.level_of(groups["level"], groups["text"])
            level_at = found.start("level") if groups["level"] else -1
            time_at = found.start("time") if groups["time"] else -1
            return Head(groups["time"], level, groups["source"], groups["text"], level_at, time_at)
    return None


def _json_head(form: Format, line: str) -> Head | None:
    if not line.startswith("{"):
        return None
    try:
        found: Any = json.loads(line)
    except ValueError:
        return _cut_json_head(form, line)
    except RecursionError:
        return None
    keys = dict(form.json)
    if not isinstance(found, dict) or keys["text"] not in found or keys["time"] not in found:
        return None
    if (form.json_any and not any(key in found for key in form.json_any)) or any(k in found for k in form.json_none):
        return None
    got = {name: _plain(found.get(key, "")) for name, key in keys.items()}
    rest = {key: value for key, value in found.items() if key not in keys.values() and key not in form.json_aside}
    key = f"{keys['text']}: " if form.keyed else ""
    text = key + got["text"] + "".join(f", {key}: {_plain(value)}" for key, value in rest.items())
    return Head(got["time"], form.level_of(got.get("level", ""), text), got.get("source", ""), text)


def _cut_json_head(form: Format, line: str) -> Head | None:
    """Of an object that is longer than what is read of a line: shown as it stands."""
    level = JSON_LEVEL.search(line)
    if level is None:
        return None
    time = re.search(rf'"{dict(form.json)["time"]}"\s{{0,3}}:\s{{0,3}}"?([^",}}]{{1,40}})', line)
    return Head(time[1] if time else "", form.level_of(level[1]), "", line)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# journalctl and syslog: `Nov 20 15:52:01 host mosquitto[812]: `, docker compose: `broker-1  | `
_WRAPPERS = (
    re.compile(r"(?:<\d{1,3}>)?[^\W\d]{2,5}\.? [ \d]\d \d\d:\d\d:\d\d \S+ [\w.@-]+(?:\[\d+\])?: (?=\S)"),
    re.compile(r"(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?) \S+ [\w.@-]+\[\d+\]: "),
    re.compile(r"[\w.-]+ +\|(?: |$)"),
    # docker logs --timestamps, kubectl logs --timestamps; containerd's own files add the stream: `stdout F `
    re.compile(r"(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d)) (?:std(?:out|err) [FP] )?"),
    re.compile(r"\[pod/[\w./-]{1,300}\] "),  # kubectl logs --prefix
    # stern: the pod, and the container; EMQX's console; Grafana's own time
    re.compile(r"[a-z0-9]{1,60}(?:-[a-z0-9]{1,60}){1,9} (?:[a-z0-9-]{1,60} )?(?=\d{4}-\d\d-\d\d[T ]\d\d:)"),
    re.compile(r"[\w.-]{1,40}\(\w{1,40}@[\w.-]{1,80}\)\d{1,6}> (?=\d{4}-)"),
    re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\t(?=\S)"),
    re.compile(r"\s{0,4}Starting broker\.\.\.(?=\{)"),  # RabbitMQ's banner, which has no line of its own
)
MAX_WRAPPERS = 3
"""`kubectl logs --prefix --timestamps` puts two before a line that the container's own tool may have wrapped."""
_COLOURS = re.compile(r"\x1b\[[0-9;]{0,20}m")


def strip_wrapper(line: str) -> str:
    """Without what journald, syslog, docker or kubectl put before the broker's own line."""
    return unwrap(line)[0]


def _unwrap_json(line: str) -> tuple[str, str]:
    """What docker's json-file driver and `journalctl -o json` wrap; the line itself if it is neither."""
    in_journal = '"MESSAGE"' in line
    if not in_journal and not line.startswith('{"log":"'):
        return line, ""
    try:
        found = json.loads(line)
        if not in_journal:
            return str(found["log"]).rstrip("\n"), str(found.get("time", ""))
        message = found["MESSAGE"]  # a list of bytes if it is no text (systemd.journal-fields(7))
        text = bytes(message).decode("utf-8", "replace") if isinstance(message, list) else str(message)
        return text, str(found.get("__REALTIME_TIMESTAMP", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return line, ""


def unwrap(line: str) -> tuple[str, str]:
    """The broker's own line, and the wrapper's time for one that has none ("" where it names none)."""
    if "\x1b" in line:
        line = _COLOURS.sub("", line)
    if line.startswith("{"):
        line, stamp = _unwrap_json(line)
        if stamp:
            return line, stamp
    stamp = ""
    for _ in range(MAX_WRAPPERS):
        found_at = next(filter(None, (wrapper.match(line) for wrapper in _WRAPPERS)), None)
        if found_at is None:
            break
        stamp = found_at.groupdict().get("at") or stamp
        line = line[found_at.end() :]
    return line, stamp
