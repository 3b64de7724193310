"""Following a log: no line is lost or told twice, whatever becomes of the file, a hundred times in a row."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.log import LogChange
from mqassist.logs import store
from mqassist.logs.document import LogDocument
from mqassist.logs.follow import Follower
from mqassist.logs.service import LogService

ROUNDS = 100
PREFIX = "2026-11-20 15:56:01.000001+00:00 [info] <0.880.0> line "


class Seen:
    """All lines that were told, put together as a screen would show them."""

    def __init__(self, document: LogDocument) -> None:
        self.document = document
        self.changes: list[LogChange] = []
        self.numbers: list[int] = []
        self._ready = threading.Condition()

    def __call__(self, change: LogChange) -> None:
        with self._ready:
            self.changes.append(change)
            if change.kind in ("grown", "rotated", "truncated"):
                if change.kind == "truncated":
                    self.numbers.clear()
                del self.numbers[change.first_line - 1 :]
                lines = self.document.lines(change.first_line, change.line_count - change.first_line + 1)
                self.numbers += [_number(line.raw) for line in lines]
            self._ready.notify_all()

    def wait(self, ready: Callable[[], bool], seconds: float = 20) -> None:
        with self._ready:
            assert self._ready.wait_for(ready, seconds), (self.numbers[-20:], self.changes[-3:])

    def wait_for_line(self, number: int) -> None:
        self.wait(lambda: self.numbers[-1:] == [number])


def _number(raw: str) -> int:
    """0 for a line whose end has not been written."""
    last = raw.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0


class Writer:
    """Writes numbered lines, each once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number = 0

    def write(self, lines: int = 1) -> int:
        with self.path.open("ab", buffering=0) as file:
            for _ in range(lines):
                self.number += 1
                file.write(f"{PREFIX}{self.number}\n".encode())
        return self.number


@contextmanager
def followed(path: Path, poll_s: float = 0.005) -> Iterator[tuple[Writer, Seen, Follower]]:
    writer = Writer(path)
    writer.write(3)
    document = LogService().open(str(path))
    document.index_all(CancelToken())
    seen = Seen(document)
    follower = Follower(document, seen, poll_s)
    try:
        yield writer, seen, follower
    finally:
        follower.stop()
        document.close()


def rename_and_create(writer: Writer, _: int) -> None:
    os.replace(writer.path, f"{writer.path}.1")
    writer.path.touch()
    writer.write()


def copy_and_truncate(writer: Writer, _: int) -> None:
    copy = Path(f"{writer.path}.1")
    copy.unlink(missing_ok=True)
    shutil.copy(writer.path, copy)
    os.truncate(writer.path, 0)
    writer.write()


def delete_and_create(writer: Writer, _: int) -> None:
    writer.path.unlink()
    writer.path.touch()
    writer.write()


def burst_before_rename(writer: Writer, _: int) -> None:
    writer.write(10)
    os.replace(writer.path, f"{writer.path}.1")
    writer.path.touch()
    writer.write()


def burst_before_truncate(writer: Writer, turn: int) -> None:
    writer.write(10)
    shutil.copy(writer.path, f"{writer.path}.{turn}")
    os.truncate(writer.path, 0)
    writer.write(30)  # at once longer than it was


def two_rotations_at_once(writer: Writer, turn: int) -> None:
    for name in ("a", "b"):
        writer.write(2)
        number = 2 * turn + (name == "b")
        os.replace(writer.path, f"{writer.path}.{number}")
        writer.path.touch()
    writer.write()


CASES = [rename_and_create, copy_and_truncate, burst_before_rename, burst_before_truncate, two_rotations_at_once]


@pytest.mark.parametrize("rotate", CASES, ids=lambda case: case.__name__)
def test_no_line_is_lost_or_doubled(tmp_path: Path, rotate: Callable[[Writer, int], None]) -> None:
    with followed(tmp_path / "rabbit@mq.log") as (writer, seen, follower):
        for turn in range(ROUNDS):
            rotate(writer, turn)
            follower.poke()
            seen.wait_for_line(writer.number)
        assert seen.numbers[-1] == writer.number
        expected = list(range(seen.numbers[0], writer.number + 1))
        assert seen.numbers == expected
        assert len(seen.numbers) >= ROUNDS


