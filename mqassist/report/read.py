"""Reads a report in JSON back: one of ours from the history, or a file that somebody sent.

Nothing in it is trusted: types are checked, unknown keys are left aside, control characters are made visible.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeAlias, get_args

from mqassist.core.advice import Step, Wording
from mqassist.core.errors import UserError
from mqassist.core.facts import Fact
from mqassist.core.finding import Audience
from mqassist.core.report import SCHEMA, Excerpt, LogMatch, MatchedBy
from mqassist.report.cells import printable
from mqassist.report.presented import LAYERS, Named, OpenQuestion, Presented, PresentedCause, PresentedCheck

Json: TypeAlias = dict[str, Any]

STATUSES = ("healthy", "degraded", "broken")
OUTCOMES = ("passed", "warning", "failed", "skipped", "cancelled")
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
MATCHES: tuple[MatchedBy, ...] = get_args(MatchedBy)
MAX_BYTES = 64 * 1024 * 1024
MOST = 1e15
"""No time, port or line number is larger. Python also reads NaN and Infinity, which are no JSON and not smaller."""


def read_file(path: str, wording: Wording) -> tuple[Presented, ...]:
    """The reports of one file. Raises UserError saying what is wrong with it, and where."""
    import os

    try:
        if os.path.getsize(path) > MAX_BYTES:
            raise UserError("report.too-large", f"{path} is too large for a report", file=path)
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UserError("report.unreadable", f"cannot read {path}: {reason}", file=path, reason=reason) from error
    except UnicodeDecodeError as error:
        raise UserError("report.not-json", f"{path} is not a JSON report", file=path) from error
    return read_text(text, wording, path)


def read_text(text: str, wording: Wording, name: str) -> tuple[Presented, ...]:
    """One report or an array of them; `name` is what errors call it. Raises UserError."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError("report.not-json", f"{name} is not a JSON report", file=name) from error
    documents = found if isinstance(found, list) else [found]
    if not documents:
        raise UserError("report.not-json", f"{name} holds no report", file=name)
    return tuple(read_document(document, wording, name) for document in documents)


def read_document(document: object, wording: Wording, name: str) -> Presented:
    """What `mqassist check --json` gives for one target. Raises UserError."""
    schema = document.get("schema") if isinstance(document, dict) else None
    if isinstance(schema, str) and schema != SCHEMA and schema.startswith("mqassist.report/"):
        raise UserError("report.newer", f"{name}: a newer version wrote it", file=name, schema=printable(schema[:40]))
    if schema != SCHEMA:
        raise UserError("report.not-json", f"{name} is not a JSON report", file=name)
    try:
        return _Reader(wording).report(_Place(document, ""))
    except _Wrong as wrong:
        raise UserError("report.wrong", f"{name}: {wrong.place} is wrong", file=name, place=wrong.place) from None


class _Wrong(Exception):
    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class _Place:
    """A value of the document and where it stands. Every getter raises _Wrong for another type than it wants."""

    def __init__(self, value: object, path: str) -> None:
        self.value = value
        self.path = path

    def at(self, key: str) -> _Place:
        if not isinstance(self.value, dict):
            raise _Wrong(self.path or "report")
        return _Place(self.value.get(key), f"{self.path}.{key}".lstrip("."))

    def items(self) -> Iterator[_Place]:
        if self.value is None:
            return
        if not isinstance(self.value, list):
            raise _Wrong(self.path)
        for index, item in enumerate(self.value):
            yield _Place(item, f"{self.path}[{index}]")

    def text(self, default: str | None = "") -> str:
        """Absent or null gives the default; without one it is an error."""
        if self.value is None and default is not None:
            return default
        if not isinstance(self.value, str):
            raise _Wrong(self.path)
        return printable(self.value, keep_lines="Traceback" in self.value)

    def one_of(self, *known: str) -> str:
        if self.value not in known:
            raise _Wrong(self.path)
        return str(self.value)

    def number(self) -> float:
        if self.value is None:
            return 0.0
        if isinstance(self.value, bool) or not isinstance(self.value, int | float) or not abs(self.value) < MOST:
            raise _Wrong(self.path)
        return float(self.value)

    def truth(self, default: bool) -> bool:
        if self.value is None:
            return default
        if not isinstance(self.value, bool):
            raise _Wrong(self.path)
        return self.value

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text(None) for item in self.items())

    def facts(self) -> dict[str, Fact]:
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise _Wrong(self.path)
        return {printable(name): _Place(value, f"{self.path}.{name}").fact() for name, value in self.value.items()}

    def fact(self) -> Fact:
        value = self.value
        if isinstance(value, str):
            return printable(value)
        if isinstance(value, bool | int):
            return value
        if isinstance(value, float):
            return self.number()
        if isinstance(value, list) and all(type(item) is int for item in value):
            return tuple(value)
        return self.texts() if isinstance(value, list) else _refuse(self.path)


def _refuse(path: str) -> Fact:
    raise _Wrong(path)


