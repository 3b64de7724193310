"""Long commands on several lines mean what they meant on one."""

from __future__ import annotations

import shlex
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqassist.report.command_lines import broken


def words_in_bash(command: str) -> list[str]:
    """What a real shell makes of it: shlex does not know that a backslash joins two lines."""
    script = f"words() {{ printf '%s\\0' \"$@\"; }}\nwords {command}\n"
    done = subprocess.run(["bash"], input=script.encode(), capture_output=True, check=True, timeout=20)
    return done.stdout.decode().split("\0")[:-1]


LONG = (
    "openssl s_client -connect 203.0.113.21:5671 -servername mq.example.com -verify_hostname mq.example.com </dev/null"
)


def test_a_long_command_is_broken_before_its_options() -> None:
    assert broken(LONG, "linux") == (
        "openssl s_client -connect 203.0.113.21:5671 \\\n"
        "  -servername mq.example.com \\\n"
        "  -verify_hostname mq.example.com </dev/null"
    )


def test_what_reads_the_password_stays_on_the_line_of_what_uses_it() -> None:
    """On a line of its own `read` would take the next pasted line for the password."""
    ask = "printf 'Password: '; read -rs MQTT_PASSWORD; mosquitto_sub -h mq.example.com -p 1883 -u app -t x"
    told = broken(ask, "linux")
    assert told.splitlines()[0] == "printf 'Password: '; read -rs MQTT_PASSWORD; \\"
    assert all(line.endswith("\\") for line in told.splitlines()[:-1])


def test_short_ones_and_those_of_powershell_stay_whole() -> None:
    assert broken("dig mq.example.com A", "linux") == "dig mq.example.com A"
    assert broken(LONG, "windows") == LONG


@pytest.mark.parametrize("name", ["x -rf y -z", "a | b | c", "it's -x", 'say "hi -v"'])
def test_nothing_is_broken_within_quotes(name: str) -> None:
    command = f"mosquitto_sub -h {shlex.quote(name * 3)} -p 1883 -t {shlex.quote(name * 4)} -C 1 -W 5 -d"
    assert "\n" in broken(command, "linux")
    assert words_in_bash(broken(command, "linux")) == shlex.split(command)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(codec="ascii", exclude_characters="\x00\n\r"), max_size=30), max_size=8))
def test_any_words_survive(words: list[str]) -> None:
    command = " ".join(["tool", *(f"-o {shlex.quote(word)}" for word in words)])
    assert words_in_bash(broken(command, "linux")) == shlex.split(command)