def test_delete_and_create_keeps_what_was_told(tmp_path: Path) -> None:
    with followed(tmp_path / "mosquitto.log") as (writer, seen, follower):
        for turn in range(ROUNDS):
            delete_and_create(writer, turn)
            follower.poke()
            seen.wait_for_line(writer.number)
        assert seen.numbers == list(range(seen.numbers[0], writer.number + 1))


def test_a_line_is_told_when_its_end_comes_and_once(tmp_path: Path) -> None:
    with followed(tmp_path / "x.log") as (writer, seen, follower):
        with writer.path.open("ab", buffering=0) as file:
            for part in (PREFIX[:30].encode(), PREFIX[30:].encode() + b"4", b"7\n"):
                file.write(part)
                size = writer.path.stat().st_size
                follower.poke()
                wait_for(lambda size=size: seen.document.size == size)
        seen.wait_for_line(47)
        assert seen.document.line_count == 4
        assert [line.raw for line in seen.document.lines(4, 9)] == [f"{PREFIX}47"]


def test_a_file_that_goes_and_comes_back_is_told(tmp_path: Path) -> None:
    with followed(tmp_path / "x.log") as (writer, seen, _):
        writer.path.unlink()
        seen.wait(lambda: any(change.kind == "gone" for change in seen.changes))
        writer.write()
        seen.wait_for_line(writer.number)
        assert [change.kind for change in seen.changes].count("gone") == 1


def test_a_file_that_was_emptied_without_a_copy_begins_anew(tmp_path: Path) -> None:
    with followed(tmp_path / "x.log") as (writer, seen, follower):
        os.truncate(writer.path, 0)
        writer.write()
        follower.poke()
        seen.wait(lambda: any(change.kind == "truncated" for change in seen.changes))
        seen.wait_for_line(writer.number)
        assert seen.document.line_count == 1
        assert seen.document.generation == 1


def test_a_writer_that_goes_on_in_the_renamed_file_is_not_forgotten(tmp_path: Path) -> None:
    with followed(tmp_path / "x.log") as (writer, seen, _), writer.path.open("ab", buffering=0) as old:
        os.replace(writer.path, f"{writer.path}.1")
        writer.path.touch()
        writer.write()
        seen.wait_for_line(4)
        old.write(f"{PREFIX}5\n".encode())
        seen.wait_for_line(5)
        writer.number = 5
        writer.write()
        seen.wait_for_line(6)
        assert seen.numbers == [4, 5, 6]


