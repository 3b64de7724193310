"""A run finds its own lines: by token, by port, by what follows them; and leaves those of others alone."""

# ruff: noqa: E501 - log lines are as long as brokers write them
from __future__ import annotations

from pathlib import Path

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.core.report import Source, Trace
from mqassist.logs.correlate import correlate
from mqassist.logs.findings import LogReader
from mqassist.logs.formats import detect, load_formats, read_entries
from mqassist.logs.phrases import load_phrases
from mqassist.logs.tail import mark, read_since

BEGAN = 1795190160.0
MAIN = Source(41234, "10.0.0.7", "tcp.connect", BEGAN + 0.19, main=True)
TRACE = Trace("1a2b3c4d", "", (MAIN,), BEGAN, BEGAN + 1)

RABBIT = """\
2026-11-20 15:56:00.100000+00:00 [info] <0.700.0> accepting AMQP connection <0.700.0> (10.0.0.9:50000 -> 10.0.0.5:5672)
2026-11-20 15:56:00.200000+00:00 [info] <0.875.0> accepting AMQP connection <0.875.0> (10.0.0.7:41234 -> 10.0.0.5:5672)
2026-11-20 15:56:00.300000+00:00 [error] <0.875.0> Error on AMQP connection <0.875.0> (10.0.0.7:41234 -> 10.0.0.5:5672 - mqassist 1a2b3c4d, state: starting):
2026-11-20 15:56:00.300000+00:00 [error] <0.875.0> PLAIN login refused: user 'guest' can only connect via localhost
2026-11-20 15:56:00.400000+00:00 [error] <0.700.0> Error on AMQP connection <0.700.0> (10.0.0.9:50000 -> 10.0.0.5:5672, state: starting):
2026-11-20 15:56:00.400000+00:00 [error] <0.700.0> PLAIN login refused: user 'bob' - invalid credentials
2026-11-20 15:56:00.500000+00:00 [warning] <0.412.0> memory resource limit alarm set on node rabbit@mq1.
2026-11-20 15:57:30.500000+00:00 [warning] <0.412.0> memory resource limit alarm cleared on node rabbit@mq1
2026-11-20 15:56:03.310000+00:00 [info] <0.875.0> closing
"""

MOSQUITTO = """\
1795190159: New connection from 10.0.0.9:50000 on port 1883.
1795190159: Client <unknown> disconnected, not authorised.
1795190160: New connection from 10.0.0.7:41234 on port 1883.
1795190160: Client <unknown> disconnected, not authorised.
1795190161: New connection from 10.0.0.9:50001 on port 1883.
1795190161: Client <unknown> disconnected due to protocol error.
1795190161: Client mqassist-1a2b3c4d closed its connection.
1795190161: Client xmqassist-1a2b3c4dx closed its connection.
"""


def lines_of(text: str, trace: Trace = TRACE) -> list[tuple[int, str]]:
    lines = text.splitlines()
    entries = list(read_entries(lines, detect(lines, load_formats())))
    return [(match.entry.line, match.by) for match in correlate(entries, trace).matches]


def test_rabbitmq_lines_by_token_port_and_process() -> None:
    assert lines_of(RABBIT) == [(2, "source-port"), (3, "client-id"), (7, "time"), (9, "client-id")]


def test_mosquitto_lines_by_port_and_what_follows_and_by_client_id() -> None:
    trace = Trace("ffffffff", "mqassist-1a2b3c4d", (MAIN,), BEGAN, BEGAN + 1)
    assert lines_of(MOSQUITTO, trace) == [(3, "source-port"), (4, "source-port"), (7, "client-id")]


def test_the_clock_difference_is_estimated_and_used() -> None:
    shifted = Trace("1a2b3c4d", "", (), BEGAN - 3600, BEGAN - 3598)
    lines = RABBIT.splitlines()
    found = correlate(list(read_entries(lines, detect(lines, load_formats()))), shifted)
    assert found.clock_offset == pytest.approx(3600, abs=5)
    assert (7, "time") in [(match.entry.line, match.by) for match in found.matches]


def test_facts_come_from_own_lines_only(tmp_path: Path) -> None:
    path = tmp_path / "rabbit.log"
    path.write_text("2026-11-20 15:50:00.100000+00:00 [info] <0.1.0> old line\n" * 3, encoding="utf-8")
    marks = mark([str(path)])
    with path.open("a", encoding="utf-8") as file:
        file.write(RABBIT)
    found = LogReader(load_formats(), load_phrases()[0]).findings(marks, TRACE, CancelToken())
    assert found.facts == {"log.refusal": "loopback-only", "log.refused_user": "guest", "log.alarm": "memory"}
    assert [(line.line, line.cause) for line in found.matches] == [
        (5, None), (6, "auth.guest-remote"), (10, "amqp.memory-alarm"), (12, None),
    ]  # fmt: skip


@pytest.mark.parametrize("change", ["append", "truncate", "replace", "gone"])
def test_only_what_was_written_since_the_mark_is_new(tmp_path: Path, change: str) -> None:
    path = tmp_path / "broker.log"
    path.write_text("old\n" * 30_000, encoding="utf-8")
    begun = mark([str(path)])[0]
    if change == "append":
        with path.open("a", encoding="utf-8") as file:
            file.write("new 1\nnew 2\n")
    elif change == "truncate":
        path.write_text("new 1\nnew 2\n", encoding="utf-8")
    else:
        path.unlink()
        if change == "replace":
            (tmp_path / "placeholder").write_text("", encoding="utf-8")  # keeps the inode from being reused
            path.write_text("new 1\nnew 2\n", encoding="utf-8")
    part = read_since(begun)
    if change == "gone":
        assert part is None
        return
    assert part is not None
    assert part.lines[part.new_from - part.first_line :] == ("new 1", "new 2")
    assert part.new_from == (30_001 if change == "append" else 1)


def test_a_log_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"missing\.log"):
        mark([str(tmp_path / "missing.log")])


def test_a_password_of_somebody_else_in_a_line_of_ours_is_masked(tmp_path: Path) -> None:
    path = tmp_path / "rabbit.log"
    path.write_text("2026-11-20 15:50:00.100000+00:00 [info] <0.1.0> old line\n", encoding="utf-8")
    marks = mark([str(path)])
    said = "auth_http GET http://service:hidden-word@auth.internal/user?username=app&password=typed-word"
    with path.open("a", encoding="utf-8") as file:
        file.write(RABBIT + f"2026-11-20 15:56:03.320000+00:00 [debug] <0.875.0> {said}\n")
    found = LogReader(load_formats(), load_phrases()[0]).findings(marks, TRACE, CancelToken())
    texts = " ".join(line.text for line in found.matches)
    assert "auth.internal" in texts
    assert "hidden-word" not in texts
    assert "typed-word" not in texts
