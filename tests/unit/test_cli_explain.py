"""`mqassist explain`: from a file and from standard input, as text and as JSON, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.canary import CANARY, assert_no_leak
from tests.support.cli import mqassist

ENCODED = CANARY.replace("/", "%2F").replace("@", "%40")
GO = f"""2026/11/20 connecting to amqps://orders:{ENCODED}@mq.example.com:5671/prod
dial: Exception (403) Reason: "no access to this vhost"
"""


def test_json_is_the_contract_and_nothing_else() -> None:
    done = mqassist("explain", "-", "--json", stdin=GO)
    assert done.returncode == 0
    assert done.stderr == ""
    document = json.loads(done.stdout)
    assert document["schema"] == "mqassist.explanation/1"
    assert document["cause"] == "auth.vhost-not-found" == document["matches"][0]["cause"]
    first = document["matches"][0]
    assert first["line"] == 2
    assert "no access to this vhost" in first["excerpt"]
    assert 0 < first["confidence"] < 1
    assert first["title"]
    assert {"audience", "platform", "text", "command"} == set(first["fixes"][0])
    assert [match["confidence"] for match in document["matches"]] == sorted(
        (match["confidence"] for match in document["matches"]), reverse=True
    )
    assert document["target"]["url"] == "amqps://orders@mq.example.com:5671/prod"
    assert document["masked"] == 1
    assert_no_leak(done.stdout, "JSON")


@pytest.mark.parametrize(("language", "words"), [("en", "Most likely:"), ("zh", "很可能")])
def test_text_says_cause_proof_look_alikes_and_what_to_add(language: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "error.txt"
    file.write_text(GO, encoding="utf-8")
    done = mqassist("explain", str(file), "--lang", language)
    assert done.returncode == 0
    assert words in done.stdout
    for part in ("no access to this vhost", "rabbitmqctl list_vhosts", "amqp091-go", "mqassist check amqps://orders@"):
        assert part in done.stdout
    assert "explain." not in done.stdout
    assert_no_leak(done.stdout + done.stderr, "text")


def test_a_healthy_log_and_an_unknown_text_say_so() -> None:
    healthy = json.loads(mqassist("explain", "--json", stdin="1700000000: mosquitto version 2.0.15 running\n").stdout)
    assert (healthy["outcome"], healthy["cause"], healthy["matches"]) == ("healthy", None, [])
    unknown = json.loads(mqassist("explain", "--json", stdin="nothing that anybody knows").stdout)
    assert (unknown["outcome"], unknown["cause"]) == ("unknown", None)
    assert unknown["collect"]
    assert json.loads(mqassist("explain", "--json", stdin="").stdout)["outcome"] == "empty"


def test_files_that_are_not_utf8_are_read(tmp_path: Path) -> None:
    file = tmp_path / "windows.txt"
    file.write_bytes("由于目标计算机积极拒绝，无法连接。".encode("gb18030"))
    assert json.loads(mqassist("explain", str(file), "--json").stdout)["cause"] == "net.connection-refused"


def test_escapes_never_reach_the_terminal() -> None:
    done = mqassist("explain", stdin="\x1b[2J\x1b]0;x\x07ECONNREFUSED \x1b[31m10.0.0.5:5672")
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout


@pytest.mark.parametrize("arguments", [("--nonsense",), ("a.txt", "b.txt"), ("/does/not/exist.txt",)])
def test_what_cannot_be_understood_is_said(arguments: tuple[str, ...]) -> None:
    done = mqassist("explain", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_help_is_there_in_both_languages() -> None:
    assert "mqassist explain [FILE | -]" in mqassist("explain", "--help").stdout
    assert "mqassist explain [文件 | -]" in mqassist("explain", "--help", "--lang", "zh").stdout
    assert "explain [FILE | -]" in mqassist("--help").stdout
