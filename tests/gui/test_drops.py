"""What is dropped from outside, on the window and on its fields: never a `file://` in the middle of a text."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from mqassist.gui.drop_hint import DropHint, hint_for
from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.checkup.page import CheckupPage
from mqassist.gui.profiles.import_dialog import ImportDialog
from mqassist.gui.widgets.url_text import DOTS
from mqassist.gui.wizard.page import WizardPage
from mqassist.services import Services
from tests.support.canary import CANARY, assert_no_leak
from tests.support.pki import Pki

LOG = "2026-11-20 14:02:31.774000+00:00 [error] <0.1204.0> closing AMQP connection <0.1204.0>: {handshake_timeout}\n"


def files(*paths: Path) -> QMimeData:
    """As a file manager gives them: as addresses, and their text."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    data.setText("\n".join(QUrl.fromLocalFile(str(path)).toString() for path in paths))
    return data


def text(words: str) -> QMimeData:
    data = QMimeData()
    data.setText(words)
    return data


def entering(widget: QWidget, data: QMimeData) -> QDragEnterEvent:
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    with warnings.catch_warnings():
        # since 6.12 a QPointF is asked for, which 6.11 does not take
        warnings.simplefilter("ignore", DeprecationWarning)
        return QDragEnterEvent(widget.rect().center(), action, data, button, Qt.KeyboardModifier.NoModifier)


def drop(data: QMimeData, on: QWidget) -> QWidget:
    """As Qt does it: what lies under the mouse is asked, then all that is around it. Who took it."""
    QApplication.processEvents()
    place, action, button = on.rect().center(), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    nothing = Qt.KeyboardModifier.NoModifier
    taker: QWidget | None = on
    while taker is not None:
        if taker.acceptDrops():
            asked = entering(taker, data)
            asked.setAccepted(False)
            QCoreApplication.sendEvent(taker, asked)
            if asked.isAccepted():
                QCoreApplication.sendEvent(taker, QDropEvent(QPointF(place), action, data, button, nothing))
                return taker
        taker = taker.parentWidget()
    raise AssertionError("nobody takes it")


@pytest.fixture
def page(window: MainWindow) -> CheckupPage:
    window.go("checkup")
    return cast("CheckupPage", window.page("checkup"))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    made = tmp_path / "rabbit@mq1.log"
    made.write_text(LOG * 3, "utf-8")
    return made


def test_an_address_on_the_address_replaces_it_and_hides_its_password(page: CheckupPage, window: MainWindow) -> None:
    page.fill_target("amqp://one.example.com/a")
    assert drop(text(f"amqps://orders:{CANARY}@two.example.com/b"), page.bar.field) is window
    assert page.bar.field.text() == f"amqps://orders:{DOTS}@two.example.com/b"
    assert_no_leak(page.bar.field.text(), "the field")


def test_a_log_on_any_field_is_opened(page: CheckupPage, window: MainWindow, log: Path, qtbot: Any) -> None:
    page.options.show()
    before = page.options.fields["queue"].text()
    assert drop(files(log), page.options.fields["queue"]) is window
    assert page.options.fields["queue"].text() == before
    assert window.current_page == "logs"
    qtbot.waitUntil(lambda: not window.bridge.running, timeout=10_000)


def test_a_certificate_on_the_field_for_one_is_its_path(page: CheckupPage, pki: Pki) -> None:
    page.options.show()
    field = page.options.fields["ca"]
    field.setText("/an/old/one.pem")
    authority = Path(pki.identity("wrong-name").ca)
    assert drop(files(authority), field) is field
    assert field.text() == str(authority)


def test_files_on_the_guides_paste_are_read_in_place(window: MainWindow, log: Path, pki: Pki, qtbot: Any) -> None:
    window.go("wizard")
    guide = cast("WizardPage", window.page("wizard"))
    guide.paste.text.setPlainText("amqp://mq.example.com")
    authority = Path(pki.identity("wrong-name").ca)
    drop(files(log, authority), guide.paste.text.viewport())
    assert guide.answers.logs == (str(log),)
    assert "file:" not in guide.paste.text.toPlainText()
    field = guide.questions[2].fields["key"]  # type: ignore[attr-defined]
    field.setEnabled(True)
    drop(files(authority), field)
    assert guide.answers.key == str(authority)
    qtbot.waitUntil(lambda: not window.bridge.running, timeout=10_000)


def test_a_settings_file_on_the_import_is_read(
    window: MainWindow, tmp_path: Path, services: Services, qtbot: Any
) -> None:
    settings = tmp_path / ".env"
    settings.write_text(f"AMQP_URL=amqp://orders:{CANARY}@mq.example.com/prod\n", "utf-8")
    assert window.shell is not None
    dialog = ImportDialog(window.shell, services.profiles.book(), window)
    dialog.open()
    drop(files(settings), dialog.paste.viewport())
    qtbot.waitUntil(lambda: dialog.table.topLevelItemCount() == 1, timeout=10_000)
    assert dialog.paste.toPlainText() == ""
    dialog.close()


def drag(data: QMimeData, over: QWidget) -> None:
    QCoreApplication.sendEvent(over, entering(over, data))


def test_while_something_is_dragged_the_window_says_what_dropping_does(page: CheckupPage, window: MainWindow) -> None:
    def said() -> str:
        hints = window.findChildren(DropHint)
        return hints[0].accessibleName() if hints and hints[0].isVisible() else ""

    drag(text(f"amqps://orders:{CANARY}@mq.example.com/prod"), window)
    assert said() == "Drop the address to check it"
    assert window.findChildren(DropHint)[0].geometry() == window.rect()
    QCoreApplication.sendEvent(window, QDragLeaveEvent())
    assert said() == ""
    drag(text("Connection refused"), window)
    assert said() == "Drop the text to have it explained"
    drop(text("amqp://mq.example.com"), window)
    assert said() == ""
    assert page.bar.field.text() == "amqp://mq.example.com"


@pytest.mark.parametrize(
    ("names", "told"),
    [(["rabbit@mq1.log"], "Drop rabbit@mq1.log to open it"), (["a", "b"], "Drop 2 files to open them")],
)
def test_files_that_are_dragged_are_named_and_not_read(names: list[str], told: str) -> None:
    title, kinds = hint_for(files(*(Path("/does/not/exist") / name for name in names)))
    assert title == told
    assert "certificate" in kinds


@pytest.mark.parametrize("name", ["checkup", "logs", "explain", "history", "lab", "wizard", "settings", "profile"])
def test_no_field_swallows_what_is_dropped(window: MainWindow, name: str, qtbot: Any) -> None:
    """A line that takes text from a drop would put it in the middle of what stands there."""
    window.go(name)
    place = window.page(name)
    assert place is not None
    qtbot.waitUntil(lambda: not window.bridge.running, timeout=10_000)
    fields: Sequence[QLineEdit] = place.findChildren(QLineEdit)
    greedy = [
        field.accessibleName()
        for field in fields
        if field.acceptDrops() and type(field).dropEvent is QLineEdit.dropEvent
    ]
    assert greedy == []
