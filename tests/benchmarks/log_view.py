#!/usr/bin/env python3
"""How the log page holds up with a large log: opening, indexing, scrolling, jumping, filtering, searching, phrases and
tables, growing; and the longest wait of the screen thread during each of it.

    python3 tests/benchmarks/log_view.py LOG [LINES]     an existing log, or one of so many lines made there

Runs offscreen. Times in milliseconds; `page` is a scroll by one page with its painting; `wait` the longest time in
which the screen thread did not get round to a timer of 1 ms: whatever a person does then is answered after it. "By
hand" means that somebody pages through the log meanwhile, with the wheel's pace. LOG is only read: what is added goes
to a file of its own, which stands after LOG as after one that was rotated away.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial, partialmethod
from io import RawIOBase
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
from mqassist.logs.service import LogService  # noqa: E402
from mqassist.services import build_services  # noqa: E402
from tests.support.sample_log import line_text  # noqa: E402

PAGES = 200
NEW_LINES = 5_000
POURED = 8
"""So often the new lines come."""
TOGGLES = 20
FOLLOWED = 100
ERRORS = 200
HAND_MS = 40
"""Between two pages by hand."""


class Waits:
    """The longest times between two turns of the event loop."""

    def __init__(self) -> None:
        self.longest = self.longest_of_all = 0.0
        self.over_10 = self.over_20 = 0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def reset(self) -> None:
        self.longest, self.over_10, self.over_20, self._last = 0.0, 0, 0, time.perf_counter()

    def _tick(self) -> None:
        now = time.perf_counter()
        gap = (now - self._last) * 1000
        self.longest = max(self.longest, gap)
        self.over_10 += gap > 10
        self.over_20 += gap > 20
        self._last = now

    def say(self, what: str, ms: float, more: str = "") -> None:
        self.longest_of_all = max(self.longest_of_all, self.longest)
        waited = f"wait {self.longest:6.1f} ms, above 10 ms: {self.over_10}, above 20: {self.over_20}"
        print(f"{what:36}{ms:10.1f} ms   {waited}{more}", flush=True)
        self.reset()


class Hand:
    """Somebody who pages through the log; how long each page took to be painted."""

    def __init__(self, page: LogsPage) -> None:
        self._page = page
        self._at = 0
        self.took: list[float] = []
        self._timer = QTimer()
        self._timer.setInterval(HAND_MS)
        self._timer.timeout.connect(self._turn)

    def _turn(self) -> None:
        lines, rows = self._page.reader.lines, self._page.reader.desk.row_count
        self._at = (self._at + lines.rows_seen) % max(1, rows - lines.rows_seen)
        began = time.perf_counter()
        lines.verticalScrollBar().setValue(self._at)
        lines.viewport().repaint()
        self.took.append((time.perf_counter() - began) * 1000)

    def __enter__(self) -> None:
        self.took.clear()
        self._timer.start()

    def __exit__(self, *_raised: object) -> None:
        self._timer.stop()

    def __str__(self) -> str:
        return f"   page {statistics.median(self.took):.1f} ms, worst {max(self.took):.1f}" if self.took else ""


class Bench:
    """One window with its log page."""

    def __init__(self, app: QApplication, page: LogsPage) -> None:
        self.app = app
        self.page = page
        self.reader, self.desk, self.lines = page.reader, page.reader.desk, page.reader.lines
        self.hand = Hand(page)
        self.waits = Waits()

    def until(self, condition: Callable[[], object]) -> None:
        while not condition():
            # as the window's own loop waits: one that asks again and again keeps jobs from their processor
            self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def timed(self, act: Callable[[], object], condition: Callable[[], object] = lambda: True) -> float:
        """Milliseconds from the beginning of an act until what comes of it is painted."""
        began = time.perf_counter()
        act()
        self.until(condition)
        self.app.processEvents()
        return (time.perf_counter() - began) * 1000

    def say(self, what: str, act: Callable[[], object], condition: Callable[[], object], *, hand: bool = False) -> None:
        self.waits.reset()
        if not hand:
            self.waits.say(what, self.timed(act, condition))
            return
        with self.hand:
            took = self.timed(act, condition)
        self.waits.say(f"{what}, by hand", took, str(self.hand))

    # -- a log that is only read ------------------------------------------------------------------

    def open(self, log: Path, *, hand: bool) -> None:
        desk, lines = self.desk, self.lines

        def seen() -> bool:
            return desk.sources == (str(log),) and lines.last_row_painted >= lines.rows_seen - 1

        def indexed() -> bool:
            document = desk.document
            return document is not None and document.complete and desk.row_count == document.line_count

        self.say("first screen", partial(self.page.open_log, str(log)), seen)
        self.say("indexed", lambda: None, indexed, hand=hand)

    def read(self) -> None:
        desk, lines = self.desk, self.lines
        document = desk.document
        assert document is not None
        print(f"{document.line_count:,} lines, {document.size / 1e6:,.0f} MB")
        self.say("histogram", desk.refresh_histogram, lambda: desk.buckets)
        rows = desk.row_count
        self.scroll("page and paint (all lines)", [rows // 3 + at * lines.rows_seen for at in range(PAGES)])
        self.scroll("jump and paint", [at * 7919 * 1000 % rows for at in range(PAGES)])
        self.waits.reset()
        chip = self.reader.filters.levels.chip("info")
        took = sorted(self.toggled(chip) for _ in range(TOGGLES))
        self.waits.say("level toggle", statistics.median(took), f"   worst {took[-1]:.1f} ms")
        levels = frozenset(("error", "critical", "warning"))
        self.say("level filter", lambda: desk.change_filter(levels=levels), lambda: desk.is_filtered)
        self.scroll("page and paint (filtered)", [at * lines.rows_seen % desk.row_count for at in range(PAGES)])
        self.say("filter off", lambda: desk.change_filter(levels=None), lambda: not desk.is_filtered)
        for hand in (False, True):
            for what, values, none in (
                ("filter by a text", {"include": (SearchFor("heartbeats"),)}, {"include": ()}),
                ("filter by a connection", {"connection": "10.0.1.67:51419"}, {"connection": ""}),
            ):
                self.say(what, partial(desk.change_filter, **values), lambda: desk.is_filtered, hand=hand)
                self.say("filter off", partial(desk.change_filter, **none), lambda: not desk.is_filtered)
        for hand in (False, True):
            for what, look in (
                ("search", SearchFor("heartbeats")),
                ("search for what most lines have", SearchFor("connection")),
                ("search by a pattern", SearchFor(r"\d{4}[13579] -> 10", regex=True)),
            ):
                self.say(f"{what}, first hit", partial(desk.look_for, look), lambda: len(desk.hits), hand=hand)
                self.say(f"{what}, all hits", lambda: None, lambda: not desk.searching, hand=hand)
        errors = [self.timed(self.reader.next_error) for _ in range(ERRORS)]
        self.waits.say("next error and painted, worst", max(errors))
        self.say("no line left", lambda: desk.change_filter(levels=frozenset(("debug",))), lambda: desk.is_filtered)
        for what, act in (("next error", self.reader.next_error), ("next hit", self.reader.next_hit)):
            self.say(f"{what} where none is shown", act, lambda: True)
        self.say("filter off", lambda: desk.change_filter(levels=None), lambda: not desk.is_filtered)
        desk.look_for(None)
        self.tell()

    def tell(self) -> None:
        """What the panel below the lines tells."""
        stories = self.reader.stories
        for hand in (False, True):
            for what in ("story", "stories"):
                stories.forget()
                stories.view.choose("refused")
                self.until(lambda: not stories.busy)
                self.waits.reset()
                line = self.desk.row_count // 2 + (997 if hand else 0)
                stories.show_line(line)
                turn = partial(stories.view.choose, what)
                self.say(f"the {what} at a line", turn, lambda: not stories.busy, hand=hand)
            self.say("all known phrases, tables", partial(tables, stories), lambda: not stories.busy, hand=hand)

    def toggled(self, chip: QAbstractButton) -> float:
        """From the click on a level until its lines are shown, or are gone, and that is painted."""
        before = self.desk.row_count
        return self.timed(chip.click, lambda: self.desk.row_count != before)

    def scroll(self, what: str, places: Sequence[int]) -> None:
        self.waits.reset()
        took = []
        for place in places:
            began = time.perf_counter()
            self.lines.verticalScrollBar().setValue(place)
            self.lines.viewport().repaint()
            took.append((time.perf_counter() - began) * 1000)
            self.app.processEvents()
        took.sort()
        self.waits.say(what, statistics.median(took), f"   99 % {took[int(len(took) * 0.99) - 1]:.2f} ms")

    # -- a log that grows -------------------------------------------------------------------------

    def grow(self, live: Path) -> None:
        """Many lines at once, then single ones, each from writing to painted."""
        text = b"\n".join(line_text(NEW_LINES).encode().split(b"\n")[:NEW_LINES]) + b"\n"
        self.reader.follow(True)
        self.rest(1.0)
        with live.open("ab", buffering=0) as file:
            self.waits.reset()
            poured = [self.written(file, text, NEW_LINES, 0.5) for _ in range(POURED)]
            shown = ", ".join(f"{ms:.1f}" for ms in poured)
            self.waits.say(f"{NEW_LINES} new lines, painted", statistics.median(poured), f"   all: {shown}")
            one = b"2026-11-23 00:00:00.000000+00:00 [error] <0.9.0> followed line\n"
            took = sorted(self.written(file, one, 1, 0.15) for _ in range(FOLLOWED))
            most = took[int(len(took) * 0.99) - 1]
            self.waits.say("follow, written to painted", statistics.median(took), f"   99 % {most:.1f} ms")
            self.desk.change_filter(levels=frozenset(("error",)))
            self.until(lambda: self.desk.is_filtered)
            took = [self.written(file, one, 1, 0.15) for _ in range(FOLLOWED // 3)]
            self.waits.say("follow under a filter", statistics.median(took), f"   worst {max(took):.1f} ms")
        self.reader.follow(False)

    def written(self, file: RawIOBase, text: bytes, lines: int, rest: float) -> float:
        """Milliseconds from the beginning of writing until the last of these lines is painted."""
        self.rest(rest)
        last = self.desk.row_count + lines - 1
        return self.timed(lambda: file.write(text), lambda: self.lines.last_row_painted >= last)

    def rest(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        self.until(lambda: time.perf_counter() > end)


def tables(stories: object) -> None:
    from mqassist.gui.pages.logs.story_panel import StoryPanel

    assert isinstance(stories, StoryPanel)
    stories.forget()
    stories.view.choose("story")
    stories.view.choose("refused")


def anonymous() -> float:
    """MiB of this process that are no mapped file; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon")), 0.0)


