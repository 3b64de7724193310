"""What is chosen in a log and kept of it: words, marks with notes, lists, sets of highlights, files, places."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from mqassist.core.log import LineFilter, SearchFor
from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.logs.going import place_of, time_of
from mqassist.gui.pages.logs.highlight_dialog import HighlightDialog, open_highlights
from mqassist.gui.pages.logs.highlights import Highlights, HighlightSet, as_file
from mqassist.gui.pages.logs.line_view import LineView
from mqassist.gui.pages.logs.page import LogsPage
from mqassist.gui.pages.logs.painting import Highlight, spans_of
from mqassist.gui.pages.logs.parts import next_word, word_at
from mqassist.gui.shell import Shell
from mqassist.gui.widgets.labels import Text
from tests.support.sample_log import write_log

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
LINE = "accepting AMQP connection <0.900.0> (10.20.7.0:40000 -> 10.20.1.5:5672)"
"""The first line of the log."""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_log(tmp_path, 400)


@pytest.fixture
def page(window: MainWindow, log: Path, qtbot: Any) -> LogsPage:
    window.go("logs")
    found = window.page("logs")
    assert isinstance(found, LogsPage)
    found.open_log(str(log))
    desk = found.reader.desk
    wait_for(qtbot, lambda: desk.document is not None and desk.document.complete and desk.buckets)
    found.reader.lines.setFocus()
    found.reader.lines.go_to_line(1)
    found.reader.lines.viewport().repaint()
    return found


def wait_for(qtbot: Any, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=20_000)


def press(view: LineView, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(view, key, modifier)


def place_in(view: LineView, row: int, words: str) -> QPoint:
    """The middle of some words of a row that is seen."""
    middle, y = view.desk.lines(row, 1)[0].text.index(words) + (len(words) + 1) // 2, view.row_box(row).center().y()
    return QPoint(next(x for x in range(view.width()) if view.character_at(row, x, y) >= middle), y)


def texts_in(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(Text) if label.isVisibleTo(widget))


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


# -- words of a line ---------------------------------------------------------------------------------


def test_words_are_what_people_mean() -> None:
    assert LINE[slice(*(word_at(LINE, LINE.index("7.0:4")) or ()))] == "10.20.7.0:40000"
    assert LINE[slice(*(word_at(LINE, LINE.index("900.0>")) or ()))] == "<0.900.0>"
    assert word_at("a  , b", 3) is None
    assert next_word("user 'guest': no", 0, 4) == (6, 11)
    assert next_word("user 'guest': no", 6, 11, backwards=True) == (0, 4)
    assert next_word("user", 0, 4) is None


def test_a_word_is_chosen_by_double_click_and_copied(page: LogsPage) -> None:
    view = page.reader.lines
    QTest.mouseDClick(view.viewport(), LEFT, pos=place_in(view, 0, "10.20.7.0:40000"))
    QTest.mouseClick(view.viewport(), LEFT, pos=place_in(view, 2, "orders"))
    assert view.part_text() == "", "another line lets go of it"
    at = place_in(view, 0, "10.20.7.0:40000")
    QTest.mouseClick(view.viewport(), LEFT, pos=at)
    QTest.mouseDClick(view.viewport(), LEFT, pos=at)
    press(view, Qt.Key.Key_C, CONTROL)
    assert clipboard() == "10.20.7.0:40000"
    press(view, Qt.Key.Key_Escape)
    press(view, Qt.Key.Key_C, CONTROL)
    assert clipboard().endswith(LINE)


def test_dragging_chooses_characters_and_then_lines(page: LogsPage) -> None:
    view, area = page.reader.lines, page.reader.lines.viewport()
    begin, end = place_in(view, 0, "acceptin"), place_in(view, 0, "AMQ")
    QTest.mousePress(area, LEFT, pos=begin)
    QTest.mouseMove(area, end)
    assert view.part_text() == "pting AM"
    QTest.mouseMove(area, QPoint(end.x(), view.row_box(2).center().y()))
    QTest.mouseRelease(area, LEFT, pos=QPoint(end.x(), view.row_box(2).center().y()))
    assert view.part_text() == ""
    assert list(view.selected_rows()) == [0, 1, 2]


def test_words_by_keyboard_are_searched_lit_and_narrowed_to(page: LogsPage, qtbot: Any) -> None:
    view, reader = page.reader.lines, page.reader
    press(view, Qt.Key.Key_Right, CONTROL)
    press(view, Qt.Key.Key_Right, CONTROL)
    assert view.part_text() == "AMQP"
    press(view, Qt.Key.Key_Left, CONTROL)
    assert view.part_text() == "accepting"
    press(view, Qt.Key.Key_H, CONTROL)
    assert [rule.text for rule in view.highlights] == ["accepting"]
    press(view, Qt.Key.Key_H, CONTROL)
    assert view.highlights == ()
    press(view, Qt.Key.Key_F3, CONTROL)
    assert reader.filters.search.field.text() == "accepting"
    press(view, Qt.Key.Key_I, CONTROL)
    wait_for(qtbot, lambda: reader.desk.is_filtered)
    assert reader.desk.filter == LineFilter(include=(SearchFor("accepting"),))
    assert all("accepting" in line.text for line in reader.desk.lines(0, 20))


def test_the_menu_names_the_word_below_the_pointer(page: LogsPage) -> None:
    view = page.reader.lines
    at = place_in(view, 0, "<0.900.0>")
    QTest.mouseClick(view.viewport(), RIGHT, pos=at)
    page.reader.actions_of_lines.show_menu(view.viewport().mapToGlobal(at))
    menu = page.reader.findChild(QMenu)
    assert menu is not None
    words = [action.text() for action in menu.actions()]
    assert "Only lines with “<0.900.0>”" in words
    assert "Copy the line" in words
    next(action for action in menu.actions() if action.text() == "Copy with line numbers").trigger()
    assert clipboard().startswith("1  2026-11-20")
    menu.close()


# -- marks, notes and lists --------------------------------------------------------------------------


def test_marks_with_notes_are_listed_and_gone_to(page: LogsPage) -> None:
    view, reader = page.reader.lines, page.reader
    view.go_to_line(30)
    press(view, Qt.Key.Key_F2, CONTROL)
    view.go_to_line(7)
    press(view, Qt.Key.Key_M, CONTROL)
    QTest.keyClicks(reader.note.field, "who is this")
    QTest.keyClick(reader.note.field, Qt.Key.Key_Return)
    assert view.hasFocus()
    assert [(line, view.marks.note(line)) for line in view.marks.lines] == [(7, "who is this"), (30, "")]
    reader.show_list("marks")
    below = reader.stories.list.lines
    assert [line.number for line in below.desk.lines(0, 9)] == [7, 30]
    below.setFocus()
    press(below, Qt.Key.Key_A, CONTROL)
    press(below, Qt.Key.Key_C, CONTROL | Qt.KeyboardModifier.AltModifier)
    assert [line[:14] for line in clipboard().split("\n")] == [" 7  2026-11-20", "    # who is t", "30  2026-11-20"]
    below.viewport().repaint()
    QTest.mouseClick(below.viewport(), LEFT, pos=below.row_box(1).center())
    assert view.current_line == 30
    view.setFocus()
    press(view, Qt.Key.Key_F2)
    assert view.current_line == 7
    press(view, Qt.Key.Key_F2, CONTROL)
    assert [line.number for line in below.desk.lines(0, 9)] == [30]


def test_hits_are_listed_as_they_come(page: LogsPage, qtbot: Any) -> None:
    reader = page.reader
    QTest.mouseClick(reader.filters.search.all, LEFT)
    assert "lines with a hit are listed here" in reader.stories.list.hint.text()
    QTest.keyClicks(reader.filters.search.field, "missed heartbeats")
    below = reader.stories.list.lines
    wait_for(qtbot, lambda: below.desk.row_count == 4)
    assert all("missed heartbeats" in line.text for line in below.desk.lines(0, 4))
    below.setFocus()
    below.viewport().repaint()
    press(below, Qt.Key.Key_End)
    assert reader.lines.current_line == below.current_line > 0
    reader.filters.search.field.clear()
    wait_for(qtbot, lambda: below.desk.row_count == 0)


def test_lines_around_what_a_filter_leaves(page: LogsPage, qtbot: Any) -> None:
    reader = page.reader
    reader.filters.narrow("include", SearchFor("missed heartbeats"))
    wait_for(qtbot, lambda: reader.desk.row_count == 4)
    found = [line.number for line in reader.desk.lines(0, 4)]
    reader.filters.set_around(2)
    wait_for(qtbot, lambda: reader.desk.row_count > 15)
    assert [line.number for line in reader.desk.lines(0, 5)] == list(range(found[0] - 2, found[0] + 3))
    reader.lines.go_to_line(found[1])
    press(reader.lines, Qt.Key.Key_Return, CONTROL)
    assert not reader.desk.is_filtered
    assert reader.lines.current_line == found[1]


def test_a_filter_without_lines_says_so(page: LogsPage, qtbot: Any) -> None:
    reader = page.reader
    reader.filters.narrow("include", SearchFor("nowhere to be found"))
    wait_for(qtbot, reader.nothing.isVisible)
    button = reader.nothing.findChild(QPushButton)
    assert button is not None
    QTest.mouseClick(button, LEFT)
    assert not reader.nothing.isVisible()
    assert reader.desk.row_count > 400


# -- highlights --------------------------------------------------------------------------------------


def test_a_set_is_made_named_coloured_and_kept(page: LogsPage, shell: Shell) -> None:
    dialog = open_highlights(page, shell)
    assert dialog is open_highlights(page, shell), "one is enough"
    button = dialog.nothing.findChild(QPushButton)
    assert button is not None
    QTest.mouseClick(button, LEFT)
    dialog.name.clear()
    QTest.keyClicks(dialog.name, "Ticket 4812")
    row = dialog.rule_rows()[0]
    QTest.keyClicks(row.text, "worker-[0-4]")
    QTest.mouseClick(row.regex, LEFT)
    row.colour.choose("violet")
    QTest.mouseClick(dialog.add, LEFT)
    QTest.keyClicks(dialog.rule_rows()[1].text, "guest")
    QTest.mouseClick(dialog.rule_rows()[1].whole, LEFT)
    QTest.mouseClick(dialog.rule_rows()[1].up, LEFT)
    dialog.close()
    lit = (Highlight("worker-[0-4]", "violet", regex=True), Highlight("guest", "accent", whole_line=True))
    assert page.reader.lines.highlights[::-1] == (lit[1], lit[0]), "what is higher is painted later"
    again = Highlights(shell)
    assert [(each.name, each.on, each.rules) for each in again.sets] == [("Ticket 4812", True, (lit[1], lit[0]))]
    again.switch(0, on=False)
    assert again.active() == ()


def test_sets_are_shared_as_a_file(page: LogsPage, shell: Shell, tmp_path: Path, qtbot: Any) -> None:
    page.reader.highlights.put([HighlightSet("Mine", (Highlight("orders", "ok"),))])
    dialog = open_highlights(page, shell)
    dialog.write(str(tmp_path / "mine.json"))
    wait_for(qtbot, lambda: "written" in dialog.strip.title())
    assert json.loads((tmp_path / "mine.json").read_text())["sets"][0]["name"] == "Mine"
    (tmp_path / "theirs.json").write_text(as_file([HighlightSet("Theirs", (Highlight("x", "err"),), on=False)]))
    dialog.read(str(tmp_path / "theirs.json"))
    wait_for(qtbot, lambda: len(page.reader.highlights.sets) == 2)
    assert [rule.text for rule in page.reader.lines.highlights] == ["orders"]
    (tmp_path / "other.json").write_text("[1]")
    dialog.read(str(tmp_path / "other.json"))
    wait_for(qtbot, lambda: "no highlights" in dialog.strip.title())
    dialog.read(str(tmp_path / "not-there.json"))
    wait_for(qtbot, lambda: "No such file" in dialog.strip.title())
    assert isinstance(dialog, HighlightDialog)
    QTest.mouseClick(dialog.delete, LEFT)
    assert [each.name for each in page.reader.highlights.sets] == ["Mine"]
    dialog.close()


def test_own_tints_lie_over_known_phrases_and_whole_lines_under_them() -> None:
    whole, word = Highlight("b", "err", whole_line=True), Highlight("c", "ok")
    assert spans_of("a b c", (2, 5), None, (whole, word)) == [(0, 5, "own:err"), (2, 5, "known"), (4, 5, "own:ok")]


def test_words_of_a_version_without_sets_are_taken_over(shell: Shell) -> None:
    shell.settings.remember("logs", {"highlights": [{"text": "orders", "colour": "ok", "regex": False}]})
    assert [rule.text for rule in Highlights(shell).active()] == ["orders"]


# -- into a file -------------------------------------------------------------------------------------


def test_what_is_shown_is_saved_without_passwords(page: LogsPage, tmp_path: Path, qtbot: Any) -> None:
    target, saving, desk = tmp_path / "part.log", page.reader.taking.saving, page.reader.desk
    saving.save(desk, range(desk.row_count), str(target))
    wait_for(qtbot, target.exists)
    wait_for(qtbot, lambda: "Saved" in page.reader.strip.title())
    assert target.read_text().count("\n") == desk.row_count
    assert "mirror" in target.read_text()
    assert "hidden-word" not in target.read_text()
    page.reader.filters.narrow("include", SearchFor("missed heartbeats"))
    wait_for(qtbot, lambda: desk.row_count == 4)
    saving.save(desk, range(1, 3), str(target))
    wait_for(qtbot, lambda: target.read_text().count("\n") == 2)
    saving.save(desk, range(4), str(tmp_path / "no" / "folder.log"))
    wait_for(qtbot, lambda: "cannot be written" in page.reader.strip.title())


# -- places ------------------------------------------------------------------------------------------


BEGIN = 1763640000.0  # 2025-11-20 12:00 UTC


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("20 Nov 13:58", 7080), ("Nov 20 13:58:01", 7081), ("2025/11/20 13:58", 7080), ("20.11.2025 13:58", 7080),
        ("20/Nov/2025:13:58:01 +0000", 7081), ("2025-11-20T13:58:01+01:00", 3481), ("2025-11-20T13:58:01Z", 7081),
        ("[2025-11-20 13:58:01,204]", 7081.204), ("Thu Nov 20 13:58:01 2025", 7081), ("1:58 pm", 7080),
        ("2025年11月20日 13:58", 7080), ("11-21", 43_200), ("1763640010", 10), ("1763640010500", 10.5),
        ("2025-11-20", -43_200), ("13:58:99", None), ("31 Foo 13:58", None), ("2025-13-40", None), ("soon", None),
    ],
)  # fmt: skip
def test_moments_in_many_spellings(text: str, after: float | None) -> None:
    found = time_of(text, BEGIN)
    assert found == (None if after is None else pytest.approx(BEGIN + after, abs=1e-3))


def test_places_from_here_and_in_shares(page: LogsPage) -> None:
    desk = page.reader.desk
    count = desk.rows.line_count
    assert place_of("50 %", desk) == round(count / 2)
    assert (place_of("end", desk), place_of("开头", desk)) == (count, 1)
    assert (place_of("+5", desk, 10), place_of("-3", desk, 10)) == (15, 7)
    later = place_of("+30s", desk, 10)
    assert later is not None
    times = [line.at or 0.0 for line in desk.of_numbers([10, later])]
    assert 30 <= times[1] - times[0] < 31
    assert (place_of("+3 parsecs", desk, 10), place_of("soon", desk), place_of("", desk)) == (None, None, None)


def test_no_place_is_told_where_it_was_asked(page: LogsPage) -> None:
    press(page.reader.lines, Qt.Key.Key_G, CONTROL)
    QTest.keyClicks(page.reader.goto.field, "nowhere")
    QTest.keyClick(page.reader.goto.field, Qt.Key.Key_Return)
    assert "No line and no time" in page.reader.goto.said.text()
    assert page.reader.goto.isVisible()
    page.reader.goto.leave()


# -- explained ---------------------------------------------------------------------------------------


def test_what_the_line_names_stands_in_its_explanation(page: LogsPage, tmp_path: Path, qtbot: Any) -> None:
    log = tmp_path / "rabbit.log"  # seen: RabbitMQ 3.10.8
    head = "2026-11-21 19:37:44.315+00:00 [error] <0.716.0> "
    error = "Error on AMQP connection <0.716.0> (127.0.0.1:54896 -> 127.0.0.1:5672, user: 'guest', state: opening):"
    log.write_text(f"{head}{error}\n{head}vhost /nope not found\n")
    page.open_log(str(log))
    explanation, desk = page.reader.explanation, page.reader.desk
    wait_for(qtbot, lambda: desk.row_count == 2)
    page.reader.lines.go_to_line(1)
    wait_for(qtbot, lambda: '"/nope" does not exist' in texts_in(explanation))
    assert "2026-11-21" in texts_in(explanation)


def test_a_known_line_without_a_cause_is_no_unknown_one(page: LogsPage, tmp_path: Path, qtbot: Any) -> None:
    log = tmp_path / "mosquitto.log"  # seen: Mosquitto 2.0.11, for a wrong password as for an unknown user
    refused = "1795272340: Client <unknown> disconnected, not authorised.\n"
    log.write_text(f"1795272339: mosquitto version 2.0.11 running\n{refused}")
    page.open_log(str(log))
    wait_for(qtbot, lambda: page.reader.desk.row_count == 2)
    page.reader.lines.go_to_line(2)
    wait_for(qtbot, lambda: "A known line, which alone does not tell the cause" in texts_in(page.reader.explanation))


# -- what lies over the lines --------------------------------------------------------------------------


def test_who_looks_elsewhere_finds_the_way_back(page: LogsPage, log: Path, qtbot: Any) -> None:
    reader, view = page.reader, page.reader.lines
    reader.follow(True)
    press(view, Qt.Key.Key_PageUp)
    assert reader.paused
    assert view.current_line > 300, "from what is seen, not from what was selected"
    with log.open("a") as file:
        file.write("2026-11-20 13:00:00.000000+00:00 [info] <0.1.0> one more\n" * 3)
    wait_for(qtbot, lambda: "New lines: 3" in reader.pausing.way_back.text())
    QTest.mouseClick(reader.pausing.way_back, LEFT)
    assert not reader.pausing.way_back.isVisible(), "it is followed again"
    press(view, Qt.Key.Key_PageUp)
    press(view, Qt.Key.Key_End)
    wait_for(qtbot, lambda: not reader.paused)
    reader.follow(False)


def test_keys_work_from_the_bar_as_well(page: LogsPage) -> None:
    page.follow_button.setFocus()
    QTest.keyClick(page.follow_button, Qt.Key.Key_F, CONTROL)
    assert page.reader.filters.search.field.hasFocus()
    page.more.setFocus()
    QTest.keyClick(page.more, Qt.Key.Key_G, CONTROL)
    assert page.reader.goto.field.hasFocus()
    QTest.keyClick(page.reader.goto.field, Qt.Key.Key_Escape)
    assert page.reader.lines.hasFocus()


def test_what_is_no_text_is_told(page: LogsPage, tmp_path: Path, qtbot: Any) -> None:
    (tmp_path / "core").write_bytes(bytes(range(256)) * 40)
    page.open_log(str(tmp_path / "core"))
    wait_for(qtbot, lambda: "no text" in page.reader.strip.title())
    (tmp_path / "empty.log").write_bytes(b"")
    page.open_log(str(tmp_path / "empty.log"))
    wait_for(qtbot, page.reader.nothing.isVisible)
