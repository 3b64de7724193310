"""`mqassist lab` as it is typed: the list, scenarios kept up, and all of them played against our own check."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from subprocess import DEVNULL, PIPE

import pytest

from mqassist.cli.lab import _Command
from mqassist.cli.lab_arguments import Given, read_lab
from mqassist.cli.words import Words
from mqassist.core.errors import UserError
from mqassist.core.record import changed
from mqassist.lab.scenario import load_scenarios
from mqassist.lab.stage import Lab
from mqassist.services import Services

LIMIT_S = 60.0


def lab(*arguments: str, timeout: float = 30) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mqassist", "lab", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=timeout, check=False)


@pytest.mark.timeout(180)
def test_every_scenario_gets_the_verdict_it_should() -> None:
    began = time.monotonic()
    done = lab("check", "--json", timeout=150)
    took = time.monotonic() - began
    found = json.loads(done.stdout)
    wrong = {
        each["name"]: (each["found_status"], each["found_cause"]) for each in found["scenarios"] if not each["fits"]
    }
    assert wrong == {}
    assert len(found["scenarios"]) == len(load_scenarios())
    assert (done.returncode, done.stderr) == (0, "")
    assert took < LIMIT_S


def test_a_difference_is_told_and_ends_with_1(services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tuple(
        changed(each, cause="auth.vhost-not-found") for each in load_scenarios() if each.name == "wrong-password"
    )
    made = changed(services, rooms={"lab": Lab(wrong)})
    # the lessons of the others are missing on purpose: check needs none
    played = made.play("wrong-password")
    assert not played.fits
    assert (played.cause, played.found_cause) == ("auth.vhost-not-found", "auth.bad-credentials")
    lines = _Command(services, Words("en"), Given(command="check")).table([played], [played], 1.0)
    assert "auth.vhost-not-found  but found auth.bad-credentials" in lines[0]
    assert "1 of 1 verdicts differ" in lines[-1]
    made.lab.stop()
    assert capsys.readouterr().out == ""


def test_the_list() -> None:
    told = lab("list", "--layer", "tls")
    assert told.returncode == 0
    assert "certificate-expired" in told.stdout
    assert "wrong-password" not in told.stdout
    listed = json.loads(lab("list", "--json").stdout)
    assert {each["name"] for each in listed["scenarios"]} == {each.name for each in load_scenarios()}
    assert "过期的护照" in lab("list", "--layer", "tls", "--lang", "zh").stdout


def test_run_keeps_them_up_until_it_is_stopped(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mqassist", "lab", "run", "amqps-healthy", "mqtt-healthy"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as running:
        assert running.stdout is not None
        lines = []
        while "Ctrl-C" not in (line := running.stdout.readline()):
            lines.append(line.strip())
        target = next(line for line in lines if line.startswith("amqps://"))
        shown = next(line for line in lines if line.startswith("mqassist check amqps://"))
        ca = Path(shown.split("--ca ")[1].split(" ")[0])
        assert ca.exists()
        checked = [sys.executable, "-m", "mqassist", "check", target, "--ca", str(ca), "--no-history"]
        assert subprocess.run(checked, capture_output=True, timeout=30, check=False).returncode == 0
        running.send_signal(signal.SIGINT)
        assert running.wait(10) == 0
    assert not ca.exists(), "the certificates outlived the command"
    port = int(target.rsplit(":", 1)[1].split("/")[0])
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=1):
        pass


def test_run_ends_by_itself() -> None:
    began = time.monotonic()
    assert lab("run", "refused", "--seconds", "0.3").returncode == 0
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["run"], "Which scenario"),
        (["run", "wrong-pasword"], 'Did you mean "wrong-password"?'),
        (["dance"], 'There is no "mqassist lab dance"'),
        (["check", "--jobs", "0"], "--jobs"),
        (["relay"], "Which broker"),
        (["relay", "://"], "No address can be read"),
        (["relay", "amqp://localhost:1", "--set", "dance"], 'no command "dance"'),
        (["relay", "amqp://localhost:1", "--tls", "maybe"], "--tls"),
    ],
)
def test_what_cannot_be_understood_ends_with_2(typed: list[str], said: str) -> None:
    done = lab(*typed)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_help_in_both_languages() -> None:
    for language, word in (("en", "Usage: mqassist lab"), ("zh", "用法：mqassist lab")):
        done = lab("--help", "--lang", language)
        assert done.returncode == 0
        assert word in done.stdout


def test_options_in_any_order() -> None:
    given = read_lab(["--set", "delay 5", "relay", "--port=5", "--set=drop", "amqp://h"], Words("en"))
    assert (given.command, given.words, given.set, given.port) == ("relay", ("amqp://h",), ("delay 5", "drop"), 5)
    with pytest.raises(UserError):
        read_lab(["list", "--port", "5"], Words("en"))


def test_relay_of_a_saved_profile(tmp_path: Path) -> None:
    environment = {**os.environ, "MQASSIST_DATA": str(tmp_path)}
    mqassist = [sys.executable, "-m", "mqassist"]
    add = [*mqassist, "profiles", "add", "orders", "amqp://app@127.0.0.1:1"]
    assert subprocess.run(add, env=environment, capture_output=True, timeout=30, check=False).returncode == 0
    relay = [*mqassist, "lab", "relay", "orders", "--seconds", "0.2", "--json"]
    done = subprocess.run(
        relay, env=environment, capture_output=True, text=True, timeout=30, check=False, stdin=DEVNULL
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["event"] for line in lines] == ["listening", "end"]
    assert lines[0]["broker"] == "amqp://app@127.0.0.1:1"
    assert done.returncode == 0


def test_the_relay_is_set_by_typed_lines(services: Services) -> None:
    mirror = services.lab.start("mirror")
    command = [sys.executable, "-m", "mqassist", "lab", "relay", f"amqp://127.0.0.1:{mirror.port}", "--set", "delay 5"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True, encoding="utf-8") as running:
        told, complained = running.communicate("status\njitter 7\ndance\nquit\n", timeout=20)
        assert running.returncode == 0
    assert "each piece waits 5 ms, and up to 0 ms more" in told
    assert "each piece waits 5 ms, and up to 7 ms more" in told
    assert 'There is no command "dance"' in complained
    services.lab.stop()
