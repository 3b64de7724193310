"""`mqassist check` as a process: what goes where, exit statuses, encodings, files, secrets. No broker needed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.canary import CANARY, assert_no_leak
from tests.support.cli import START, environment, mqassist
from tests.support.contract import assert_report
from tests.support.peer import Conversation, Peer, fin, read, send, silent

CONNACK_REFUSED = b"\x20\x02\x00\x05"
MALFORMED = [
    "",
    " ",
    "://",
    "amqp://",
    "amqp://:abc",
    "amqp://127.0.0.1:99999/",
    "amqp://[::1",
    "amqp://u:p@ss:w/rd#%@127.0.0.1:5672/v",
    "mq.example.com:port",
    "amqp://${RABBIT_HOST}:5672",
    "ftp://h",
    "amqp://127.0.0.1\u200b:1",
    "\x1b[2J",
    "%",
    "a" * 20_000,
    "amqp://127.0.0.1:1/%zz",
]


@pytest.mark.parametrize("target", MALFORMED, ids=range(len(MALFORMED)))
def test_malformed_target_is_a_verdict(target: str) -> None:
    done = mqassist("check", target, "--json", "--timeout", "1")
    document = json.loads(done.stdout)
    assert_report(document)
    assert done.stderr == ""
    assert done.returncode == 1
    assert document["verdict"]["status"] == "broken"


def test_json_is_alone_on_standard_output(scripted_peer: Callable[..., Peer]) -> None:
    peer = scripted_peer([read(), send(CONNACK_REFUSED), fin()])
    done = mqassist("check", f"mqtt://127.0.0.1:{peer.port}", "--json")
    assert_report(json.loads(done.stdout))
    assert done.stderr == ""
    assert done.returncode == 1


def test_several_targets_give_an_array_in_their_order(scripted_peer: Callable[..., Peer]) -> None:
    peer = scripted_peer([read(), fin()])
    urls = [f"mqtt://127.0.0.1:{peer.port}", "nonsense://", f"amqp://127.0.0.1:{peer.port}"]
    done = mqassist("check", *urls, "--json", "--timeout", "1")
    documents = json.loads(done.stdout)
    assert [document["target"]["given"] for document in documents] == urls
    for document in documents:
        assert_report(document)
    assert done.returncode == 1


@pytest.mark.parametrize("output", ["text", "json", "markdown", "html", "junit"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_format_leaves_no_key_untold(output: str, language: str, scripted_peer: Callable[..., Peer]) -> None:
    peer = scripted_peer([read(), fin()])
    done = mqassist("check", f"amqp://127.0.0.1:{peer.port}", "--format", output, "--lang", language)
    assert done.returncode == 1
    for key in ("heading.", "state.", "status.", "line.", "layer.", "verdict.", "who.", "for.", "cli."):
        assert not re.search(rf"[\s>|]{re.escape(key)}[a-z]", done.stdout), key
    assert ("Broker" in done.stdout or "步骤" in done.stdout) if language == "zh" else "broken" in done.stdout


def test_file_instead_of_standard_output(tmp_path: Path, scripted_peer: Callable[..., Peer]) -> None:
    peer = scripted_peer([read(), fin()])
    for name, begins in (("a.json", "{"), ("a.html", "<!doctype"), ("a.md", "## "), ("a.xml", "<?xml"), ("a.txt", "")):
        file = tmp_path / name
        file.write_text("old")
        done = mqassist("check", f"amqp://127.0.0.1:{peer.port}", "-o", str(file))
        assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
        text = file.read_text(encoding="utf-8")
        assert text.startswith(begins)
        assert text != "old"
        assert "\x1b[" not in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "a.json", "a.md", "a.txt", "a.xml"]


@pytest.mark.parametrize("place", ["no-such-folder/report.json", "."])
def test_place_that_cannot_be_written_is_said_before_the_run(place: str, tmp_path: Path) -> None:
    done = mqassist("check", "amqp://127.0.0.1:9", "-o", str(tmp_path / place))
    assert done.returncode == 2
    assert "Cannot write" in done.stderr
    assert done.stdout == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux only")
def test_full_disk_is_said() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*START, "check", "nonsense://"], stdout=full, stderr=subprocess.PIPE, env=environment(), check=False
        )
    assert done.returncode == 2
    assert b"Cannot write" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("output", ["text", "json", "html"])
def test_reader_that_went_away_is_no_error(output: str) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        done = subprocess.run(
            [*START, "check", "nonsense://", "--format", output],
            stdout=theirs,
            stderr=subprocess.PIPE,
            env=environment(),
            check=False,
        )
    finally:
        os.close(theirs)
    assert done.stderr == b""
    assert done.returncode == 1


def test_closed_standard_streams_are_no_error() -> None:
    command = " ".join([*START, "check", "nonsense://"])
    for closed in (">&-", "2>&-", "<&-", ">&- 2>&- <&-"):
        done = subprocess.run(["sh", "-c", f"{command} {closed}"], capture_output=True, env=environment(), check=False)
        assert done.returncode == 1, closed
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp936", "cp437", "utf-8"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_any_encoding_of_the_output_serves(encoding: str, language: str) -> None:
    for output in ("text", "json", "markdown"):
        done = mqassist(
            "check", "amqp://用户@127.0.0.1:abc", "--format", output, "--lang", language,
            PYTHONIOENCODING=encoding, PYTHONUTF8="0",
        )  # fmt: skip
        assert done.returncode == 1
        assert done.stderr == ""
        if output == "json":
            assert_report(json.loads(done.stdout))


def test_locale_without_utf8() -> None:
    done = mqassist("check", "amqp://127.0.0.1:abc", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 1
    assert done.stderr == ""


def test_bytes_that_are_no_text_in_the_target() -> None:
    done = subprocess.run(
        [*map(os.fsencode, START), b"check", b"amqp://127.0.0.1:1/\x80\xff", b"--json"],
        capture_output=True,
        env=environment(),
        check=False,
    )
    assert_report(json.loads(done.stdout))
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "mqassist check TARGET"),
        (["check"], "What shall be checked"),
        (["check", "--json"], "What shall be checked"),
        (["chekc", "amqp://h"], "no command"),
        (["amqp://h"], "write check before it"),
        (["--json"], "needs a command"),
        (["advise"], "Settings for which endpoint"),
        (["advise", "amqp://h", "amqp://i"], "one endpoint at a time"),
        (["advise", "amqp://h", "--for", "cobol"], "pika"),
        (["advise", "amqp://h", "--format", "junit"], "--format needs one of these: text, json, markdown"),
        (["advise", "amqp://h", "--all"], "no option --all"),
        (["check", "amqp://h", "--all"], "go without targets"),
        (["check", "amqp://h", "--log", "x"], "cannot be read: No such file"),
        (["check", "amqp://h", "--profile-group", "x"], "go without targets"),
        (["check", "amqp://h", "--password-env", "MQASSIST_UNSET"], "MQASSIST_UNSET is not set"),
        (["check", "amqp://h", "--password-stdin", "--password-env", "HOME"], "exclude each other"),
        (["check", "amqp://h", "--password-stdin"], "nothing on standard input"),
        (["check", "amqp://h", "--proxy", "gopher://x"], "proxy"),
        (["check", "amqp://h", "--json", "--format", "html"], "contradict"),
        (["doctor", "--frob"], "There is no option --frob"),
    ],
)
def test_command_that_cannot_be_understood(arguments: list[str], says: str) -> None:
    done = mqassist(*arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    chinese = mqassist(*arguments, LC_ALL="zh_CN.UTF-8")
    assert chinese.returncode == 2
    assert any(ord(character) > 0x4E00 for character in chinese.stderr), chinese.stderr


def test_help_lists_what_works_and_nothing_else() -> None:
    told = mqassist("--help").stdout
    assert mqassist("help").stdout == told
    assert "check" in told
    assert "doctor" in told
    commands = [line.split()[0] for line in told.splitlines() if line.startswith("  ") and line[2].isalpha()]
    assert "advise" in commands
    for command in set(commands) - {"mqassist"}:
        assert mqassist(command, "--help").stdout.strip(), command


LOGIN_PATHS = [
    ("url", ["amqp://app:canary%2F9F%2B7%40bird@127.0.0.1:{port}"], None),
    ("stdin", ["amqp://app@127.0.0.1:{port}", "--password-stdin"], CANARY + "\r\nrest"),
    ("stdin without end", ["amqp://app@127.0.0.1:{port}", "--password-stdin"], "\ufeff" + CANARY),
    ("environment", ["amqp://app@127.0.0.1:{port}", "--password-env", "MQ_CANARY"], None),
    ("user option", ["mqtt://127.0.0.1:{port}", "--user", "app", "--password-env", "MQ_CANARY"], None),
    ("key", ["amqps://127.0.0.1:{port}", "--key", "x.pem", "--cert", "x.pem", "--key-password-env", "MQ_CANARY"], None),
    ("proxy", ["amqp://127.0.0.1:1", "--proxy", "http://app:canary%2F9F%2B7%40bird@127.0.0.1:{port}"], None),
    ("raw in the URL", [f"amqp://app:{CANARY}@127.0.0.1:{{port}}"], None),
    ("bad port", [f"amqp://app:{CANARY}:x@127.0.0.1:{{port}}"], None),
    ("bad proxy", ["amqp://h", "--proxy", f"gopher://app:{CANARY}@h"], None),
    ("no such option", ["amqp://h", f"--password={CANARY}"], None),
]


@pytest.mark.parametrize(("arguments", "stdin"), [row[1:] for row in LOGIN_PATHS], ids=[row[0] for row in LOGIN_PATHS])
def test_password_is_nowhere(
    arguments: list[str], stdin: str | None, scripted_peer: Callable[..., Peer], tmp_path: Path
) -> None:
    # a peer that sends back whatever it was sent
    def echo(talk: Conversation) -> None:
        talk.send(talk.receive())

    peer = scripted_peer([echo, echo, fin()])
    filled = [part.format(port=peer.port) for part in arguments]
    for extra in (["--json"], ["--format", "text"], ["-o", str(tmp_path / "report.html")]):
        done = mqassist(
            "check", *filled, "--timeout", "1", *extra,
            stdin=stdin, MQ_CANARY=CANARY, MQASSIST_CACHE=str(tmp_path / "cache"),
        )  # fmt: skip
        assert done.returncode in (1, 2)
        assert_no_leak(done.stdout + done.stderr, "the output")
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert_no_leak(file.read_bytes(), file.name)


def test_password_from_a_variable_is_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    from mqassist.cli.arguments import read_check
    from mqassist.cli.credentials import given_secrets
    from mqassist.cli.words import Words

    monkeypatch.setenv("MQ_CANARY", CANARY)
    secrets = given_secrets(read_check(["h", "--password-env", "MQ_CANARY"], Words("en")), None)
    assert secrets.password is not None
    assert secrets.password.reveal() == CANARY
    assert CANARY not in os.environ.values()


def test_a_check_finds_no_fault_of_ours(scripted_peer: Callable[..., Peer]) -> None:
    peer = scripted_peer([silent()])
    done = mqassist("check", f"amqp://127.0.0.1:{peer.port}", "--json", "--timeout", "0.5")
    document = json.loads(done.stdout)
    assert document["verdict"]["crashed"] == []
    assert [check["crash"] for check in document["checks"] if check["crash"]] == []


def _loaded(*arguments: str) -> set[str]:
    """Names of all modules that a fresh Python imports for it."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments], capture_output=True, text=True, env=environment(), check=True
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


