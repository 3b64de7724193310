"""Parts of the check-up page that come after the verdict: the served chain, the client's lines, what was measured, one
layer again, what silence can mean, and what a screen reader is told."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from mqassist.core.secret import Secret
from mqassist.core.settings import CheckSettings
from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.checkup.fixes import AnswerBody
from mqassist.gui.pages.checkup.live import LiveRun
from mqassist.gui.pages.checkup.page import CheckupPage
from mqassist.gui.shell import Shell
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.client_lines import ClientLines
from mqassist.gui.widgets.labels import Chip
from mqassist.services import Services
from tests.gui.test_checkup import ENCODED, kept, nobody, page, run, visible_text  # noqa: F401 - two are fixtures
from tests.support.canary import CANARY, assert_no_leak
from tests.support.mosquitto import start_mosquitto
from tests.support.peer import Peer, read, silent, tls
from tests.support.pki import Pki


def link(widget: QWidget, words: str) -> Button:
    QApplication.processEvents()  # what was opened gets its place
    return next(button for button in widget.findChildren(Button) if words in button.text() and button.isVisible())


def save_as(window: MainWindow, path: Path) -> None:
    (dialog,) = window.findChildren(QFileDialog)
    (name,) = [field for field in dialog.findChildren(QLineEdit) if field.objectName() == "fileNameEdit"]
    name.setText(str(path))
    dialog.accept()


@pytest.fixture
def other_name(
    page: CheckupPage,  # noqa: F811 - the fixture above
    scripted_peer: Callable[..., Peer],
    pki: Pki,
    qtbot: Any,
) -> CheckupPage:
    """After a check of a broker whose certificate has another name."""
    identity = pki.identity("wrong-name")
    peer = scripted_peer(lambda _number: [tls(identity), read(8)])
    page.fill_target(peer.url("amqps", f"orders:{ENCODED}"))
    page.options.fields["ca"].setText(str(identity.ca))
    run(page, qtbot)
    kept(page, qtbot)
    return page


def test_the_chain_is_saved_as_it_was_served(
    other_name: CheckupPage, window: MainWindow, pki: Pki, tmp_path: Path, qtbot: Any
) -> None:
    details = other_name.view.table.details_of("tls.handshake")
    assert details is not None
    QTest.mouseClick(link(details, "Save served chain"), Qt.MouseButton.LeftButton)
    wanted = tmp_path / "chain.pem"
    save_as(window, wanted)
    qtbot.waitUntil(wanted.exists, timeout=5000)
    kept(other_name, qtbot)
    served = wanted.read_text("ascii")
    first = served[: served.index("-----END") + len("-----END CERTIFICATE-----\n")]
    own = Path(pki.identity("wrong-name").cert).read_text("ascii")
    assert ssl.PEM_cert_to_DER_cert(first) == ssl.PEM_cert_to_DER_cert(own[own.index("-----BEGIN") :])


def test_a_chain_that_cannot_be_written_is_said(
    other_name: CheckupPage, window: MainWindow, tmp_path: Path, qtbot: Any
) -> None:
    details = other_name.view.table.details_of("tls.handshake")
    assert details is not None
    QTest.mouseClick(link(details, "Save served chain"), Qt.MouseButton.LeftButton)
    save_as(window, Path("/proc/chain.pem"))
    qtbot.waitUntil(lambda: "could not be saved" in visible_text(window), timeout=5000)


def test_the_clients_lines_put_right_what_was_found(other_name: CheckupPage, qtbot: Any) -> None:
    (lines,) = other_name.view.findChildren(ClientLines)
    QTest.mouseClick(lines.chips["pika"], Qt.MouseButton.LeftButton)
    assert lines.shown is not None
    assert 'pika.SSLOptions(context, "other.example")' in lines.shown.text()
    assert "create_default_context(cafile=" in lines.shown.text(), "as the check was asked to"
    assert_no_leak(visible_text(other_name), "the page")
    QTest.mouseClick(lines.shown.button, Qt.MouseButton.LeftButton)
    assert "import pika" in QGuiApplication.clipboard().text()
    QTest.mouseClick(lines.chips["dotnet-amqp"], Qt.MouseButton.LeftButton)
    assert 'ServerName = "other.example"' in lines.shown.text()
    QTest.mouseClick(lines.chips["dotnet-amqp"], Qt.MouseButton.LeftButton)
    assert lines.shown is None
    assert not any(chip.isChecked() for chip in lines.findChildren(Chip))


def test_one_layer_is_looked_at_again_from_its_step(other_name: CheckupPage, qtbot: Any) -> None:
    details = other_name.view.table.details_of("tls.handshake")
    assert details is not None
    QTest.mouseClick(link(details, "Check only this layer again"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not other_name.controller.busy, timeout=20_000)
    kept(other_name, qtbot)
    assert other_name.view.card.cause.text() == "tls.hostname-mismatch"
    seen = {row.key for row in other_name.view.table.visible_rows()}
    assert "tls.handshake" in seen
    assert "amqp.login" not in seen


def test_what_was_measured_stands_beside_a_healthy_answer(
    page: CheckupPage,  # noqa: F811 - the fixture above
    tmp_path: Path,
    qtbot: Any,
) -> None:
    broker = start_mosquitto(tmp_path, "listener {port} 127.0.0.1\nallow_anonymous true\n")
    try:
        page.fill_target(broker.url(user="", host="127.0.0.1"))
        run(page, qtbot)
        kept(page, qtbot)
    finally:
        broker.stop()
    assert page.view.card.state == "works"
    qtbot.waitUntil(lambda: "Measured on this path" in visible_text(page.view.card), timeout=2000)
    words = visible_text(page.view.card)
    assert "Round trip" in words
    assert "until the CONNACK" in words


def test_what_keeps_everybody_waiting_opens_and_says_what_it_can_mean(
    page: CheckupPage,  # noqa: F811 - the fixture above
    scripted_peer: Callable[..., Peer],
    qtbot: Any,
) -> None:
    page.fill_target(scripted_peer([silent()]).url("amqp", "orders:x"))
    QTest.keyClick(page.bar.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "amqp.handshake" in page.view.table.opened, timeout=10_000)
    qtbot.waitUntil(lambda: "The port expects TLS first" in visible_text(page.view.table), timeout=5000)
    page.stop()
    qtbot.waitUntil(lambda: not page.controller.busy, timeout=3000)
    kept(page, qtbot)


def test_the_steps_are_a_list_for_a_screen_reader(other_name: CheckupPage) -> None:
    table = other_name.view.table
    row = table.row("tls.handshake")
    assert row is not None
    told = QAccessible.queryAccessibleInterface(row)
    assert told.role() == QAccessible.Role.ListItem
    assert told.text(QAccessible.Text.Name).startswith("TLS handshake, broken")
    assert QAccessible.queryAccessibleInterface(table).role() == QAccessible.Role.List


@pytest.mark.parametrize(("given", "told"), [(1800, 60), (2, 60), (30, 30), (None, 60)])
def test_no_line_repeats_a_heartbeat_that_serves_nowhere(services: Services, given: int | None, told: int) -> None:
    made = services.client_lines("amqp://orders@mq.example.com", CheckSettings(heartbeat=given), {})
    assert all(str(told) in snippet.text for snippet in made)
    assert not any("1800" in snippet.text for snippet in made)


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"tls.verify": "hostname-mismatch", "tls.names": ("*.a", "mq1.internal")}, "mq1.internal"),
        ({"heartbeat.fits_s": 22}, "heartbeat=22"),
        ({"amqp.vhost_alternative_opens": "prod"}, 'virtual_host="prod"'),
    ],
)
def test_what_a_run_found_goes_into_the_lines(services: Services, facts: dict[str, Any], line: str) -> None:
    made = services.client_lines(f"amqps://orders:{ENCODED}@mq.example.com/%2Fprod", CheckSettings(), facts)
    assert line in next(snippet.text for snippet in made if snippet.id == "pika")
    for snippet in made:
        assert_no_leak(snippet.text, snippet.title)
        assert Secret(CANARY).reveal() not in snippet.text
    assert services.client_lines("::::", CheckSettings(), facts) == ()


def test_a_new_run_begins_while_the_keyboard_is_in_any_row(
    other_name: CheckupPage, window: MainWindow, qtbot: Any
) -> None:
    """What goes away has the focus: it moves on through rows that go away as well, and the scroll bar goes."""
    table = other_name.view.table
    window.resize(1024, 680)
    QApplication.processEvents()
    for key in [row.key for row in table.visible_rows()]:
        row = table.row(key)
        if row is None:
            continue
        QTest.mouseClick(row, Qt.MouseButton.LeftButton)
        other_name.view.ensureWidgetVisible(row)
        QApplication.processEvents()
        table.clear_all()
        assert table.visible_rows() == ()
        assert other_name.view.answer is not None
        other_name.view.show_answer(other_name.view.answer)
        QApplication.processEvents()
    assert len(table.visible_rows()) > 5


def test_a_new_run_ends_the_building_of_the_last_answer(other_name: CheckupPage, shell: Shell) -> None:
    view, answer = other_name.view, other_name.view.answer
    assert answer is not None
    view.show_answer(answer, at_once=False)
    assert view.filling
    assert view.answer is None
    view.begin(LiveRun(shell.services.wording))
    QApplication.processEvents()
    assert (view.filling, view.card.state) == (False, "running")
    assert not any(body.isVisible() for body in view.findChildren(AnswerBody))
    assert view.card.updatesEnabled()


def test_a_step_that_is_asked_for_while_the_answer_is_built_is_there(other_name: CheckupPage) -> None:
    answer = other_name.view.answer
    assert answer is not None
    other_name.view.show_answer(answer, at_once=False)
    other_name.view.show_check("tls.handshake")
    assert other_name.view.answer is answer
    assert "tls.handshake" in other_name.view.table.opened


# -- how sure it is -------------------------------------------------------------------------------


def test_a_second_probe_is_named_where_it_is_part_of_the_proof(other_name: CheckupPage) -> None:
    assert "Certain · decided by a second probe" in chips(other_name)


def test_a_probe_for_comparison_alone_decides_nothing(
    page: CheckupPage,  # noqa: F811 - the fixture of the other file
    tmp_path: Path,
    qtbot: Any,
) -> None:
    broker = start_mosquitto(tmp_path / "mosquitto", "listener {port} 127.0.0.1\nallow_anonymous false\n")
    try:
        page.fill_target(broker.url(user=""))
        run(page, qtbot)
        kept(page, qtbot)
    finally:
        broker.stop()
    assert page.view.card.cause.text() == "mqtt.anonymous-refused"
    assert page.answer is not None
    assert page.answer.check("mqtt.client_library") is not None
    assert "Certain" in chips(page)


def chips(shown: CheckupPage) -> list[str]:
    return [chip.text() for chip in shown.findChildren(Chip) if chip.isVisible()]
