"""The scan of a log for phrases finds what asking each entry alone finds: in every format, wherever its blocks end."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mqassist.core.cancel import CancelToken
from mqassist.core.log import KnownLine
from mqassist.logs import index, known
from mqassist.logs.document import LogDocument
from mqassist.logs.levels import CONTINUES
from mqassist.logs.literals import chosen, needs_of
from mqassist.logs.phrases import load_phrases
from mqassist.logs.service import LogService

TOKEN = CancelToken()
SERVICE = LogService()
PHRASES = load_phrases()[0]
SAMPLES = tuple(dict.fromkeys(sample for phrase in PHRASES for sample in phrase.samples))
LEVELS = ("debug", "info", "notice", "warning", "error")
ORDINARY = (
    "accepting AMQP connection <0.875.0> (10.0.0.7:41234 -> 10.0.0.5:5672)",
    "connection <0.875.0> (10.0.0.7:41234 -> 10.0.0.5:5672): user 'app' authenticated and granted access to vhost '/'",
    "New connection from 10.0.0.7:41234 on port 1883.",
    "Sending PINGRESP to sensor-7",
    "",
)
Write = Callable[[str, int, str], str]
"""An entry of a level, at so many seconds, with a text that may have several lines."""


def _each_line(prefix: str) -> Write:
    def write(level: str, second: int, text: str) -> str:
        begin = prefix.format(level=level, at=f"{second // 60 % 60:02}:{second % 60:02}", n=second % 7)
        return "\n".join(begin + line for line in text.split("\n"))

    return write


def _first_line(prefix: str) -> Write:
    def write(level: str, second: int, text: str) -> str:
        begin = prefix.format(level=level, LEVEL=level[:5].upper(), at=f"{second // 60 % 60:02}:{second % 60:02}",
                              second=1795190160 + second, n=second % 7)  # fmt: skip
        return begin + text

    return write


def _json(**more: str) -> Write:
    def write(level: str, second: int, text: str) -> str:
        at = f"2026-11-20 15:{second // 60 % 60:02}:{second % 60:02}.000001+00:00"
        return json.dumps({"time": at, "level": level, "msg": text, **more})

    return write


WRITERS: dict[str, Write] = {
    "rabbitmq": _each_line("2026-11-20 15:{at}.000001+00:00 [{level}] <0.{n}.0> "),
    "rabbitmq 3.7": _first_line("2026-11-20 15:{at}.000 [{level}] <0.{n}.0> "),
    "rabbitmq-json": _json(pid="<0.875.0>"),
    "emqx": _first_line("2026-11-20T15:{at}.123456+00:00 [{level}] msg: "),
    "emqx-json": _json(mfa="emqx_channel:log/1(1500)", peername="10.0.0.7:41234"),
    "mosquitto": _first_line("{second}: "),
    "mosquitto iso": _first_line("2026-11-20T15:{at}: "),
    "vernemq": _first_line("2026-11-20 15:{at}.000 [{level}] <0.{n}.0>@vmq_mqtt_fsm:connected:442 "),
    "hivemq": _first_line("2026-11-20 15:{at},000 {LEVEL} - "),
    "lavinmq": _first_line("2026-11-20T15:{at}.000000Z {LEVEL} lmq.amqp.client "),
    "nanomq": _first_line("2026-11-20 15:{at} [{n}] {LEVEL} "),
    "haproxy": _first_line("10.0.1.2:333{n} [20/Nov/2026:15:{at}.443] amqp mq/mq1 0/0/5007 212 -- 0/0/0/0/3 0/0 "),
    "nginx": _first_line("2026/11/20 15:{at} [{level}] 31#31: *1 "),
    "unknown": _first_line(""),
}


def _docker(line: str) -> str:
    """As Go writes it: also these three are escaped."""
    text = json.dumps({"log": line + "\n", "stream": "stdout", "time": "2026-11-20T15:56:01.123456789Z"})
    return re.sub("[<>&]", lambda found: f"\\u{ord(found[0]):04x}", text).replace('{"log": ', '{"log":')


WRAPS: tuple[Callable[[str], str], ...] = (
    lambda line: line,
    lambda line: line,
    _docker,
    lambda line: f"Nov 20 15:56:01 gateway broker[812]: {line}",
    lambda line: f"\x1b[32m{line[:60]}\x1b[0m{line[60:]}",
    lambda line: f"{line}\r",
    lambda line: f"[pod/mq-0/broker] 2026-11-20T15:56:01.123456789Z {line}",
)


def _with_other_figures(text: str) -> str:
    return re.sub(r"\d+", lambda found: str(int(found[0][:15]) + 1), text)


_texts = st.one_of(
    st.sampled_from(SAMPLES),
    st.sampled_from(SAMPLES).map(_with_other_figures),
    st.sampled_from(SAMPLES).map(lambda sample: f"\n{sample}"),
    st.sampled_from(SAMPLES).map(lambda sample: f"closing connection <0.7.0>:\n  first\n{sample}\nlast"),
    st.tuples(st.sampled_from(SAMPLES), st.integers(4, 40)).map(lambda each: each[0][: each[1]]),
    st.sampled_from(SAMPLES).map(lambda sample: "x" * 17_000 + "\n" + "y" * 3_500 + "\n" + sample),
    st.sampled_from(SAMPLES).map(lambda sample: "\n".join("z" for _ in range(500)) + "\n" + sample),
    st.sampled_from(ORDINARY),
    st.sampled_from(ORDINARY),
)
_entries = st.lists(st.tuples(st.sampled_from(LEVELS), st.integers(0, 3), _texts), min_size=1, max_size=30)


def _one_by_one(document: LogDocument) -> list[KnownLine]:
    heads = (line.number for line in document.lines(1, document.line_count) if not line.continuation)
    return [found for number in heads if (found := document.explain(number)) is not None]


def _read(path: Path, text: str, block: int) -> None:
    path.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "BLOCK", block)
        patch.setattr(known, "BLOCK", block)
        patch.setattr(known, "PIECE", 4 * block)
        document = SERVICE.open(str(path))
        try:
            document.index_all(TOKEN)
            heads = [line.number - 1 for line in document.lines(1, document.index.line_count) if not line.continuation]
            assert heads == np.flatnonzero(document.index.levels < CONTINUES).tolist()
            assert list(document.known_lines(TOKEN)) == _one_by_one(document)
        finally:
            document.close()


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(WRITERS)), _entries, st.sampled_from(WRAPS),
    st.sampled_from((64, 333, 1 << 12, 1 << 14)), st.integers(0, 2), st.booleans(),
)  # fmt: skip
def test_the_scan_finds_what_each_entry_says(
    tmp_path: Path, form: str, entries: list[tuple[str, int, str]], wrap: Callable[[str], str], block: int,
    missing: int, ends: bool,
) -> None:  # fmt: skip
    """Also of a log whose first lines are missing."""
    write, second, lines = WRITERS[form], 0, list[str]()
    for level, later, text in entries:
        second += later
        lines += write(level, second, text).split("\n")
    _read(tmp_path / "some.log", "\n".join(map(wrap, lines[missing:] or lines)) + "\n" * ends, block)


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_every_phrase_is_found_where_brokers_write_routine(tmp_path: Path, form: str) -> None:
    texts = [text for sample in SAMPLES for text in (sample, ORDINARY[0], ORDINARY[2])]
    entries = (WRITERS[form]("info", second, text) for second, text in enumerate(texts))
    _read(tmp_path / "some.log", "\n".join(entries) + "\n", 1 << 14)


def test_every_phrase_has_a_text_to_look_for() -> None:
    """Without one, every line of every log would have to be read for it."""
    without = [
        phrase.id for phrase in PHRASES if not chosen(needs_of(phrase.pattern), lambda text: float(len(text) > 2))
    ]
    assert not without
