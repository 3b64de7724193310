"""Before an active test of a production broker: what will be created and removed, and the choice. Runs nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialogButtonBox, QVBoxLayout, QWidget

from mqassist.core.advice import Wording
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.dialogs import Dialog
from mqassist.gui.widgets.labels import Text


class ProductionSheet(Dialog):
    """`chosen` gives "active" or "read-only"; nothing comes after Cancel."""

    chosen = Signal(str)

    def __init__(
        self,
        name: str,
        probes: Sequence[str],
        second: Sequence[str],
        topic: str,
        wording: Wording,
        parent: QWidget | None = None,
    ) -> None:
        """`probes` are the ids of those that change something; `second` may follow to tell look-alikes apart."""
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Production"))
        self.setMinimumWidth(theme().px(460))
        dress(self, ground="surface")
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(8)
        title = self.tr("{name} is a production broker").format(name=name)
        box.addWidget(Text(title, role="section"))
        box.addWidget(Text(self.tr("This check would do the following there and undo it afterwards:"), colour="t2"))
        for probe in probes:
            box.addWidget(Text(wording.sentence(f"probe.{probe}"), weight=SEMIBOLD))
            box.addWidget(Text(self._what(probe, topic), colour="t2"))
        if second:
            titles = " · ".join(wording.sentence(f"probe.{probe}") for probe in second)
            box.addWidget(Text(titles, weight=SEMIBOLD))
            box.addWidget(Text(self._only_then(topic), colour="t2"))
        box.addSpacing(8)
        buttons = QDialogButtonBox()
        self.read_only = Button(self.tr("Only read"), kind="filled")
        self.active = Button(self.tr("Do all of it"))
        self.cancel = Button(self.tr("Cancel"))
        buttons.addButton(self.cancel, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.addButton(self.active, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.read_only, QDialogButtonBox.ButtonRole.AcceptRole)
        box.addWidget(buttons)
        self.read_only.clicked.connect(lambda: self._choose("read-only"))
        self.active.clicked.connect(lambda: self._choose("active"))
        self.cancel.clicked.connect(self.reject)
        self.read_only.setDefault(True)
        self.read_only.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setAccessibleName(title)

    def _what(self, probe: str, topic: str) -> str:
        if probe.startswith("amqp."):
            return self.tr(
                "Created: a queue that only this connection sees and that is named after the run; one message goes "
                "through it. Removed: both, with the connection."
            )
        shown = topic or self.tr("a topic named after the run")
        return self.tr(
            "Created: a subscription and one message on {topic}, not retained. Removed: both, with the connection."
        ).format(topic=shown)

    def _only_then(self, topic: str) -> str:
        shown = topic or self.tr("a topic named after the run")
        return self.tr(
            "Only if the first test is refused, to tell the causes apart. Created: single messages on {topic}, not "
            "retained. Removed: with the connection."
        ).format(topic=shown)

    def _choose(self, what: str) -> None:
        self.chosen.emit(what)
        self.accept()