def test_version_loads_nothing() -> None:
    loaded = _loaded("-m", "mqassist", "--version")
    assert {name for name in loaded if name.startswith("mqassist")} == {"mqassist"}
    assert not loaded & {"argparse", "re", "socket", "ssl", "threading", "json", "typing"}


def test_getting_ready_loads_no_heavy_library() -> None:
    ready = "import mqassist.cli.check as c; c.build_services('en'); import mqassist.report.json"
    _loaded("-c", ready)  # the first start compiles the data files
    loaded = _loaded("-c", ready)
    assert "mqassist.services" in loaded
    heavy = {"argparse", "asyncio", "logging", "dataclasses", "inspect", "tomllib", "ssl", "pika", "paho", "dns"}
    assert not loaded & (heavy | {"PySide6", "psutil", "keyring", "cryptography", "urllib.request", "subprocess"})


def test_a_plan_loads_no_probe_that_was_not_asked_for() -> None:
    plan = (
        "from mqassist.services import build_services; from mqassist.core.target import parse_target;"
        "from mqassist.core.settings import CheckSettings;"
        "build_services('en').run.plan(parse_target('mqtt://h').endpoint, CheckSettings());"
        "import sys; print(*sys.modules)"
    )
    run = [sys.executable, "-c", plan]
    loaded = set(subprocess.run(run, capture_output=True, text=True, env=environment(), check=True).stdout.split())
    assert "mqassist.probes.mqtt_connect" in loaded
    assert not loaded & {"urllib.parse", "ipaddress", "mqassist.net.proxy", "mqassist.net.ahead"}
    assert not loaded & {"mqassist.probes.mqtt_will", "mqassist.probes.proxy_connect", "mqassist.probes.watch_line"}


def test_options_that_fit_no_target_are_named(free_port: Callable[[], int]) -> None:
    url = f"mqtt://127.0.0.1:{free_port()}"
    done = mqassist("check", url, "--queue", "orders", "--ca", "ca.pem", "--only", "input", "--json")
    assert done.returncode == 0
    assert_report(json.loads(done.stdout))
    assert [line.partition(" has ")[0] for line in done.stderr.splitlines()] == ["mqassist: --queue", "mqassist: --ca"]
    fitting = mqassist("check", url, "amqps://127.0.0.1:1", "--queue", "orders", "--ca", "ca.pem", "--only", "input")
    assert fitting.stderr == ""


def test_a_single_check_is_counted_as_one() -> None:
    assert "the one check that was made passed" in mqassist("check", "amqp://127.0.0.1", "--only", "input").stdout
