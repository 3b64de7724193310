"""The practice lab: all cards, one that plays, riddles, one layer, the relay with a program in it."""

from __future__ import annotations

import pika  # type: ignore[import-untyped]  # it has no types of its own
from PySide6.QtWidgets import QWidget

from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.lab.page import LabPage
from mqassist.gui.pages.lab.practice import progress_of
from tests.gui.screens import settle


def page_of(window: MainWindow) -> LabPage:
    window.go("lab")
    page = window.page("lab")
    assert isinstance(page, LabPage)
    settle(lambda: page.grid.cards and page.grid.complete)
    return page


def cards(window: MainWindow) -> QWidget | None:
    page = page_of(window)
    page.filters.chips[""].click()
    settle(lambda: page.grid.complete)
    return None


def playing(window: MainWindow) -> QWidget | None:
    page = page_of(window)
    page.filters.chips["tls"].click()
    settle(lambda: page.grid.complete)
    page.progress = progress_of({"proved": {"certificate-expired": "fits", "weak-key": "differs"}})
    for name in ("certificate-other-name", "certificate-expired"):
        page.start(name)
        settle(page.detail.check.isVisible)
    page.tabs["cards"].click()
    return None


def riddles(window: MainWindow) -> QWidget | None:
    page = page_of(window)
    page.guess_first.setChecked(True)
    page.filters.chips["auth"].click()
    settle(lambda: page.grid.complete)
    page.select("vhost-missing")
    return None


def relay(window: MainWindow) -> QWidget | None:
    page = page_of(window)
    assert window.shell is not None
    broker = window.shell.services.lab.start("amqp-healthy")
    page.tabs["relay"].click()
    panel = page.relay
    panel.broker.setText(f"amqp://app@127.0.0.1:{broker.port}")
    panel.start.click()
    settle(panel.address.isVisible)
    panel.delay.slider.setValue(3)
    port = int(panel.address.text().rsplit(":", 1)[1])
    login = pika.PlainCredentials("app", "open-sesame")
    pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port, "/", login, heartbeat=0)).close()
    settle(lambda: "Pika" in panel.program_words())
    return None


def one(window: MainWindow) -> QWidget | None:
    """The scenario alone, where there is no room for both sides."""
    page = page_of(window)
    page.start("certificate-expired")
    page.tabs["scenario"].click()
    settle(page.detail.check.isVisible)
    page.detail.reveal.click()
    return None


SCENES = {"cards": cards, "one": one, "playing": playing, "riddles": riddles, "relay": relay}
