"""The window's own times, on this machine: first paint beside a bare one, longest wait of the screen, Stop, closing.

    python -m tests.benchmarks.window [--rounds N]

First paint: from the first line of Python to the first paint event, without the start of the interpreter; the bare
window is a QMainWindow with one line of text. The screen's wait is the longest time between two turns of its loop
while a thorough check runs against a Mosquitto on loopback and the broker's log is followed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCREEN = ROOT / "tests" / "gui" / "screen.json"
BARE = """
import time; began = time.perf_counter()
import os
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
class Bare(QMainWindow):
    def paintEvent(self, event):
        print((time.perf_counter() - began) * 1000, flush=True)
        os._exit(0)
app = QApplication([])
window = Bare()
window.setCentralWidget(QLabel("bare", alignment=Qt.AlignmentFlag.AlignCenter))
window.resize(1440, 900)
window.show()
app.exec()
"""
OURS = """
import time; began = time.perf_counter()
import os
from PySide6.QtWidgets import QApplication
from mqassist.gui.app import Application
from mqassist.gui.main_window import MainWindow
from mqassist.gui.settings_store import SettingsStore
def paint(self, event):
    print((time.perf_counter() - began) * 1000, flush=True)
    os._exit(0)
MainWindow.paintEvent = paint
running = Application(QApplication([]), SettingsStore(), [])
running.start()
running.app.exec()
"""


def first_paint(code: str, rounds: int) -> float:
    """The median, in milliseconds; the first round warms the disk's cache and does not count."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    times = []
    for _ in range(rounds + 1):
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        times.append(float(done.stdout))
    return statistics.median(times[1:])


def screen_during_a_run() -> dict[str, float]:
    """The longest wait in milliseconds, Stop until it is seen, closing during a run."""
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={SCREEN}"
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from mqassist.gui.app import Application
    from mqassist.gui.settings_store import SettingsStore
    from tests.support.mosquitto import start_mosquitto
    from tests.support.peer import Peer, silent

    def settle(until: Callable[[], bool] = lambda: False, milliseconds: int = 20_000) -> None:
        loop, poll, end = QEventLoop(), QTimer(), time.monotonic() + milliseconds / 1000
        poll.timeout.connect(lambda: loop.quit() if until() or time.monotonic() > end else None)
        poll.start(2)
        loop.exec()

    app = QApplication([])
    running = Application(app, SettingsStore(), [])
    running.start()
    window = running.window
    settle(lambda: window.shell is not None)
    shell = window.shell
    assert shell is not None
    turns: list[float] = []
    clock = QTimer()
    clock.setInterval(0)
    clock.timeout.connect(lambda: turns.append(time.perf_counter()))
    broker = start_mosquitto(
        Path(tempfile.mkdtemp()), "listener {port} 127.0.0.1\nallow_anonymous true\nlog_type all\n"
    )
    page = window.page("checkup")
    shell.fill_target(broker.url(user="", host="127.0.0.1"))
    settle(milliseconds=300)
    controller = page.controller  # type: ignore[union-attr]
    finished: list[object] = []
    shell.run_finished.connect(finished.append)
    clock.start()
    shell.start_check(broker.url(user="", host="127.0.0.1"))
    settle(lambda: bool(finished))
    clock.stop()
    waits = [(after - before) * 1000 for before, after in pairwise(turns)]
    broker.stop()
    hung = Peer([silent()])
    shell.start_check(f"amqp://127.0.0.1:{hung.port}")
    settle(lambda: controller.state == "running")
    settle(milliseconds=300)
    began = time.perf_counter()
    controller.stop()
    settle(lambda: controller.state != "running")
    stopped = (time.perf_counter() - began) * 1000
    settle(lambda: not controller.busy)
    shell.start_check(f"amqp://127.0.0.1:{hung.port}")
    settle(lambda: controller.state == "running")
    began = time.perf_counter()
    window.close()
    closed = (time.perf_counter() - began) * 1000
    hung.stop()
    return {"longest wait": max(waits), "turns": len(waits), "stop seen": stopped, "closing": closed}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args(arguments).rounds
    with tempfile.TemporaryDirectory() as home:
        os.environ["MQASSIST_DATA"] = home
        bare, ours = first_paint(BARE, rounds), first_paint(OURS, rounds)
        print(f"first paint: bare {bare:.0f} ms, ours {ours:.0f} ms, {ours / bare:.2f} times")
        for name, value in screen_during_a_run().items():
            print(f"{name}: {value:.0f}" + ("" if name == "turns" else " ms"))


if __name__ == "__main__":
    main(sys.argv[1:])
