"""The line at the bottom: what is running, that nothing is sent anywhere, where passwords go, the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from mqassist.gui.keyring_words import keyring_sentence
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Line
from mqassist.gui.widgets.labels import StateShape

if TYPE_CHECKING:
    from mqassist.core.profile import KeyringState


class Note(QWidget):
    """An icon and some small words."""

    def __init__(self, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name, self._text = icon_name, ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        dress(self, "caption")

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        look = theme()
        width = look.px(14) + look.px(6) + self.fontMetrics().horizontalAdvance(self._text) + 2
        return QSize(width, self.fontMetrics().height() + look.px(4))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(14), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        side = look.px(14)
        painter = QPainter(self)
        picture = look.icons.pixmap(self._icon_name, look.tokens.t2, side, self.devicePixelRatioF())
        painter.drawPixmap(0, (self.height() - side) // 2, picture)
        place = self.rect().adjusted(side + look.px(6), 0, 0, 0)
        painter.setPen(look.tokens.t2)
        shown = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class StatusBar(QWidget):
    """`language_pressed` asks for the other language."""

    language_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        dress(self, ground="win")
        self._keyring: KeyringState | None = None
        self._said = ""
        self._arc = StateShape("running", self, size=14)
        self._arc.hide()
        self._first = Note("eye", self)
        self._offline = Note("shield", self)
        self._passwords = Note("key", self)
        self.language = Button("", self, kind="quiet")
        self.language.clicked.connect(self.language_pressed)
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(16)
        row.addWidget(self._arc)
        row.addWidget(self._first)
        row.addWidget(self._offline)
        row.addStretch(1)
        row.addWidget(self._passwords)
        row.addWidget(self.language)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(row)
        self._line = Line(self)
        self.retranslate()

    def say(self, text: str, running: bool) -> None:
        self._said = text
        self._arc.setVisible(running)
        self.retranslate()

    def set_keyring(self, keyring: KeyringState) -> None:
        """Where passwords go; nothing is said until this is known."""
        self._keyring = keyring
        self.retranslate()

    def text(self) -> str:
        return self._first.text()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Status"))
        self._first.set_text(self._said or self.tr("Read-only checks"))
        self._offline.set_text(self.tr("Works offline, nothing is sent"))
        if self._keyring is not None:
            self._passwords.set_text(keyring_sentence(self._keyring))
        self._passwords.setVisible(self._keyring is not None)
        self.language.setText(self.tr("English", "the name of the language of now"))
        self.language.setAccessibleName(self.tr("Language: English. Press to switch"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def resizeEvent(self, event: object) -> None:
        self._line.setGeometry(0, 0, self.width(), 1)
        self._line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
