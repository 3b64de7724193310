"""Where logs come from: compressed, rotated, piped, other encodings, commands; and what is wrong with them."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.core.log import LineFilter, SearchFor
from mqassist.knowledge.texts import LANGUAGES, Texts
from mqassist.logs import feeds
from mqassist.logs.commands import command_of
from mqassist.logs.compressed import unpacked
from mqassist.logs.document import LogDocument
from mqassist.logs.pattern_process import ProcessMatcher
from mqassist.logs.places import local_logs
from mqassist.logs.service import LogService
from mqassist.logs.siblings import siblings
from tests.support.ports import wait_until

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TOKEN = CancelToken()
LINES = [
    f"2026-11-20 15:{at // 60 % 60:02}:{at % 60:02}.000001+00:00 [info] <0.880.0> line {at} Grüße"
    for at in range(8_000)
]
TEXT = ("\n".join(LINES) + "\n").encode()
PACKED = {
    "gz": gzip.compress(TEXT, 1),
    "xz": lzma.compress(TEXT, preset=0),
    "bz2": bz2.compress(TEXT, 1),
    "zst": zstd.compress(TEXT, 1),
}

Open = Callable[..., LogDocument]


@pytest.fixture
def opened() -> Iterator[Open]:
    documents: list[LogDocument] = []

    def make(source: str | Path, **options: object) -> LogDocument:
        document = LogService().open(str(source), **options)  # type: ignore[arg-type]
        documents.append(document)
        if not document.endless:
            document.index_all(TOKEN)
        return document

    yield make
    for document in documents:
        document.close()


def raws(document: LogDocument) -> list[str]:
    return [line.raw for line in document.lines(1, document.line_count)]


def problems(document: LogDocument) -> list[str]:
    """Each is a sentence in both languages."""
    for problem in document.problems:
        for language in LANGUAGES:
            sentence = Texts(language).sentence(problem.key, dict(problem.values))
            assert sentence != problem.key
            assert "–" not in sentence
    return [problem.key for problem in document.problems]


@pytest.mark.parametrize("kind", PACKED)
def test_a_compressed_log_is_a_log(opened: Open, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "no-ending-needed"
    path.write_bytes(PACKED[kind])
    document = opened(path)
    assert raws(document) == LINES
    assert document.format == "rabbitmq"
    assert problems(document) == []


@pytest.mark.parametrize("kind", PACKED)
def test_two_members_are_one_log(opened: Open, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"x.{kind}"
    path.write_bytes(PACKED[kind] * 2)
    assert raws(opened(path)) == LINES * 2


@pytest.mark.parametrize("kind", PACKED)
def test_of_a_compressed_log_that_was_cut_the_beginning_is_shown(opened: Open, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"x.{kind}"
    path.write_bytes(PACKED[kind][: len(PACKED[kind]) * 2 // 3])
    document = opened(path)
    found = raws(document)
    assert problems(document) == ["log.problem.cut"]
    assert found[:-1] == LINES[: len(found) - 1]
    assert kind in ("xz", "bz2") or len(found) > 1000


@pytest.mark.parametrize("kind", PACKED)
def test_a_damaged_one_is_told(opened: Open, tmp_path: Path, kind: str) -> None:
    packed = bytearray(PACKED[kind])
    middle = len(packed) // 2
    packed[middle : middle + 2000] = random.Random(1).randbytes(2000)
    path = tmp_path / f"x.{kind}"
    path.write_bytes(packed)
    document = opened(path)
    assert problems(document) in (["log.problem.corrupt"], ["log.problem.cut"])


@pytest.mark.parametrize("kind", PACKED)
def test_a_bomb_is_bounded(opened: Open, tmp_path: Path, kind: str) -> None:
    zeros = bytes(30 << 20)
    path = tmp_path / f"x.{kind}"
    packed = {"gz": gzip.compress, "xz": lzma.compress, "bz2": bz2.compress, "zst": zstd.compress}[kind](zeros)
    path.write_bytes(packed)
    document = opened(path, limit=1 << 20)
    assert problems(document) == ["log.problem.too-large"]
    assert document.size == 1 << 20


def test_what_comes_from_next_to_nothing_is_no_log(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "FREE_OF_RATIO", 1 << 20)
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(bytes(30 << 20)))
    document = opened(path)
    assert problems(document) == ["log.problem.bomb"]
    assert document.size < 8 << 20


def test_an_xz_file_that_wants_gigabytes_of_memory_is_refused(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 29}]
    path = tmp_path / "x.xz"
    path.write_bytes(lzma.compress(b"x\n", filters=filters))
    with path.open("rb") as file, pytest.raises(Exception, match="corrupt"):
        list(unpacked(file, "xz"))


def test_rotated_files_are_one_log_in_order(opened: Open, tmp_path: Path) -> None:
    parts = [LINES[:1000], LINES[1000:3000], LINES[3000:5000], LINES[5000:]]
    names = ["mq.log.3.gz", "mq.log.2.zst", "mq.log.1", "mq.log"]
    for at, (name, part) in enumerate(zip(names, parts, strict=True)):
        data = ("\n".join(part) + "\n").encode()
        pack = {".gz": gzip.compress, "zst": zstd.compress}.get(name[-3:], bytes)
        (tmp_path / name).write_bytes(pack(data))
        os.utime(tmp_path / name, (1e9 + at * 86_400,) * 2)
    for other in ("mq.log.bak.txt", "mq.logger", "other.log.1", "mq.log.d"):
        (tmp_path / other).write_text("somebody else's\n")
    assert [Path(each.path).name for each in siblings(str(tmp_path / "mq.log"))] == names[:-1]
    document = opened(tmp_path / "mq.log", rotated=True)
    assert raws(document) == LINES
    assert problems(document) == []
    assert raws(opened(tmp_path / "mq.log")) == parts[-1]


def test_too_many_rotated_files_are_told(opened: Open, tmp_path: Path) -> None:
    for number in range(1, 161):
        path = tmp_path / f"mq.log.{number}"
        path.write_text(f"line {number}\n")
        os.utime(path, (2_000_000_000 - number, 2_000_000_000 - number))
    (tmp_path / "mq.log").write_text("live\n")
    document = opened(tmp_path / "mq.log", rotated=True)
    assert raws(document) == [*(f"line {number}" for number in range(150, 0, -1)), "live"]
    (problem,) = document.problems
    assert (problem.key, dict(problem.values)) == ("log.problem.siblings", {"count": 160, "read": 150})


def test_a_sibling_without_a_last_newline_does_not_swallow_a_line(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "a.log.1").write_text("one\ntwo")
    (tmp_path / "a.log").write_text("three\n")
    os.utime(tmp_path / "a.log.1", (1e9, 1e9))
    assert raws(opened(tmp_path / "a.log", rotated=True)) == ["one", "two", "three"]


@pytest.mark.parametrize("name", ["x-2026-11-20.log", "x.log-20261120", "x.log.2026-11-20", "x.log.1", "x.log.old"])
def test_names_of_rotated_files(tmp_path: Path, name: str) -> None:
    (tmp_path / "x.log").touch()
    (tmp_path / name).write_text("x")
    assert [Path(each.path).name for each in siblings(str(tmp_path / "x.log"))] == [name]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "gb18030"])
def test_other_encodings_are_read(opened: Open, tmp_path: Path, encoding: str) -> None:
    lines = [line.replace("Grüße", "队列不存在") for line in LINES[:3000]]
    path = tmp_path / "x.log"
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    document = opened(path)
    assert raws(document) == lines
    assert document.format == "rabbitmq"
    found = [line for hits in document.search(SearchFor("队列"), TOKEN) for line in hits.lines]
    assert found == list(range(1, 3001))


def test_a_pipe_is_read_to_its_end(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(TEXT)
    with subprocess.Popen(["/bin/cat", str(path)], stdout=subprocess.PIPE) as pipe:
        document = opened("-", stdin=pipe.stdout)
        assert raws(document) == LINES


def test_a_fifo_is_read(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    with subprocess.Popen(["/bin/sh", "-c", f"printf 'one\\ntwo\\n' > {path}"]):
        assert raws(opened(path)) == ["one", "two"]


def test_a_fifo_without_a_writer_keeps_nobody_waiting(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    document = LogService().open(str(path))
    assert document.alive
    document.close()
    assert not document.alive


@pytest.mark.parametrize("name", ["", "missing.log", "folder", "x\0y", "socket"])
def test_what_cannot_be_opened_is_told(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind("socket")
    with pytest.raises(UserError) as caught:
        LogService().open(str(tmp_path / name) if name else "")
    assert caught.value.reference == "log-unreadable"


def test_one_line_of_a_hundred_megabytes_is_no_burden(opened: Open, tmp_path: Path) -> None:
    """Longer ones are read in the same pieces."""
    path = tmp_path / "x.log"
    with path.open("wb") as file:
        file.write(TEXT)
        for _ in range(100):
            file.write(b"x" * (1 << 20))
        file.write(b" needle\n")
        file.write(TEXT)
    document = opened(path)
    assert document.line_count == 2 * len(LINES) + 1
    long = document.lines(len(LINES) + 1, 1)[0]
    assert (long.cut, len(long.raw)) == (True, 16_384)
    assert document.lines(len(LINES) + 2, 1)[0].raw == LINES[0]
    assert document.lines(document.line_count, 1)[0].raw == LINES[-1]
    found = [line for hits in document.search(SearchFor("needle"), TOKEN) for line in hits.lines]
    assert found == [len(LINES) + 1]
    later = [line for hits in document.search(SearchFor("line 7999 "), TOKEN) for line in hits.lines]
    assert later == [len(LINES), document.line_count]
    assert document.signatures(TOKEN) == []


def test_binary_garbage_is_shown_without_harm(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(random.Random(7).randbytes(3_000_000) + b"\n" + TEXT)
    document = opened(path)
    assert document.lines(document.line_count, 1)[0].raw == LINES[-1]
    assert not any("\x1b" in line.raw or "\x00" in line.raw for line in document.lines(1, 3000))
    document.signatures(TOKEN)
    document.view(LineFilter(include=(SearchFor("a.b", regex=True),)), TOKEN)


def test_a_file_that_shrinks_is_told_and_survived(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(TEXT)
    document = opened(path)
    os.truncate(path, 10_000)
    lines = document.lines(1, document.line_count)
    assert [line.raw for line in lines[:50]] == LINES[:50]
    assert {line.raw for line in lines[-100:]} == {""}
    assert not document.advance(TOKEN)
    assert problems(document) == ["log.problem.shrank"]
    assert document.explain(document.line_count) is None
    list(document.search(SearchFor("line 7999"), TOKEN))


def test_a_pattern_that_never_ends_is_given_up() -> None:
    matcher = ProcessMatcher(r"(?:(a+)+)+\1b$", ignore_case=False, encoding="utf-8", answer_s=0.7)
    data = bytearray(b"a" * 60 + b"\n")
    began = time.monotonic()
    with pytest.raises(UserError) as caught:
        matcher.ends(data, len(data))
    assert caught.value.reference == "log-pattern-slow"
    assert time.monotonic() - began < 20


def test_a_pattern_that_backtracks_is_harmless_where_it_can_be(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes((b"a" * 5000 + b"\n") * 100)
    hits = opened(path).search(SearchFor(r"(a+)+$", regex=True), TOKEN)
    assert sum(len(each.lines) for each in hits) == 100


COMMANDS = {
    "journal:rabbitmq-server": "journalctl --unit rabbitmq-server --output=short-iso-precise --no-pager --lines=100000",
    "docker:mq-1": "docker logs --timestamps --tail=100000 mq-1",
    "podman:mq": "podman logs --timestamps --tail=100000 mq",
    "kubectl:mq-0": "kubectl logs --timestamps --tail=100000 mq-0",
    "kubectl:prod/mq-0/broker": "kubectl logs --namespace prod --container broker --timestamps --tail=100000 mq-0",
    "ssh://ops@mq.example:2222/var/log/my mq.log": (
        "ssh -oBatchMode=yes -oLogLevel=ERROR -oConnectTimeout=10 -oServerAliveInterval=15 -T -lops -p2222 "
        "-- mq.example tail -n 100000 -- '/var/log/my mq.log'"
    ),
}


@pytest.mark.parametrize(("source", "line"), COMMANDS.items())
def test_commands_that_read_for_us(source: str, line: str) -> None:
    command = command_of(source, follow=False)
    assert command is not None
    assert " ".join(command.argv) == line
    followed = command_of(source, follow=True)
    assert followed is not None
    assert "--follow" in followed.argv or "-F" in followed.argv[-1]


@pytest.mark.parametrize("source", ["mq.log", "C:/logs/mq.log", "/a:b", "amqp://x", "dockers:x", "ssh:x"])
def test_names_that_are_no_command(source: str) -> None:
    assert command_of(source, follow=False) is None


@pytest.mark.parametrize(
    "source",
    [
        "docker:--privileged", "docker:a b", "docker:", "journal:-u", "journal:a;b", "kubectl:a/b/c/d", "kubectl:a//b",
        "ssh://-oProxyCommand=x/y", "ssh://host", "ssh://a b/x", "ssh://host/x\ny", "ssh://u@-h/x", "docker:$(x)",
    ],
)  # fmt: skip
def test_nothing_is_slipped_into_a_command(source: str) -> None:
    with pytest.raises(UserError) as caught:
        command_of(source, follow=False)
    assert caught.value.reference == "log-source"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Puts a program of that name first in the path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def make(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return make


def test_a_container_s_log_is_read(opened: Open, programs: Callable[[str, str], None]) -> None:
    programs(
        "docker",
        """
        echo '2026-11-20T15:56:01.123456789Z 2026-11-20 15:56:01.000001+00:00 [info] <0.8.0> hello'
        echo '2026-11-20T15:56:02.123456789Z   ##  ##      RabbitMQ' >&2
    """,
    )
    document = opened("docker:mq")
    assert [line.text for line in document.lines(1, 9)] == ["hello", "  ##  ##      RabbitMQ"]
    assert problems(document) == []


READERS = {
    "journal:mosquitto": (
        "journalctl",
        "2026-11-20T15:56:01.500000+0000 gateway mosquitto[812]: 1795190161: Client a disconnected, not authorised.",
        ["--unit", "mosquitto", "--output=short-iso-precise"],
    ),
    "podman:mq": (
        "podman",
        "2026-11-20T15:56:01.123456789Z 1795190161: Client a disconnected, not authorised.",
        ["logs", "--timestamps", "mq"],
    ),
    "kubectl:prod/mq-0/broker": (
        "kubectl",
        "2026-11-20T15:56:01.123456789Z 1795190161: Client a disconnected, not authorised.",
        ["logs", "--namespace", "prod", "--container", "broker", "mq-0"],
    ),
    "ssh://admin@mq.example.org:2222/var/log/mq's.log": (
        "ssh",
        "1795190161: Client a disconnected, not authorised.",
        ["-oBatchMode=yes", "-ladmin", "-p2222", "mq.example.org"],
    ),
}


@pytest.mark.parametrize("source", READERS)
def test_what_other_programs_read_is_a_log_and_goes_on(
    opened: Open, programs: Callable[[str, str], None], source: str, tmp_path: Path
) -> None:
    name, line, words = READERS[source]
    programs(name, f'printf "%s\\n" "$@" >{tmp_path}/asked; echo "{line}"; exec sleep 60')
    document = opened(source, follow=True)
    wait_until(lambda: _caught_up(document) >= 1, "the line comes", 10)
    found = document.lines(1, 1)[0]
    assert (found.text, found.level, found.at) == ("Client a disconnected, not authorised.", "error", 1795190161.0)
    assert document.format == "mosquitto"
    assert document.alive
    asked = (tmp_path / "asked").read_text().splitlines()
    assert set(words) <= set(asked)
    assert not name.startswith("ssh") or asked[-1] == "tail -n 100000 -F -- '/var/log/mq'\"'\"'s.log'"


def _caught_up(document: LogDocument) -> int:
    document.catch_up(TOKEN)
    return document.line_count


def test_a_journal_as_objects(opened: Open, tmp_path: Path) -> None:
    said = (
        "New connection from 10.0.0.7:41234 on port 1883.",
        "Client a disconnected, not authorised.",
        "Client b \udcff.",
    )
    lines = []
    for at in range(900):
        text = f"{1795190161 + at}: {said[at % 3]}"
        message = text if at % 3 < 2 else list(text.encode("utf-8", "surrogateescape"))
        fields = {"_BOOT_ID": "b" * 600, "__REALTIME_TIMESTAMP": f"{1795190161 + at}000000", "MESSAGE": message}
        lines.append(json.dumps({"__CURSOR": f"i={at}", **fields, "PRIORITY": "6"}))
    path = tmp_path / "journal.json"
    path.write_text("\n".join(lines) + "\n")
    document = opened(path)
    assert document.format == "mosquitto"
    assert document.counts()["error"] == 300
    assert document.entry_count() == 900
    assert [line.text for line in document.lines(1, 3)] == [*said[:2], "Client b \ufffd."]
    assert document.lines(900, 1)[0].at == 1795190161.0 + 899


def test_a_command_that_fails_says_why(opened: Open, programs: Callable[[str, str], None]) -> None:
    programs("kubectl", "echo 'Error from server (NotFound): pods \"mq-0\" not found' >&2; exit 1")
    document = opened("kubectl:mq-0")
    assert problems(document) == ["log.problem.command"]
    assert "not found" in str(document.problems[0].values)


def test_a_command_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError) as caught:
        LogService().open("docker:mq")
    assert caught.value.reference == "log-command"


def test_a_command_that_goes_on_is_followed_and_ended(opened: Open, programs: Callable[[str, str], None]) -> None:
    programs("journalctl", "echo one; echo two; exec sleep 1000")
    document = opened("journal:mosquitto", follow=True)
    assert document.endless
    deadline = time.monotonic() + 10
    while document.line_count < 2:
        assert time.monotonic() < deadline
        document.catch_up(TOKEN)
        document.wait_for_feed(0.05)
    assert raws(document) == ["one", "two"]
    assert document.alive
    began = time.monotonic()
    document.close()
    assert time.monotonic() - began < 4
    assert not document.alive


def test_logs_on_this_computer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, programs: Callable[[str, str], None]
) -> None:
    log = tmp_path / "log" / "rabbit@mq.log"
    log.parent.mkdir()
    log.write_text("x\n")
    monkeypatch.setenv("RABBITMQ_LOG_BASE", str(log.parent))
    programs("docker", "printf 'mq\\trabbitmq:4-management\\nweb\\tnginx\\nbroker\\teclipse-mosquitto:2\\n'")
    programs("podman", "exit 1")
    programs("systemctl", "exit 1")
    found = {(each.broker, each.source) for each in local_logs()}
    assert found >= {("RabbitMQ", str(log)), ("RabbitMQ", "docker:mq"), ("Mosquitto", "docker:broker")}
    assert not any("web" in source for _, source in found)
