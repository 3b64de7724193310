"""What only the person knows of the program: four figures, each of which may stay empty."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QWidget

from mqassist.core.tuning import Workload
from mqassist.gui.profiles.parts import FieldRow, Labelled
from mqassist.gui.widgets.cards import Card
from mqassist.gui.widgets.fields import Field
from mqassist.gui.widgets.labels import SectionTitle, Text

PAUSE_MS = 250
"""So long nobody types before it is calculated anew."""
MOST = 100_000_000.0
NAMES = ("processing", "rate", "outage", "clients")
WHOLE = ("outage", "clients")


class WorkloadCard(Card):
    """`said`: a figure was changed, and what stands there can be read."""

    said = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = SectionTitle()
        self._intro = Text(role="caption", colour="t3")
        self.fields = {name: Field() for name in NAMES}
        self._labelled = {name: Labelled(field) for name, field in self.fields.items()}
        self.body.addWidget(self._title)
        self.body.addWidget(self._intro)
        self.body.addWidget(FieldRow([(self._labelled[name], 1) for name in NAMES], least=640))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.said)
        for field in self.fields.values():
            field.textEdited.connect(self._typed)
        self.retranslate()

    def workload(self) -> Workload:
        """What cannot be read counts as not said; the field is marked."""
        processing, rate = (self._figure(name) for name in ("processing", "rate"))
        outage, clients = (self._figure(name) for name in WHOLE)
        return Workload(
            processing, rate, None if outage is None else int(outage), None if clients is None else int(clients)
        )

    def _figure(self, name: str) -> float | None:
        text = self.fields[name].text().strip().replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            return None
        if not 0 < value <= MOST or (name in WHOLE and value != int(value)):
            return None
        return value

    def _typed(self) -> None:
        for name, field in self.fields.items():
            wrong = bool(field.text().strip()) and self._figure(name) is None
            whole = self.tr("A whole number above 0")
            field.set_wrong(wrong, (whole if name in WHOLE else self.tr("A number above 0")) if wrong else "")
        self._pause.start()

    def retranslate(self) -> None:
        self._title.setText(self.tr("Your program"))
        self._intro.setText(self.tr("Only you know these. Each may stay empty; what depends on it is then left open."))
        words = {
            "processing": self.tr("Time for one message, ms"),
            "rate": self.tr("Messages published in a second"),
            "outage": self.tr("Longest outage to bridge, seconds"),
            "clients": self.tr("How many such programs"),
        }
        for name, word in words.items():
            self._labelled[name].set_name(word)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
