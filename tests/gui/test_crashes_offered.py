"""The real window, really broken: in C, in a slot, in a thread. The next start offers what is kept, without secrets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.canary import CANARY, assert_no_leak
from tests.support.cli import ROOT

BREAKS = """
import ctypes, os, sys, threading
from PySide6.QtCore import QTimer, qWarning
from mqassist.__main__ import window
from mqassist.gui import app

how = sys.argv.pop()
address = "amqp://app:" + os.environ["SECRET"] + "@mq.example/x"

def slot(password=os.environ["SECRET"]):
    raise ValueError("cannot use " + password)

def thread(password=os.environ["SECRET"]):
    raise KeyError(password)

def segv(password=os.environ["SECRET"]):
    qWarning("cannot open " + address)
    ctypes.string_at(0)

def start_thread():
    job = threading.Thread(target=thread)
    job.start()
    job.join()

def breaks():
    {"slot": slot, "thread": start_thread, "segv": segv}[how]()

class Breaking(app.Application):
    def _use(self, services):
        super()._use(services)
        QTimer.singleShot(0, breaks)
        QTimer.singleShot(200, self.window.close)

app.Application = Breaking
window()
"""
LOOKS = """
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from mqassist.__main__ import window
from mqassist.gui import app

class Looking(app.Application):
    def _use(self, services):
        super()._use(services)
        QTimer.singleShot(0, self.look)

    def said(self):
        return [each.text() for each in self.window.findChildren(QLabel) if each.isVisible()]

    def look(self):
        said = self.said()
        self.window.go("help")
        page = self.window.page("help")
        page.copy_fault.click()
        offered = page.show_faults.text(), page.show_faults.isEnabled(), page.copy_fault.isVisible()
        print(*said, *self.said(), *offered, sep="\\n")
        print("COPIED", QGuiApplication.clipboard().text(), sep="\\n")
        self.window.close()

app.Application = Looking
window()
"""


def run(home: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    own = {**os.environ, "MQASSIST_DATA": str(home), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "SECRET": CANARY}
    own["XDG_RUNTIME_DIR"] = str(home)
    command = [sys.executable, "-P", "-c", code, *arguments]
    return subprocess.run(command, env=own, cwd=home, capture_output=True, text=True, timeout=100, check=False)


@pytest.mark.parametrize(
    ("how", "names"),
    [("segv", "Segmentation fault"), ("slot", "ValueError"), ("thread", "KeyError")],
)
def test_what_broke_is_offered_at_the_next_start(tmp_path: Path, how: str, names: str) -> None:
    broken = run(tmp_path, BREAKS, how)
    assert (broken.returncode != 0) == (how == "segv"), broken.stderr
    looked = run(tmp_path, LOOKS)
    assert looked.returncode == 0, looked.stderr
    said, _, copied = looked.stdout.partition("COPIED\n")
    assert "Show the files (1)\nTrue\nTrue" in said
    assert ("mqassist broke off the last time" in said) == (how == "segv"), "the others were told at once"
    (kept,) = (tmp_path / "crashes").glob("*.txt")
    text = kept.read_text(encoding="utf-8")
    assert names in text or "Windows fatal exception" in text
    assert how in text, "the place in the code is named"
    assert text.strip() in copied
    for what, where in ((text, "the crash file"), (looked.stdout, "the window"), (copied, "the clipboard")):
        assert_no_leak(what, where)
    assert list((tmp_path / "crashes").glob("*.running")) == []
