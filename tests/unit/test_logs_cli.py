"""`mqassist logs` as a person's shell runs it: what it prints, in both languages, and its exit status."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from mqassist.cli.logs import _Command
from mqassist.cli.logs_arguments import LogArguments
from mqassist.cli.words import Words
from mqassist.core.log import LogChange
from mqassist.services import build_services
from tests.support.cli import mqassist, start

AMQP = "connection <0.{n}.0> (10.0.0.7:4{n} -> 10.0.0.5:5672)"
LOG = "".join(
    f"2026-11-20 15:{at // 60:02}:{at % 60:02}.000001+00:00 [info] <0.{at + 100}.0> accepting AMQP {AMQP.format(n=at + 100)}\n"  # noqa: E501
    f"2026-11-20 15:{at // 60:02}:{at % 60:02}.000002+00:00 [error] <0.{at + 100}.0> Error on AMQP {AMQP.format(n=at + 100)[:-1]}, state: starting):\n"  # noqa: E501
    f"2026-11-20 15:{at // 60:02}:{at % 60:02}.000002+00:00 [error] <0.{at + 100}.0> PLAIN login refused: user 'app' - invalid credentials\n"  # noqa: E501
    for at in range(200)
)
QUIET = "2026-11-20 15:56:01.000001+00:00 [info] <0.8.0> Server startup complete\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "rabbit@mq.log"
    path.write_text(LOG)
    return path


def document(*arguments: str | Path) -> dict[str, Any]:
    done = mqassist("logs", "--json", *map(str, arguments))
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["schema"] == "mqassist.log/1"
    return found


def test_the_json_is_as_the_contract_says(log: Path) -> None:
    found = document(log)["files"]
    assert found == [
        {
            "file": str(log), "format": "rabbitmq", "bytes": len(LOG), "lines": 600, "entries": 400,
            "first_at": "2026-11-20T15:00:00.000Z", "last_at": "2026-11-20T15:03:19.000Z",
            "levels": {"info": 200, "warning": 0, "error": 200},
            "causes": [{"id": "auth.bad-credentials", "count": 200, "first_line": 2, "last_line": 599}],
            "problems": [],
        }
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "word"), [("en", "does not accept this user name"), ("zh", "拒绝的登录")])
def test_a_summary_names_the_causes_and_says_so_by_its_status(log: Path, language: str, word: str) -> None:
    done = mqassist("logs", str(log), "--lang", language)
    assert done.returncode == 1
    assert word in done.stdout
    assert "auth.bad-credentials" in done.stdout
    assert "10.0.0.7" in done.stdout
    assert "–" not in done.stdout.replace("2–599", "")


def test_a_quiet_log_is_well(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_text(QUIET)
    assert mqassist("logs", str(tmp_path / "x.log")).returncode == 0


def test_chosen_lines_are_whole_messages_with_their_meaning(log: Path) -> None:
    done = mqassist("logs", str(log), "--grep", "login refused", "--since", "15:03:18", "-n", "1")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert [line.partition(":")[0] for line in lines[:2]] == ["596", "597"]
    assert "→ The broker does not accept" in lines[2]
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--level", "error"], 200),
        (["--level", "info,notice"], 200),
        (["--level", "info"], 400),
        (["--grep", "ACCEPTING", "-i"], 200),
        (["--grep", r"<0\.\d50\.0>"], 4),
        (["-F", "--grep", r"<0\.\d50\.0>"], 0),
        (["--exclude", "accepting"], 200),
        (["--since", "10s"], 21),
        (["--until", "2026-11-20T15:00:10Z"], 20),
        (["--since", "2026-11-20T16:00:10+01:00", "--until", "15:00:20"], 20),
        (["--connection", "10.0.0.7:4150"], 2),
        (["--connection", "<0.150.0>"], 2),
        (["--known"], 200),
        (["-n", "7"], 7),
    ],
    ids=str,
)
def test_what_is_chosen(log: Path, options: list[str], count: int) -> None:
    assert len(document(log, *options)["matches"]) == count


def test_several_files_are_merged_by_time(tmp_path: Path) -> None:
    for name, seconds in (("a", (1, 4, 5)), ("b", (2, 3, 6))):
        lines = [f"2026-11-20 15:56:0{s}.000001+00:00 [info] <0.8.0> {name}{s}\n" for s in seconds]
        (tmp_path / name).write_text("".join(lines))
    done = mqassist("logs", str(tmp_path / "a"), str(tmp_path / "b"), "--level", "info")
    assert [line.rpartition(" ")[2] for line in done.stdout.splitlines()] == ["a1", "b2", "b3", "a4", "a5", "b6"]
    assert done.stdout.startswith(f"{tmp_path / 'a'}:1: ")


def test_a_wrong_clock_is_hinted_at_and_put_right(tmp_path: Path) -> None:
    one, two = tmp_path / "mq1.log", tmp_path / "mq2.log"
    stamp = "2026-11-20 15:{:02}:00.000000+00:00 [info] <0.{}.0> accepting AMQP connection <0.{}.0> (10.0.0.7:410{:02} -> 10.0.0.5:5672)\n"  # noqa: E501
    one.write_text("".join(stamp.format(at, at, at, at) for at in range(10, 20)))
    two.write_text("".join(stamp.format(at + 30, at, at, at) for at in range(10, 20)))
    found = document(one, two, "--limit", "3")
    (hint,) = found["clock_hints"]
    assert (hint["file"], hint["against"], hint["seconds"], hint["pairs"]) == (str(two), str(one), -1800, 10)
    assert [each["file"] for each in found["matches"]] == [str(one)] * 3
    told = mqassist("logs", str(one), str(two), "--limit", "1")
    assert f"--clock-offset {two}=-1800.000" in told.stderr
    for amount in ("mq2.log=-1800", "2=-30m", f"{two}=-1800000ms"):
        done = mqassist("logs", str(one), str(two), "--clock-offset", amount, "--since", "1m")
        assert done.stderr == ""
        names = [line.partition(": 2026")[0] for line in done.stdout.splitlines()]
        assert names == [f"{one}:9", f"{two}[-1800 s]:9", f"{one}:10", f"{two}[-1800 s]:10"]
    found = document(one, two, "--clock-offset", "2=-30m", "--limit", "2")
    assert [each["at"] for each in found["matches"]] == ["2026-11-20T15:10:00.000Z"] * 2
    assert [each.get("clock_offset") for each in found["matches"]] == [None, -1800]
    assert found["files"][1]["clock_offset"] == -1800
    assert found["files"][1]["last_at"] == found["files"][0]["last_at"]
    assert found["clock_hints"] == []


def test_standard_input_and_compressed_files(tmp_path: Path) -> None:
    assert json.loads(mqassist("logs", "-", "--json", stdin=LOG).stdout)["files"][0]["entries"] == 400
    (tmp_path / "x.gz").write_bytes(gzip.compress(LOG.encode()))
    assert document(tmp_path / "x.gz")["files"][0]["lines"] == 600
    (tmp_path / "x.gz").write_bytes(gzip.compress(LOG.encode())[:-300])
    done = mqassist("logs", str(tmp_path / "x.gz"))
    assert "ends in the middle" in done.stderr


def test_stories(log: Path) -> None:
    done = mqassist("logs", str(log), "--stories", "-n", "2")
    assert "10.0.0.7:4100  <0.100.0>  user app  –  login refused" in done.stdout
    found = json.loads(mqassist("logs", str(log), "--stories", "--connection", "<0.150.0>", "--json").stdout)
    assert [story["peer"] for story in found["stories"]] == ["10.0.0.7:4150"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.log"], "cannot be read"),
        (["{log}", "--clock-offset", "3=5"], "names none of the logs"),
        (["{log}", "--clock-offset", "mq.log=5x"], "is not LOG=AMOUNT"),
        (["x", "--levle", "error"], "did you mean --level"),
        (["x", "--level", "bad"], "--level needs one of these"),
        (["x", "--limit", "-3"], "--limit"),
        (["x", "--grep"], "needs a value"),
        (["x", "--json=1"], "takes no value"),
        (["{log}", "--since", "yesterday"], "is no time"),
        (["{log}", "--grep", "("], "cannot be searched"),
        (["docker:--x"], "is not understood"),
    ],
    ids=str,
)
def test_mistakes_are_told(log: Path, arguments: list[str], words: str) -> None:
    done = mqassist("logs", *(word.format(log=log) for word in arguments))
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_help_and_find() -> None:
    for language in ("en", "zh"):
        assert "--follow" in mqassist("logs", "--help", "--lang", language).stdout
    assert json.loads(mqassist("logs", "--find", "--json").stdout)["schema"] == "mqassist.log-files/1"


def read_until(process: subprocess.Popen[bytes], word: bytes) -> bytes:
    assert process.stdout is not None
    seen = b""
    deadline = time.monotonic() + 30
    while word not in seen:
        assert time.monotonic() < deadline, seen
        seen += os.read(process.stdout.fileno(), 65536)
    return seen


@pytest.mark.parametrize("as_json", [False, True])
def test_following_shows_the_end_and_what_comes_through_rotation(log: Path, as_json: bool) -> None:
    process = start("logs", str(log), "--follow", "--level", "error", *(["--json"] if as_json else []))
    try:
        seen = read_until(process, b"<0.299.0>")
        assert seen.count(b"<0.296.0> (") == 1
        assert b"<0.290.0>" not in seen
        with log.open("a") as file:
            file.write(QUIET + LOG[:1000].replace("<0.100.0>", "<0.777.0>"))
        seen = read_until(process, b"login refused")
        assert b"<0.777.0>" in seen
        assert b"startup complete" not in seen
        os.replace(log, f"{log}.1")
        log.write_text(LOG[:1000].replace("<0.100.0>", "<0.888.0>"))
        assert b"<0.888.0>" in read_until(process, b"<0.888.0>")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 3
    finally:
        process.kill()
        process.communicate()


def test_what_is_told_late_is_shown_once(log: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The log may have grown further when somebody gets to a change; a line may come when its entry was shown."""
    command = _Command(build_services("en"), Words("en"), LogArguments(sources=(str(log),)))
    opened = command.services.logs.open(str(log))
    command.documents.append(opened)
    try:
        opened.index_all(command.token)
        views = {0: opened.view(command.filter_for(opened))}
        stamp = "2026-11-20 16:00:00.000002+00:00 [error] <0.9.0>"
        with log.open("a") as file:
            file.write(f"{QUIET}{stamp} Error on AMQP {AMQP.format(n=9)[:-1]}, state: starting):\n")
        opened.catch_up(command.token)
        for first in (601, 602):
            command.take_change(0, LogChange("grown", first, first), views)
        with log.open("a") as file:
            file.write(f"{stamp} PLAIN login refused: user 'late'\n")
        opened.catch_up(command.token)
        command.take_change(0, LogChange("grown", 603, 603), views)
    finally:
        command.close()
    shown = [line.partition(":")[0] for line in capfd.readouterr().out.splitlines() if line[0] != " "]
    assert shown == ["601", "602", "603"]