class _Reader:
    def __init__(self, wording: Wording) -> None:
        self.wording = wording

    def report(self, place: _Place) -> Presented:
        verdict = place.at("verdict")
        causes = tuple(self.cause(item) for item in place.at("causes").items())
        root_id = verdict.at("cause").text()
        root = next((cause for cause in causes if cause.id == root_id), None)
        if root_id and root is None:
            raise _Wrong("verdict.cause")
        status = verdict.at("status").one_of(*STATUSES)
        complete, crashed = verdict.at("complete").truth(True), verdict.at("crashed").texts()
        reached = verdict.at("reached").text()
        return Presented(
            language=place.at("language").text(),
            run_id=place.at("run").text(),
            tool_version=place.at("tool").at("version").text(),
            started_at=place.at("started_at").text(None),
            duration_ms=place.at("duration_ms").number(),
            target=self.given(place.at("target")),
            endpoint=self.endpoint(place.at("target")),
            status=status,
            state=_state(status, root is not None, complete, bool(crashed)),
            title=verdict.at("title").text(None),
            summary=verdict.at("summary").text(),
            complete=complete,
            reached=reached if reached in LAYERS else "",
            root=root,
            causes=causes,
            folded=self.named(verdict.at("folded")),
            ruled_out=self.named(verdict.at("ruled_out")),
            undecided=tuple(
                OpenQuestion(
                    item.at("id").text(None),
                    item.at("title").text(),
                    item.at("missing").texts(),
                    item.at("decided_by").texts(),
                )
                for item in verdict.at("undecided").items()
            ),
            crashed=crashed,
            checks=tuple(self.check(item) for item in place.at("checks").items()),
            log_matches=tuple(self.log_match(item) for item in place.at("log_matches").items()),
            excerpts=tuple(self.excerpt(item) for item in place.at("excerpts").items()),
        )

    def given(self, place: _Place) -> str:
        """What was typed; a report of another program of this contract may only have the parts."""
        given = place.at("given").text()
        if given or place.at("host").value is None:
            return given
        port = place.at("port").value
        return f"{place.at('scheme').text()}://{place.at('host').text()}" + ("" if port is None else f":{port}")

    def endpoint(self, place: _Place) -> dict[str, str | int | bool | None]:
        parts: dict[str, str | int | bool | None] = {}
        for name in ("protocol", "scheme", "host", "vhost", "username", "transport"):
            item = place.at(name)
            parts[name] = None if item.value is None else item.text()
        port, tls = place.at("port"), place.at("tls")
        parts["port"] = None if port.value is None else int(port.number())
        parts["tls"] = None if tls.value is None else tls.truth(False)
        return parts

    def named(self, place: _Place) -> tuple[Named, ...]:
        return tuple(Named(item.at("id").text(None), item.at("title").text()) for item in place.items())

    def cause(self, place: _Place) -> PresentedCause:
        who = place.at("who").text()
        return PresentedCause(
            id=place.at("id").text(None),
            role=place.at("role").one_of("root", "contributing", "warning"),
            severity=place.at("severity").one_of("error", "warning", "info"),
            confidence=place.at("confidence").number(),
            who=who,
            who_word=self.word(f"who.{who.replace(' ', '-')}", who) if who else "",
            title=place.at("title").text(None),
            summary=place.at("summary").text(),
            explanation=place.at("explanation").text(),
            evidence=place.at("evidence").texts(),
            steps=tuple(self.step(item) for item in place.at("fixes").items()),
            references=place.at("references").texts(),
        )

    def step(self, place: _Place) -> Step:
        audience = _known(place.at("audience"), AUDIENCES)
        command = place.at("command")
        return Step(
            audience,
            place.at("platform").one_of("any", "linux", "windows", "macos"),
            place.at("text").text(None),
            None if command.value is None else command.text(),
        )

    def check(self, place: _Place) -> PresentedCheck:
        name, layer = place.at("id").text(None), place.at("layer").one_of(*LAYERS)
        return PresentedCheck(
            id=name,
            title=self.word(f"probe.{name}", place.at("title").text() or name),
            layer=layer,
            layer_word=self.word(f"layer.{layer}", layer),
            status=place.at("status").one_of(*OUTCOMES),
            started_ms=place.at("started_ms").number(),
            duration_ms=place.at("duration_ms").number(),
            summary=place.at("summary").text(),
            why=place.at("why").text(),
            evidence=place.at("evidence").texts(),
            facts=place.at("facts").facts(),
            crash=place.at("crash").text(),
        )

    def log_match(self, place: _Place) -> LogMatch:
        cause = place.at("cause")
        return LogMatch(
            file=place.at("file").text(None),
            line=int(place.at("line").number()),
            text=place.at("text").text(None),
            cause=None if cause.value is None else cause.text(),
            matched_by=_known(place.at("matched_by"), MATCHES),
            step=place.at("step").text(),
            facts=place.at("facts").texts(),
        )

    def excerpt(self, place: _Place) -> Excerpt:
        cause = place.at("cause")
        return Excerpt(
            file=place.at("file").text(None),
            line=int(place.at("line").number()),
            text=place.at("text").text(None),
            cause=None if cause.value is None else cause.text(),
        )

    def word(self, key: str, otherwise: str) -> str:
        """In the reader's language, where this version knows the word."""
        found = self.wording.sentence(key)
        return otherwise if found == key else found


def _known(place: _Place, known: tuple[Any, ...]) -> Any:
    return place.one_of(*known)


def _state(status: str, has_root: bool, complete: bool, crashed: bool) -> str:
    """As `presented` has it; the document says all that it needs."""
    if has_root:
        return "warning" if status == "degraded" else "broken"
    if not complete:
        return "stopped"
    if crashed and status != "healthy":
        return "crashed"
    return {"healthy": "works", "degraded": "warning"}.get(status, "undecided")
