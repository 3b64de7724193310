"""Starting: one window for one person, sentences where none can be shown, bugs of ours kept without secrets."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from mqassist.gui.app import Application
from mqassist.gui.crashes import Crashes, crash_folder
from mqassist.gui.main_window import MainWindow
from mqassist.gui.settings_store import SettingsStore
from mqassist.gui.single_instance import SingleInstance
from mqassist.gui.theme.theme import Theme
from tests.support.canary import CANARY, assert_no_leak

ROOT = Path(__file__).resolve().parents[2]
GUI = [sys.executable, "-P", "-c", "from mqassist.__main__ import window; window()"]


def started(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    return subprocess.Popen(
        [*GUI, *arguments], env=environment, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


# -- one window --------------------------------------------------------------------------------------------


@pytest.fixture
def first(qapp: QApplication) -> Iterator[SingleInstance]:
    instance = SingleInstance()
    assert instance.is_first
    instance.listen()
    yield instance
    instance.close()


@pytest.mark.parametrize("given", ["amqp://broker.example:5672/prod", "", "two words and 中文"])
def test_a_second_start_hands_over_and_ends(first: SingleInstance, qtbot: Any, given: str) -> None:
    heard: list[str] = []
    first.opened.connect(heard.append)
    second = started(*([given] if given else []), QT_QPA_PLATFORM="offscreen")
    qtbot.waitUntil(lambda: len(heard) == 1, timeout=30_000)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=30_000)
    _out, said = second.communicate()
    assert second.returncode == 0, said
    assert heard == [given]


def test_people_with_other_data_have_a_window_of_their_own(
    first: SingleInstance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MQASSIST_DATA", str(tmp_path / "other"))
    other = SingleInstance()
    assert other.is_first
    other.close()


def test_a_killed_instance_does_not_lock_anybody_out(qapp: QApplication) -> None:
    code = (
        "import os; from mqassist.gui.single_instance import SingleInstance as S; instance = S(); "
        "print(instance.is_first, flush=True); os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "True\n"
    instance = SingleInstance()
    assert instance.is_first
    instance.close()


# -- the application ------------------------------------------------------------------------------------------


@pytest.fixture
def running(qapp: QApplication, look: Theme) -> Iterator[Application]:
    made = Application(qapp, SettingsStore(), ["amqp://orders@broker.example:5673/prod"])
    yield made
    made.window.close()
    made.language.choose("en")
    made.window.deleteLater()
    made.bridge.deleteLater()
    qapp.sendPostedEvents(None, 52)  # DeferredDelete


def read(window: MainWindow) -> str:
    found = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    found += [field.text() for field in window.findChildren(QLineEdit) if field.isVisible()]
    return "\n".join(found)


def test_the_window_is_there_before_the_services_and_opens_what_it_was_given(running: Application, qtbot: Any) -> None:
    running.start()
    assert running.window.isVisible()
    assert running.window.shell is None
    qtbot.waitUntil(lambda: running.window.shell is not None, timeout=30_000)
    qtbot.waitUntil(lambda: "broker.example" in read(running.window), timeout=10_000)
    assert running.window.current_page == "checkup"
    running.opened_again("mqtt://another.example")
    qtbot.waitUntil(lambda: "another.example" in read(running.window), timeout=10_000)
    qtbot.waitUntil(lambda: not running.bridge.running, timeout=30_000)


def test_a_bug_of_ours_is_told_and_kept_without_what_was_typed(running: Application, qtbot: Any) -> None:
    running.start()
    qtbot.waitUntil(lambda: running.window.shell is not None, timeout=30_000)
    qtbot.waitUntil(lambda: running.window.current_page != "", timeout=30_000)

    def break_down(_token: object) -> None:
        raise ZeroDivisionError(f"while talking to amqp://app:{CANARY}@h")

    running.bridge.background(break_down)
    qtbot.waitUntil(running.window.strip.isVisible, timeout=10_000)
    assert "ZeroDivisionError" in running.window.strip.title()
    assert_no_leak(read(running.window), "the window")
    files = list(Path(crash_folder()).glob("*.txt"))
    assert len(files) == 1
    kept = files[0].read_text("utf-8")
    assert "break_down" in kept
    assert_no_leak(kept, "the crash file")
    qtbot.waitUntil(lambda: not running.bridge.running, timeout=30_000)


def test_only_so_many_crash_files_are_kept(home: Path) -> None:
    crashes = Crashes(lambda _error: None)
    folder = Path(crash_folder())
    folder.mkdir(parents=True)
    for number in range(30):
        (folder / f"2026010{number % 10}-0000{number:02d}-1.txt").write_text("old", "utf-8")
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        path = crashes.keep(error)
    assert Path(path).exists()
    assert len(list(folder.glob("*.txt"))) == 20


COPIES_AND_ENDS = """
import sys
from PySide6.QtWidgets import QApplication
from mqassist.gui.app import Application
from mqassist.gui.settings_store import SettingsStore

app = QApplication(["mqassist"])
made = Application(app, SettingsStore(), [])

def ready():
    made.window.shell.copy("what was seen")
    print(app.clipboard().text())
    made.window.close()

made.ready.append(ready)
made.start()
sys.exit(app.exec())
"""


def test_a_process_that_copied_something_ends_without_a_crash(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COPIES_AND_ENDS], env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "what was seen\n"), done.stderr
