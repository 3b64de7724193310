"""The profile list and the editor, as in the design: groups, a change not saved, certificates looked at."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QWidget

from mqassist.core.profile import Profile
from mqassist.core.record import changed
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.gui.main_window import MainWindow
from mqassist.gui.profiles.editor import ProfilePage
from mqassist.gui.profiles.export_dialog import ExportDialog
from mqassist.gui.profiles.import_dialog import ImportDialog
from mqassist.gui.profiles.panel import ProfilePanel
from tests.gui.screens import settle
from tests.support.pki import Pki

os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

SAMPLES = (
    ("orders-eu", "amqps://orders@mq.example.com:5671/%2Fprod", ("Production",), "broken", True),
    ("orders-us", "amqps://orders@mq-us.example.com:5671", ("Production",), "works", True),
    ("billing", "amqps://billing@mq.example.com:5671/billing", ("Production",), "works", True),
    ("orders-staging", "amqp://orders@staging.example.com:5672", ("Staging",), "works", False),
    ("sensors-gateway", "mqtts://gateway@iot.example.com:8883", ("Staging",), "warning", False),
    ("Suzhou plant 7", "mqtt://10.1.7.20:1883", ("Customer sites",), "undecided", False),
    ("Harbour pumps", "wss://pumps.example.com:443/mqtt", ("Customer sites",), "stopped", False),
)
SETTINGS = """# exported from the shop
[Shop]
orders = amqps://orders:s3cret-word@mq.example.com/prod
sensors = mqtt://sensors.example.com
spare = amqp://${MQ_HOST}:5672
"""


def filled(window: MainWindow) -> ProfilePanel:
    assert window.shell is not None
    saved = window.shell.services.profiles
    for name, url, group, state, production in SAMPLES:
        profile = saved.save(Profile(name, name, url, group=group, tags=("eu",), production=production), {})
        saved.note_run(profile.id, state)
    panel = window.sidebar.panel
    assert isinstance(panel, ProfilePanel)
    panel.reload()
    settle(lambda: len(panel.book.profiles) == len(SAMPLES))
    return panel


def listed(window: MainWindow) -> QWidget | None:
    panel = filled(window)
    panel.tree.choose("orders-eu")
    return None


def editor(window: MainWindow) -> QWidget | None:
    panel = filled(window)
    pki = Pki(Path(tempfile.mkdtemp()))
    client = pki.client_for("orders")
    tls = TlsSettings(str(pki.ca), str(client.cert), str(client.key))
    profile = panel.book.by_id("orders-eu")
    assert profile is not None
    assert window.shell is not None
    logs = ("/var/log/rabbitmq/rabbit@mq1.log", "/var/log/rabbitmq/rabbit@mq2.log")
    settings = CheckSettings(tls=tls, heartbeat=60, timeout=10.0, logs=logs)
    window.shell.services.profiles.save(changed(profile, settings=settings), {})
    panel.reload()
    settle(lambda: any(each.settings.logs for each in panel.book.profiles))
    panel.tree.choose("orders-eu")
    panel.edit_profile("orders-eu")
    page = window.page("profile")
    assert isinstance(page, ProfilePage)
    settle(page.tls.key.said)
    return None


def importing(window: MainWindow) -> QWidget | None:
    panel = filled(window)
    assert window.shell is not None
    dialog = ImportDialog(window.shell, panel.book, window)
    dialog.open()
    dialog.paste.setPlainText(SETTINGS)
    dialog.read_paste.click()
    settle(lambda: dialog.table.topLevelItemCount() == 2)
    return dialog


def exporting(window: MainWindow) -> QWidget | None:
    panel = filled(window)
    assert window.shell is not None
    dialog = ExportDialog(window.shell, panel.book.profiles, window)
    dialog.sealed.setChecked(True)
    dialog.open()
    return dialog


SCENES = {"list": listed, "editor": editor, "import": importing, "export": exporting}
