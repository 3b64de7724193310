"""The advisor: a healthy RabbitMQ, a broker behind a box that cuts, nothing measured yet, a small window."""

from __future__ import annotations

from mqassist.core.runs import unmasked
from mqassist.core.settings import CheckSettings
from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.advisor.page import AdvisorPage
from tests.gui.screens import SMALL, settle
from tests.support.kept_runs import fill


def _page(window: MainWindow) -> AdvisorPage:
    window.go("advisor")
    page = window.page("advisor")
    assert isinstance(page, AdvisorPage)
    return page


def _of(window: MainWindow, wanted: int) -> None:
    """As the check-up sends a person there."""
    assert window.shell is not None
    services = window.shell.services
    run = fill(services)[wanted]
    window.shell.advise(services.kept(run.id), unmasked(run.target), CheckSettings())
    page = _page(window)
    settle(lambda: bool(page.table.rows) and page.choice.count() > 0)


def healthy(window: MainWindow) -> None:
    _of(window, 0)


def broken(window: MainWindow) -> None:
    _of(window, -1)


def mqtt(window: MainWindow) -> None:
    _of(window, 1)


def lines(window: MainWindow) -> None:
    healthy(window)
    page = _page(window)
    assert page.lines is not None
    page.lines.chips["java-amqp"].click()
    from PySide6.QtWidgets import QScrollArea

    area = page.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if isinstance(area, QScrollArea):
        settle()
        area.ensureWidgetVisible(page.sources)


def said(window: MainWindow) -> None:
    healthy(window)
    page = _page(window)
    for name, text in (("processing", "5"), ("rate", "2000"), ("outage", "60"), ("clients", "many")):
        field = page.workload.fields[name]
        field.setText(text)
        field.textEdited.emit(text)
    settle(lambda: any(row.setting.id == "prefetch" and row.setting.value for row in page.table.rows))


def nothing(window: MainWindow) -> None:
    page = _page(window)
    settle(page.nothing.isVisible)


def small(window: MainWindow) -> None:
    window.resize(*SMALL)
    healthy(window)


SCENES = {
    "healthy": healthy,
    "broken": broken,
    "mqtt": mqtt,
    "lines": lines,
    "said": said,
    "nothing": nothing,
    "small": small,
}
