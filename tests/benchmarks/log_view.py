#!/usr/bin/env python3
"""How the log page holds up with a large log: opening, indexing, scrolling, jumping, filtering, searching, growing, and
the longest wait of the screen thread during all of it.

    python3 tests/benchmarks/log_view.py LOG [LINES]     an existing log, or one of so many lines made at that path

Runs offscreen. Times in milliseconds; `page` is a scroll by one page with its painting, `wait` the longest time in
which the screen thread did not get round to a timer of 1 ms.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("MQASSIST_DATA", tempfile.mkdtemp(prefix="mqassist-bench-"))
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from PySide6.QtCore import QEventLoop, QTimer  # noqa: E402  # the environment comes first
from PySide6.QtWidgets import QAbstractButton, QApplication  # noqa: E402

from mqassist.core.log import SearchFor  # noqa: E402
from mqassist.gui.bridge import Bridge  # noqa: E402
from mqassist.gui.garbage import Collector  # noqa: E402
from mqassist.gui.language import LanguageSwitch  # noqa: E402
from mqassist.gui.main_window import MainWindow  # noqa: E402
from mqassist.gui.pages.logs.page import LogsPage  # noqa: E402
from mqassist.gui.settings_store import SettingsStore  # noqa: E402
from mqassist.gui.theme.theme import Theme  # noqa: E402
from mqassist.services import build_services  # noqa: E402
from tests.support.sample_log import line_text  # noqa: E402

PAGES = 200
NEW_LINES = 5_000
TOGGLES = 20
FOLLOWED = 100


class Waits:
    """The longest times between two turns of the event loop."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.over_20 = 0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def reset(self) -> None:
        self.longest, self.over_20, self._last = 0.0, 0, time.perf_counter()

    def _tick(self) -> None:
        now = time.perf_counter()
        gap = (now - self._last) * 1000
        self.longest = max(self.longest, gap)
        self.over_20 += gap > 20
        self._last = now

    def say(self, what: str, ms: float) -> None:
        print(f"{what:34}{ms:10.1f} ms   wait {self.longest:6.1f} ms, above 20 ms: {self.over_20}")
        self.reset()


def until(app: QApplication, condition: Callable[[], object]) -> None:
    while not condition():
        app.processEvents()
        time.sleep(0.0003)


def timed(app: QApplication, act: Callable[[], object], condition: Callable[[], object] = lambda: True) -> float:
    began = time.perf_counter()
    act()
    until(app, condition)
    app.processEvents()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    log = Path(sys.argv[1])
    if len(sys.argv) > 2:
        make(log, int(sys.argv[2]))
    app = QApplication(["mqassist"])
    app.setStyle("Fusion")
    Theme(app).choose("light", 100)
    window = MainWindow(SettingsStore(), LanguageSwitch(app), Bridge(app))
    window.resize(1440, 900)
    window.show()
    window.use(build_services("en"))
    collector = Collector(app)
    collector.settle()
    window.go("logs")
    page = window.page("logs")
    assert isinstance(page, LogsPage)
    until(app, lambda: not window.bridge.running)  # somebody looks at the page before choosing a log
    measure(app, page, log)
    window.close()


