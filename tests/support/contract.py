"""The public report `mqassist.report/1`, checked field by field: names, kinds and the words that may stand there."""

from __future__ import annotations

import re
from typing import Any, get_args

from mqassist.core.finding import Audience, Role, Severity
from mqassist.core.observation import Layer, Outcome
from mqassist.core.tuning import Basis

STATUSES = ("healthy", "degraded", "broken")
PLATFORMS = ("any", "linux", "windows", "macos")
ID = re.compile(r"[a-z0-9]+(\.[a-z0-9_-]+)+")


def assert_report(document: Any) -> None:
    """Fails naming the field; more fields than the contract has are allowed."""
    assert document["schema"] == "mqassist.report/1"
    assert document["tool"]["name"] == "mqassist"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", document["tool"]["version"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", document["started_at"])
    _number(document["duration_ms"])
    _target(document["target"])
    _verdict(document)
    for cause in document["causes"]:
        _cause(cause)
    assert sum(cause["role"] == "root" for cause in document["causes"]) <= 1
    for check in document["checks"]:
        _check(check)
    for hit in document["log_matches"]:
        assert isinstance(hit["file"], str)
        assert isinstance(hit["line"], int)
        assert isinstance(hit["text"], str)
        assert hit["cause"] is None or ID.fullmatch(hit["cause"])
        assert hit["matched_by"] in ("source-port", "client-id", "time")


def _number(value: object) -> None:
    assert isinstance(value, int | float), value
    assert not isinstance(value, bool)
    assert value >= 0


def _target(target: dict[str, Any]) -> None:
    assert {"protocol", "scheme", "host", "port", "vhost", "username", "tls", "transport"} <= set(target)
    if target["host"] is None:  # nothing could be read from what was given
        assert target["protocol"] is None
        return
    assert target["protocol"] in ("amqp", "mqtt")
    assert target["scheme"] in ("amqp", "amqps", "mqtt", "mqtts", "ws", "wss")
    assert isinstance(target["host"], str)
    assert 0 < target["port"] < 65536
    assert isinstance(target["tls"], bool)
    assert target["transport"] in ("tcp", "websocket")
    assert (target["vhost"] is not None) == (target["protocol"] == "amqp")


def _verdict(document: dict[str, Any]) -> None:
    verdict = document["verdict"]
    assert verdict["status"] in STATUSES
    assert isinstance(verdict["title"], str)
    assert verdict["title"].strip()
    assert isinstance(verdict["summary"], str)
    roots = [cause["id"] for cause in document["causes"] if cause["role"] == "root"]
    assert roots == ([] if verdict["cause"] is None else [verdict["cause"]])
    if verdict["status"] == "healthy":
        assert verdict["cause"] is None
        assert document["causes"] == []
    followers = {item["id"] for item in verdict["folded"]}
    assert followers.isdisjoint(cause["id"] for cause in document["causes"])


def _cause(cause: dict[str, Any]) -> None:
    assert ID.fullmatch(cause["id"]), cause["id"]
    assert cause["role"] in get_args(Role)
    assert cause["severity"] in get_args(Severity)
    assert 0 <= cause["confidence"] <= 1
    assert isinstance(cause["title"], str)
    assert isinstance(cause["explanation"], str)
    assert all(isinstance(line, str) and line.strip() for line in cause["evidence"])
    for fix in cause["fixes"]:
        assert fix["audience"] in get_args(Audience)
        assert fix["platform"] in PLATFORMS
        assert isinstance(fix["text"], str)
        assert fix["command"] is None or isinstance(fix["command"], str)
    assert all(isinstance(address, str) for address in cause["references"])


def _check(check: dict[str, Any]) -> None:
    assert ID.fullmatch(check["id"]), check["id"]
    assert check["layer"] in get_args(Layer)
    assert check["status"] in get_args(Outcome)
    _number(check["started_ms"])
    _number(check["duration_ms"])
    assert isinstance(check["summary"], str)
    for name, value in check["facts"].items():
        assert re.fullmatch(r"[a-z][a-z0-9]*(\.[a-z][a-z0-9_]*)+", name), name
        assert isinstance(value, str | int | float | bool | list), name


def assert_advice(document: Any) -> None:
    """`mqassist.advice/1`: the verdict as in a report, and settings that say what they rest on."""
    assert document["schema"] == "mqassist.advice/1"
    assert document["tool"]["name"] == "mqassist"
    _target(document["target"])
    verdict = document["verdict"]
    assert verdict["status"] in STATUSES
    assert verdict["title"].strip()
    assert (verdict["status"] == "healthy") <= (verdict["cause"] is None)
    assert len({each["id"] for each in document["settings"]}) == len(document["settings"])
    for each in document["settings"]:
        _setting(each)
    for said in document["said_elsewhere"]:
        assert said["text"].strip()
    for snippet in document["snippets"]:
        assert {"id", "title", "language", "text"} <= set(snippet)
        assert snippet["text"].endswith("\n")


def _setting(each: dict[str, Any]) -> None:
    assert each["label"].strip()
    assert each["text"].strip()
    assert not each["label"].startswith("advise."), "a sentence is missing"
    assert each["basis"] in get_args(Basis), each
    lists = ("arithmetic", "not_measured", "not_said", "warnings", "sources")
    assert all(isinstance(line, str) and line.strip() for name in lists for line in each[name])
    if each["basis"] == "open":
        assert each["not_measured"] or each["not_said"], f"{each['id']}: nothing says what would tell"
    if each["basis"] in ("measured", "told"):
        assert each["evidence"] or each["id"] == "topic-alias", f"{each['id']} names no figure of this run"
