"""The history as a person meets it: real brokers, a home of its own, the command line; and the password nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.canary import CANARY, assert_no_leak
from tests.support.command import Ran, files_below, run_command
from tests.support.contract import assert_report
from tests.support.mosquitto import Broker
from tests.support.rabbitmq import RabbitNode


def command(home: Path, *arguments: str, password: str = CANARY) -> Ran:
    ran = run_command(arguments, home, environment={"PW": password, "LC_ALL": "C.UTF-8", "TZ": "UTC"})
    assert_no_leak(ran.output + ran.errors, "what was printed")
    return ran


def checked(home: Path, url: str, *arguments: str, password: str = CANARY) -> int:
    return command(home, "check", url, "--password-env", "PW", *arguments, password=password).status


def listed(home: Path, *arguments: str) -> list[dict[str, Any]]:
    ran = command(home, "history", "list", "--json", *arguments)
    assert ran.status == 0, ran.errors.decode()
    document = json.loads(ran.output)
    assert document["schema"] == "mqassist.history/1"
    runs: list[dict[str, Any]] = document["runs"]
    return runs


def compared(home: Path, *words: str) -> dict[str, Any]:
    ran = command(home, "history", "compare", "--json", *words)
    document: dict[str, Any] = json.loads(ran.output)
    assert ran.status == (0 if document["same"] else 1), ran.errors.decode()
    return document


@pytest.mark.parametrize("scheme", ["amqp", "mqtt", "ws"])
def test_two_runs_against_one_healthy_broker_are_alike(rabbitmq: RabbitNode, tmp_path: Path, scheme: str) -> None:
    for _ in range(2):
        assert checked(tmp_path, rabbitmq.url(scheme, user="app")) == 0
    found = compared(tmp_path)
    differ = [step for step in found["steps"] if step["kind"] != "same"]
    assert [step for step in differ if not step["slower"]] == [], "a busy machine may be slower, nothing else"
    assert found["same"] is (not differ)


def test_before_and_after_somebody_changed_the_password(rabbitmq: RabbitNode, tmp_path: Path) -> None:
    url = rabbitmq.url("amqp", user="app")
    assert checked(tmp_path, url) == 0
    assert checked(tmp_path, url, password=CANARY[::-1]) == 1
    found = compared(tmp_path)
    assert found["first_layer"] == "auth"
    assert (found["before"]["status"], found["after"]["status"]) == ("healthy", "broken")
    read = command(tmp_path, "history", "compare").output.decode()
    assert "amqp.login" not in read
    assert "\n  ≠ Login  " in read
    runs = listed(tmp_path)
    assert [run["status"] for run in runs] == ["broken", "healthy"]
    assert [run["run"] for run in listed(tmp_path, "--status", "broken")] == [runs[0]["run"]]
    search(tmp_path, 2)


def test_a_broker_that_went_away_and_came_back(mosquitto: Callable[..., Broker], tmp_path: Path) -> None:
    broker = mosquitto("listener {port}\nallow_anonymous true\n")
    url = broker.url(user="")
    assert command(tmp_path, "check", url).status == 0
    broker.stop()
    assert command(tmp_path, "check", url).status == 1
    assert compared(tmp_path)["first_layer"] == "network"


def test_a_report_that_a_colleague_sent(mosquitto: Callable[..., Broker], tmp_path: Path) -> None:
    """Their machine reaches the broker, this one another port: read, shown and compared without being kept."""
    broker = mosquitto("listener {port}\nallow_anonymous true\n")
    sent = tmp_path / "sent.json"
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    assert command(theirs, "check", broker.url(user="", host="127.0.0.1"), "--lang", "zh", "-o", str(sent)).status == 0
    assert command(ours, "check", "mqtt://127.0.0.1:1").status == 1
    found = compared(ours, str(sent))
    assert found["before"]["target"] == "mqtt://127.0.0.1:1"
    assert found["first_layer"] == "network"
    assert [change["name"] for change in found["target"]] == ["port"]
    shown = command(ours, "history", "show", str(sent))
    assert shown.status == 0
    assert "TCP connection" in shown.output.decode(), "titles of steps come in the language of the reader"
    assert len(listed(ours)) == 1


def test_a_kept_run_is_the_report_that_was_told(rabbitmq: RabbitNode, tmp_path: Path) -> None:
    told = command(tmp_path, "check", rabbitmq.url("amqp", user="nobody"), "--password-env", "PW", "--json")
    kept = command(tmp_path, "history", "show", "last", "--json")
    document = json.loads(kept.output)
    assert_report(document)
    assert document == json.loads(told.output)
    search(tmp_path, 1)


def test_what_is_pinned_deleted_and_not_kept(tmp_path: Path) -> None:
    for port in (1, 2, 3):
        command(tmp_path, "check", f"mqtt://127.0.0.1:{port}")
    command(tmp_path, "check", "mqtt://127.0.0.1:4", "--no-history")
    first = listed(tmp_path)[-1]["run"]
    assert command(tmp_path, "history", "pin", first[:6]).status == 0
    assert command(tmp_path, "history", "keep", "--runs", "1").status == 0
    assert [run["target"] for run in listed(tmp_path)] == ["mqtt://127.0.0.1:3", "mqtt://127.0.0.1:1"]
    assert [run["run"] for run in listed(tmp_path, "--pinned")] == [first]
    assert command(tmp_path, "history", "keep", "off").status == 0
    command(tmp_path, "check", "mqtt://127.0.0.1:5")
    assert len(listed(tmp_path)) == 2
    assert command(tmp_path, "history", "delete", first, "last").status == 0
    assert listed(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["list", "--since", "yesterday"], "yesterday is no time"),
        (["list", "--statsu", "broken"], "did you mean --status"),
        (["list", "--status", "fine"], "healthy, degraded, broken"),
        (["list", "--limit"], "--limit needs a value"),
        (["show"], "number of runs"),
        (["show", "ffff"], "no kept run ffff"),
        (["show", "last"], "No run is kept yet"),
        (["compare", "last"], "No run is kept yet"),
        (["compare", "a.json", "b.json"], "a.json"),
        (["keep", "maybe"], "on or off"),
        (["lsit"], "no command lsit"),
    ],
)
def test_what_cannot_be_understood_is_said(tmp_path: Path, arguments: list[str], words: str) -> None:
    ran = command(tmp_path, "history", *arguments)
    assert ran.status == 2
    assert ran.output == b""
    assert words in ran.errors.decode()


def test_a_history_that_cannot_be_written_changes_no_answer(tmp_path: Path) -> None:
    (tmp_path / "mqassist").write_text("in the way")
    ran = run_command(["check", "mqtt://127.0.0.1:1", "--json"], tmp_path, terminal=True)
    assert ran.status == 1
    assert json.loads(ran.output)["verdict"]["cause"] == "net.connection-refused"
    assert b"could not be kept" in ran.errors


def search(home: Path, runs: int) -> None:
    """Also whatever else was written; and the history must be there, or the search is blind."""
    files = files_below(home)
    assert sum("history" in path.parts and path.suffix == ".json" for path in files) == runs
    for path, content in files.items():
        assert_no_leak(content, str(path))