def of_others() -> float:
    """Seconds that processors worked for other programs, or that a host took from them; 0 where nothing tells."""
    try:
        figures = [int(each) for each in Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
    except OSError:
        return 0.0
    idle = figures[3] + figures[4]
    return (sum(figures) - idle) / os.sysconf("SC_CLK_TCK") - time.process_time()


def make(log: Path, count: int) -> None:
    part = line_text(100_000).encode()
    per_part = part.count(b"\n")
    with log.open("wb") as file:
        for _ in range(max(1, count // per_part)):
            file.write(part)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("log", type=Path)
    asked.add_argument("lines", type=int, nargs="?", default=0)
    options = asked.parse_args()
    log: Path = options.log.resolve()
    if options.lines:
        make(log, options.lines)
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
    bench = Bench(app, page)
    bench.until(lambda: not window.bridge.running)  # somebody looks at the page before choosing a log
    empty = anonymous()
    began, spent = time.perf_counter(), of_others()
    bench.open(log, hand=False)
    bench.read()
    with tempfile.TemporaryDirectory(prefix="mqassist-bench-") as folder:
        live = Path(folder, "live.log")
        live.write_text(line_text(100), encoding="utf-8")
        Path(f"{live}.1").symlink_to(log)
        setattr(LogService, "open", partialmethod(LogService.open, rotated=True))  # noqa: B010  # no type has it so
        bench.open(live, hand=True)
        bench.grow(live)
        print(f"anonymous memory now {anonymous() - empty:.0f} MiB above the empty window")
        print(f"longest wait of all {bench.waits.longest_of_all:.1f} ms")
        beside = (of_others() - spent) / (time.perf_counter() - began)
        print(f"other programs kept {beside:.2f} processors busy meanwhile: what they take, the window waits for")
        window.close()


if __name__ == "__main__":
    main()
