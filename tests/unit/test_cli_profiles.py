"""`mqassist profiles`: what is typed, what is told, and where passwords go when there is no keyring."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.canary import CANARY, assert_no_leak
from tests.support.cli import mqassist
from tests.support.command import files_below

NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


class Typed:
    """The command in a home of its own, without a keyring."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str, stdin: str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        return mqassist(*arguments, stdin=stdin, MQASSIST_DATA=str(self.home), **NO_KEYRING, **more)


@pytest.fixture
def typed(tmp_path: Path) -> Typed:
    return Typed(tmp_path)


def test_add_list_show_remove(typed: Typed) -> None:
    assert typed("profiles", "list").returncode == 1
    added = typed(
        "profiles", "add", "orders", "amqps://mq.example.com/prod?heartbeat=20", "--user", "app", "--group", "P/EU",
        "--tag", "eu", "--tag", "team blue", "--host", "mq2.example.com", "--production", "--keep", "ask",
        "--ca", "ca.pem", "--queue", "q", "--notes", "call Lin first", "--timeout", "9",
    )  # fmt: skip
    assert (added.returncode, added.stderr) == (0, "")
    assert typed("profiles", "add", "plain", "mqtt://10.0.0.1").returncode == 0
    listed = typed("profiles", "list").stdout
    assert "orders" in listed
    assert "P / EU" in listed
    assert "#team blue" in listed
    assert [line.split()[0] for line in typed("profiles", "list", "10.0").stdout.splitlines()] == ["plain"]
    assert typed("profiles", "list", "--tag", "EU").stdout.count("\n") == 1
    assert typed("profiles", "list", "--group", "p").stdout.count("\n") == 1
    shown = json.loads(typed("profiles", "show", "orders", "--json").stdout)
    assert shown["url"] == "amqps://app@mq.example.com:5671/prod"
    assert shown["urls"][1] == "amqps://app@mq2.example.com:5671/prod"
    assert (shown["settings"]["heartbeat"], shown["settings"]["timeout"], shown["settings"]["queue"]) == (20, 9.0, "q")
    told = typed("profiles", "show", "orders").stdout
    for word in ("call Lin first", "mq2.example.com", "asked for each time", "ca=ca.pem"):
        assert word in told
    assert (
        "mqassist check amqps://app@mq.example.com:5671/prod"
        in typed("profiles", "show", "orders", "--as", "command").stdout
    )
    assert "pika" in typed("profiles", "show", "orders", "--as", "list").stdout.split()
    replaced = typed("profiles", "add", "orders", "amqp://h", "--replace", "--json")
    assert json.loads(replaced.stdout)["version"] == 2
    assert typed("profiles", "remove", "orders", "plain").returncode == 0
    assert json.loads(typed("profiles", "list", "--json").stdout) == {
        "schema": "mqassist.profiles/1", "count": 0, "profiles": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "says", "chinese"),
    [
        (["profiles", "frob"], "no command", "没有 frob"),
        (["profiles", "list", "--grup", "x"], "did you mean --group", "--group"),
        (["profiles", "show"], "needs NAME", "需要 NAME"),
        (["profiles", "show", "nobody"], 'no profile "nobody"', "没有名为 nobody"),
        (["profiles", "add", "a"], "needs NAME URL", "需要"),
        (["profiles", "add", "a", "http://h"], "cannot be saved", "无法保存"),
        (["profiles", "add", "a", "amqp://h", "--keep", "paper"], "keyring, ask", "keyring, ask"),
        (["profiles", "add", "a", "amqp://h", "--heartbeat", "often"], "whole number", "整数"),
        (["profiles", "import", "gone.txt"], "cannot be read", "无法读取"),
        (["profiles", "export", "--with-passwords"], "--passphrase-stdin", "--passphrase-stdin"),
        (["profiles", "remove"], "needs NAME", "需要 NAME"),
        (["check", "--all"], "No profile is saved", "还没有保存配置"),
        (["check", "--all", "amqp://h"], "without targets", "不能再带目标"),
        (["check", "--profile-group", "none"], "no group", "不存在"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(typed: Typed, arguments: list[str], says: str, chinese: str) -> None:
    done = typed(*arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert chinese in typed(*arguments, LC_ALL="zh_CN.UTF-8").stderr


def test_help_names_every_command_and_option() -> None:
    for language in ("en", "zh"):
        told = mqassist("profiles", "--help", "--lang", language).stdout
        for word in ("list", "show", "add", "remove", "import", "export", "--with-passwords", "--keep", "--from"):
            assert word in told
        assert " profiles " in mqassist("--help", "--lang", language).stdout
        assert "--profile-group" in mqassist("check", "--help", "--lang", language).stdout


def test_without_a_keyring_a_password_is_refused_and_nothing_is_saved(typed: Typed) -> None:
    for arguments in (
        ["profiles", "add", "orders", "amqp://app@h", "--password-stdin"],
        ["profiles", "add", "orders", "amqp://app:canary%2F9F%2B7%40bird@h"],
    ):
        done = typed(*arguments, stdin=f"{CANARY}\n")
        assert done.returncode == 2
        assert "no keyring" in done.stderr
        assert "--keep ask" in done.stderr
        assert_no_leak(done.stdout + done.stderr, "the output")
    assert typed("profiles", "list").returncode == 1
    kept = typed("profiles", "add", "orders", "amqp://app@h", "--password-stdin", "--keep", "ask", stdin=f"{CANARY}\n")
    assert kept.returncode == 0
    assert "was not saved" in kept.stdout
    for path, content in files_below(typed.home).items():
        assert_no_leak(content, str(path))


def test_import_tells_what_it_found_and_what_not(typed: Typed, tmp_path: Path) -> None:
    source = tmp_path / "brokers.txt"
    source.write_text(
        f"a = amqp://u:{CANARY.replace('/', '%2F').replace('@', '%40')}@h\nb = mqtt://${{HOST}}:1883\nc = mqtt://h2\n",
        "utf-8",
    )
    dry = typed("profiles", "import", str(source), "--dry-run")
    assert dry.returncode == 0
    assert "Nothing was saved." in dry.stdout
    assert "line 2" in dry.stderr
    assert typed("profiles", "list").returncode == 1
    done = json.loads(typed("profiles", "import", str(source), "--json", "--group", "In").stdout)
    assert (done["format"], done["saved"], done["passwords_stored"]) == ("urls", 2, 0)
    assert [(each["name"], each["line"], each["secrets"]) for each in done["profiles"]] == [
        ("a", 1, ["password"]),
        ("c", 3, []),
    ]
    assert [note["line"] for note in done["notes"]] == [2]
    refused = typed("profiles", "import", str(source), "--with-passwords")
    assert refused.returncode == 2
    assert "no keyring" in refused.stderr
    assert json.loads(typed("profiles", "list", "--json").stdout)["count"] == 2
    exported = typed("profiles", "export", "--group", "In")
    again = typed("profiles", "import", "-", stdin=exported.stdout)
    assert again.returncode == 0
    assert [each["name"] for each in json.loads(typed("profiles", "list", "--json").stdout)["profiles"]] == [
        "a",
        "c",
        "a (2)",
        "c (2)",
    ]
    for path, content in files_below(typed.home).items():
        if path != source:
            assert_no_leak(content, str(path))


def test_a_damaged_file_is_told_once_and_the_command_goes_on(typed: Typed) -> None:
    typed.home.mkdir(exist_ok=True)
    (typed.home / "profiles.json").write_text("{", encoding="utf-8")
    done = typed("profiles", "list")
    assert "could not be read" in done.stderr
    assert typed("profiles", "list").stderr == ""
    assert typed("profiles", "add", "a", "amqp://h").returncode == 0


def test_names_are_targets_of_check(typed: Typed, free_port: object) -> None:
    port = free_port()  # type: ignore[operator]
    typed("profiles", "add", "dead one", f"mqtt://127.0.0.1:{port}", "--production")
    done = typed("check", "dead one", "--json")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document["profile"] == "dead one"
    assert document["verdict"]["cause"] == "net.connection-refused"
    assert "production" in done.stderr
    assert "production" not in typed("check", "dead one", "--active").stderr
    listed = json.loads(typed("profiles", "list", "--json").stdout)["profiles"][0]
    assert listed["last_run"]["state"] == "broken"
    kept = json.loads(typed("history", "list", "--json").stdout)["runs"]
    assert {run["profile"] for run in kept} == {listed["id"]}
