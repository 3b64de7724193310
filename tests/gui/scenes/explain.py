"""The page that explains texts: nothing yet, a library that hides the reason, several problems, a healthy log, the
catalogue."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.explain.page import ExplainPage
from mqassist.gui.widgets.labels import ElidedLabel
from tests.gui.screens import settle
from tests.support.kept_runs import fill

GO = """2026/11/20 14:02:31 connecting to amqps://orders:canary-secret-1@mq.example.com:5671/prod-eu
2026/11/20 14:02:31 dial: Exception (403) Reason: "no access to this vhost"
panic: Exception (403) Reason: "no access to this vhost"

goroutine 1 [running]:
main.mustDial({0xc0000182a0, 0x2f})
\t/app/internal/mq/conn.go:41 +0x12c
main.main()
\t/app/cmd/worker/main.go:27 +0x45
exit status 2

$ go list -m all | grep amqp
github.com/rabbitmq/amqp091-go v1.10.0
"""
SEVERAL = """1732100000: mosquitto version 2.0.18 starting
1732100000: Starting in local only mode. Connections will only be possible from clients running on this machine.
1732100000: Opening ipv4 listen socket on port 1883.
1732100000: Error: Address already in use
1732100042: Socket error on client sensor-7, disconnecting.
"""
HEALTHY = """1732100000: New client connected from 10.0.0.7:41234 as sensor-7 (p2, c1, k60, u'app').
1732100060: Client sensor-7 disconnected.
"""


def page_of(window: MainWindow) -> ExplainPage:
    window.go("explain")
    page = window.page("explain")
    assert isinstance(page, ExplainPage)
    return page


def explained(window: MainWindow, text: str) -> ExplainPage:
    page = page_of(window)
    page.explain_text(text)
    settle(lambda: page.box.toPlainText() != "")
    return page


def empty(window: MainWindow) -> QWidget | None:
    page_of(window)
    return None


def hidden_reason(window: MainWindow) -> QWidget | None:
    explained(window, GO)
    return None


def seen_before(window: MainWindow) -> QWidget | None:
    assert window.shell is not None
    fill(window.shell.services)
    explained(window, "amqp://app@orders.internal:5672/: ACCESS_REFUSED - Login was refused using PLAIN\n")
    return None


def several(window: MainWindow) -> QWidget | None:
    explained(window, SEVERAL)
    return None


def healthy(window: MainWindow) -> QWidget | None:
    explained(window, HEALTHY)
    return None


def unknown(window: MainWindow) -> QWidget | None:
    explained(window, "flux capacitor overload at 88 mph\n")
    return None


def catalogue(window: MainWindow) -> QWidget | None:
    page = page_of(window)
    page.show_catalogue(True)
    settle(lambda: page.catalogue.list.count() > 100)
    page.catalogue.field.setText("vhost")
    settle(lambda: page.catalogue.list.count() < 100)
    settle(lambda: page.catalogue.findChildren(ElidedLabel))  # the end of the page of the first cause
    return None


SCENES = {
    "empty": empty,
    "hidden-reason": hidden_reason,
    "seen-before": seen_before,
    "several": several,
    "healthy": healthy,
    "unknown": unknown,
    "catalogue": catalogue,
}
