"""Settings of the window: look, language, safety, what is kept and where. Everything holds at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFormLayout, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QWidget

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.core.places import data_folder
from mqassist.core.profile import KeyringState
from mqassist.core.record import changed
from mqassist.core.runs import Keeping
from mqassist.gui.crashes import crash_folder
from mqassist.gui.keyring_words import keyring_explanation
from mqassist.gui.settings_store import LanguageChoice, ThemeChoice
from mqassist.gui.shell import Shell
from mqassist.gui.theme.theme import grow, theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card, reading_column
from mqassist.gui.widgets.fields import CheckBox, Choice, Field
from mqassist.gui.widgets.labels import ElidedLabel, SectionTitle, Text
from mqassist.services import Services, update_address

SECTIONS = ("look", "safety", "history", "passwords", "updates", "places")
SIZES = (75, 90, 100, 110, 125, 150, 175, 200)
WIDTH = 760


class SettingsPage(QWidget):
    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        self.services = services
        self.shell = shell
        self._keyring: KeyringState | None = None
        self._title = Text(role="title")
        self._sections = {name: SectionTitle() for name in SECTIONS}
        self.theme = Choice()
        self.language = Choice()
        self.text_size = Choice()
        self.login_tries = _Number(1, 10)
        self.keep = CheckBox()
        self.runs = _Number(1, 10_000)
        self._labels = {name: QLabel() for name in ("theme", "language", "size", "tries", "runs")}
        self._tries_why = Text(role="caption", colour="t3")
        self._passwords = Text(colour="t2")
        self.updates = _Updates(shell)
        self._places: dict[str, tuple[Text, ElidedLabel, Button]] = {}
        self._trouble = Text(colour="err")
        self._build()
        self.retranslate()
        self._fill()
        self._connect()
        shell.bridge.background(self._ask_keyring, self._show_keyring, lambda _error: None, self)

    def _build(self) -> None:
        box = reading_column(self, WIDTH)
        box.addWidget(self._title)
        box.addWidget(self._trouble)
        self._trouble.hide()
        box.addWidget(self._sections["look"])
        box.addWidget(self._form(("theme", self.theme), ("language", self.language), ("size", self.text_size)))
        box.addSpacing(12)
        box.addWidget(self._sections["safety"])
        safety = self._form(("tries", self.login_tries))
        safety.body.addWidget(self._tries_why)
        box.addWidget(safety)
        box.addSpacing(12)
        box.addWidget(self._sections["history"])
        history = self._form(("runs", self.runs))
        history.body.insertWidget(0, self.keep)
        box.addWidget(history)
        box.addSpacing(12)
        box.addWidget(self._sections["passwords"])
        passwords = Card()
        passwords.body.addWidget(self._passwords)
        box.addWidget(passwords)
        box.addSpacing(12)
        box.addWidget(self._sections["updates"])
        box.addWidget(self.updates)
        box.addSpacing(12)
        box.addWidget(self._sections["places"])
        box.addWidget(self._place_card())
        box.addStretch(1)

    def _form(self, *rows: tuple[str, QWidget]) -> Card:
        card = Card()
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for name, field in rows:
            grow(field, field.setMaximumWidth, 280)
            # as tall as the field: a form aligns by the upper edge
            self._labels[name].setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
            self._labels[name].setBuddy(field)
            form.addRow(self._labels[name], field)
        card.body.addLayout(form)
        return card

    def _place_card(self) -> Card:
        card = Card()
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(1, 1)
        for row, name in enumerate(("data", "settings", "crashes")):
            label, path, show = Text(wrap=False), ElidedLabel(role="mono"), Button()
            show.clicked.connect(lambda _on=False, name=name: _open(_folders()[name]))
            grid.addWidget(label, row, 0)
            grid.addWidget(path, row, 1)
            grid.addWidget(show, row, 2)
            self._places[name] = (label, path, show)
        card.body.addLayout(grid)
        return card

    def _connect(self) -> None:
        theme().changed.connect(self._line_up)
        self.theme.activated.connect(self._apply_look)
        self.text_size.activated.connect(self._apply_look)
        self.language.activated.connect(
            lambda: self.shell.choose_language(cast("LanguageChoice", self.language.value()))
        )
        self.login_tries.valueChanged.connect(lambda value: self.shell.settings.change(login_tries=value))
        self.keep.toggled.connect(lambda on: self._keep(lambda kept: changed(kept, on=on)))
        self.runs.valueChanged.connect(lambda count: self._keep(lambda kept: changed(kept, runs=count)))
        self.shell.language_changed.connect(lambda _now: self.language.choose(self.shell.settings.current.language))

    def _fill(self) -> None:
        current = self.shell.settings.current
        self.theme.choose(current.theme)
        self.language.choose(current.language)
        if self.text_size.findData(current.font_percent) < 0:
            self.text_size.add(f"{current.font_percent} %", current.font_percent)
        self.text_size.choose(current.font_percent)
        self.login_tries.setValue(current.login_tries)
        try:
            keeping = self.services.history.keeping()
        except UserError as error:
            self._say_trouble(error)
            return
        self.keep.setChecked(keeping.on)
        self.runs.setValue(keeping.runs)
        self.runs.setEnabled(keeping.on)

    # -- what was chosen ------------------------------------------------------------------------

    def _apply_look(self) -> None:
        chosen, percent = cast("ThemeChoice", self.theme.value()), cast("int", self.text_size.value())
        self.shell.settings.change(theme=chosen, font_percent=percent)
        self.shell.theme.choose(chosen, percent)

    def _keep(self, edit: Callable[[Keeping], Keeping]) -> None:
        self.runs.setEnabled(self.keep.isChecked())
        history = self.services.history

        def write(_token: object) -> None:
            history.set_keeping(edit(history.keeping()))

        self.shell.bridge.background(write, None, self._say_trouble, self)

    def _say_trouble(self, error: Exception) -> None:
        self._trouble.setText(self.shell.words_of(error))
        self._trouble.show()

    def _ask_keyring(self, token: CancelToken) -> KeyringState:
        return self.services.profiles.keyring(token)

    def _show_keyring(self, keyring: KeyringState) -> None:
        self._keyring = keyring
        self._passwords.setText(keyring_explanation(keyring))

    # -- words ----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self._title.setText(self.tr("Settings"))
        for name, words in (
            ("look", self.tr("Look and language")),
            ("safety", self.tr("Safety")),
            ("history", self.tr("History")),
            ("passwords", self.tr("Passwords")),
            ("updates", self.tr("Newer versions")),
            ("places", self.tr("Where things are kept")),
        ):
            self._sections[name].setText(words)
        for name, field, words in (
            ("theme", self.theme, self.tr("Colours")),
            ("language", self.language, self.tr("Language")),
            ("size", self.text_size, self.tr("Size of text")),
            ("tries", self.login_tries, self.tr("Logins in one check, at most")),
            ("runs", self.runs, self.tr("Checks to keep, at most")),
        ):
            self._labels[name].setText(words)
            field.setAccessibleName(words)
        self._line_up()
        _offer(
            self.theme,
            (self.tr("Like the system"), "system"),
            (self.tr("Light"), "light"),
            (self.tr("Dark"), "dark"),
        )
        _offer(self.language, (self.tr("Like the system"), "system"), ("English", "en"), ("中文", "zh"))
        _offer(self.text_size, *((f"{percent} %", percent) for percent in SIZES))
        self._tries_why.setText(
            self.tr("Many systems lock an account after a few wrong passwords. The first login counts too.")
        )
        self.keep.setText(self.tr("Keep every check, so that it can be compared later"))
        self._say_places()
        if self._keyring is not None:
            self._show_keyring(self._keyring)

    def _line_up(self) -> None:
        """The fields of all cards begin at the same place."""
        for label in self._labels.values():
            label.setMinimumWidth(0)
        widest = max(label.sizeHint().width() for label in self._labels.values())
        for label in self._labels.values():
            label.setMinimumWidth(widest)

    def _say_places(self) -> None:
        titles = {
            "data": self.tr("Profiles and history"),
            "settings": self.tr("These settings"),
            "crashes": self.tr("Faults of mqassist itself"),
        }
        for name, (label, path, show) in self._places.items():
            label.setText(titles[name])
            path.set_text(self.shell.settings.path if name == "settings" else _folders()[name])
            show.setText(self.tr("Show"))
            show.setAccessibleName(self.tr("Show the folder: {what}").format(what=titles[name]))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class _Updates(Card):
    """Off until somebody switches it on; says what the last look brought."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._updates = shell.updates
        self._settings = shell.settings
        self.wanted = CheckBox()
        self._what = Text(role="caption", colour="t3")
        self._label = QLabel()
        self.address = Field(mono=True)
        self.now = Button()
        self.state = Text(colour="t2", selectable=True)
        self._label.setBuddy(self.address)
        row = QHBoxLayout()
        row.addWidget(self._label)
        row.addWidget(self.address, 1)
        row.addWidget(self.now)
        for widget in (self.wanted, self._what):
            self.body.addWidget(widget)
        self.body.addLayout(row)
        self.body.addWidget(self.state)
        self.retranslate()
        self.wanted.setChecked(self._settings.current.updates)
        self.address.setText(self._settings.current.update_address)
        self.wanted.toggled.connect(self._want)
        self.address.editingFinished.connect(self._take_address)
        self.now.clicked.connect(lambda _on=False: self._updates.look())
        self._updates.changed.connect(self._say)
        self._say()

    def _want(self, on: bool) -> None:
        self._settings.change(updates=on)
        self._updates.look_if_due()

    def _take_address(self) -> None:
        self._settings.change(update_address=self.address.text().strip())
        self._say()

    def _say(self) -> None:
        there = bool(self._updates.address)
        self.now.setEnabled(there and not self._updates.looking)
        self.state.setText(
            self._updates.sentence()
            if there
            else self.tr("This copy came without an address to ask. Whoever gave it to you may have one.")
        )
        self.state.setVisible(bool(self.state.text()))

    def retranslate(self) -> None:
        self.wanted.setText(self.tr("Look for a newer version once a day"))
        self._what.setText(
            self.tr("Asks the address below for the newest version and sends nothing else. Checks do not wait for it.")
        )
        address = self.tr("Address")
        self._label.setText(address)
        self.address.setAccessibleName(self.tr("Address to ask for the newest version"))
        self.address.setPlaceholderText(update_address() or "https://")
        self.now.setText(self.tr("Look now"))
        self._say()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class _Number(QSpinBox):
    """The wheel turns it only after a click: a page is scrolled far more often than a number changed."""

    def __init__(self, low: int, high: int) -> None:
        super().__init__()
        self.setRange(low, high)
        # a style sheet does not reach the field inside
        self.lineEdit().setTextMargins(theme().px(6), 0, theme().px(6), 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)

    def wheelEvent(self, event: object) -> None:
        if self.hasFocus():
            super().wheelEvent(event)  # type: ignore[arg-type]  # Qt gives a QWheelEvent
        else:
            event.ignore()  # type: ignore[attr-defined]


def _offer(choice: Choice, *options: tuple[str, object]) -> None:
    """New words for the same options; what is chosen stays."""
    kept = choice.value()
    choice.clear()
    for words, value in options:
        choice.add(words, value)
    choice.choose(kept)


def _folders() -> dict[str, str]:
    try:
        folder = data_folder()
    except UserError:
        return {"data": "", "settings": "", "crashes": ""}
    return {"data": folder, "settings": folder, "crashes": crash_folder()}


def _open(folder: str) -> None:
    os.makedirs(folder, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(folder))
