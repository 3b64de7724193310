"""The logs page: nothing open, an error explained, a search with a span of time, wrapped lines, one connection."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtWidgets import QWidget

from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.logs.dock import LogDock
from mqassist.gui.pages.logs.page import LogsPage
from tests.gui.screens import settle
from tests.support.marked_log import report_with
from tests.support.sample_log import write_log


def page_of(window: MainWindow) -> LogsPage:
    window.go("logs")
    page = window.page("logs")
    assert isinstance(page, LogsPage)
    return page


def opened(window: MainWindow) -> LogsPage:
    page = page_of(window)
    folder = Path(os.environ["MQASSIST_DATA"])
    folder.mkdir(parents=True, exist_ok=True)
    page.open_log(str(write_log(folder)))
    desk = page.reader.desk
    settle(lambda: desk.document is not None and desk.document.complete and desk.row_count > 2000 and desk.buckets)
    return page


def empty(window: MainWindow) -> QWidget | None:
    page_of(window)
    return None


def explained(window: MainWindow) -> QWidget | None:
    page = opened(window)
    reader = page.reader
    for _ in range(6):
        reader.next_error()
    settle(lambda: reader.desk.knowing.of(reader.lines.current_line))
    reader.lines.setFocus()
    settle()
    return None


def searched(window: MainWindow) -> QWidget | None:
    page = opened(window)
    reader = page.reader
    begin, end = reader.desk.buckets[90].begin, reader.desk.buckets[120].end
    reader.filters.set_span(begin, end)
    reader.filters.search.field.setText("refused|missed")
    reader.filters.search.regex.setChecked(True)
    settle(lambda: reader.desk.is_filtered and len(reader.desk.hits) and not reader.desk.searching)
    reader.next_hit()
    settle(lambda: reader.desk.knowing.of(reader.lines.current_line))
    return None


def wrapped(window: MainWindow) -> QWidget | None:
    page = opened(window)
    page.reader.lines.set_wrap(True)
    page.reader.next_error()
    page.reader.lines.toggle_mark()
    settle(lambda: page.reader.desk.knowing.of(page.reader.lines.current_line))
    return None


def docked(window: MainWindow) -> QWidget | None:
    window.go("checkup")
    folder = Path(os.environ["MQASSIST_DATA"])
    folder.mkdir(parents=True, exist_ok=True)
    assert window.shell is not None
    window.shell.run_finished.emit(report_with(write_log(folder), (400, 401, 412)))
    dock = window.log_dock.widget()
    assert isinstance(dock, LogDock)
    settle(lambda: dock.desk.matches and dock.desk.row_count == 3)
    dock.lines.viewport().repaint()
    settle(lambda: dock.desk.knowing.of(400))
    return None


def together(window: MainWindow) -> QWidget | None:
    """Two nodes by time, the second with health checks that are folded; two lines selected."""
    page = opened(window)
    other = write_log(Path(os.environ["MQASSIST_DATA"]), 300, "rabbit@mq2.log")
    with other.open("a") as file:
        for at in range(84):
            peer = f"<0.{5000 + at}.0> (10.9.9.9:{50000 + at} -> 10.20.1.6:5672)"
            stamp = f"2026-11-20 12:01:50.{at * 10_000:06d}+00:00"
            file.write(f"{stamp} [info] <0.{5000 + at}.0> accepting AMQP connection {peer}\n")
            file.write(f"{stamp} [error] <0.{5000 + at}.0> closing AMQP connection {peer}:\n")
            file.write(f"{stamp} [error] <0.{5000 + at}.0> {{handshake_timeout,handshake}}\n")
    page.add_log(str(other))
    desk, lines = page.reader.desk, page.reader.lines
    settle(lambda: len(desk.sources) == 2 and desk.buckets)
    lines.go_to_line(desk.line_at(desk.buckets[0].begin + 110))
    settle(lambda: desk.rows.count < desk.rows.line_count)
    lines.go_to_line(desk.line_at(desk.buckets[0].begin + 109.9))
    lines.setFocus()
    page.reader.taking.add_to_report()
    settle()
    return None


def clocks(window: MainWindow) -> None:
    """Two logs whose clocks are apart; an amount is asked for."""
    page = page_of(window)
    folder = Path(os.environ["MQASSIST_DATA"])
    folder.mkdir(parents=True, exist_ok=True)
    for name, hour in (("mq1.log", 13), ("mq2.log", 15)):
        lines = (
            f"2026-11-20 {hour}:59:{at:02}.000000+00:00 [info] <0.7{at}.0> accepting AMQP connection <0.7{at}.0> "
            f"(10.20.7.88:418{at:02} -> 10.20.1.5:5672)\n" for at in range(20)
        )  # fmt: skip
        (folder / name).write_text("".join(lines))
        (page.open_log if name == "mq1.log" else page.add_log)(str(folder / name))
    settle(lambda: page.reader.desk.row_count == 40 and page.clocks.strip.isVisible())
    page.clocks.ask_for(1)


SCENES = {
    "empty": empty,
    "explained": explained,
    "searched": searched,
    "wrapped": wrapped,
    "docked": docked,
    "together": together,
    "clocks": clocks,
}
