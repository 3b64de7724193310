"""Profiles in the real window, by click and key: made, saved, found, diagnosed, moved, deleted and brought back."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backends.fail
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMenu, QMessageBox, QWidget

from mqassist.core.profile import Profile, profile_from_url
from mqassist.core.profile_book import Book
from mqassist.core.record import changed
from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.checkup.page import CheckupPage
from mqassist.gui.profiles.editor import ProfilePage
from mqassist.gui.profiles.export_dialog import ExportDialog
from mqassist.gui.profiles.import_dialog import ImportDialog
from mqassist.gui.profiles.panel import ProfilePanel
from mqassist.gui.profiles.tree_model import ProfileModel
from mqassist.gui.shell import Shell
from mqassist.gui.theme.theme import Theme
from tests.support.canary import CANARY, assert_no_leak
from tests.support.command import files_below
from tests.support.keyring_session import KeyringSession, bus_address
from tests.support.mosquitto import start_mosquitto
from tests.support.pki import Pki

ENCODED = "canary%2F9F%2B7%40bird"


@pytest.fixture
def no_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def real_keyring(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyringSession]:
    from keyring.backends import SecretService

    home = tmp_path_factory.mktemp("keyring")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus_address(home))
    session = KeyringSession(home)
    before = keyring.get_keyring()
    keyring.set_keyring(SecretService.Keyring())
    yield session
    keyring.set_keyring(before)
    session.stop()


@pytest.fixture
def panel(window: MainWindow, qtbot: Any) -> ProfilePanel:
    found = window.sidebar.panel
    assert isinstance(found, ProfilePanel)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return found


def fill(panel: ProfilePanel, shell: Shell, qtbot: Any, *profiles: tuple[str, str, tuple[str, ...]]) -> None:
    for name, url, group in profiles:
        shell.services.profiles.save(changed(profile_from_url(url, name)[0], group=group), {})
    panel.reload()
    qtbot.waitUntil(lambda: len(panel.book.profiles) == len(profiles))


def rows(panel: ProfilePanel) -> list[str]:
    """What the list shows, groups with a mark, local brokers left out."""
    shown, index = [], panel.model.index(0, 0)
    while index.isValid():
        node = panel.model.node(index)
        if node.kind == "profile":
            shown.append(node.label)
        elif node.kind == "group":
            shown.append(f"{node.label}/")
        index = panel.tree.indexBelow(index)
    return shown


def click_row(panel: ProfilePanel, key: str, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> QPoint:
    index = panel.model.index_of(key)
    assert index.isValid()
    panel.tree.scrollTo(index)
    place = panel.tree.visualRect(index).center()
    QTest.mouseClick(panel.tree.viewport(), button, Qt.KeyboardModifier.NoModifier, place)
    return place


def id_of(panel: ProfilePanel, name: str) -> str:
    found = panel.book.named(name)
    assert found is not None
    return found.id


def click(button: QAbstractButton) -> None:
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def type_into(field: QWidget, text: str) -> None:
    assert field.isVisible()
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def visible_text(widget: QWidget) -> str:
    found = []
    for child in widget.findChildren(QWidget):
        if child.isVisible():
            for name in ("text", "toPlainText", "accessibleName", "toolTip", "title"):
                value = getattr(child, name, None)
                told = value() if callable(value) else ""
                found.append(told if isinstance(told, str) else "")
    return "\n".join(found)


def editor(window: MainWindow) -> ProfilePage:
    page = window.page("profile")
    assert isinstance(page, ProfilePage)
    return page


# -- the main path -----------------------------------------------------------------------------------------


def test_a_profile_is_made_saved_found_and_diagnosed(
    window: MainWindow, panel: ProfilePanel, real_keyring: KeyringSession, tmp_path: Path, home: Path, qtbot: Any
) -> None:
    broker = start_mosquitto(tmp_path / "mosquitto", "listener {port} 127.0.0.1\nallow_anonymous false\n")
    try:
        click(window.sidebar.new)
        page = editor(window)
        qtbot.waitUntil(page.isVisible)
        page.address.url.setFocus()
        QTest.keyClicks(page.address.url, f"mqtt://app:{ENCODED}@127.0.0.1:{broker.port}")
        qtbot.waitUntil(lambda: "goes to Secret Service" in page.address.password.state.text())
        assert (page.address.host.field.text(), page.address.port.field.text()) == ("127.0.0.1", str(broker.port))  # type: ignore[attr-defined]
        assert page.address.user.field.text() == "app"  # type: ignore[attr-defined]
        assert page.address.kind.value() == "mqtt"
        assert page.subtitle.text() == "Profile · changed, not saved"
        assert_no_leak(visible_text(window), "the window")
        type_into(page.client.fields["name"].field, "hall 3")
        type_into(page.client.group.field, "Plant/Suzhou")
        click(page.test.button)
        qtbot.waitUntil(lambda: not page.test.controller.busy and bool(page.test.said()), timeout=20_000)
        assert any("login" in line.lower() or "accepted" in line.lower() for line in page.test.said()), page.test.said()
        assert real_keyring.secrets() == []  # a test saves nothing
        assert not (home / "profiles.json").exists()
        QTest.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: rows(panel) == ["Plant/", "Suzhou/", "hall 3"], timeout=10_000)
        assert page.subtitle.text() == "Profile · saved"
        assert page.address.password.state.text().startswith("Saved in Secret Service")
        assert real_keyring.secrets() == [CANARY]
        key = id_of(panel, "hall 3")
        click_row(panel, key)
        checkup = window.page("checkup")
        assert isinstance(checkup, CheckupPage)
        qtbot.waitUntil(checkup.isVisible)
        panel.tree.setFocus()
        QTest.keyClick(panel.tree, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: checkup.view.card.state == "works", timeout=20_000)
        assert "Everything that was checked works" in checkup.view.card.title.text()
        qtbot.waitUntil(lambda: key in panel.runs, timeout=5_000)
        node = panel.model.node(panel.model.index_of(key))
        assert node.state == "works"
        assert "Last checked" in str(panel.model.index_of(key).data(Qt.ItemDataRole.ToolTipRole))
        qtbot.waitUntil(lambda: window.bridge.running == 0)
        for folder in (home, tmp_path / "data", real_keyring.home):
            for path, content in files_below(folder).items():
                assert_no_leak(content, str(path))
        assert_no_leak(visible_text(window), "the window")
    finally:
        broker.stop()


# -- the editor -------------------------------------------------------------------------------------------


def test_address_and_fields_stay_in_step(window: MainWindow, panel: ProfilePanel, no_keyring: None, qtbot: Any) -> None:
    click(window.sidebar.new)
    page = editor(window)
    page.address.url.put("amqps://orders@mq.example.com/%2Fprod")
    assert page.address.vhost.field.text() == "/prod"  # type: ignore[attr-defined]
    qtbot.waitUntil(page.address.strip.isVisible)
    assert "with the slash" in page.address.strip.title()
    repair = next(each for each in page.address.strip.findChildren(QAbstractButton) if each.text() == "Use prod")
    click(repair)
    assert page.address.url.text() == "amqps://orders@mq.example.com:5671/prod"
    assert not page.address.strip.isVisible()
    click(page.tls.use)
    assert page.address.url.text() == "amqp://orders@mq.example.com:5672/prod"
    assert not page.tls.card.isVisible()
    click(page.address.kind.button("websocket"))
    assert page.address.url.text() == "ws://orders@mq.example.com:80"
    type_into(page.address.path.field, "/mqtt")
    assert page.address.url.text() == "ws://orders@mq.example.com:80/mqtt"
    type_into(page.address.port.field, "9001")
    type_into(page.address.host.field, "ws.example.com")
    assert page.address.url.text() == "ws://orders@ws.example.com:9001/mqtt"
    assert page.form().user == "orders"


def test_tls_files_are_looked_at_as_they_are_chosen(
    window: MainWindow, panel: ProfilePanel, pki: Pki, tmp_path: Path, no_keyring: None, qtbot: Any
) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    client, other = pki.client_for("orders"), pki.client_for("somebody else")
    der = tmp_path / "ca.der"
    der.write_bytes(x509.load_pem_x509_certificate(pki.ca.read_bytes()).public_bytes(Encoding.DER))
    click(window.sidebar.new)
    page = editor(window)
    page.address.url.put("amqps://mq.example.com")
    type_into(page.tls.ca.field, str(pki.ca))
    qtbot.waitUntil(lambda: "is a CA" in page.tls.ca.said())
    assert page.tls.trust["file"].isChecked()
    type_into(page.tls.cert.field, str(client.cert))
    type_into(page.tls.key.field, str(other.key))
    qtbot.waitUntil(lambda: "does not fit the certificate" in page.tls.key.said())
    type_into(page.tls.key.field, str(client.key))
    qtbot.waitUntil(lambda: "fits the certificate" in page.tls.key.said())
    type_into(page.tls.ca.field, str(der))
    qtbot.waitUntil(lambda: "is DER; the broker's clients need PEM" in page.tls.ca.said())
    copying = [each for each in page.tls.ca.findChildren(QAbstractButton) if each.text().startswith("Copy the command")]
    copy = copying[-1]
    qtbot.waitUntil(copy.isVisible)
    click(copy)
    assert QGuiApplication.clipboard().text().startswith("openssl x509 -inform der")
    type_into(page.tls.ca.field, str(tmp_path / "gone.pem"))
    qtbot.waitUntil(lambda: "there is no such file" in page.tls.ca.said())


def test_without_a_keyring_the_person_chooses(
    window: MainWindow, panel: ProfilePanel, no_keyring: None, home: Path, qtbot: Any
) -> None:
    click(window.sidebar.new)
    page = editor(window)
    page.address.url.put(f"amqp://app:{ENCODED}@127.0.0.1")
    qtbot.waitUntil(page.address.keyring_note.isVisible)
    page._keep_otherwise("keyring")  # noqa: SLF001 - as if it had been chosen while there still was one
    qtbot.waitUntil(page.strip.isVisible)
    assert page.strip.title() == "This computer has no keyring to keep passwords in."
    assert panel.book == Book()
    keep = next(each for each in page.strip.findChildren(QAbstractButton) if "until the window closes" in each.text())
    click(keep)
    qtbot.waitUntil(lambda: len(panel.book.profiles) == 1)
    assert panel.book.profiles[0].keep == "session"
    qtbot.waitUntil(lambda: window.bridge.running == 0)
    for path, content in files_below(home).items():
        assert_no_leak(content, str(path))


def test_what_cannot_be_saved_is_said_at_its_place(window: MainWindow, panel: ProfilePanel, no_keyring: None) -> None:
    click(window.sidebar.new)
    page = editor(window)
    click(page.save)
    assert page.strip.title() == "Which host shall be dialled? The address names none."
    page.address.url.put("amqp://h")
    type_into(page.client.fields["heartbeat"].field, "often")
    click(page.save)
    assert "0 to 65535" in page.strip.title()
    type_into(page.client.fields["heartbeat"].field, "")
    click(page.test.button)
    type_into(page.address.port.field, "99999")
    click(page.save)
    assert "99999 is not a port" in page.strip.title()
    page.test.controller.stop()


def test_unsaved_work_is_asked_about(
    window: MainWindow, panel: ProfilePanel, shell: Shell, no_keyring: None, qtbot: Any
) -> None:
    fill(panel, shell, qtbot, ("a", "amqp://h", ()))
    panel.edit_profile(id_of(panel, "a"))
    page = editor(window)
    assert not page.dirty
    type_into(page.client.fields["tags"].field, "new")
    assert page.dirty

    def box() -> QMessageBox:
        found = [each for each in window.findChildren(QMessageBox) if each.isVisible()]
        assert len(found) == 1
        assert found[0].text() == "Save the changes to a?"
        return found[0]

    def press(words: str) -> None:
        click(next(each for each in box().buttons() if each.text() == words))

    window.go("settings")
    press("Cancel")
    assert window.current_page == "profile"
    window.go("settings")
    press("Save")
    qtbot.waitUntil(lambda: window.current_page == "settings")
    qtbot.waitUntil(lambda: panel.book.profiles[0].tags == ("new",))
    panel.edit_profile(id_of(panel, "a"))
    type_into(page.client.fields["tags"].field, "other")
    window.go("settings")
    press("Discard")
    assert window.current_page == "settings"
    assert shell.services.profiles.book().profiles[0].tags == ("new",)
    assert not page.dirty


def test_by_keyboard_alone(
    window: MainWindow, panel: ProfilePanel, shell: Shell, no_keyring: None, qtbot: Any, qapp: QApplication
) -> None:
    """From the search field to a saved change and a check, without a mouse."""

    def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(qapp.focusWidget() or window, key, modifier)

    def tab_to(name: str) -> None:
        for _ in range(60):
            if (focused := qapp.focusWidget()) is not None and focused.accessibleName() == name:
                return
            press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not come to {name}")

    fill(panel, shell, qtbot, *THREE)
    panel.search.setFocus()
    QTest.keyClicks(panel.search, "sensors")
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_F2)
    page = editor(window)
    qtbot.waitUntil(page.isVisible)
    page.address.url.setFocus()
    for name in ("Host", "Port", "User name", "Name", "Tags", "Topic to check", "Notes"):
        tab_to(name)
    press(Qt.Key.Key_Tab)
    assert page.isAncestorOf(qapp.focusWidget())
    page.client.fields["tags"].field.setFocus()
    QTest.keyClicks(qapp.focusWidget(), "hall")
    press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: [each.tags for each in panel.book.profiles if each.tags] == [("hall",)])
    panel.tree.setFocus()
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.current_page == "checkup")


# -- the list -------------------------------------------------------------------------------------------------


THREE = (
    ("orders-eu", "amqps://o@mq.example.com", ("Production",)),
    ("orders-us", "amqps://o@us.example.com", ("Production",)),
    ("sensors", "mqtt://10.0.0.7", ("Plant",)),
)


def test_search_and_keys_find_a_profile(
    window: MainWindow, panel: ProfilePanel, shell: Shell, no_keyring: None, qtbot: Any
) -> None:
    fill(panel, shell, qtbot, *THREE)
    assert rows(panel) == ["Production/", "orders-eu", "orders-us", "Plant/", "sensors"]
    panel.search.setFocus()
    QTest.keyClicks(panel.search, "us.ex")
    assert rows(panel) == ["Production/", "orders-us"]
    QTest.keyClick(panel.search, Qt.Key.Key_Down)
    assert panel.tree.hasFocus()
    QTest.keyClick(panel.tree, Qt.Key.Key_Return)
    checkup = window.page("checkup")
    assert isinstance(checkup, CheckupPage)
    qtbot.waitUntil(checkup.isVisible)
    assert "us.example.com" in checkup.bar.field.text()
    QTest.keyClick(panel.search, Qt.Key.Key_Escape)
    assert len(rows(panel)) == 5
    panel.search.setText("nothing like this")
    assert panel.empty.isVisible()
    assert rows(panel) == []
    panel.search.clear()
    names = [command.title for command in panel.commands()]
    assert names[:3] == ["orders-eu", "orders-us", "sensors"]


def test_order_and_groups_by_key_and_drag(panel: ProfilePanel, shell: Shell, no_keyring: None, qtbot: Any) -> None:
    fill(panel, shell, qtbot, *THREE)
    panel.tree.choose(id_of(panel, "orders-us"))
    panel.tree.setFocus()
    QTest.keyClick(panel.tree, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: rows(panel)[1:3] == ["orders-us", "orders-eu"])
    panel.tree.choose("Plant")
    QTest.keyClick(panel.tree, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: rows(panel)[0] == "Plant/")
    data = panel.model.mimeData([panel.model.index_of(id_of(panel, "sensors"))])
    production = panel.model.index_of("Production")
    assert panel.model.canDropMimeData(data, Qt.DropAction.MoveAction, 1, 0, production)
    panel.model.dropMimeData(data, Qt.DropAction.MoveAction, 1, 0, production)
    qtbot.waitUntil(lambda: rows(panel) == ["Plant/", "Production/", "orders-us", "sensors", "orders-eu"])
    panel.tree.choose("Production")
    QTest.keyClick(panel.tree, Qt.Key.Key_F2)
    name = panel.tree.findChild(QLineEdit)
    assert name is not None
    name.selectAll()
    QTest.keyClicks(name, "Live")
    QTest.keyClick(name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Live/" in rows(panel))
    QTest.keyClick(panel.tree, Qt.Key.Key_Space)
    assert {profile.group for profile in shell.services.profiles.book().profiles} == {("Live",)}


def test_delete_has_a_way_back(panel: ProfilePanel, shell: Shell, real_keyring: KeyringSession, qtbot: Any) -> None:
    made, secrets = profile_from_url(f"amqp://app:{ENCODED}@h", "orders")
    shell.services.profiles.save(made, secrets)
    panel.reload()
    qtbot.waitUntil(lambda: rows(panel) == ["orders"])
    panel.tree.choose(made.id)
    panel.tree.setFocus()
    QTest.keyClick(panel.tree, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: rows(panel) == [])
    assert panel.strip.title() == "Deleted: orders"
    assert real_keyring.secrets() == []
    undo = next(each for each in panel.strip.findChildren(QAbstractButton) if each.text() == "Undo")
    click(undo)
    qtbot.waitUntil(lambda: rows(panel) == ["orders"])
    assert real_keyring.secrets() == [CANARY]


def test_the_menu_copies_without_a_password(
    window: MainWindow, panel: ProfilePanel, shell: Shell, no_keyring: None, qtbot: Any
) -> None:
    fill(panel, shell, qtbot, *THREE)
    key = id_of(panel, "orders-eu")
    place = panel.tree.visualRect(panel.model.index_of(key)).center()
    panel.tree.customContextMenuRequested.emit(place)
    menu = next(each for each in panel.findChildren(QMenu) if each.isVisible())
    words = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert words[:4] == ["Diagnose", "Edit…", "Duplicate…", "Copy as"]
    copies = next(action.menu() for action in menu.actions() if action.text() == "Copy as")
    assert isinstance(copies, QMenu)
    for name, expected in (
        ("url", "amqps://o@mq.example.com:5671"),
        ("command", "mqassist check"),
        ("pika", "import os\nimport ssl\n\nimport pika"),
    ):
        next(action for action in copies.actions() if action.objectName() == name).trigger()
        assert QGuiApplication.clipboard().text().startswith(expected)
    duplicate = next(action for action in menu.actions() if action.text().startswith("Duplicate"))
    menu.hide()
    duplicate.trigger()
    page = editor(window)
    qtbot.waitUntil(page.isVisible)
    assert page.client.name_text() == "orders-eu (2)"
    click(page.save)
    qtbot.waitUntil(lambda: "orders-eu (2)" in rows(panel))


def test_five_hundred_profiles_stay_quick(qapp: QApplication, look: Theme) -> None:
    """The longest the screen waits for the list: to be built, searched and painted. Generous, for slow machines."""
    many = tuple(
        Profile(str(n), f"profile {n}", f"amqps://u@h{n}.example.com:5671", group=("G", str(n % 20)))
        for n in range(500)
    )
    model = ProfileModel(lambda *_: None, lambda *_: None)
    begin = time.process_time()
    model.set_book(Book(many), {})
    built = time.process_time() - begin
    begin = time.process_time()
    model.search("h499")
    searched = time.process_time() - begin
    assert model.node(model.index(0, 0)).label == "G"
    assert built < 0.5
    assert searched < 0.25


# -- in and out -----------------------------------------------------------------------------------------------


def test_import_shows_before_it_saves(
    window: MainWindow, panel: ProfilePanel, real_keyring: KeyringSession, tmp_path: Path, home: Path, qtbot: Any
) -> None:
    source = tmp_path / "docker-compose.yml"
    source.write_text(
        "services:\n  mq:\n    image: rabbitmq:3\n    ports: ['5672:5672']\n    environment:\n"
        f"      RABBITMQ_DEFAULT_USER: app\n      RABBITMQ_DEFAULT_PASS: {CANARY}\n"
        "  other:\n    image: eclipse-mosquitto\n",
        encoding="utf-8",
    )
    click(window.sidebar.imported)
    dialog = next(each for each in window.findChildren(ImportDialog) if each.isVisible())
    dialog.read(str(source))
    qtbot.waitUntil(lambda: dialog.table.topLevelItemCount() == 1)
    assert "Docker Compose" in dialog.intro.text()
    item = dialog.table.topLevelItem(0)
    assert item is not None
    assert (item.text(0), item.text(1)) == ("mq", "amqp://app@localhost:5672")
    note = dialog.notes.topLevelItem(0)
    assert note is not None
    assert "publishes no port" in note.text(1)
    assert panel.book == Book()
    assert_no_leak(visible_text(dialog), "the dialog")
    qtbot.waitUntil(dialog.secrets.isChecked)
    click(dialog.save)
    qtbot.waitUntil(lambda: rows(panel) == ["mq"])
    assert real_keyring.secrets() == [CANARY]
    qtbot.waitUntil(lambda: window.bridge.running == 0)
    for path, content in files_below(home).items():
        assert_no_leak(content, str(path))


def test_import_tells_what_is_wrong(window: MainWindow, panel: ProfilePanel, no_keyring: None, qtbot: Any) -> None:
    panel.import_profiles()
    dialog = next(each for each in window.findChildren(ImportDialog) if each.isVisible())
    dialog.paste.setPlainText("nothing that names a broker")
    click(dialog.read_paste)
    qtbot.waitUntil(dialog.strip.isVisible)
    assert "No broker was found" in dialog.strip.title()
    assert not dialog.save.isEnabled()
    click(dialog.cancel)


def test_export_under_a_passphrase_comes_back(
    window: MainWindow, panel: ProfilePanel, shell: Shell, real_keyring: KeyringSession, tmp_path: Path, qtbot: Any
) -> None:
    made, secrets = profile_from_url(f"amqp://app:{ENCODED}@h", "orders")
    shell.services.profiles.save(made, secrets)
    panel.reload()
    qtbot.waitUntil(lambda: rows(panel) == ["orders"])
    panel.export_profiles(panel.book.profiles)
    dialog = next(each for each in window.findChildren(ExportDialog) if each.isVisible())
    click(dialog.sealed)
    type_into(dialog.first.field, "a long passphrase")
    type_into(dialog.second.field, "a long passphrasf")
    assert not dialog.save.isEnabled()
    type_into(dialog.second.field, "a long passphrase")
    assert dialog.save.isEnabled()
    file = tmp_path / "out.json"
    dialog.write(str(file))
    qtbot.waitUntil(file.exists, timeout=10_000)
    qtbot.waitUntil(lambda: "written under the passphrase" in window.strip.title())
    assert_no_leak(file.read_bytes(), "the export")
    panel.import_profiles(str(file))
    reading = next(each for each in window.findChildren(ImportDialog) if each.isVisible())
    qtbot.waitUntil(reading.phrase_field.isVisible)
    click(reading.phrase.replace)
    QTest.keyClicks(reading.phrase.entry, "a long passphrase")
    QTest.keyClick(reading.phrase.entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: reading.table.topLevelItemCount() == 1, timeout=10_000)
    qtbot.waitUntil(reading.secrets.isChecked)
    click(reading.save)
    qtbot.waitUntil(lambda: rows(panel) == ["orders", "orders (2)"], timeout=10_000)
    assert real_keyring.secrets() == [CANARY, CANARY]


# -- both languages, every control named -----------------------------------------------------------------------


def test_every_control_has_a_name_in_both_languages(
    window: MainWindow, panel: ProfilePanel, shell: Shell, no_keyring: None, qtbot: Any
) -> None:
    fill(panel, shell, qtbot, *THREE)
    panel.edit_profile(id_of(panel, "orders-eu"))
    page = editor(window)
    page.logs.put("/var/log/broker.log")
    panel.import_profiles()
    panel.export_profiles(panel.book.profiles)
    dialogs = [*window.findChildren(ImportDialog), *window.findChildren(ExportDialog)]
    for language in ("en", "zh"):
        window.choose_language(language)
        QApplication.processEvents()
        for place in (page, panel, *dialogs):
            for control in place.findChildren(QWidget):
                if control.focusPolicy() & Qt.FocusPolicy.TabFocus and control.isVisibleTo(place):
                    text = getattr(control, "text", lambda: "")
                    named = control.accessibleName() or (text() if isinstance(control, QAbstractButton) else "")
                    assert named, f"{type(control).__name__} in {type(place).__name__} has no name"
    told = visible_text(page)
    assert "保存前测试" in told
    assert not re.search(r"\b(Save|Cancel|Password|Address)\b", told)
    for dialog in dialogs:
        dialog.reject()
