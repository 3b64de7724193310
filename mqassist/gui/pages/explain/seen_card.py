"""Seen on this computer: earlier runs with the cause that is chosen, and the way to the newest report."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from mqassist.core.runs import KeptRun, local_time
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card
from mqassist.gui.widgets.labels import Text

MOST = 3
"""Runs that are told one by one."""


class SeenCard(Card):
    """`report_wanted` comes with the id of a kept run."""

    report_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, tone="sunken", margin=14, gap=4)
        self._runs: tuple[KeptRun, ...] = ()
        self._title = Text(weight=SEMIBOLD)
        self._told = Text(colour="t2")
        self.open_report = Button(kind="link", icon_name="hist")
        self.open_report.clicked.connect(self._open)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        head.addWidget(self.open_report)
        self.body.addLayout(head)
        self.body.addWidget(self._told)
        self.show_runs(())

    def show_runs(self, runs: Sequence[KeptRun]) -> None:
        """Newest first; without any the card is hidden."""
        self._runs = tuple(runs)
        self.setVisible(bool(runs))
        self.retranslate()

    def _open(self) -> None:
        self.report_wanted.emit(self._runs[0].id)

    def retranslate(self) -> None:
        count = len(self._runs)
        once = self.tr("Seen on this computer once")
        self._title.setText(once if count == 1 else self.tr("Seen on this computer {count} times").format(count=count))
        self.open_report.setText(self.tr("Open the report") if count == 1 else self.tr("Open the newest report"))
        self._told.setText(
            "\n".join(
                self.tr("{time}, {target}: {title}").format(
                    time=local_time(run.started_at), target=run.target, title=run.title
                )
                for run in self._runs[:MOST]
            )
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