def test_rotated_files_are_let_go_and_their_lines_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deleted file takes room on the disk as long as it is open."""
    monkeypatch.setattr(store, "MOST_OPEN", 3)
    with followed(tmp_path / "rabbit@mq.log") as (writer, seen, _):
        for turn in range(1, 9):
            os.replace(writer.path, f"{writer.path}.{turn}")
            seen.wait_for_line(writer.write())
        # what was told before is done with; this is done after it
        seen.wait(lambda: len({id(each.file) for each in seen.document.store.segments if each.file is not None}) == 3)
        assert [_number(line.raw) for line in seen.document.lines(1, 20)] == [0] * 8 + [9, 10, 11]


def test_a_copy_that_is_overwritten_is_not_taken_for_what_it_was(tmp_path: Path) -> None:
    """`cp mq.log mq.log.1; : > mq.log` twice: what the first copy had is gone."""
    with followed(tmp_path / "rabbit@mq.log") as (writer, seen, _):
        for _turn in range(2):
            shutil.copyfile(writer.path, f"{writer.path}.1")
            os.truncate(writer.path, 0)
            seen.wait_for_line(writer.write())
        assert [_number(line.raw) for line in seen.document.lines(1, 9)] == [0, 0, 0, 4, 5]


def test_what_is_told_soon(tmp_path: Path) -> None:
    """A poke wakes the follower at once: half of the lines are there within 5 ms on a machine with time to spare."""
    with followed(tmp_path / "x.log", poll_s=30) as (writer, seen, follower):
        for _ in range(30):
            writer.write()
            follower.poke()
            seen.wait_for_line(writer.number)
        assert seen.numbers == list(range(4, 34))


def test_nothing_is_told_after_stop(tmp_path: Path) -> None:
    with followed(tmp_path / "x.log") as (writer, seen, follower):
        writer.write()
        seen.wait_for_line(4)
        follower.stop()
        told = len(seen.changes)
        writer.write()
        follower.poke()
        assert len(seen.changes) == told


def wait_for(ready: Callable[[], bool], seconds: float = 20) -> None:
    tick = threading.Event()
    for _ in range(int(seconds / 0.005)):
        if ready():
            return
        tick.wait(0.005)
    raise AssertionError("it did not come")


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-16-le", b"")]
)
def test_a_file_of_two_bytes_a_character_is_followed(tmp_path: Path, encoding: str, mark: bytes) -> None:
    path = tmp_path / "mq.log"

    def add(text: str, cut: int | None = None) -> None:
        data = text.encode(encoding)
        with path.open("ab", buffering=0) as file:
            file.write(data[:cut])
            if cut is not None:
                file.write(data[cut:])

    path.write_bytes(mark + "".join(f"{PREFIX}{number}\r\n" for number in range(1, 4)).encode(encoding))
    document = LogService().open(str(path))
    document.index_all(CancelToken())
    assert document.alive
    seen = Seen(document)
    follower = Follower(document, seen, 0.005)
    try:
        add(f"{PREFIX}4\r\n")
        seen.wait_for_line(4)
        add(f"é {PREFIX}5\r\n", cut=1)
        seen.wait_for_line(5)
        os.replace(path, tmp_path / "mq.log.1")
        path.write_bytes(mark + f"{PREFIX}6\r\n".encode(encoding))
        seen.wait_for_line(6)
        path.write_bytes(mark)
        add(f"{PREFIX}7\r\n")
        seen.wait_for_line(7)
        assert [_number(line.raw) for line in document.lines(1, 9)] == list(range(1, 8))
        assert document.lines(5, 1)[0].raw.startswith("é")
    finally:
        follower.stop()
        document.close()


FOLLOWER = """
import os
import sys
from mqassist.core.cancel import CancelToken
from mqassist.logs.service import LogService

def followed(told):
    document = LogService().open(sys.argv[1])
    document.index_all(CancelToken())
    document.lines(1, 9)
    return document, document.follow(told, 0.01)

def told(change):
    print(change.kind, change.line_count, change.reason, flush=True)

if os.geteuid() == 0:  # somebody whom rights bind may not read this program: first all of it is loaded
    document, follower = followed(lambda change: None)
    follower.stop()
    document.close()
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
document, follower = followed(told)
print("ready", flush=True)
sys.stdin.readline()
follower.stop()
document.close()
"""


def test_rights_that_are_taken_away_are_told_and_come_back(tmp_path: Path) -> None:
    """As somebody whom rights bind: nothing is kept from an administrator."""
    folder = Path(tempfile.mkdtemp(prefix="mq-rights-"))  # the folders of pytest are closed to others
    folder.chmod(0o755)
    path = folder / "mq.log"
    path.write_text(f"{PREFIX}1\n")
    path.chmod(0o644)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    program = [sys.executable, "-c", FOLLOWER, str(path)]
    process = subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
    )  # fmt: skip
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    output = process.stdout

    def read() -> None:
        for line in output:
            lines.put(line.strip())

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        assert lines.get(timeout=30) == "ready"
        os.replace(path, folder / "mq.log.1")  # rotated, and the new file is not for this reader
        path.touch()
        path.chmod(0)
        assert lines.get(timeout=20).startswith("unreadable 1 ")
        with path.open("a") as file:
            file.write(f"{PREFIX}2\n")
        path.chmod(0o644)
        assert lines.get(timeout=20).split() == ["rotated", "2"]
        folder.chmod(0o700)  # now the whole folder
        assert lines.get(timeout=20).startswith("unreadable 2 ")
        with path.open("a") as file:
            file.write(f"{PREFIX}3\n")
        folder.chmod(0o755)
        told = [lines.get(timeout=20).split()[0] for _ in range(2)]
        assert set(told) == {"grown", "back"}
    finally:
        folder.chmod(0o755)
        process.communicate("\n", timeout=20)
        reader.join(10)
        shutil.rmtree(folder)
    assert process.returncode == 0
