"""A window that dies hard leaves its trace; one that ends as it should leaves nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from mqassist.gui.fault_file import FaultFile
from mqassist.gui.shell import masked_urls
from tests.support.cli import ROOT, environment

DIES = """
import ctypes, sys
from mqassist.gui.fault_file import FaultFile
faults = FaultFile(sys.argv[1], lambda: "mqassist 0", str)
faults.begin()
if len(sys.argv) > 2:
    ctypes.string_at(0)
faults.end()
"""


def run(folder: Path, *more: str) -> int:
    command = [sys.executable, "-c", DIES, str(folder), *more]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, timeout=60, check=False)
    return done.returncode


def faults(folder: Path) -> FaultFile:
    return FaultFile(str(folder), lambda: "mqassist 0", masked_urls)


def test_a_clean_end_leaves_nothing(tmp_path: Path) -> None:
    assert run(tmp_path) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_crash_becomes_a_crash_file_at_the_next_start(tmp_path: Path) -> None:
    assert run(tmp_path, "die") != 0
    (left,) = tmp_path.iterdir()
    assert left.suffix == ".running"
    assert run(tmp_path) == 0
    (kept,) = tmp_path.iterdir()
    assert kept.suffix == ".txt"
    text = kept.read_text()
    assert text.startswith("mqassist 0\n")
    assert "Fatal Python error" in text or "Windows fatal exception" in text
    assert "most recent call first" in text


def test_one_that_runs_is_left_alone_and_a_silent_one_is_removed(tmp_path: Path) -> None:
    (tmp_path / "20260101-000000-99999999.running").write_text("mqassist 0\n")
    (tmp_path / f"20260101-000000-{os.getpid()}.running").write_text("mqassist 0\nQt warning: x\n")
    own = faults(tmp_path / "other")
    own.begin()
    assert run(tmp_path) == 0
    assert [path.name for path in tmp_path.glob("*.running")] == [f"20260101-000000-{os.getpid()}.running"]
    own.end()


def test_what_qt_says_is_kept_without_passwords_and_bounded(tmp_path: Path) -> None:
    made = faults(tmp_path)
    made.begin()
    try:
        for _ in range(1000):
            made.note("Qt warning: cannot open amqp://app:s3cr3t@mq.example/x")
        (file,) = tmp_path.iterdir()
        text = file.read_text(encoding="utf-8")
        assert "s3cr3t" not in text
        assert "mq.example" in text
        assert len(text.splitlines()) == 201
    finally:
        made.end()


def test_a_place_that_cannot_be_written_is_no_reason_not_to_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    made = faults(tmp_path / "file" / "x")
    made.begin()
    made.note("x")
    made.end()
