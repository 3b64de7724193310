"""A password that is never shown: where it is kept, a way to type another one, a way to forget it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QStackedWidget, QWidget

from mqassist.core.secret import Secret
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import Button


class _State(QWidget):
    """The sunken box that says where the secret is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        dress(self, "body")

    def set_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.update()

    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        return QSize(theme().px(160), max(theme().px(28), self.fontMetrics().height() + theme().px(10)))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.tokens.line2, 1))
        painter.setBrush(look.tokens.sunken)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(6), look.px(6))
        side = look.px(14)
        icon = look.icons.pixmap("key", look.tokens.t3, side, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(look.px(10), (self.height() - side) / 2), icon)
        painter.setPen(look.tokens.t2)
        place = self.rect().adjusted(look.px(32), 0, -look.px(8), 0)
        shown = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class _Entry(QLineEdit):
    """Enter takes what was typed, Escape leaves all as it was."""

    taken = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAcceptDrops(False)
        dress(self, "mono")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class SecretField(QWidget):
    """`typed` is a new secret, `forgets` that the kept one shall go. `edited` comes when either changes."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.typed: Secret | None = None
        self.forgets = False
        self._stored = False
        self._words = ("", "", "", "")
        self.state = _State(self)
        self.entry = _Entry(self)
        self._stack = QStackedWidget(self)
        self._stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._stack.addWidget(self.state)
        self._stack.addWidget(self.entry)
        self.replace = Button("", self)
        self.forget = Button("", self, kind="quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._stack, 1)
        row.addWidget(self.replace)
        row.addWidget(self.forget)
        self.setFocusProxy(self.replace)
        self.replace.clicked.connect(self._replace)
        self.forget.clicked.connect(self._forget)
        self.entry.taken.connect(self._take)
        self.entry.left.connect(self._leave)

    def reset(self, stored: bool) -> None:
        self._stored, self.typed, self.forgets = stored, None, False
        self.entry.clear()
        self._stack.setCurrentWidget(self.state)
        self._tell()

    def put(self, secret: Secret) -> None:
        """A secret that came another way: pasted within an address."""
        self.typed, self.forgets = secret, False
        self._tell()
        self.edited.emit()

    def take_open(self) -> None:
        """What stands in the entry counts, although Enter was not pressed: Save and Test ask for it."""
        if self._stack.currentWidget() is self.entry:
            self._take()

    @property
    def has_secret(self) -> bool:
        return self.typed is not None or (self._stored and not self.forgets)

    def set_words(self, kept: str, typed: str, none: str, replace: str, enter: str, forget: str, name: str) -> None:
        """How the states and buttons are called; `name` is what kind of secret it is."""
        self._words = (kept, typed, none, replace)
        self._enter_word = enter
        self.forget.setText(forget)
        self.setAccessibleName(name)
        self.entry.setAccessibleName(name)
        self.replace.setAccessibleName(f"{name}: {replace}")
        self.forget.setAccessibleName(f"{name}: {forget}")
        self._tell()

    _enter_word = ""

    def _tell(self) -> None:
        kept, typed, none, replace = self._words
        if self.typed is not None:
            self.state.set_text(typed)
        else:
            self.state.set_text(kept if self.has_secret else none)
        self.replace.setText(replace if self.has_secret else self._enter_word)
        self.forget.setVisible(self.has_secret)

    def _replace(self) -> None:
        if self._stack.currentWidget() is self.entry:
            self._take()
            return
        self.entry.clear()
        self._stack.setCurrentWidget(self.entry)
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        self.replace.setText("OK")

    def _take(self) -> None:
        text = self.entry.text()
        self.entry.clear()
        self._stack.setCurrentWidget(self.state)
        if text:
            self.typed, self.forgets = Secret(text), False
            self.edited.emit()
        self._tell()
        self.replace.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave(self) -> None:
        self.entry.clear()
        self._stack.setCurrentWidget(self.state)
        self._tell()
        self.replace.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forget(self) -> None:
        self.typed = None
        self.forgets = self._stored
        self._tell()
        self.edited.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
        super().changeEvent(event)
