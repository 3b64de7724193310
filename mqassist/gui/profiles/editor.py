"""The profile editor: fields in step with the address, tested before saving, secrets to the keyring only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from mqassist.core.errors import UserError
from mqassist.core.profile import Keep, KeyringState, Profile, SecretKind, default_name, new_id
from mqassist.core.profile_book import Book, Group, duplicated, free_name
from mqassist.core.record import changed
from mqassist.core.secret import Secret
from mqassist.core.target import parse_target
from mqassist.gui.profiles.address_section import AddressSection
from mqassist.gui.profiles.client_section import ClientSection
from mqassist.gui.profiles.form import Form, endpoint_of, form_of, profile_of
from mqassist.gui.profiles.parts import scrolling
from mqassist.gui.profiles.row_menu import CopyMenu
from mqassist.gui.profiles.secret_field import SecretField
from mqassist.gui.profiles.side_cards import LogsCard, SafetyCard
from mqassist.gui.profiles.test_card import TestCard
from mqassist.gui.profiles.tls_section import TlsSection
from mqassist.gui.profiles.unsaved import ask_about_unsaved, fetcher, keyring_sentence, secret_words
from mqassist.gui.shell import Actions, Shell
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Line, MessageStrip
from mqassist.gui.widgets.labels import ElidedLabel, Text

if TYPE_CHECKING:
    from mqassist.services import Services

TWO_COLUMNS = 900
"""Units of the design below which the cards go under the fields."""
SIDE = 328


class ProfilePage(QWidget):
    """`saved` tells of a profile that is now in the list. Nothing is written before Save."""

    saved = Signal(object)

    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._base = Profile(new_id(), "", "")
        self._book = Book()
        self._is_new = True
        self._named = False
        self._filling = False
        self._clean = Form()
        self._keyring = KeyringState("available", "")
        self.title = ElidedLabel("", role="title")
        self.subtitle = Text("", role="caption", colour="t2", wrap=False)
        self.duplicate = Button("", kind="quiet")
        self.cancel = Button("")
        self.save = Button("", kind="filled", hint="Ctrl+S")
        self.strip = MessageStrip(closable=True)
        self.strip.hide()
        self.address = AddressSection(services.wording)
        self.tls = TlsSection(shell)
        self.client = ClientSection()
        self.test = TestCard(shell)
        self.safety = SafetyCard()
        self.logs = LogsCard(shell)
        self._secrets: dict[SecretKind, SecretField] = {
            "password": self.address.password,
            "key-passphrase": self.tls.passphrase,
            "proxy-password": self.client.proxy_secret,
        }
        self._build()
        self._connect()
        self.retranslate()
        self._fill(self._base, self._book, is_new=True)
        self._ask_keyring()

    def _build(self) -> None:
        dress(self, ground="surface")
        titles = QVBoxLayout()
        titles.setSpacing(0)
        titles.addWidget(self.title)
        titles.addWidget(self.subtitle)
        head = QHBoxLayout()
        head.setContentsMargins(20, 10, 20, 10)
        head.setSpacing(8)
        head.addLayout(titles, 1)
        for button in (self.duplicate, self.cancel, self.save):
            head.addWidget(button)
        self._left, self._right = QWidget(), QWidget()
        left, right = QVBoxLayout(self._left), QVBoxLayout(self._right)
        for column in (left, right):
            column.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(16)
        right.setSpacing(12)
        for widget in (self.strip, self.address, self.tls, self.client):
            left.addWidget(widget)
        for card in (self.test, self.safety, self.logs):
            right.addWidget(card)
        left.addStretch(1)
        right.addStretch(1)
        inside = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._columns.setContentsMargins(20, 16, 20, 20)
        self._columns.setSpacing(24)
        self._columns.addWidget(self._left, 1)
        self._columns.addWidget(self._right)
        self.area = scrolling(inside)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(Line())
        box.addWidget(self.area, 1)

    def _connect(self) -> None:
        for part in (self.address, self.tls, self.client, self.safety, self.logs):
            part.edited.connect(self._edited)
        self.tls.tls_switched.connect(self.address.set_tls)
        self.address.copy_wanted.connect(self._copy_menu)
        self.test.wanted.connect(self._test)
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(lambda: self._shell.go("checkup"))
        self.duplicate.clicked.connect(self._duplicate)
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self._save)
        theme().changed.connect(self._fit)
        self._shell.page_changed.connect(self._page_changed)

    def _page_changed(self, page: str) -> None:
        """The title of the window goes with the editor; another page sets its own after this."""
        if self._titled and page != "profile":
            self._titled = False
            self._shell.set_title("")
        elif page == "profile":
            self._tell()

    _titled = False

    # -- which profile ------------------------------------------------------------------------------

    def begin_new(self, target: str, certificate: str, group: Group, book: Book) -> None:
        """A new profile, of this address if there is one."""

        def begin() -> None:
            base = Profile(new_id(), "", "", group=group, keep=self._default_keep())
            self._fill(base, book, is_new=True)
            if target:
                self.address.url.put(target)
            if certificate:
                self.tls.show_use(True)
                self.address.set_tls(True)
                self.tls.put_certificate(certificate)
            self.address.url.setFocus(Qt.FocusReason.OtherFocusReason)
            self._edited()

        self.may_leave(begin)

    def open(self, profile: Profile, book: Book, *, is_new: bool = False) -> None:
        self.may_leave(lambda: self._fill(profile, book, is_new=is_new))

    def _fill(self, profile: Profile, book: Book, *, is_new: bool) -> None:
        self._filling = True
        self._base, self._book, self._is_new = profile, book, is_new
        self._named = bool(profile.name)
        form = form_of(profile)
        self.address.fill(form, "password" in profile.stored)
        self.tls.fill(form, "key-passphrase" in profile.stored)
        groups = ["/".join(path) for path in book.all_groups()]
        self.client.fill(form, groups, "proxy-password" in profile.stored)
        self.safety.fill(form)
        self.logs.fill(form)
        self.test.forget()
        self.strip.hide()
        self._filling = False
        self._clean = self.form()
        self._tell()
        self._say_keyring()
        self.area.verticalScrollBar().setValue(0)

    def _default_keep(self) -> Keep:
        return "keyring" if self._keyring.ability == "available" else "session"

    # -- what stands in the fields ------------------------------------------------------------------

    def form(self) -> Form:
        form = Form()
        for part in (self.address, self.tls, self.client, self.safety, self.logs):
            form = part.read(form)
        return form

    @property
    def dirty(self) -> bool:
        secrets = any(field.typed is not None or field.forgets for field in self._secrets.values())
        return secrets or self.form() != self._clean

    def _edited(self) -> None:
        if self._filling:
            return
        form = self.form()
        self.tls.show_use(form.tls)
        self.client.show_kind(form)
        endpoint = endpoint_of(form)
        if self._is_new and not self._named:
            if self.client.name_text() not in ("", self._suggested):
                self._named = True
            elif endpoint is not None:
                self._suggested = free_name(self._book, default_name(endpoint))
                self.client.suggest_name(self._suggested)
        self._tell()

    _suggested = ""

    def _changes(self) -> dict[SecretKind, Secret | None]:
        """Secrets that were typed, and None for those to be forgotten."""
        for field in self._secrets.values():
            field.take_open()
        found: dict[SecretKind, Secret | None] = {}
        for kind, field in self._secrets.items():
            if field.typed is not None or field.forgets:
                found[kind] = field.typed
        return found

    # -- saving -------------------------------------------------------------------------------------

    def _save(self) -> None:
        if self.save.busy:
            return
        changes = self._changes()
        try:
            profile = profile_of(self.form(), self._base)
        except UserError as error:
            self._refuse(error)
            return
        if profile.keep == "ask":
            changes = {}
        saved = self._shell.services.profiles
        self.save.set_busy(True)
        self.strip.hide()
        self._shell.bridge.background(
            lambda token: saved.save(profile, changes, token), self._was_saved, self._not_saved, self
        )

    def _was_saved(self, profile: Profile) -> None:
        self.save.set_busy(False)
        self._fill(profile, self._book, is_new=False)
        self.subtitle.setText(self.tr("Profile · saved"))
        self._shell.profiles_changed.emit()
        self.saved.emit(profile)
        if self._then is not None:
            then, self._then = self._then, None
            then()

    def _not_saved(self, error: Exception) -> None:
        self.save.set_busy(False)
        self._then = None
        if isinstance(error, UserError):
            self._refuse(error)
        else:
            self._shell.bridge.broke.emit(error)

    def _refuse(self, error: UserError) -> None:
        title = keyring_sentence(error.reference)
        title = title or self._shell.services.wording.sentence(f"error.{error.reference}", error.parameters)
        actions: Actions = ()
        if error.reference.startswith("keyring-"):
            actions = [
                (self.tr("Keep it until the window closes"), lambda: self._keep_otherwise("session")),
                (self.tr("Ask each time"), lambda: self._keep_otherwise("ask")),
            ]
        self.strip.say("error", title, "", actions)
        self.area.ensureWidgetVisible(self.strip)

    def _keep_otherwise(self, keep: Keep) -> None:
        self.address.choose_keep(keep)
        self._edited()
        self._save()

    def _duplicate(self) -> None:
        self.may_leave(lambda: self._fill(duplicated(self._book, self._base), self._book, is_new=True))

    # -- testing ------------------------------------------------------------------------------------

    def _test(self) -> None:
        changes = self._changes()
        form = self.form()
        try:
            profile = profile_of(changed(form, name=form.name or "-"), self._base)
        except UserError as error:
            self.test.refuse(error)
            return
        settings = profile.settings
        if profile.production:
            settings = changed(settings, read_only=True)
        fetch = fetcher(self._shell.services.profiles, self._base, profile, changes)
        self.test.start(parse_target(profile.url), settings, fetch)

    # -- leaving ------------------------------------------------------------------------------------

    _then: Callable[[], None] | None = None

    def may_leave(self, then: Callable[[], None]) -> None:
        """Fulfils `AsksBeforeLeaving`: unsaved work is the one thing worth a question."""
        if not self.dirty:
            then()
            return

        def save() -> None:
            self._then = then
            self._save()

        def discard() -> None:
            self._fill(self._base, self._book, is_new=self._is_new)
            then()

        ask_about_unsaved(self.window(), self.client.name_text() or self.tr("New profile"), save, discard)

    def close_down(self) -> None:
        self.test.controller.close()

    def _ask_keyring(self) -> None:
        saved = self._shell.services.profiles

        def done(state: KeyringState) -> None:
            self._keyring = state
            was_clean = not self.dirty
            if self._is_new and self.form().keep == "keyring":
                self.address.choose_keep(self._default_keep())
            self._clean = self.form() if was_clean else self._clean
            self._say_keyring()

        self._shell.bridge.background(saved.keyring, done, None, self)

    def _say_keyring(self) -> None:
        reference = {"missing": "keyring-missing", "locked": "keyring-locked", "silent": "keyring-silent"}
        self.address.set_kept_in(keyring_sentence(reference.get(self._keyring.ability, "")))
        words = secret_words(self._keyring.name, self._base.keep, self.form().keep)
        for field, name in (
            (self.address.password, self.tr("Password")),
            (self.tls.passphrase, self.tr("Passphrase of the key")),
            (self.client.proxy_secret, self.tr("Password of the proxy")),
        ):
            field.set_words(*words, name)

    # -- words and layout ---------------------------------------------------------------------------

    def _tell(self) -> None:
        name = self.client.name_text() or self.tr("New profile")
        self.title.set_text(name)
        self.duplicate.setVisible(not self._is_new)
        if self.dirty:
            self.subtitle.setText(self.tr("Profile · changed, not saved"))
        else:
            self.subtitle.setText(self.tr("New profile") if self._is_new else self.tr("Profile"))
        self._say_keyring()
        if self.isVisible():
            self._titled = True
            self._shell.set_title(self.tr("{name} – edit profile").format(name=name))

    def _copy_menu(self) -> None:
        try:
            profile = profile_of(changed(self.form(), name=self.form().name or "-"), self._base)
        except UserError as error:
            self._refuse(error)
            return
        menu = CopyMenu(self, self._shell, profile)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.address.copy.mapToGlobal(QPoint(0, self.address.copy.height())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < TWO_COLUMNS * max(1.0, theme().scale)
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(direction)
        self._right.setMinimumWidth(0 if narrow else theme().px(SIDE))
        self._right.setMaximumWidth(16777215 if narrow else theme().px(SIDE))  # QWIDGETSIZE_MAX

    def retranslate(self) -> None:
        self.duplicate.setText(self.tr("Duplicate"))
        self.cancel.setText(self.tr("Cancel"))
        self.save.setText(self.tr("Save"))
        self.setAccessibleName(self.tr("Profile editor"))
        self.address.set_wording(self._shell.services.wording)
        self._tell()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
