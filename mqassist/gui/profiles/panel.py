"""The profile list in the sidebar: search, tree, what was deleted with a way back. Works through the services only."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mqassist.core.errors import UserError
from mqassist.core.local import FoundHere
from mqassist.core.profile import LastRun, Profile, Removed
from mqassist.core.profile_book import (
    Book,
    Group,
    duplicated,
    moved,
    renamed_group,
    shifted,
    shifted_group,
    with_group,
    without_group,
)
from mqassist.gui.profiles.row_menu import RowMenu
from mqassist.gui.profiles.tree import ProfileTree
from mqassist.gui.profiles.tree_model import Node, ProfileModel
from mqassist.gui.shell import Command, Shell
from mqassist.gui.theme.states import state_word
from mqassist.gui.widgets.cards import MessageStrip
from mqassist.gui.widgets.fields import SearchField
from mqassist.gui.widgets.labels import Text

if TYPE_CHECKING:
    from mqassist.gui.profiles.editor import ProfilePage
    from mqassist.services import Services


class ProfilePanel(QWidget):
    """Fulfils `EditsProfiles` and `Offers`. All files and the keyring are touched in the background."""

    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.book = Book()
        self.runs: dict[str, LastRun] = {}
        self.search = SearchField(self, hint="Ctrl+K")
        self.model = ProfileModel(self._move, self._rename_group, self)
        self.tree = ProfileTree(self.model, self)
        self.strip = MessageStrip(self, closable=True)
        self.strip.hide()
        self.empty = Text("", self, colour="t3", role="caption")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        for widget in (self.search, self.strip, self.empty):
            box.addWidget(widget)
        box.addWidget(self.tree, 1)
        self.search.textChanged.connect(self._search)
        self.search.left_down.connect(self.tree.choose_first)
        self.search.returnPressed.connect(self._take_first)
        tree = self.tree
        tree.left_up.connect(lambda: self.search.setFocus(Qt.FocusReason.BacktabFocusReason))
        tree.chosen.connect(self._choose)
        tree.checked.connect(self._check)
        tree.edit_wanted.connect(self._edit)
        tree.delete_wanted.connect(self._delete)
        tree.duplicate_wanted.connect(self._duplicate)
        tree.copy_wanted.connect(self._copy_url)
        tree.shift_wanted.connect(self._shift)
        tree.menu_wanted.connect(self._menu)
        shell.run_finished.connect(lambda _report: self.reload())
        shell.profiles_changed.connect(self.reload)
        self.setTabOrder(self.search, self.tree)
        self.retranslate()
        self.reload()
        self._find_local()

    # -- what others ask for ----------------------------------------------------------------------

    def new_profile(self, target: str = "", certificate: str = "") -> None:
        page = self._page()
        if page is not None:
            node = self.tree.current
            group = node.group if node is not None and node.kind in ("group", "profile") else ()
            page.begin_new(target, certificate, group, self.book)
            self._shell.go("profile")

    def edit_profile(self, profile_id: str) -> None:
        profile = self.book.by_id(profile_id)
        page = self._page()
        if profile is not None and page is not None:
            page.open(profile, self.book)
            self._shell.go("profile")

    def import_profiles(self, path: str = "") -> None:
        from mqassist.gui.profiles.import_dialog import ImportDialog

        dialog = ImportDialog(self._shell, self.book, self.window())
        dialog.saved.connect(self._imported)
        dialog.open()
        if path:
            dialog.read(path)

    def export_profiles(self, profiles: Iterable[Profile]) -> None:
        from mqassist.gui.profiles.export_dialog import ExportDialog

        ExportDialog(self._shell, tuple(profiles), self.window()).open()

    def commands(self) -> Iterable[Command]:
        """Each profile, and what can be done to the list."""
        for profile in self.book.profiles:
            words = " ".join((*profile.group, *profile.tags, profile.url))
            yield Command(profile.name, lambda each=profile: self._open(each), "server", profile.url, words)  # type: ignore[misc]
        yield Command(self.tr("New profile"), self.new_profile, "plus")
        yield Command(self.tr("Import profiles…"), self.import_profiles, "import")
        yield Command(self.tr("Export all profiles…"), lambda: self.export_profiles(self.book.profiles), "report")

    def _page(self) -> ProfilePage | None:
        from mqassist.gui.profiles.editor import ProfilePage

        page = self._shell.page("profile")
        if not isinstance(page, ProfilePage):
            return None
        if not self._listens:
            self._listens = True
            page.saved.connect(self.saved)
        return page

    _listens = False
    _wanted = ""

    # -- loading ------------------------------------------------------------------------------------

    def reload(self) -> None:
        saved = self._shell.services.profiles

        def work(_token: object) -> tuple[Book, dict[str, LastRun], tuple[UserError, ...]]:
            return saved.book(), saved.last_runs(), saved.problems

        self._shell.bridge.background(work, self._loaded, self._failed, self)

    def _loaded(self, found: tuple[Book, dict[str, LastRun], tuple[UserError, ...]]) -> None:
        self.book, self.runs, problems = found
        self.model.set_book(self.book, self.runs)
        self._tell_empty()
        if self._wanted and self.book.by_id(self._wanted) is not None:
            self.tree.choose(self._wanted)
            self._wanted = ""
        if problems:
            self.strip.say("warning", "\n".join(self._sentence(problem) for problem in problems))

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            self._shell.bridge.broke.emit(error)
            return
        self.strip.say("error", self._sentence(error))

    def _sentence(self, error: UserError) -> str:
        return self._shell.services.wording.sentence(f"error.{error.reference}", error.parameters)

    def _find_local(self) -> None:
        from mqassist.services import found_here

        def done(found: FoundHere) -> None:
            self.model.set_local(found.brokers)

        self._shell.bridge.background(found_here, done, lambda _error: None, self)

    def _tell_empty(self) -> None:
        nothing = self.tr("No profile yet. Paste an address above the page and save it, or import a list.")
        none_fits = self.tr("No profile has these words.")
        searching = self.model.searching
        self.empty.setText(none_fits if searching else nothing)
        self.empty.setVisible(not self.book.profiles or (searching and self.model.rowCount() == 0))

    # -- choosing -----------------------------------------------------------------------------------

    def _search(self, words: str) -> None:
        self.model.search(words)
        self._tell_empty()

    def _take_first(self) -> None:
        self.tree.choose_first()
        if self.tree.current is not None:
            self._choose(self.tree.current)

    def _open(self, profile: Profile) -> None:
        self.tree.choose(profile.id)
        self._shell.fill_target(f"profile:{profile.id}")

    def _choose(self, node: Node) -> None:
        if node.kind == "profile":
            self._shell.fill_target(f"profile:{node.key}")
        elif node.kind == "local":
            self._shell.fill_target(node.url)
        else:
            index = self.model.index_of(node.key)
            self.tree.setExpanded(index, not self.tree.isExpanded(index))

    def _check(self, node: Node) -> None:
        if node.kind in ("profile", "local"):
            self._shell.start_check(f"profile:{node.key}" if node.kind == "profile" else node.url)

    def _edit(self, node: Node) -> None:
        if node.kind == "profile":
            self.edit_profile(node.key)
        elif node.kind == "group":
            self.tree.edit_name(node.key)

    # -- changing -----------------------------------------------------------------------------------

    def _change(self, edit: Callable[[Book], Book], then: Callable[[], None] | None = None) -> None:
        saved = self._shell.services.profiles

        def done(book: Book) -> None:
            self.book = book
            self.model.set_book(book, self.runs)
            self._tell_empty()
            if then is not None:
                then()

        self._shell.bridge.background(lambda _token: saved.change(edit), done, self._failed, self)

    def _move(self, profile_id: str, group: Group, before: str) -> None:
        self._change(lambda book: moved(book, profile_id, group, before), lambda: self.tree.choose(profile_id))

    def _rename_group(self, group: Group, name: str) -> None:
        self._change(lambda book: renamed_group(book, group, (*group[:-1], name)))

    def _shift(self, node: Node, steps: int) -> None:
        if node.kind == "profile":
            self._change(lambda book: shifted(book, node.key, steps))
        elif node.kind == "group":
            self._change(lambda book: shifted_group(book, node.group, steps))

    def _new_group(self, inside: Group) -> None:
        name = self.tr("New group")
        taken = {group[-1] for group in self.book.all_groups() if group[:-1] == inside}
        count = 2
        free = name
        while free in taken:
            free, count = f"{name} {count}", count + 1
        group = (*inside, free)
        self._change(lambda book: with_group(book, group), lambda: self.tree.edit_name("/".join(group)))

    def _duplicate(self, node: Node) -> None:
        if node.profile is None:
            return
        page = self._page()
        if page is not None:
            page.open(duplicated(self.book, node.profile), self.book, is_new=True)
            self._shell.go("profile")

    def _delete(self, node: Node) -> None:
        if node.kind == "group":
            self._change(lambda book: without_group(book, node.group))
        elif node.profile is not None:
            self._delete_profile(node.profile)

    def _delete_profile(self, profile: Profile) -> None:
        """At once, with a way back: nobody has to answer a question for what can be undone."""
        saved = self._shell.services.profiles
        self._shell.bridge.background(lambda token: saved.remove(profile.id, token), self._deleted, self._failed, self)

    def _deleted(self, gone: Removed) -> None:
        saved = self._shell.services.profiles

        def undo() -> None:
            self.strip.hide()
            bridge = self._shell.bridge
            bridge.background(lambda token: saved.restore(gone, token), lambda _: self.reload(), self._failed, self)

        name = gone.profile.name
        left = self.tr("The keyring did not answer and may still hold its password.") if gone.left else ""
        self.strip.say("note", self.tr("Deleted: {name}").format(name=name), left, [(self.tr("Undo"), undo)])
        self.reload()
        self._shell.profiles_changed.emit()

    def _imported(self, count: int) -> None:
        said = self.tr("One profile was saved.") if count == 1 else self.tr("{count} profiles were saved.")
        self.strip.say("ok", said.format(count=count))
        self._shell.profiles_changed.emit()

    def saved(self, profile: Profile) -> None:
        """The editor saved one: it becomes the current row as soon as it is in the list."""
        self._wanted = profile.id

    # -- copying and menus ----------------------------------------------------------------------------

    def _copy_url(self, node: Node) -> None:
        url = node.profile.url if node.profile is not None else node.url
        if url:
            self._shell.copy(url)
            self._shell.set_status(self.tr("Copied: {text}").format(text=url))

    def _menu(self, node: Node | None, place: QPoint) -> None:
        menu = RowMenu(self, self._shell, node)
        menu.opened.connect(self._choose)
        menu.checked.connect(self._check)
        menu.edited.connect(self._edit)
        menu.duplicated.connect(self._duplicate)
        menu.deleted.connect(self._delete)
        menu.shifted.connect(self._shift)
        menu.exported.connect(self._export)
        menu.new_wanted.connect(self.new_profile)
        menu.group_wanted.connect(lambda: self._new_group(node.group if node is not None else ()))
        menu.saved_as_profile.connect(self.new_profile)
        menu.popup(place)

    def _export(self, node: Node) -> None:
        if node.profile is not None:
            self.export_profiles((node.profile,))
        else:
            self.export_profiles(self.book.in_group(node.group))

    # -- words ----------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Profiles"))
        self.search.set_name(self.tr("Find a profile"))
        self.tree.setAccessibleName(self.tr("Profiles and local brokers"))
        self.tree.setAccessibleDescription(
            self.tr("Enter opens, F2 edits, Delete deletes, Alt+Up and Alt+Down change the order.")
        )
        self.model.set_words(self._tip, self._spoken, self.tr("On this computer"))
        self._tell_empty()

    def _spoken(self, node: Node) -> str:
        if node.kind == "profile":
            return self.tr("{name}, {state}, {protocol}").format(
                name=node.label, state=self._state(node), protocol=node.tag
            )
        if node.kind == "local":
            return self.tr("{name}, port {port}").format(name=node.label, port=node.tag)
        if node.asks_first:
            return self.tr("{name}, group, asks before active tests").format(name=node.label)
        return self.tr("{name}, group").format(name=node.label)

    def _state(self, node: Node) -> str:
        return state_word(node.state) if node.run is not None else self.tr("never checked")

    def _tip(self, node: Node) -> str:
        """As text, never as markup: names come from files of strangers, too."""
        return f"<qt>{escape(self._lines(node)).replace(chr(10), '<br>')}</qt>"

    def _lines(self, node: Node) -> str:
        if node.profile is None:
            return node.url or node.label
        lines = [node.profile.name, *node.profile.urls()]
        if node.run is not None:
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(node.run.at))
            lines.append(self.tr("Last checked {when}: {state}").format(when=when, state=self._state(node)))
        else:
            lines.append(self.tr("Never checked"))
        if node.profile.production:
            lines.append(self.tr("Production: asks before any active test"))
        if node.profile.tags:
            lines.append(" ".join(f"#{tag}" for tag in node.profile.tags))
        if node.profile.notes:
            lines.append(node.profile.notes[:300])
        return "\n".join(lines)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
