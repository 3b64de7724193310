"""The logs page by click and key: opening, reading, filters, search, times, explanations, following, stories."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTableView

from mqassist.core.log import LineFilter, LocalLog, SearchFor
from mqassist.core.report import LogMatch
from mqassist.gui.bridge import SWITCH_S
from mqassist.gui.language import LanguageSwitch
from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.logs.dock import LogDock
from mqassist.gui.pages.logs.going import time_of
from mqassist.gui.pages.logs.page import LogsPage
from mqassist.gui.pages.logs.painting import Highlight, clock, spans_of
from mqassist.gui.shell import Shell
from mqassist.gui.widgets.labels import Text
from tests.support.marked_log import report_with
from tests.support.sample_log import PASSWORD_LINE, line_text, write_log

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(window: MainWindow) -> LogsPage:
    window.go("logs")
    found = window.page("logs")
    assert isinstance(found, LogsPage)
    return found


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_log(tmp_path)


@pytest.fixture
def opened(page: LogsPage, log: Path, qtbot: Any) -> LogsPage:
    page.open_log(str(log))
    wait_for(qtbot, lambda: is_read(page))
    return page


def is_read(page: LogsPage) -> bool:
    document = page.reader.desk.document
    return (
        document is not None and document.complete and page.reader.desk.rows.line_count == document.line_count > 0
        and bool(page.reader.desk.buckets)
    )  # fmt: skip


def wait_for(qtbot: Any, condition: Callable[[], object], seconds: float = 20) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=round(seconds * 1000))


def press(page: LogsPage, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(page.reader.lines, key, modifier)


def number_of(page: LogsPage, words: str, after: int = 0) -> int:
    """The first line of the file with these words."""
    document = page.reader.desk.document
    assert document is not None
    lines = document.lines(1, document.line_count)
    return next(line.number for line in lines if line.number > after and words in line.raw)


def texts_in(widget: Any) -> str:
    return "\n".join(label.text() for label in widget.findChildren(Text) if label.isVisibleTo(widget))


# -- opening ---------------------------------------------------------------------------------------


def test_nothing_open_says_what_to_do(page: LogsPage) -> None:
    assert page.empty.isVisible()
    assert "No log is open" in texts_in(page.empty)


def test_open_shows_path_lines_and_format(opened: LogsPage, log: Path) -> None:
    assert opened.path.text().endswith(log.name)
    count = log.read_text().count("\n")
    assert f"{count:,}".replace(",", " ") in opened.about.text()
    assert "RabbitMQ" in opened.about.text()
    assert [line.number for line in opened.reader.desk.lines(0, 3)] == [1, 2, 3]


def test_open_at_a_line(page: LogsPage, log: Path, shell: Shell, qtbot: Any) -> None:
    shell.open_log(str(log), 1234)
    wait_for(qtbot, lambda: page.reader.lines.current_line == 1234)
    assert page.isVisible()


def test_what_cannot_be_opened_is_told(page: LogsPage, tmp_path: Path, qtbot: Any) -> None:
    page.open_log(str(tmp_path / "not-there.log"))
    wait_for(qtbot, page.reader.strip.isVisible)
    assert "not-there.log" in page.reader.strip.title()


def test_another_log_takes_the_place_of_the_first(opened: LogsPage, tmp_path: Path, qtbot: Any) -> None:
    opened.reader.filters.errors_only()
    opened.open_log(str(write_log(tmp_path, 50, "other.log")))
    wait_for(qtbot, lambda: opened.path.text().endswith("other.log") and is_read(opened))
    assert opened.reader.desk.filter == LineFilter()
    assert opened.reader.desk.row_count < 100


# -- reading ---------------------------------------------------------------------------------------


def test_arrow_keys_select_and_scroll(opened: LogsPage) -> None:
    lines = opened.reader.lines
    lines.setFocus()
    lines.go_to_line(1)
    press(opened, Qt.Key.Key_Down)
    assert lines.current_line == 2
    press(opened, Qt.Key.Key_PageDown)
    assert lines.current_line == 2 + lines.rows_seen
    press(opened, Qt.Key.Key_End)
    assert lines.current_line == opened.reader.desk.row_count
    assert lines.verticalScrollBar().value() == lines.verticalScrollBar().maximum()
    press(opened, Qt.Key.Key_Home)
    assert lines.current_line == 1


def test_a_click_selects_the_line_under_it(opened: LogsPage, qapp: QApplication) -> None:
    lines = opened.reader.lines
    lines.show_rows_from(500)
    lines.viewport().repaint()
    y = lines.viewport().height() // 2
    QTest.mouseClick(lines.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(400, y))
    assert lines.current_line == lines.row_at(y) + 1
    assert 500 < lines.current_line < 500 + lines.rows_seen + 2


def test_next_and_previous_error(opened: LogsPage) -> None:
    lines = opened.reader.lines
    lines.setFocus()
    lines.go_to_line(1)
    press(opened, Qt.Key.Key_F8)
    first = lines.current_line
    assert opened.reader.desk.of_numbers([first])[0].level == "error"
    press(opened, Qt.Key.Key_F8)
    assert lines.current_line > first
    press(opened, Qt.Key.Key_F8, SHIFT)
    assert lines.current_line == first


def test_marks_are_gone_to_in_turn(opened: LogsPage) -> None:
    lines = opened.reader.lines
    lines.setFocus()
    for line in (40, 900):
        lines.go_to_line(line)
        press(opened, Qt.Key.Key_F2, CONTROL)
    press(opened, Qt.Key.Key_F2)
    assert lines.current_line == 40
    press(opened, Qt.Key.Key_F2)
    assert lines.current_line == 900
    press(opened, Qt.Key.Key_F2, CONTROL)
    press(opened, Qt.Key.Key_F2)
    assert lines.current_line == 40


@pytest.mark.parametrize(("typed", "words"), [("#77", ""), ("1 500", ""), ("12:03", "12:03:"), ("12:05:10", "12:05:1")])
def test_go_to_a_line_or_a_time(opened: LogsPage, qapp: QApplication, typed: str, words: str) -> None:
    opened.reader.lines.setFocus()
    press(opened, Qt.Key.Key_G, CONTROL)
    assert opened.reader.goto.isVisible()
    QTest.keyClicks(opened.reader.goto.field, typed)
    QTest.keyClick(opened.reader.goto.field, Qt.Key.Key_Return)
    line = opened.reader.lines.current_line
    if words:
        assert words in opened.reader.desk.of_numbers([line])[0].raw
    else:
        assert line == int(typed.strip("#").replace(" ", ""))


def test_wrapped_lines_are_all_readable(opened: LogsPage, qapp: QApplication) -> None:
    lines = opened.reader.lines
    lines.setFocus()
    QTest.keyClick(lines, Qt.Key.Key_Z, Qt.KeyboardModifier.AltModifier)
    assert lines.wrap
    lines.viewport().repaint()
    assert lines.row_at(lines.viewport().height() - 1) < lines.rows_seen, "some rows are more than one line high"
    press(opened, Qt.Key.Key_End)
    lines.viewport().repaint()
    assert any(lines.row_at(y) == opened.reader.desk.row_count - 1 for y in range(lines.viewport().height()))
    assert not lines.horizontalScrollBar().maximum()


def test_zoom(opened: LogsPage) -> None:
    lines = opened.reader.lines
    lines.setFocus()
    before = lines.rows_seen
    press(opened, Qt.Key.Key_Plus, CONTROL)
    press(opened, Qt.Key.Key_Plus, CONTROL)
    assert lines.rows_seen < before
    press(opened, Qt.Key.Key_0, CONTROL)
    assert lines.rows_seen == before


# -- what is shown -----------------------------------------------------------------------------------


def test_level_chips_count_and_filter(opened: LogsPage, qtbot: Any) -> None:
    desk, levels = opened.reader.desk, opened.reader.filters.levels
    whole = desk.row_count
    assert levels.chip("error").text() == "Error 32"
    QTest.mouseClick(levels.chip("info"), Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: desk.row_count < whole)
    assert not any(line.level == "info" for line in desk.lines(0, desk.row_count))
    QTest.mouseClick(levels.chip("info"), Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: desk.row_count == whole)


def test_what_was_selected_stays_selected_when_lines_are_filtered(opened: LogsPage, qtbot: Any) -> None:
    reader = opened.reader
    error = number_of(opened, "[error]", 600)
    reader.lines.go_to_line(error)
    reader.filters.errors_only()
    wait_for(qtbot, lambda: reader.desk.is_filtered)
    assert reader.lines.current_line == error
    reader.filters.errors_only()
    wait_for(qtbot, lambda: not reader.desk.filter.levels)
    assert reader.lines.current_line == error


@pytest.mark.parametrize("how", ["include", "exclude"])
def test_only_lines_with_and_without_words(opened: LogsPage, qtbot: Any, how: str) -> None:
    reader = opened.reader
    reader.filters.ask_for(how)
    QTest.keyClicks(reader.filters.entry, "Heartbeats")
    QTest.keyClick(reader.filters.entry, Qt.Key.Key_Return)
    wait_for(qtbot, lambda: reader.desk.is_filtered)
    shown = reader.desk.lines(0, reader.desk.row_count)
    assert all(("heartbeats" in line.raw) == (how == "include") for line in shown)
    chip = reader.filters.chips()[0]
    chip.setFocus()
    QTest.keyClick(chip, Qt.Key.Key_Delete)
    wait_for(qtbot, lambda: not reader.desk.is_filtered)
    assert reader.filters.chips() == []


def test_a_span_is_dragged_in_the_histogram(opened: LogsPage, qtbot: Any) -> None:
    reader, histogram = opened.reader, opened.reader.histogram
    whole, wide = reader.desk.row_count, histogram.width()
    QTest.mousePress(histogram, Qt.MouseButton.LeftButton, pos=QPoint(wide // 4, 10))
    QTest.mouseMove(histogram, QPoint(wide // 2, 10))
    QTest.mouseRelease(histogram, Qt.MouseButton.LeftButton, pos=QPoint(wide // 2, 10))
    wait_for(qtbot, lambda: reader.desk.row_count < whole)
    assert 0.2 * whole < reader.desk.row_count < 0.3 * whole
    assert reader.filters.chips()[0].text().startswith("12:0")
    histogram.setFocus()
    before = reader.desk.row_count
    QTest.keyClick(histogram, Qt.Key.Key_Right)
    wait_for(qtbot, lambda: reader.desk.row_count > before)
    QTest.keyClick(histogram, Qt.Key.Key_Escape)
    wait_for(qtbot, lambda: reader.desk.row_count == whole)


def test_a_click_in_the_histogram_goes_there(opened: LogsPage) -> None:
    histogram = opened.reader.histogram
    QTest.mouseClick(histogram, Qt.MouseButton.LeftButton, pos=QPoint(histogram.width() // 2, 10))
    assert 900 < opened.reader.lines.current_line < 1200


# -- searching -----------------------------------------------------------------------------------------


def test_search_counts_steps_and_goes_round(opened: LogsPage, qtbot: Any) -> None:
    reader = opened.reader
    reader.lines.setFocus()
    press(opened, Qt.Key.Key_F, CONTROL)
    assert reader.filters.search.field.hasFocus()
    QTest.keyClicks(reader.filters.search.field, "missed heartbeats")
    wait_for(qtbot, lambda: len(reader.desk.hits) == 20 and not reader.desk.searching)
    assert reader.filters.search.count.text() == "20 hits"
    QTest.keyClick(reader.filters.search.field, Qt.Key.Key_Return)
    first = reader.lines.current_line
    assert "missed heartbeats" in reader.desk.of_numbers([first])[0].text
    assert reader.filters.search.count.text() == "1 of 20"
    reader.lines.setFocus()
    press(opened, Qt.Key.Key_F3)
    assert reader.lines.current_line > first
    press(opened, Qt.Key.Key_F3, SHIFT)
    press(opened, Qt.Key.Key_F3, SHIFT)
    assert reader.filters.search.count.text() == "20 of 20"


def test_regular_expressions_and_bad_ones(opened: LogsPage, qtbot: Any) -> None:
    search = opened.reader.filters.search
    QTest.keyClicks(search.field, "refused|missed")
    QTest.mouseClick(search.regex, Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: len(opened.reader.desk.hits) == 32)
    QTest.keyClicks(search.field, "(")
    QTest.keyClick(search.field, Qt.Key.Key_Return)
    assert search.count.text() == "no pattern"
    assert len(opened.reader.desk.hits) == 32, "what was found before stays"


def test_found_words_are_tinted_in_their_place() -> None:
    spans = spans_of("a <0.9.0> b Refused", (4, 9), SearchFor("refused", ignore_case=True), (Highlight("b", "ok"),))
    assert set(spans) == {(2, 9, "dim"), (4, 9, "known"), (10, 11, "own:ok"), (12, 19, "hit")}
    assert spans_of("aaa", None, SearchFor("(", regex=True), ()) == []
    assert spans_of("", None, SearchFor("x*", regex=True), ()) == []


# -- explaining ------------------------------------------------------------------------------------------


def test_a_known_line_says_what_it_means(opened: LogsPage, qtbot: Any) -> None:
    reader = opened.reader
    reader.lines.go_to_line(number_of(opened, "missed heartbeats"))
    wait_for(qtbot, lambda: "did not send its heartbeats in time" in texts_in(reader.explanation))
    assert reader.desk.knowing.place(reader.lines.current_line) is not None
    wait_for(qtbot, lambda: "Most likely first" in texts_in(reader.explanation))
    assert re.search(r"^[1-9]\d* of \d+$", texts_in(reader.explanation), re.MULTILINE)
    reader.lines.go_to_line(1)
    wait_for(qtbot, lambda: "Nothing out of the ordinary" in texts_in(reader.explanation))


def test_the_connection_of_a_line_is_shown_alone(opened: LogsPage, qtbot: Any) -> None:
    reader = opened.reader
    reader.lines.go_to_line(number_of(opened, "missed heartbeats") - 1)
    wait_for(qtbot, lambda: "Show only" in " ".join(b.text() for b in reader.explanation.findChildren(QPushButton)))
    button = next(b for b in reader.explanation.findChildren(QPushButton) if b.text().startswith("Show only"))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: reader.desk.is_filtered)
    peer = reader.desk.filter.connection
    heads = [line for line in reader.desk.lines(0, reader.desk.row_count) if not line.continuation]
    assert len(heads) >= 3
    assert all(peer in line.raw for line in heads)


def test_the_story_of_a_connection(opened: LogsPage, qtbot: Any) -> None:
    reader = opened.reader
    reader.lines.go_to_line(number_of(opened, "missed heartbeats") - 1)
    table = reader.stories.table
    wait_for(qtbot, lambda: table.isVisible() and table.model().rowCount() >= 4)
    words = [text_at(table, row) for row in range(table.model().rowCount())]
    assert words[0].startswith("Connection from 10.20.7.")
    assert any("of silence" in each for each in words)
    assert any("missed heartbeats" in each for each in words)
    first = table.model().index(0, 3)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(first).center())
    assert reader.lines.current_line == first.data(Qt.ItemDataRole.UserRole)


@pytest.mark.parametrize(("view", "who"), [("refused", "guest"), ("heartbeats", "billing-worker-0")])
def test_tables_over_the_whole_log(opened: LogsPage, qtbot: Any, view: str, who: str) -> None:
    stories = opened.reader.stories
    stories.view.choose(view)
    wait_for(qtbot, lambda: not stories.busy and stories.table.model().rowCount())
    assert who in {text_at(stories.table, row) for row in range(stories.table.model().rowCount())}


def text_at(table: QTableView, row: int) -> str:
    return str(table.model().index(row, 3).data())


# -- taking along ------------------------------------------------------------------------------------------


def test_copy_takes_the_selection_without_passwords(opened: LogsPage) -> None:
    line = number_of(opened, "mirror")
    assert "hidden-word" in PASSWORD_LINE
    opened.reader.lines.setFocus()
    opened.reader.lines.go_to_line(line - 1)
    press(opened, Qt.Key.Key_Down, SHIFT)
    press(opened, Qt.Key.Key_Down, SHIFT)
    press(opened, Qt.Key.Key_C, CONTROL)
    copied = QGuiApplication.clipboard().text()
    assert len(copied.split("\n")) == 3
    assert "mirror" in copied
    assert "hidden-word" not in copied


def test_no_password_is_on_the_screen(opened: LogsPage) -> None:
    line = number_of(opened, "mirror")
    shown = opened.reader.desk.of_numbers([line])[0]
    assert "hidden-word" not in shown.text + shown.raw
    opened.reader.lines.go_to_line(line)
    assert "hidden-word" not in opened.reader.lines.accessibleDescription()


def test_lines_of_a_run_are_marked(opened: LogsPage, log: Path, qtbot: Any) -> None:
    match = LogMatch(str(log), 120, "", None, "source-port", "amqp.login")
    opened.reader.mark_run([match, LogMatch("/another.log", 5, "", None, "time")])
    assert set(opened.reader.desk.matches) == {120}
    opened.reader.lines.go_to_line(120)
    wait_for(qtbot, lambda: "address and port are the same" in texts_in(opened.reader.explanation))


# -- following -----------------------------------------------------------------------------------------------


def test_new_lines_come_in_and_scrolling_pauses(opened: LogsPage, log: Path, qtbot: Any) -> None:
    reader, lines = opened.reader, opened.reader.lines
    QTest.mouseClick(opened.follow_button, Qt.MouseButton.LeftButton)
    assert reader.following
    before = reader.desk.row_count
    append(log, 100)
    wait_for(qtbot, lambda: reader.desk.row_count >= before + 100)
    assert lines.verticalScrollBar().value() == lines.verticalScrollBar().maximum()
    lines.setFocus()
    press(opened, Qt.Key.Key_Home)
    assert reader.paused
    assert opened.follow_button.text() == "Go on"
    seen = lines.verticalScrollBar().value()
    before = reader.desk.row_count
    append(log, 50)
    wait_for(qtbot, lambda: reader.desk.row_count >= before + 50)
    assert lines.verticalScrollBar().value() == seen
    QTest.mouseClick(opened.follow_button, Qt.MouseButton.LeftButton)
    assert lines.verticalScrollBar().value() == lines.verticalScrollBar().maximum()
    QTest.mouseClick(opened.follow_button, Qt.MouseButton.LeftButton)
    assert not reader.following


def test_new_lines_pass_the_filter_and_the_search(opened: LogsPage, log: Path, qtbot: Any) -> None:
    reader = opened.reader
    reader.filters.errors_only()
    reader.desk.look_for(SearchFor("missed heartbeats"))
    wait_for(qtbot, lambda: reader.desk.is_filtered and len(reader.desk.hits) == 20 and not reader.desk.searching)
    shown = reader.desk.row_count
    reader.follow(True)
    append(log, 100)
    wait_for(qtbot, lambda: reader.desk.row_count > shown and len(reader.desk.hits) == 21)
    assert all(line.level in ("error", "warning") for line in reader.desk.lines(0, reader.desk.row_count))
    reader.follow(False)


def append(log: Path, count: int) -> None:
    with log.open("a") as file:
        file.write(line_text(count))


# -- look and language -----------------------------------------------------------------------------------------


def test_the_page_speaks_chinese_at_once(opened: LogsPage, window: MainWindow, qtbot: Any) -> None:
    window.choose_language("zh")
    wait_for(qtbot, lambda: opened.open_button.accessibleName() == "打开日志")
    assert opened.reader.filters.levels.chip("error").text() == "错误 32"
    window.choose_language("en")
    wait_for(qtbot, lambda: opened.open_button.accessibleName() == "Open a log")


@pytest.mark.parametrize("language_name", ["en", "zh"])
def test_nothing_is_cut_off_at_twice_the_size(
    opened: LogsPage, window: MainWindow, look: Any, language: LanguageSwitch, language_name: str, qtbot: Any
) -> None:
    window.choose_language(language_name)
    look.choose("dark", 200)
    window.resize(1024, 680)
    filters = opened.reader.filters
    wait_for(qtbot, lambda: window.width() == 1024 and filters.search.geometry().bottom() <= filters.height())
    for chip in (*filters.levels.chips(), *filters.chips(), filters.add):
        if chip.isVisible():
            assert chip.width() >= chip.sizeHint().width()
            assert chip.geometry().right() <= filters.width()
    wait_for(qtbot, lambda: opened.reader.lines.rows_seen >= 3)
    look.choose("light", 100)


def test_times_are_written_as_people_read_them() -> None:
    assert clock(1763640000.5) == "12:00:00.500"
    assert clock(None) == ""
    assert clock(1e18) == ""
    assert time_of("12:01", 1763640000.0) == 1763640060.0
    assert time_of("11:59", 1763640000.0) == 1763640000.0 + 86_340
    assert time_of("2025-11-20 13:00:00.25", None) == 1763643600.25
    assert time_of("25:99", 1763640000.0) is None


def test_closing_while_everything_runs(page: LogsPage, tmp_path: Path, window: MainWindow) -> None:
    page.open_log(str(write_log(tmp_path, 20_000)))
    page.reader.desk.look_for(SearchFor("x"))
    window.close()
    assert page.reader.desk.document is None
    assert sys.getswitchinterval() == pytest.approx(SWITCH_S)


# -- the panel below the check-up ------------------------------------------------------------------------------


@pytest.fixture
def dock(window: MainWindow) -> LogDock:
    window.go("checkup")
    found = window.log_dock.widget()
    assert isinstance(found, LogDock)
    return found


def test_the_panel_is_folded_until_there_is_a_log(dock: LogDock, window: MainWindow) -> None:
    assert window.log_dock.isVisible()
    assert not dock.lines.isVisible()
    QTest.mouseClick(dock.fold, Qt.MouseButton.LeftButton)
    assert dock.open_button.isVisible()


def test_the_panel_shows_the_lines_of_the_check(dock: LogDock, shell: Shell, log: Path, qtbot: Any) -> None:
    shell.run_finished.emit(report_with(log, (400, 401, 412)))
    wait_for(qtbot, lambda: dock.desk.row_count == 3)
    assert dock.lines.isVisible()
    assert "3" in dock.own.text()
    assert dock.said.text() == "matched by address and port"
    QTest.mouseClick(dock.own, Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: dock.desk.row_count > 2_000)
    assert dock.lines.current_line == 400
    QTest.mouseClick(dock.loud, Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: 50 < dock.desk.row_count < 300)
    QTest.mouseClick(dock.own, Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: dock.desk.row_count == 3)


def test_from_the_panel_to_the_page(dock: LogDock, shell: Shell, log: Path, window: MainWindow, qtbot: Any) -> None:
    shell.run_finished.emit(report_with(log, (412,)))
    wait_for(qtbot, lambda: dock.desk.row_count == 1)
    QTest.mouseClick(dock.whole, Qt.MouseButton.LeftButton)
    page = window.page("logs")
    assert isinstance(page, LogsPage)
    wait_for(qtbot, lambda: page.reader.lines.current_line == 412)
    assert window.current_page == "logs"


def test_the_panel_follows(dock: LogDock, shell: Shell, log: Path, qtbot: Any) -> None:
    shell.run_finished.emit(report_with(log, (412,)))
    wait_for(qtbot, lambda: dock.desk.row_count == 1)
    QTest.mouseClick(dock.follow, Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: dock.desk.row_count > 2_000)
    before = dock.desk.row_count
    append(log, 60)
    wait_for(qtbot, lambda: dock.desk.row_count >= before + 60)
    bar = dock.lines.verticalScrollBar()
    wait_for(qtbot, lambda: bar.value() == bar.maximum())


# -- before a log is open ----------------------------------------------------------------------------------------


def test_a_log_of_this_computer_is_opened_by_a_click(page: LogsPage, log: Path, qtbot: Any) -> None:
    wait_for(qtbot, lambda: not page.empty.heading.text().startswith("Looking"), 60)  # the real answer comes first
    unreadable = LocalLog("Mosquitto", "/var/log/x.log", None, False)
    page.empty.offer([LocalLog("RabbitMQ", str(log), 2_048, True), unreadable])
    wait_for(qtbot, lambda: "2.0 kB" in texts_in(page.empty))
    assert "may not read it" in texts_in(page.empty)
    button = next(b for b in page.empty.findChildren(QPushButton) if "RabbitMQ" in b.accessibleName())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: is_read(page))


def test_a_source_that_is_none_is_told(page: LogsPage, qtbot: Any) -> None:
    QTest.keyClicks(page.empty.source, "docker:no such name")
    QTest.mouseClick(page.empty.read, Qt.MouseButton.LeftButton)
    wait_for(qtbot, page.reader.strip.isVisible)
    assert "docker:no such name" in page.reader.strip.title()


def test_health_checks_are_one_row(page: LogsPage, tmp_path: Path, qtbot: Any) -> None:
    log = write_log(tmp_path, 300)
    with log.open("a") as file:
        for at in range(12):
            peer = f"<0.{5000 + at}.0> (10.9.9.9:{50000 + at} -> 10.20.1.5:5672)"
            stamp = f"2026-11-20 12:30:{at:02d}.000000+00:00"
            file.write(f"{stamp} [info] <0.{5000 + at}.0> accepting AMQP connection {peer}\n")
            file.write(f"{stamp} [error] <0.{5000 + at}.0> closing AMQP connection {peer}:\n")
            file.write(f"{stamp} [error] <0.{5000 + at}.0> {{handshake_timeout,handshake}}\n")
    page.open_log(str(log))
    wait_for(qtbot, lambda: is_read(page))
    page.reader.lines.go_to_line(page.reader.desk.row_count)
    page.reader.stories.view.choose("stories")
    table = page.reader.stories.table
    wait_for(qtbot, lambda: not page.reader.stories.busy and table.model().rowCount())
    words = [text_at(table, row) for row in range(table.model().rowCount())]
    assert sum("health checks from 10.9.9.9" in each for each in words) == 1
    assert any(each.startswith("12 health checks") for each in words)
    assert not any("50003" in each for each in words)


# -- what a log may hold -------------------------------------------------------------------------------------------


def test_garbage_and_endless_lines_are_survived(page: LogsPage, tmp_path: Path, qtbot: Any) -> None:
    log = tmp_path / "garbage.log"
    words = "Ärger 日志\u202e\n".encode()
    log.write_bytes(bytes(range(256)) * 40 + b"\n" + b"x" * 3_000_000 + b"\n" + words + b"\xff\xfe\n")
    page.open_log(str(log))
    wait_for(qtbot, lambda: page.reader.desk.document is not None and page.reader.desk.document.complete)
    everything = log.read_bytes().count(b"\n")
    wait_for(qtbot, lambda: page.reader.desk.row_count >= everything)
    lines = page.reader.lines
    for wrap in (False, True):
        lines.set_wrap(wrap)
        lines.horizontalScrollBar().setValue(lines.horizontalScrollBar().maximum())
        lines.viewport().repaint()
    lines.setFocus()
    press(page, Qt.Key.Key_A, CONTROL)
    press(page, Qt.Key.Key_C, CONTROL)
    assert "Ärger 日志" in QGuiApplication.clipboard().text()
    assert len(QGuiApplication.clipboard().text()) < 500_000
    assert not page.reader.histogram.span


def test_a_file_that_is_replaced_while_it_is_followed(opened: LogsPage, log: Path, qtbot: Any) -> None:
    reader = opened.reader
    reader.follow(True)
    before = reader.desk.row_count
    log.rename(log.with_suffix(".log.1"))
    log.write_text(line_text(40))
    wait_for(qtbot, lambda: reader.desk.row_count >= before + 40)
    append(log, 40)
    wait_for(qtbot, lambda: reader.desk.row_count >= before + 80)
    reader.follow(False)


def test_what_was_chosen_is_there_the_next_time(opened: LogsPage, shell: Shell) -> None:
    opened.reader.below.setSizes([300, 400])
    opened.reader.below.splitterMoved.emit(300, 1)
    opened.reader.show_part("explanation", False)
    opened.zone.setChecked(True)
    again = LogsPage(shell.services, shell)
    assert again.zone.isChecked()
    assert again.reader.below.saveState() == opened.reader.below.saveState()
    again.close_down()
    again.deleteLater()


def test_escape_leaves_the_field_for_going_somewhere(opened: LogsPage) -> None:
    opened.reader.lines.setFocus()
    press(opened, Qt.Key.Key_G, CONTROL)
    QTest.keyClick(opened.reader.goto.field, Qt.Key.Key_Escape)
    assert not opened.reader.goto.isVisible()
    assert opened.reader.lines.hasFocus()
