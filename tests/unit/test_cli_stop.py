"""Ctrl-C and SIGTERM: what is known is printed, and soon. The live list is drawn on a terminal and taken away again."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.cli import START, environment, start
from tests.support.contract import assert_report
from tests.support.peer import Peer, silent
from tests.support.ports import wait_until

SOON_S = 5.0
"""Half a second is promised; a busy machine needs more."""


@pytest.fixture
def started() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Commands left running; those that a failing test leaves are ended."""
    processes: list[subprocess.Popen[bytes]] = []

    def run(*arguments: str) -> subprocess.Popen[bytes]:
        processes.append(start(*arguments))
        return processes[-1]

    yield run
    for process in processes:
        if process.poll() is None:
            process.kill()
            process.communicate()


def _wait_for_hello(peer: Peer) -> None:
    wait_until(lambda: any(talk.received for talk in peer.conversations), "the check waits for an answer")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_first_press_prints_what_is_known(
    number: signal.Signals, scripted_peer: Callable[..., Peer], started: Callable[..., subprocess.Popen[bytes]]
) -> None:
    peer = scripted_peer([silent()])
    process = started("check", f"amqp://127.0.0.1:{peer.port}", "--json", "--timeout", "60")
    _wait_for_hello(peer)
    began = time.monotonic()
    process.send_signal(number)
    output, errors = process.communicate(timeout=30)
    assert time.monotonic() - began < SOON_S
    assert process.returncode == 3
    assert errors == b""
    document = json.loads(output)
    assert_report(document)
    assert document["verdict"]["complete"] is False
    assert document["verdict"]["status"] != "healthy"
    assert "cancelled" in {check["status"] for check in document["checks"]}
    assert any(check["status"] == "passed" for check in document["checks"])


def test_stop_of_many_prints_those_that_had_begun(
    scripted_peer: Callable[..., Peer], started: Callable[..., subprocess.Popen[bytes]]
) -> None:
    peer = scripted_peer([silent()])
    urls = [f"amqp://127.0.0.1:{peer.port}/{number}" for number in range(6)]
    process = started("check", *urls, "--json", "--timeout", "60", "--jobs", "2")
    wait_until(lambda: sum(bool(talk.received) for talk in peer.conversations) >= 2, "two checks wait for an answer")
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 3
    assert [document["target"]["given"] for document in json.loads(output)] == urls[:2]


def test_second_press_leaves_at_once(
    scripted_peer: Callable[..., Peer], started: Callable[..., subprocess.Popen[bytes]]
) -> None:
    peer = scripted_peer([silent()])
    process = started("check", f"amqp://127.0.0.1:{peer.port}", "--timeout", "60")
    _wait_for_hello(peer)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 3
    assert b"Traceback" not in errors


class _Terminal:
    """A pseudo-terminal as standard error; keeps what was drawn."""

    def __init__(self) -> None:
        self._ours, self.theirs = pty.openpty()
        self._drawn: list[bytes] = []
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._ours, 65536)
            except OSError:  # EIO: nobody holds the other end any more
                return
            self._drawn.append(data)

    def end(self) -> str:
        os.close(self.theirs)
        self._thread.join()
        os.close(self._ours)
        return b"".join(self._drawn).decode()


def _on_terminal(*arguments: str, **variables: str) -> tuple[subprocess.CompletedProcess[bytes], str]:
    terminal = _Terminal()
    try:
        done = subprocess.run(
            [*START, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=terminal.theirs,
            env=environment(**{"TERM": "xterm", **variables}),
            timeout=60,
            check=False,
        )
    finally:
        drawn = terminal.end()
    return done, drawn


def test_live_list_is_on_standard_error_and_taken_away(scripted_peer: Callable[..., Peer]) -> None:
    peer = scripted_peer([silent()])
    done, drawn = _on_terminal("check", f"amqp://127.0.0.1:{peer.port}", "--json", "--timeout", "2")
    assert_report(json.loads(done.stdout))
    assert "TCP connection" in drawn
    assert "\x1b[32m" in drawn
    assert drawn.endswith("\x1b[J"), "the last thing drawn is nothing"


def test_many_are_counted(scripted_peer: Callable[..., Peer]) -> None:
    peer = scripted_peer([silent()])
    urls = [f"amqp://127.0.0.1:{peer.port}/{number}" for number in range(3)]
    done, drawn = _on_terminal("check", *urls, "--json", "--timeout", "1.5", NO_COLOR="1")
    assert len(json.loads(done.stdout)) == 3
    assert "0/3" in drawn
    assert "\x1b[3" not in drawn


@pytest.mark.parametrize("terminal", ["dumb", ""])
def test_nothing_is_drawn_where_the_cursor_cannot_move(terminal: str, scripted_peer: Callable[..., Peer]) -> None:
    peer = scripted_peer([silent()])
    _, drawn = _on_terminal("check", f"amqp://127.0.0.1:{peer.port}", "--timeout", "1", TERM=terminal)
    assert "\x1b" not in drawn


def test_a_password_typed_in_the_open_is_remarked_upon() -> None:
    _, drawn = _on_terminal("check", "amqp://u:secret-word@127.0.0.1:9", "--json")
    assert "--password-stdin" in drawn
    assert "secret-word" not in drawn
    _, drawn = _on_terminal("check", "amqp://u@127.0.0.1:9", "--json")
    assert "--password-stdin" not in drawn


def test_colour_only_on_a_terminal_and_never_with_no_color(scripted_peer: Callable[..., Peer], tmp_path: Path) -> None:
    peer = scripted_peer([silent()])
    arguments = [*START, "check", f"amqp://127.0.0.1:{peer.port}", "--timeout", "0.5"]
    for variables, coloured in (({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False)):
        terminal = _Terminal()
        try:
            subprocess.run(
                arguments, stdin=subprocess.DEVNULL, stdout=terminal.theirs, stderr=subprocess.DEVNULL,
                env=environment(**variables), timeout=60, check=False,
            )  # fmt: skip
        finally:
            shown = terminal.end()
        assert ("\x1b[" in shown) is coloured
    with (tmp_path / "out").open("wb") as file:
        subprocess.run(arguments, stdout=file, env=environment(TERM="xterm"), timeout=60, check=False)
    assert b"\x1b" not in (tmp_path / "out").read_bytes()