def measure(app: QApplication, page: LogsPage, log: Path) -> None:
    reader, desk, lines = page.reader, page.reader.desk, page.reader.lines
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    empty = anonymous()
    waits = Waits()
    waits.say("first screen", timed(app, lambda: page.open_log(str(log)), lambda: desk.row_count > lines.rows_seen))
    document = desk.document
    assert document is not None
    waits.say("indexed", timed(app, lambda: None, lambda: document.complete and desk.row_count == document.line_count))
    waits.say("histogram", timed(app, desk.refresh_histogram, lambda: desk.buckets))
    print(f"{document.line_count:,} lines, {document.size / 1e6:,.0f} MB")
    bar = lines.verticalScrollBar()
    rows = desk.row_count
    for what, places in (
        ("page and paint (all lines)", [rows // 3 + at * lines.rows_seen for at in range(PAGES)]),
        ("jump and paint", [at * 7919 * 1000 % rows for at in range(PAGES)]),
    ):
        scroll(app, lines, bar, what, places, waits)
    levels = frozenset(("error", "critical", "warning"))
    chip = reader.filters.levels.chip("info")
    took = sorted(toggled(app, page, chip) for _ in range(TOGGLES))
    print(f"{'level toggle, click to painted':34}{statistics.median(took):10.1f} ms   worst {took[-1]:6.1f} ms")
    waits.say("level toggles", sum(took))
    waits.say("level filter", timed(app, lambda: desk.change_filter(levels=levels), lambda: desk.is_filtered))
    shown = desk.row_count
    scroll(app, lines, bar, "page and paint (filtered)", [at * lines.rows_seen % shown for at in range(PAGES)], waits)
    waits.say("filter off", timed(app, lambda: desk.change_filter(levels=None), lambda: not desk.is_filtered))
    look = SearchFor("heartbeats")
    waits.say("search, first hit", timed(app, lambda: desk.look_for(look), lambda: len(desk.hits)))
    waits.say("search, all hits", timed(app, lambda: None, lambda: not desk.searching))
    errors = [timed(app, reader.next_error) for _ in range(200)]
    waits.say("next error and painted, worst", max(errors))
    reader.stories.view.choose("refused")
    waits.say("all known phrases, tables", timed(app, lambda: None, lambda: not reader.stories.busy))
    reader.follow(True)
    text = line_text(NEW_LINES).encode().split(b"\n")[:NEW_LINES]
    grown = desk.row_count + NEW_LINES
    app.processEvents()
    with log.open("ab") as file:
        file.write(b"\n".join(text) + b"\n")
    waits.reset()
    waits.say(f"{NEW_LINES} new lines", timed(app, lambda: None, lambda: desk.row_count >= grown))
    with log.open("r+b") as file:
        file.truncate(log.stat().st_size - sum(len(line) + 1 for line in text))
    follow(app, page, log, waits)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    above = (used - before) / 1024
    print(f"peak memory {used / 1024:.0f} MiB, {above:.0f} MiB above the empty window (with mapped files)")
    print(f"anonymous memory now {anonymous() - empty:.0f} MiB above the empty window")


def toggled(app: QApplication, page: LogsPage, chip: QAbstractButton) -> float:
    """From the click on a level until its lines are shown, or are gone, and that is painted."""
    desk = page.reader.desk
    before = desk.row_count
    return timed(app, chip.click, lambda: desk.row_count != before)


def follow(app: QApplication, page: LogsPage, log: Path, waits: Waits) -> None:
    """Single lines, from writing to painted."""
    view, desk, took = page.reader.lines, page.reader.desk, []
    size = log.stat().st_size
    with log.open("ab", buffering=0) as file:
        for at in range(FOLLOWED):
            rest = time.perf_counter() + 0.15
            until(app, lambda rest=rest: time.perf_counter() > rest)
            count = desk.row_count
            began = time.perf_counter()
            file.write(f"2026-11-21 00:00:00.{at:06d}+00:00 [error] <0.9.0> followed line {at}\n".encode())
            while desk.row_count == count or view.last_row_painted < desk.row_count - 1:
                # as the window's own loop waits: one that asks again and again keeps the follower from its processor
                app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            took.append((time.perf_counter() - began) * 1000)
    page.reader.follow(False)
    with log.open("r+b") as file:
        file.truncate(size)
    took.sort()
    worst = took[int(len(took) * 0.99) - 1]
    print(f"{'follow, written to painted':34}{statistics.median(took):10.1f} ms   99 % {worst:6.1f} ms")
    waits.say("follow", sum(took))


def anonymous() -> float:
    """MiB of this process that are no mapped file; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon")), 0.0)


def scroll(app: QApplication, lines: object, bar: object, what: str, places: list[int], waits: Waits) -> None:
    from mqassist.gui.pages.logs.line_view import LineView

    assert isinstance(lines, LineView)
    took = []
    for place in places:
        began = time.perf_counter()
        lines.verticalScrollBar().setValue(place)
        lines.viewport().repaint()
        took.append((time.perf_counter() - began) * 1000)
        app.processEvents()
    took.sort()
    print(f"{what:34}{statistics.median(took):10.2f} ms   99 % {took[int(len(took) * 0.99) - 1]:6.2f} ms")
    waits.reset()


def make(log: Path, count: int) -> None:
    part = line_text(100_000).encode()
    per_part = part.count(b"\n")
    with log.open("wb") as file:
        for _ in range(max(1, count // per_part)):
            file.write(part)


if __name__ == "__main__":
    main()
