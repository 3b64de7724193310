"""What happens with what is dragged over the window: a veil over the page while it is there. Reads no file."""

from __future__ import annotations

import os

from PySide6.QtCore import QCoreApplication, QMimeData, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from mqassist.gui.drops import is_address
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.dropped import dropped_files
from mqassist.gui.widgets.labels import Text

INSET = 20


def hint_for(data: QMimeData) -> tuple[str, str]:
    """(what dropping does, what else may be dropped)."""
    paths = dropped_files(data)
    if len(paths) == 1:
        title = QCoreApplication.translate("Drop", "Drop {name} to open it").format(name=os.path.basename(paths[0]))
    elif paths:
        title = QCoreApplication.translate("Drop", "Drop {count} files to open them").format(count=len(paths))
    elif is_address(data.text() or "".join(url.toString() for url in data.urls()[:1])):
        title = QCoreApplication.translate("Drop", "Drop the address to check it")
    else:
        title = QCoreApplication.translate("Drop", "Drop the text to have it explained")
    kinds = QCoreApplication.translate(
        "Drop", "A log is read where it is, a certificate begins a profile, settings are imported, a report is shown."
    )
    return title, kinds if paths else ""


class DropHint(QFrame):
    """Covers its parent; what lies below goes on taking the drop."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title = Text(role="title")
        self._kinds = Text(colour="t2")
        box = QVBoxLayout(self)
        box.setContentsMargins(4 * INSET, 2 * INSET, 4 * INSET, 2 * INSET)
        box.addStretch(1)
        for label in (self._title, self._kinds):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            box.addWidget(label)
        box.addStretch(1)
        self.hide()

    def show_for(self, data: QMimeData) -> None:
        title, kinds = hint_for(data)
        self._title.setText(title)
        self._kinds.setText(kinds)
        self._kinds.setVisible(bool(kinds))
        self.setAccessibleName(title)
        self.setAccessibleDescription(kinds)
        self._cover()
        self.raise_()
        self.show()

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        ground = look.tokens.colour("surface")
        ground.setAlphaF(0.92)  # the page shines through: nothing of it is gone
        painter = QPainter(self)
        painter.fillRect(self.rect(), ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(look.tokens.accent, 2)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        inset = look.px(INSET)
        frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(frame, look.px(8), look.px(8))
        painter.end()
