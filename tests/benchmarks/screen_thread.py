"""The longest time that the screen thread was busy while a run of forty probes goes, and Stop until it is seen.

    QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.screen_thread

The window is the real one; the probes are real ones of the run service that wait, note and give facts.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["MQASSIST_DATA"] = tempfile.mkdtemp()

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from mqassist.core.facts import FactSpec
from mqassist.core.observation import Exchange, Layer
from mqassist.core.record import changed
from mqassist.core.text import say
from mqassist.gui.bridge import Bridge
from mqassist.gui.language import LanguageSwitch
from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.checkup.page import CheckupPage
from mqassist.gui.settings_store import SettingsStore
from mqassist.gui.theme.theme import Theme
from mqassist.probes.probe import Probe, ProbeContext, Result
from mqassist.run import RunService
from mqassist.services import build_services

PROBES = 40
LAYERS: tuple[Layer, ...] = ("dns", "network", "tls", "protocol", "auth", "permissions", "heartbeat", "host")


def _probe(number: int) -> Probe:
    specs = tuple(FactSpec(f"bench.fact_{number}_{each}", "number", "a figure") for each in range(12))

    def work(context: ProbeContext) -> Result:
        for _ in range(5):
            context.note(say("probe.overran", seconds=number))
            context.token.sleep(0.02 + number % 7 / 100)
        facts = {spec.name: number for spec in specs}
        exchanges = [Exchange(1.0, "received", os.urandom(800))]
        return Result("passed", say("tcp.connected", address="192.0.2.1:5672", ms=number), facts, [], exchanges)

    needs = (f"bench.probe_{number - 8}",) if number >= 8 else ()
    return Probe(f"bench.probe_{number}", LAYERS[number % len(LAYERS)], work, specs, needs=needs)


class Pulse:
    """Ticks as often as the screen thread is free; the longest pause between two ticks is what a person feels."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self.busy: list[float] = []
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
        self.pauses.clear()
        self.busy.clear()
        self._last, self._spent = time.perf_counter(), time.thread_time()


def main() -> int:
    app = QApplication(["mqassist"])
    app.setStyle("Fusion")
    Theme(app).choose("light", 100)
    bridge = Bridge(app)
    services = build_services()
    probes = RunService([_probe(number) for number in range(PROBES)], services.causes, None, None)
    window = MainWindow(SettingsStore(), LanguageSwitch(app), bridge)
    window.resize(1440, 900)
    window.show()
    window.use(changed(services, run=probes))
    window.go("checkup")
    page = window.page("checkup")
    assert isinstance(page, CheckupPage)
    pulse = Pulse()

    def until(done: object) -> None:
        while not done():  # type: ignore[operator]
            app.processEvents()

    for round_number in range(3):
        page.fill_target("amqp://orders@127.0.0.1:5672")
        until(lambda: not bridge.running)
        pulse.fresh()
        page.diagnose()
        until(lambda: page.view.answer is not None and not bridge.running)
        ordered = sorted(pulse.pauses)
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
    return 0


if __name__ == "__main__":
    sys.exit(main())
