"""The longest time that the screen thread was busy while a run of forty probes goes and a log is followed below it.

    QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.screen_thread

The window is the real one. Forty probes wait, note and give facts; beside them go those of the product, against a port
that refuses, so that there is a verdict with its steps and its proof to be shown. The log has 20,000 lines, and another
process adds twenty of them fifty times a second, as a broker would. Stop is timed until it is seen, and closing during
a run.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["MQASSIST_DATA"] = tempfile.mkdtemp()

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.observation import Exchange, Layer
from mqassist.core.record import changed
from mqassist.core.text import say
from mqassist.gui.bridge import Bridge
from mqassist.gui.garbage import Collector
from mqassist.gui.language import LanguageSwitch
from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.checkup.page import CheckupPage
from mqassist.gui.pages.logs.dock import LogDock
from mqassist.gui.settings_store import SettingsStore
from mqassist.gui.theme.theme import Theme
from mqassist.probes.probe import Probe, ProbeContext, Result
from mqassist.run import RunService
from mqassist.services import build_services
from mqassist.steps import load_steps

PROBES = 40
LAYERS: tuple[Layer, ...] = ("dns", "network", "tls", "protocol", "auth", "permissions", "heartbeat", "host")


def _probe(number: int) -> Probe:
    specs = tuple(FactSpec(f"bench.fact_{number}_{each}", "number", "a figure") for each in range(12))

    def work(context: ProbeContext) -> Result:
        for _ in range(5):
            context.note(say("probe.overran", seconds=number))
            context.token.sleep(0.02 + number % 7 / 100)
        facts: dict[str, Fact] = {spec.name: number for spec in specs}
        exchanges = [Exchange(1.0, "received", os.urandom(800))]
        return Result("passed", say("tcp.connected", address="192.0.2.1:5672", ms=number), facts, [], exchanges)

    needs = (f"bench.probe_{number - 8}",) if number >= 8 else ()
    return Probe(f"bench.probe_{number}", LAYERS[number % len(LAYERS)], work, specs, needs=needs)


class Pulse:
    """Ticks as often as the screen thread is free; the longest pause between two ticks is what a person feels."""

    def __init__(self) -> None:
        # no lists: the garbage collection would look through them, a quarter of a million numbers after some runs
        self.pauses = array("d")
        self.busy = array("d")
        """Processor time of the screen thread in each pause: what a loaded machine adds is not in it."""
        self._last, self._spent = time.perf_counter(), time.thread_time()
        self._timer = QTimer()
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now, spent = time.perf_counter(), time.thread_time()
        self.pauses.append(now - self._last)
        self.busy.append(spent - self._spent)
        self._last, self._spent = now, spent

    def fresh(self) -> None:
        del self.pauses[:], self.busy[:]
        self._last, self._spent = time.perf_counter(), time.thread_time()


BROKER = """
import itertools, sys, time
line = "2026-11-21 10:00:{:02}.{:03} [{}] <0.{}.0> accepting AMQP connection <0.{}.0> (10.0.0.7:{} -> 10.0.0.9:5672)\\n"
def lines(first, count):
    for n in range(first, first + count):
        yield line.format(n // 1000 % 60, n % 1000, ("info", "info", "warning", "error")[n % 4], n, n, 1024 + n % 60000)
with open(sys.argv[1], "a", encoding="ascii") as file:
    file.writelines(lines(0, 20_000))
    file.flush()
    print("written", flush=True)
    for turn in itertools.count():
        time.sleep(0.02)
        file.writelines(lines(20_000 + turn * 20, 20))
        file.flush()
"""


def follow_a_log(window: MainWindow, until: Callable[[Callable[[], bool]], None]) -> subprocess.Popen[str]:
    """In the panel below the page, which stays open. Gives the process that writes it."""
    path = os.path.join(os.environ["MQASSIST_DATA"], "rabbit.log")
    writer = subprocess.Popen([sys.executable, "-c", BROKER, path], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    writer.stdout.readline()
    window.show_log_dock(True)
    dock = window.log_dock.widget()
    assert isinstance(dock, LogDock)
    dock.open(path)
    until(lambda: dock.desk.row_count >= 20_000)
    dock.follow.setChecked(True)
    seen = dock.desk.row_count
    until(lambda: dock.desk.row_count > seen)
    return writer


def main() -> int:
    app = QApplication(["mqassist"])
    app.setStyle("Fusion")
    Theme(app).choose("light", 100)
    bridge = Bridge(app)
    collector = Collector(app)
    services = build_services()
    probes = RunService([*load_steps(), *(_probe(number) for number in range(PROBES))], services.causes, None, None)
    window = MainWindow(SettingsStore(), LanguageSwitch(app), bridge)
    window.resize(1440, 900)
    window.show()
    window.use(changed(services, run=probes))
    collector.settle()
    window.go("checkup")
    page = window.page("checkup")
    assert isinstance(page, CheckupPage)
    pulse = Pulse()

    def until(done: Callable[[], bool]) -> None:
        while not done():
            app.processEvents()

    writer = follow_a_log(window, until)
    with socket.create_server(("127.0.0.1", 0)) as free:
        refusing = free.getsockname()[1]
    for round_number in range(3):
        page.fill_target(f"amqp://orders@127.0.0.1:{refusing}")
        until(lambda: not bridge.running)
        pulse.fresh()
        page.diagnose()
        until(lambda: page.view.answer is not None and not bridge.running)
        ordered = array("d", sorted(pulse.pauses))
        usual = ordered[int(len(ordered) * 0.999)] * 1000
        print(
            f"run {round_number + 1}: {PROBES} probes, longest pause {ordered[-1] * 1000:.1f} ms, "
            f"of processor time {max(pulse.busy) * 1000:.1f} ms, 99.9 % below {usual:.1f} ms"
        )
    page.diagnose()
    began = time.perf_counter()
    until(lambda: time.perf_counter() - began > 0.3)
    asked = time.perf_counter()
    page.bar.main.click()
    app.processEvents()
    seen = time.perf_counter() - asked
    until(lambda: not page.controller.busy)
    print(f"Stop: seen after {seen * 1000:.1f} ms, answer after {(time.perf_counter() - asked) * 1000:.0f} ms")
    began = time.perf_counter()
    page.diagnose()
    until(lambda: time.perf_counter() - began > 0.2)
    closing = time.perf_counter()
    window.close()
    print(f"closing during a run: {(time.perf_counter() - closing) * 1000:.0f} ms")
    writer.kill()
    writer.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
