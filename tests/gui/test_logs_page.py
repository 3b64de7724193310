"""The logs page with what is around it: report, steps of the check-up, several logs, folded noise, screen readers."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.checkup.page import CheckupPage
from mqassist.gui.pages.checkup.report_files import document_of
from mqassist.gui.pages.logs.dock import LogDock
from mqassist.gui.pages.logs.page import LogsPage
from mqassist.gui.shell import Shell
from mqassist.report.read import read_file
from tests.support.marked_log import report_with
from tests.support.sample_log import line_text, write_log

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
REPORT = min((Path(__file__).resolve().parents[1] / "golden" / "expected" / "en").glob("*.json"))


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
    return document is not None and document.complete and page.reader.desk.rows.line_count == document.line_count > 0


def wait_for(qtbot: Any, condition: Callable[[], object], seconds: float = 20) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=round(seconds * 1000))


def press(page: LogsPage, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(page.reader.lines, key, modifier)


def checkup_of(window: MainWindow) -> CheckupPage:
    found = window.page("checkup")
    assert isinstance(found, CheckupPage)
    return found


def button(page: LogsPage, words: str) -> QPushButton:
    return next(each for each in page.reader.findChildren(QPushButton) if each.text() == words and each.isVisible())


# -- into the report ---------------------------------------------------------------------------------


def test_selected_lines_go_into_the_report_masked(opened: LogsPage, window: MainWindow, shell: Shell) -> None:
    wording = shell.services.wording
    checkup_of(window).show_report(read_file(str(REPORT), wording)[0], str(REPORT))
    lines = opened.reader.desk.lines(0, 40)
    secret = next(line.number for line in lines if "mirror" in line.raw)
    opened.reader.lines.setFocus()
    opened.reader.lines.go_to_line(secret)
    press(opened, Qt.Key.Key_Down, SHIFT)
    press(opened, Qt.Key.Key_R, CONTROL)
    assert "Lines: 2" in opened.reader.strip.title()
    answer = checkup_of(window).answer
    assert answer is not None
    place = f"rabbit@mq1.log:{secret}"
    for output in ("html", "markdown", "text"):
        text = document_of(answer, output, wording).text
        assert "rabbit@mq1.log" in text
        assert output == "text" or place in text
        assert "mirror" in text
        assert "hidden-word" not in text
    told = json.loads(document_of(answer, "json", wording).text)
    assert [each["line"] for each in told["excerpts"]] == [secret, secret + 1]
    assert "hidden-word" not in json.dumps(told)
    QTest.mouseClick(button(opened, "Take them out again"), Qt.MouseButton.LeftButton)
    left = checkup_of(window).answer
    assert left is not None
    assert left.shown.excerpts == ()


def test_without_a_report_it_is_said(opened: LogsPage, window: MainWindow) -> None:
    opened.reader.lines.setFocus()
    opened.reader.lines.go_to_line(7)
    press(opened, Qt.Key.Key_R, CONTROL)
    assert "no check-up yet" in opened.reader.strip.title()
    QTest.mouseClick(button(opened, "Go to the check-up"), Qt.MouseButton.LeftButton)
    assert window.current_page == "checkup"


# -- the steps of the check-up -----------------------------------------------------------------------


def test_a_step_finds_its_lines_and_a_line_its_step(window: MainWindow, shell: Shell, log: Path, qtbot: Any) -> None:
    window.go("checkup")
    dock = window.log_dock.widget()
    assert isinstance(dock, LogDock)
    shell.run_finished.emit(report_with(log, (400, 401, 412)))
    wait_for(qtbot, lambda: dock.desk.row_count == 3)
    wanted: list[str] = []
    shell.step_wanted.connect(wanted.append)
    shell.step_chosen.emit(("amqp.login",))
    assert list(dock.lines.selected_rows()) == [0, 1, 2]
    assert not wanted, "who was led by a step is not led back"
    dock.lines.setFocus()
    QTest.keyClick(dock.lines, Qt.Key.Key_Up)
    assert wanted == ["amqp.login"]
    shell.step_chosen.emit(("tcp.connect",))
    assert dock.lines.current_line == 401, "a step without lines changes nothing"


def test_a_line_wanted_opens_its_step(window: MainWindow, shell: Shell) -> None:
    window.go("checkup")
    checkup = checkup_of(window)
    checkup.show_report(read_file(str(REPORT), shell.services.wording)[0], str(REPORT))
    row = next(row for row in checkup.view.table.visible_rows() if row.key not in checkup.view.table.opened)
    shell.step_wanted.emit(row.checks[0])
    assert row.key in checkup.view.table.opened


# -- several logs ------------------------------------------------------------------------------------


def test_a_nodes_log_is_added_and_read_by_time(opened: LogsPage, log: Path, tmp_path: Path, qtbot: Any) -> None:
    other = write_log(tmp_path, 1_500, "rabbit@mq2.log")
    before = opened.reader.desk.row_count
    opened.add_log(str(other))
    wait_for(qtbot, lambda: opened.reader.desk.row_count > before)
    desk = opened.reader.desk
    assert opened.path.text() == "A rabbit@mq1.log   B rabbit@mq2.log"
    assert desk.row_count == line_text(2_000).count("\n") + line_text(1_500).count("\n")
    times = [line.at or 0.0 for line in desk.lines(0, 600)]
    assert times == sorted(times)
    assert [desk.gutter(number) for number in (1, 2, 3, 4)] == [("A", "1"), ("B", "1"), ("A", "2"), ("B", "2")]
    opened.reader.filters.errors_only()
    wait_for(qtbot, lambda: desk.is_filtered)
    assert {desk.gutter(line.number)[0] for line in desk.lines(0, 50)} == {"A", "B"}
    opened.reader.filters.errors_only()
    wait_for(qtbot, lambda: not desk.is_filtered)
    opened.reader.follow(True)
    with other.open("a") as file:
        file.write("2026-11-20 14:00:00.000000+00:00 [error] <0.1.0> the last words\n")
    wait_for(qtbot, lambda: desk.lines(desk.row_count - 1, 1)[0].text == "the last words")
    assert desk.gutter(desk.line_of(desk.row_count - 1))[0] == "B"
    opened.reader.follow(False)


def test_clocks_that_are_apart_are_offered_and_put_right(opened: LogsPage, tmp_path: Path, qtbot: Any) -> None:
    """What was selected and marked stays so, whatever number it has then."""
    late = tmp_path / "rabbit@mq2.log"
    names = "connection <0.7{at}.0> (10.9.9.9:4100{at} -> 10.0.0.5:5672)"
    stamp = "2026-11-20 {hour}:59:0{at}.000000+00:00 [info] <0.7{at}.0> accepting AMQP "
    early = tmp_path / "rabbit@mq3.log"
    early.write_text("".join((stamp + names).format(at=at, hour=13) + "\n" for at in range(5)))
    late.write_text("".join((stamp + names).format(at=at, hour=15) + "\n" for at in range(5)))
    page, desk, clocks = opened, opened.reader.desk, opened.clocks
    assert not clocks.isVisible()
    page.open_log(str(early))
    page.add_log(str(late))
    wait_for(qtbot, lambda: desk.row_count == 10 and clocks.strip.isVisible())
    assert [desk.gutter(number)[0] for number in range(1, 11)] == ["A"] * 5 + ["B"] * 5
    assert [chip.text() for chip in clocks.chips] == ["A rabbit@mq3.log", "B rabbit@mq2.log"]
    page.reader.lines.go_to_line(6)
    page.reader.lines.marks.put(8, "look")
    offer = next(each for each in clocks.strip.findChildren(QPushButton) if "7200" in each.text())
    QTest.mouseClick(offer, Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: clocks.chips[1].text() == "B rabbit@mq2.log   \u22127200 s")
    assert [desk.gutter(number) for number in (1, 2, 9, 10)] == [("A", "1"), ("B", "1"), ("A", "5"), ("B", "5")]
    assert page.reader.lines.current_line == 2
    assert page.reader.lines.marks.lines == [6]
    assert page.reader.lines.marks.note(6) == "look"
    assert not clocks.strip.isVisible()
    QTest.mouseClick(clocks.chips[1], Qt.MouseButton.LeftButton)
    assert clocks.ask.field.text() == "-7200"
    clocks.ask.field.setText("soon")
    QTest.keyClick(clocks.ask.field, Qt.Key.Key_Return)
    assert "-8h" in clocks.ask.said.text()
    clocks.ask.field.setText("-7200500 ms")
    QTest.keyClick(clocks.ask.field, Qt.Key.Key_Return)
    told = "\u22127200.500 s is added to the times of B rabbit@mq2.log"
    wait_for(qtbot, lambda: clocks.chips[1].accessibleName() == told)
    assert desk.gutter(1)[0] == "B"
    assert [line.at for line in desk.lines(0, 2)] == [1795183139.5, 1795183140.0]


def test_what_cannot_be_added_leaves_what_is_open(opened: LogsPage, qtbot: Any) -> None:
    before = opened.reader.desk.row_count
    opened.add_log("/not/there.log")
    wait_for(qtbot, opened.reader.strip.isVisible)
    assert "/not/there.log" in opened.reader.strip.title()
    assert opened.reader.desk.row_count == before


def test_another_source_is_asked_for_beside_an_open_log(opened: LogsPage, qtbot: Any) -> None:
    opened.ask_for_source(opened.add_log)
    assert opened.empty.isVisible()
    QTest.keyClicks(opened.empty.source, "ssh://nobody@[")
    QTest.keyClick(opened.empty.source, Qt.Key.Key_Return)
    wait_for(qtbot, opened.reader.strip.isVisible)
    assert "ssh://nobody@[" in opened.reader.strip.title()
    opened.ask_for_source(opened.open_log)
    QTest.mouseClick(opened.empty.back, Qt.MouseButton.LeftButton)
    assert opened.reader.isVisible()


# -- noise -------------------------------------------------------------------------------------------


def test_health_checks_are_folded_and_shown(page: LogsPage, tmp_path: Path, qtbot: Any) -> None:
    log = tmp_path / "mosquitto.log"
    lines = ["1795272339: mosquitto version 2.0.11 running"]
    for port in range(42_000, 42_008):  # seen: mosquitto 2.0.11, a port that is opened and closed
        lines += [f"1795272340: New connection from 127.0.0.1:{port} on port 1883."]
        lines += ["1795272340: Client <unknown> closed its connection."]
    lines += ["1795272341: New connection from 10.0.0.7:40000 on port 1883."]
    lines += ["1795272341: New client connected from 10.0.0.7:40000 as sensor (p2, c1, k60, u'app')."]
    log.write_text("\n".join(lines) + "\n")
    page.open_log(str(log))
    desk, view = page.reader.desk, page.reader.lines
    wait_for(qtbot, lambda: desk.row_count == 4)
    assert [line.number for line in desk.lines(0, 4)] == [1, 2, 18, 19]
    view.viewport().repaint()
    assert view.spoken_row(1) == "8 health checks from 127.0.0.1: opened and closed"
    view.setFocus()
    view.go_to_line(9)
    assert view.current_line == 2, "what is folded is gone to in its fold"
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert desk.row_count == 19
    desk.folding.set_on(True)
    assert desk.row_count == 4
    view.viewport().repaint()
    left, _right = view.link_of(1)
    box = view.row_box(1)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(left) + 2, box.center().y()))
    assert desk.row_count == 19
    desk.folding.set_on(False)
    desk.folding.set_on(True)
    page.reader.filters.errors_only()
    wait_for(qtbot, lambda: desk.is_filtered)


def test_folds_far_away_are_let_go_and_come_back(
    page: LogsPage, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mqassist.gui.pages.logs.folding.PART", 100)
    monkeypatch.setattr("mqassist.gui.pages.logs.folding.MOST_PARTS", 2)
    log = tmp_path / "mosquitto.log"
    lines = ["1795272339: mosquitto version 2.0.11 running", "1795272339: Opening ipv4 listen socket on port 1883."]
    for at in range(2_000):  # three checks, and then more of others than may stand between two
        stamp = 1795272340 + at
        if at % 50 < 3:
            lines += [f"{stamp}: New connection from 127.0.0.1:{42_000 + at} on port 1883."]
            lines += [f"{stamp}: Client <unknown> closed its connection."]
        else:
            lines += [f"{stamp}: Saving in-memory database to /var/lib/mosquitto/{at}."]
    log.write_text("\n".join(lines) + "\n")
    page.open_log(str(log))
    desk, view = page.reader.desk, page.reader.lines
    wait_for(qtbot, lambda: desk.document is not None and desk.document.complete)

    def folded() -> set[int]:
        return {(fold.first_line - 1) // 100 for fold in desk.folding.folds()}

    for part in (0, 5, 9, 13, 17, 0):
        view.show_rows_from(desk.row_of(part * 100 + 1))
        wait_for(qtbot, partial(_is_in, part, folded))
        assert len(folded() - {part - 1, part, part + 1}) <= 2
        hidden = sum(len(fold.lines) - 1 for fold in desk.folding.folds())
        assert desk.row_count == len(lines) - hidden


def _is_in(part: int, parts: Callable[[], set[int]]) -> bool:
    return part in parts()


# -- what becomes of the file ------------------------------------------------------------------------


def test_a_file_that_goes_and_comes_back_is_told(opened: LogsPage, log: Path, qtbot: Any) -> None:
    opened.reader.follow(True)
    before = opened.reader.desk.row_count
    log.rename(log.with_name("away"))
    wait_for(qtbot, lambda: "is gone" in opened.reader.strip.title())
    assert opened.reader.desk.row_count == before, "what was read stays"
    log.with_name("away").rename(log)
    wait_for(qtbot, lambda: "there again" in opened.reader.strip.title())
    opened.reader.follow(False)


@pytest.mark.parametrize("encoding", ["utf-16", "gbk"])
def test_other_encodings_are_read(page: LogsPage, tmp_path: Path, qtbot: Any, encoding: str) -> None:
    log = tmp_path / "other.log"
    text = line_text(50) + "2026-11-20 14:00:00.000000+00:00 [error] <0.1.0> 连接被拒绝：用户名或密码错误\n" * 30
    log.write_bytes(text.encode(encoding))
    page.open_log(str(log))
    wait_for(qtbot, lambda: is_read(page) and page.reader.desk.row_count == text.count("\n"))
    assert "连接被拒绝" in page.reader.desk.lines(page.reader.desk.row_count - 1, 1)[0].text
    wait_for(qtbot, lambda: "RabbitMQ" in page.about.text())


# -- for screen readers ------------------------------------------------------------------------------


def test_screen_readers_get_the_rows_that_are_seen(opened: LogsPage) -> None:
    view = opened.reader.lines
    view.go_to_line(12)
    view.viewport().repaint()
    known = QAccessible.queryAccessibleInterface(view)
    assert known.childCount() == view.rows_painted > 10
    names = [known.child(at).text(QAccessible.Text.Name) for at in range(known.childCount())]
    assert any(name.startswith("Line 12, 12:00:0") and "info: " in name for name in names)
    assert known.focusChild().text(QAccessible.Text.Name).startswith("Line 12, ")


def test_pointing_at_a_known_line_says_what_it_is(opened: LogsPage, qtbot: Any) -> None:
    view, desk = opened.reader.lines, opened.reader.desk
    opened.reader.next_error()
    line = view.current_line
    wait_for(qtbot, lambda: desk.knowing.of(line))
    view.viewport().repaint()
    row = desk.row_of(line) - view.verticalScrollBar().value()
    QTest.mouseMove(view.viewport(), view.row_box(row).center())
    wait_for(qtbot, lambda: "\n" in view.viewport().toolTip())
    assert view.viewport().toolTip().split("\n")[1] == opened.reader.explanation.title_of(line) != ""
