"""The guide: pasted settings with a trace, its questions, a check that runs, its answer."""

from __future__ import annotations

import atexit
import tempfile
from pathlib import Path
from typing import cast

from PySide6.QtWidgets import QWidget

from mqassist.gui.main_window import MainWindow
from mqassist.gui.wizard.page import ANSWER, WizardPage
from tests.gui.screens import settle
from tests.support.mosquitto import start_mosquitto
from tests.support.peer import Peer, silent

PASTED = """\
# application-prod.yml
spring:
  rabbitmq:
    host: mq.example.com
    port: 5672
    username: guest
    password: hunter-hunter
    virtual-host: prod
    requested-heartbeat: 5

2026-11-20 14:02:31.774 ERROR 1 --- [ntContainer#0-1]
o.s.a.r.l.SimpleMessageListenerContainer : Failed to check/redeclare auto-delete queue(s).
org.springframework.amqp.AmqpAuthenticationException: com.rabbitmq.client.AuthenticationFailureException:
ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.
"""


def _guide(window: MainWindow, text: str) -> WizardPage:
    window.go("wizard")
    page = cast("WizardPage", window.page("wizard"))
    page.fill_text(text)
    settle(lambda: page.paste.understood is not None)
    return page


def paste(window: MainWindow) -> QWidget | None:
    _guide(window, PASTED)
    return None


def where(window: MainWindow) -> QWidget | None:
    page = _guide(window, "amqp://orders@localhost:5672/prod")
    page.next.click()
    page.questions[0].answers.where = "container"
    page.questions[0].refresh()
    return None


def credentials(window: MainWindow) -> QWidget | None:
    page = _guide(window, PASTED)
    page.next.click()
    page.next.click()
    return None


def certificates(window: MainWindow) -> QWidget | None:
    page = _guide(window, "amqps://orders@mq.example.com/prod")
    for _ in range(3):
        page.next.click()
    return None


def allowed(window: MainWindow) -> QWidget | None:
    page = _guide(window, "mqtt://sensor@10.0.0.7")
    for _ in range(4):
        page.next.click()
    return None


def checked(window: MainWindow) -> QWidget | None:
    page = _guide(window, "amqp://orders:secret-word@127.0.0.1:9/prod")
    page.skip.click()
    settle(lambda: page.report is not None)
    return None


def answer(window: MainWindow) -> QWidget | None:
    page = _guide(window, "amqp://orders:secret-word@127.0.0.1:9/prod")
    page.skip.click()
    settle(lambda: page.report is not None)
    page.next.click()
    assert page.stack.currentIndex() == ANSWER
    return None


def refused(window: MainWindow) -> QWidget | None:
    with tempfile.TemporaryDirectory() as folder:
        broker = start_mosquitto(Path(folder) / "mosquitto", "listener {port} 127.0.0.1\nallow_anonymous false\n")
        page = _guide(window, f"mqtt://sensor:secret-word@127.0.0.1:{broker.port}")
        page.skip.click()
        settle(lambda: page.report is not None)
        broker.stop()
    return None


def going(window: MainWindow) -> QWidget | None:
    """In the second layer: the broker has not answered the login yet."""
    peer = Peer(lambda _number: [silent()])
    atexit.register(peer.stop)
    page = _guide(window, f"mqtt://sensor:secret-word@127.0.0.1:{peer.port}")
    page.skip.click()
    settle(lambda: page.run.floor == "security" and page.controller.elapsed_s > 2.5)
    window.setProperty("goes_on", True)
    return None


SCENES = {
    "going": going,
    "refused": refused,
    "paste": paste,
    "where": where,
    "credentials": credentials,
    "certificates": certificates,
    "allowed": allowed,
    "checked": checked,
    "answer": answer,
}
