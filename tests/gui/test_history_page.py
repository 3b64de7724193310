"""The history page, driven as a person drives it: real files, real clicks, what is read on the screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from mqassist.core.runs import KeptRun
from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.history.comparison_view import NARROW
from mqassist.gui.pages.history.page import HistoryPage
from mqassist.gui.shell import Shell
from mqassist.services import Services
from tests.gui.screens import settle
from tests.support.canary import assert_no_leak
from tests.support.diagnosis import diagnose
from tests.support.kept_runs import STORY, fill


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MQASSIST_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def runs(data: Path, services: Services) -> list[KeptRun]:
    return fill(services)


Opened = Callable[[], HistoryPage]


@pytest.fixture
def opened(data: Path, window: MainWindow) -> Opened:
    def go() -> HistoryPage:
        window.go("history")
        page = window.page("history")
        assert isinstance(page, HistoryPage)
        kept = len(list((data / "history").glob("2*.json")))
        settle(lambda: page.list.runs.rowCount() == kept)
        return page

    return go


def words(widget: QWidget) -> str:
    """Everything that can be read on it now."""
    found = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    found += [button.text() for button in widget.findChildren(QAbstractButton) if button.isVisible()]
    return "\n".join(found)


def click_row(
    page: HistoryPage, at: int, qtbot: Any, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    place = page.list.visualRect(page.list.runs.index(at, 0)).center()
    qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, held, place)


def press(widget: QWidget, text: str, qtbot: Any) -> None:
    buttons = [each for each in widget.findChildren(QPushButton) if each.text() == text and each.isVisible()]
    assert len(buttons) == 1, f"{text}: {len(buttons)}"
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)


def rows(page: HistoryPage) -> list[str]:
    return [page.list.runs.row(at).run.run for at in range(page.list.runs.rowCount())]


def test_nothing_is_kept_yet(opened: Opened) -> None:
    page = opened()
    assert "No run is kept yet" in words(page)
    assert [
        button
        for button in (page.buttons.compare, page.buttons.pin, page.buttons.save, page.buttons.delete)
        if button.isVisible()
    ] == []


def test_a_run_is_read(runs: list[KeptRun], opened: Opened, qtbot: Any) -> None:
    page = opened()
    assert rows(page) == [run.run for run in reversed(runs)]
    click_row(page, 0, qtbot)
    settle(page.report.page.isVisible)
    read = page.report.page.toPlainText()
    assert "does not name" in read
    assert "broker administrator" in read
    assert page.report.page.verticalScrollBar().value() == 0


def test_two_runs_are_compared(runs: list[KeptRun], opened: Opened, qtbot: Any) -> None:
    page = opened()
    click_row(page, 0, qtbot)
    click_row(page, 5, qtbot, Qt.KeyboardModifier.ControlModifier)
    settle(page.comparison.isVisible)
    read = words(page.comparison)
    assert "The first difference is in the layer TLS: TLS handshake" in read
    assert "Everything that was checked works" in read
    assert "AMQP greeting" in read
    assert "alike, one step" in read
    qtbot.mouseClick(page.comparison.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert "The first difference is in the layer TLS" in copied
    assert "Certificate  fine → " in copied


@pytest.mark.parametrize("width", range(NARROW - 5, NARROW + 20, 8))
def test_a_comparison_comes_to_rest_where_it_is_hardly_wide_enough(
    runs: list[KeptRun], opened: Opened, qtbot: Any, width: int
) -> None:
    page = opened()
    page.comparison.setFixedSize(width, 500)
    click_row(page, 0, qtbot)
    click_row(page, 5, qtbot, Qt.KeyboardModifier.ControlModifier)
    settle(page.comparison.isVisible)
    for _ in range(30):  # turns in which it would be built again
        QGuiApplication.processEvents()
    assert "alike, one step" in words(page.comparison)


def test_the_run_before_of_the_same_target(runs: list[KeptRun], opened: Opened, qtbot: Any) -> None:
    """Also where the search hides it."""
    page = opened()
    qtbot.keyClicks(page.search, "does not name")
    assert rows(page) == [runs[-1].run]
    click_row(page, 0, qtbot)
    press(page, "Compare with the run before", qtbot)
    settle(page.comparison.isVisible)
    assert {row.run.run for row in page.list.selected()} == {runs[0].run, runs[-1].run}
    click_row(page, 5, qtbot)
    settle(page.report.isVisible)
    assert not page.buttons.compare.isEnabled(), "there is no run before the first"


def test_search_and_chips_narrow_the_list(runs: list[KeptRun], opened: Opened, qtbot: Any) -> None:
    page = opened()
    qtbot.mouseClick(page.chips["healthy"], Qt.MouseButton.LeftButton)
    assert rows(page) == [runs[1].run, runs[0].run]
    qtbot.keyClicks(page.search, "PLANT")
    assert rows(page) == [runs[1].run]
    assert "1 of 6 runs" in words(page)
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    qtbot.mouseClick(page.chips["degraded"], Qt.MouseButton.LeftButton)
    assert len(rows(page)) == 3


def test_deleting_can_be_undone(runs: list[KeptRun], opened: Opened, data: Path, qtbot: Any) -> None:
    page = opened()
    click_row(page, 2, qtbot)
    click_row(page, 3, qtbot, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    settle(lambda: "2 runs deleted" in words(page))
    assert len(rows(page)) == 4
    assert len(list((data / "history").glob("*.json"))) == 4
    press(page, "Undo", qtbot)
    settle(lambda: len(rows(page)) == 6)
    click_row(page, 0, qtbot)
    press(page, "Delete", qtbot)
    settle(lambda: len(rows(page)) == 5)
    page.close_down()
    settle(lambda: not list((data / "history").glob("*.deleted")))


def test_a_pinned_run_is_marked_and_found(runs: list[KeptRun], opened: Opened, services: Services, qtbot: Any) -> None:
    page = opened()
    click_row(page, 5, qtbot)
    press(page, "Pin", qtbot)
    settle(lambda: services.history.runs().runs[-1].pinned)
    qtbot.mouseClick(page.pinned, Qt.MouseButton.LeftButton)
    assert rows(page) == [runs[0].run]
    press(page, "Unpin", qtbot)
    settle(lambda: not services.history.runs().runs[-1].pinned)
    assert rows(page) == []


def test_a_check_again_does_not_log_in_with_the_mask(
    runs: list[KeptRun], opened: Opened, window: MainWindow, qtbot: Any
) -> None:
    page = opened()
    click_row(page, 0, qtbot)
    assert ":•••@" in page.list.selected()[0].run.target
    press(page, "Check again", qtbot)
    assert window.current_page == "checkup"
    fields = [field.toPlainText() for field in window.findChildren(QPlainTextEdit)]
    fields += [field.text() for field in window.findChildren(QLineEdit)]
    assert any("amqps://app@mq.example.com:5671" in text for text in fields)
    assert not any("•••" in text for text in fields)


def test_a_report_that_a_colleague_sent(
    runs: list[KeptRun], opened: Opened, shell: Shell, services: Services, data: Path, qtbot: Any
) -> None:
    sent = data / "sent by Kim.json"
    document = services.history.document(runs[0].id)
    document["run"], document["started_at"] = "99999999", "2026-02-01T10:00:00.000Z"
    sent.write_text(json.dumps(document), encoding="utf-8")
    page = opened()
    shell.open_report(str(sent))
    settle(lambda: page.report.isVisible() and bool(page.list.selected()))
    assert page.list.selected()[0].file == "sent by Kim.json"
    press(page, "Compare with your own run", qtbot)
    settle(page.comparison.isVisible)
    assert "The first difference is in the layer TLS" in words(page.comparison)
    assert len(services.history.runs().runs) == len(STORY), "nothing of it is kept"
    click_row(page, 0, qtbot)
    press(page, "Close", qtbot)
    settle(lambda: len(rows(page)) == len(STORY))
    assert sent.exists()


def test_a_file_that_is_no_report_is_said_where_it_was_opened(opened: Opened, shell: Shell, tmp_path: Path) -> None:
    wrong = tmp_path / "notes.json"
    wrong.write_text('{"a": 1}')
    page = opened()
    shell.open_report(str(wrong))
    settle(lambda: "is not a report of mqassist" in words(page))


def test_a_run_is_saved_for_others(runs: list[KeptRun], opened: Opened, tmp_path: Path, qtbot: Any) -> None:
    page = opened()
    click_row(page, 0, qtbot)
    settle(page.buttons.save.isVisible)
    press(page, "Save…", qtbot)
    (dialog,) = page.window().findChildren(QFileDialog)
    (name,) = [field for field in dialog.findChildren(QLineEdit) if field.objectName() == "fileNameEdit"]
    name.setText(str(tmp_path / "out.json"))
    dialog.accept()
    settle((tmp_path / "out.json").exists)
    settle(lambda: "Saved as" in words(page))
    assert json.loads((tmp_path / "out.json").read_text())["run"] == runs[-1].run


def test_a_run_that_was_damaged_meanwhile_is_told(runs: list[KeptRun], opened: Opened, data: Path, qtbot: Any) -> None:
    page = opened()
    (data / "history" / f"{runs[-1].id}.json").write_text("{")
    click_row(page, 0, qtbot)
    settle(lambda: "set aside" in words(page))
    settle(lambda: len(rows(page)) == 5)


def test_a_new_run_appears_and_the_selection_stays(
    runs: list[KeptRun], opened: Opened, shell: Shell, services: Services, qtbot: Any
) -> None:
    page = opened()
    click_row(page, 1, qtbot)
    services.history.delete([runs[0].id])
    shell.run_finished.emit(diagnose("mqtt://127.0.0.1:1"))
    settle(lambda: len(rows(page)) == 5)
    assert [row.run.run for row in page.list.selected()] == [runs[-2].run]


def test_the_keyboard_alone_does_it(runs: list[KeptRun], opened: Opened, qtbot: Any) -> None:
    page = opened()
    page.search.setFocus()
    qtbot.keyClick(page.search, Qt.Key.Key_Down)
    assert page.list.hasFocus()
    assert [row.run.run for row in page.list.selected()] == [runs[-1].run]
    qtbot.keyClick(page.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    settle(page.comparison.isVisible)
    qtbot.keyClick(page.list, Qt.Key.Key_Up)
    settle(page.report.isVisible)
    qtbot.keyClick(page.list, Qt.Key.Key_Up)
    assert page.search.hasFocus()


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize("spoken", ["en", "zh"])
def test_everything_has_a_name_and_nothing_is_cut(
    runs: list[KeptRun], opened: Opened, window: MainWindow, spoken: str, percent: int, qtbot: Any
) -> None:
    window.resize(1024, 680)
    window.choose_language(spoken)
    from mqassist.gui.theme.theme import theme

    theme().choose("light", percent)
    page = opened()
    click_row(page, 0, qtbot)
    settle(page.report.isVisible)
    for button in page.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.text() or button.accessibleName()
            assert button.width() >= button.sizeHint().width()
            assert page.rect().contains(button.mapTo(page, QPoint(button.width() - 1, button.height() - 1)))
    chosen = page.list.selectionModel()
    chosen.select(page.list.runs.index(5, 0), QItemSelectionModel.SelectionFlag.Select)
    settle(page.comparison.isVisible)
    assert page.comparison.widget().width() <= page.comparison.viewport().width()
    untranslated = {"Step", "Before", "After", "Delete", "History"}
    assert (not untranslated & set(words(page).splitlines())) is (spoken == "zh")
    window.choose_language("en")


def test_5000_runs_are_listed_searched_and_painted_at_once(data: Path, opened: Opened, qtbot: Any) -> None:
    """Rows that nobody sees are not painted; what is listed comes from the index."""
    from mqassist.history.files import head_line
    from tests.unit.test_history_store import head

    folder = data / "history"
    folder.mkdir()
    heads = [head(number) for number in range(5000)]
    for each in heads:
        (folder / f"{each.id}.json").write_text("{}\n")
    (folder / "index.lines").write_text("".join(head_line(each) + "\n" for each in heads))
    page = opened()
    asked: list[int] = []
    painted = page.list.itemDelegate().paint
    page.list.itemDelegate().paint = lambda *given: (asked.append(given[2].row()), painted(*given))  # type: ignore[method-assign]
    page.list.viewport().repaint()
    assert 0 < len(asked) < 60
    qtbot.keyClicks(page.search, "00000042")
    assert rows(page) == ["00000042"]


def test_no_secret_is_in_the_window_or_its_files(runs: list[KeptRun], opened: Opened, data: Path, qtbot: Any) -> None:
    page = opened()
    click_row(page, 1, qtbot)
    settle(page.report.isVisible)
    everything = words(page) + page.report.text() + "".join(str(page.list.runs.row(at)) for at in range(6))
    assert "open-sesame" not in everything
    for path in (data / "history").iterdir():
        assert b"open-sesame" not in path.read_bytes()
        assert_no_leak(path.read_bytes(), str(path))


def test_a_check_made_in_the_window_is_kept(opened: Opened, shell: Shell, services: Services, qtbot: Any) -> None:
    page = opened()
    shell.start_check("mqtt://127.0.0.1:1")
    settle(lambda: len(services.history.runs().runs) == 1)
    shell.go("history")
    settle(lambda: len(rows(page)) == 1)
    click_row(page, 0, qtbot)
    settle(page.report.isVisible)
    assert "refuses the connection" in page.report.page.toPlainText()
