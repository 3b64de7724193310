"""Reports read back from JSON: ours come back whole, foreign and hostile ones get one clear sentence."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from mqassist.core.errors import UserError
from mqassist.core.secret import Redactor
from mqassist.knowledge.texts import LANGUAGES
from mqassist.report import json as as_json
from mqassist.report.formats import presented
from mqassist.report.read import read_document, read_file, read_text
from tests.golden.cases import CASES, rendered, wording
from tests.support.diagnosis import services


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_written_comes_back(case: str, language: Any, tmp_path: Path) -> None:
    words = wording(language, tmp_path / "made-up")
    (back,) = read_text(rendered(case, "json", words), words, "x")
    readable = presented(CASES[case](), words, Redactor(), "text")  # control characters are made visible
    assert as_json.document(back) == as_json.document(readable)


WORDS = services().wording
WHOLE: dict[str, Any] = {
    "schema": "mqassist.report/1",
    "tool": {"name": "mqassist", "version": "9"},
    "run": "1a2b3c4d",
    "started_at": "2026-01-31T12:00:00.000Z",
    "duration_ms": 182.4,
    "target": {"protocol": "amqp", "scheme": "amqps", "host": "mq", "port": 5671, "vhost": "/", "username": None,
               "tls": True, "transport": "tcp"},
    "verdict": {"status": "broken", "cause": "tls.hostname-mismatch", "title": "t", "summary": "s"},
    "causes": [{"id": "tls.hostname-mismatch", "role": "root", "severity": "error", "confidence": 0.97, "title": "t",
                "explanation": "e", "evidence": ["seen"], "references": [],
                "fixes": [{"audience": "user", "platform": "any", "text": "do", "command": None}]}],
    "checks": [{"id": "tcp.connect", "layer": "network", "status": "passed", "started_ms": 0.0, "duration_ms": 3.1,
                "summary": "s", "facts": {"tcp.result": "connected", "a.list": [1, 2]}}],
    "log_matches": [{"file": "f", "line": 812, "text": "x", "cause": None, "matched_by": "time"}],
}  # fmt: skip


def without(path: str) -> dict[str, Any]:
    return with_value(path, ...)


def with_value(path: str, value: Any) -> dict[str, Any]:
    document = copy.deepcopy(WHOLE)
    place: Any = document
    *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    for part in way:
        place = place[part]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return document


def test_the_contract_alone_is_enough() -> None:
    """A report of another program, or of an older version, has none of our additions."""
    back = read_document(WHOLE, WORDS, "x")
    assert (back.target, back.state, back.run_id) == ("amqps://mq:5671", "broken", "1a2b3c4d")
    assert back.checks[0].title == "TCP connection"
    assert back.checks[0].facts["a.list"] == (1, 2)
    assert back.root is not None
    assert back.root.steps[0].text == "do"


@pytest.mark.parametrize("path", ["verdict/title", "causes/0/id", "checks/0/layer", "log_matches/0/file", "started_at"])
def test_what_is_missing_is_named(path: str) -> None:
    with pytest.raises(UserError) as told:
        read_document(without(path), WORDS, "x.json")
    assert told.value.reference == "report.wrong"
    assert str(told.value.parameters["place"]) == path.replace("/0", "[0]").replace("/", ".")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("verdict", []),
        ("verdict/status", "fine"),
        ("verdict/cause", "another.cause"),
        ("causes", {}),
        ("causes/0/evidence", [1]),
        ("causes/0/confidence", "0.9"),
        ("checks/0", None),
        ("checks/0/duration_ms", float("inf")),
        ("checks/0/started_ms", float("nan")),
        ("checks/0/facts", []),
        ("checks/0/facts/tcp.result", {"deep": 1}),
        ("checks/0/facts/tcp.result", None),
        ("checks/0/facts/tcp.result", [1, "mixed"]),
        ("checks/0/layer", "weather"),
        ("target/port", "5671"),
        ("target/port", 10**400),
        ("target/tls", 1),
        ("log_matches/0/line", True),
    ],
)
def test_a_wrong_type_is_named_and_never_a_crash(path: str, value: Any) -> None:
    with pytest.raises(UserError) as told:
        read_document(with_value(path, value), WORDS, "x.json")
    assert told.value.reference == "report.wrong"


def test_what_a_foreign_report_says_cannot_drive_a_terminal() -> None:
    back = read_document(with_value("verdict/title", "a\x1b[2J\u202eb\x07"), WORDS, "x")
    assert back.title == "a\\x1b[2J\\u202eb\\x07"
    named = read_document(with_value("checks/0/facts", {"x\x1b": "y\x9b"}), WORDS, "x")
    assert dict(named.checks[0].facts) == {"x\\x1b": "y\\x9b"}


@pytest.mark.parametrize(
    ("content", "reference"),
    [
        (b"", "report.not-json"),
        (b"<html>", "report.not-json"),
        (b"[]", "report.not-json"),
        (b"{}", "report.not-json"),
        (b'"mqassist.report/1"', "report.not-json"),
        (b"[" * 100_000, "report.not-json"),
        (b"\xff\xfe", "report.not-json"),
        (b'{"schema": "mqassist.explanation/1"}', "report.not-json"),
        (b'{"schema": "mqassist.report/7"}', "report.newer"),
        (b'{"schema": "mqassist.report/1"}', "report.wrong"),
    ],
)
def test_what_is_no_report_is_said(content: bytes, reference: str, tmp_path: Path) -> None:
    path = tmp_path / "sent.json"
    path.write_bytes(content)
    with pytest.raises(UserError) as told:
        read_file(str(path), WORDS)
    assert told.value.reference == reference


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(UserError) as told:
            read_file(str(path), WORDS)
        assert told.value.reference == "report.unreadable"


def test_several_reports_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    path.write_text("\ufeff" + json.dumps([WHOLE, WHOLE]), encoding="utf-8")
    assert len(read_file(str(path), WORDS)) == 2