def test_a_program_that_cannot_bring_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docker = tmp_path / "docker"
    docker.write_text("#!/bin/sh\necho 'Error: No such container: mq' >&2; exit 1\n")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    for options in ((), ("--follow",), ("--level", "error")):
        done = mqassist("logs", "docker:mq", *options)
        assert done.returncode == 2
        assert "docker ended with status 1: Error: No such container: mq" in done.stderr


def test_a_reader_that_goes_away_is_no_error(log: Path) -> None:
    log.write_text(LOG * 60)
    process = start("logs", str(log), "--level", "info")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(30) == 0
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_summary_has_no_gaps_where_a_line_names_nothing(tmp_path: Path, language: str) -> None:
    """The titles of a check name ports, queues and clients; a log's line may name none of them."""
    path = tmp_path / "rabbit@mq.log"
    path.write_text(
        "2026-11-20 15:56:00.991750+00:00 [notice] <0.875.0> TLS server: In state hello at tls_record.erl:564 "
        "generated SERVER ALERT: Fatal - Unexpected Message\n"
        "2026-11-20 15:56:00.991750+00:00 [notice] <0.875.0>  - {unsupported_record_type,65}\n"
        "2026-11-20 15:56:01.860432+00:00 [error] <0.876.0> closing AMQP connection <0.876.0> "
        "(10.0.0.7:41234 -> 10.0.0.5:5672):\n"
        "2026-11-20 15:56:01.860432+00:00 [error] <0.876.0> {bad_header,<<22,3,1,2,0,1,0,1>>}\n"
        "2026-11-20 15:56:02.860432+00:00 [error] <0.877.0> Error on AMQP connection <0.877.0> "
        "(10.0.0.7:41235 -> 10.0.0.5:5672, state: opening):\n"
        "2026-11-20 15:56:02.860432+00:00 [error] <0.877.0> vhost nope not found\n"
    )
    done = mqassist("logs", "--lang", language, str(path))
    assert done.returncode == 1
    assert done.stdout.count("×") >= 3
    told = re.sub(r"\d–\d", "", done.stdout)
    assert "–" not in told, told
