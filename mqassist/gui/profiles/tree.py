"""The list itself: a tree that is worked by mouse and keys alike. Tells what was asked for; does nothing by itself."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QDragMoveEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeView, QWidget

from mqassist.gui.profiles.row_delegate import RowDelegate
from mqassist.gui.profiles.tree_model import Node, ProfileModel
from mqassist.gui.theme.theme import dress, theme


class ProfileTree(QTreeView):
    """`chosen` comes from a click and Enter, `checked` from Ctrl+Enter, `menu_wanted` with the place on screen."""

    chosen = Signal(object)
    checked = Signal(object)
    edit_wanted = Signal(object)
    delete_wanted = Signal(object)
    copy_wanted = Signal(object)
    duplicate_wanted = Signal(object)
    shift_wanted = Signal(object, int)
    menu_wanted = Signal(object, QPoint)
    left_up = Signal()

    def __init__(self, model: ProfileModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._closed: set[str] = set()
        self._rebuilding = False
        self._kept = ""
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self))
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        dress(self, "body", ground="win")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.collapsed.connect(lambda index: self._note(index, True))
        self.expanded.connect(lambda index: self._note(index, False))
        model.modelAboutToBeReset.connect(self._before)
        model.modelReset.connect(self._after)

    @property
    def current(self) -> Node | None:
        index = self.currentIndex()
        return self._model.node(index) if index.isValid() else None

    def choose(self, key: str) -> None:
        """Makes the row the current one and shows it; nothing if it is not there."""
        index = self._model.index_of(key)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def choose_first(self) -> None:
        """The first profile: what Down from the search field goes to."""
        index = self._model.index(0, 0)
        while index.isValid() and self._model.node(index).kind in ("group", "locals"):
            self.expand(index)
            index = self.indexBelow(index)
        if index.isValid():
            self.setCurrentIndex(index)
            self.setFocus(Qt.FocusReason.TabFocusReason)

    def edit_name(self, key: str) -> None:
        index = self._model.index_of(key)
        if index.isValid():
            self.scrollTo(index)
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        node = self.current
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        key = event.key()
        if node is None:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.checked if ctrl else self.chosen).emit(node)
        elif key == Qt.Key.Key_F2:
            self.edit_wanted.emit(node)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_wanted.emit(node)
        elif key == Qt.Key.Key_D and ctrl:
            self.duplicate_wanted.emit(node)
        elif key == Qt.Key.Key_C and ctrl:
            self.copy_wanted.emit(node)
        elif alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.shift_wanted.emit(node, -1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_Space and node.kind in ("group", "locals"):
            self.setExpanded(self.currentIndex(), not self.isExpanded(self.currentIndex()))
        elif key == Qt.Key.Key_Menu or (
            key == Qt.Key.Key_F10 and event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            self._menu(self.visualRect(self.currentIndex()).center())
        elif key == Qt.Key.Key_Up and not self.indexAbove(self.currentIndex()).isValid():
            self.left_up.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        dragging = self.state() == QAbstractItemView.State.DraggingState
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid() or dragging:
            return
        node = self._model.node(index)
        if node.kind in ("group", "locals"):
            self.setExpanded(index, not self.isExpanded(index))
        else:
            self.chosen.emit(node)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self._model.node(index).kind == "profile":
            self.edit_wanted.emit(self._model.node(index))
        else:
            super().mouseDoubleClickEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)
        if self.dropIndicatorPosition() == QAbstractItemView.DropIndicatorPosition.OnItem:
            index = self.indexAt(event.position().toPoint())
            if index.isValid() and self._model.node(index).kind != "group":
                event.ignore()

    def _menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        node = self._model.node(index) if index.isValid() else None
        if index.isValid():
            self.setCurrentIndex(index)
        self.menu_wanted.emit(node, self.viewport().mapToGlobal(place))

    # -- what is open and current survives a rebuilding --------------------------------------------

    def _note(self, index: QModelIndex, closed: bool) -> None:
        if self._rebuilding or self._model.searching:
            return
        key = self._model.node(index).key
        (self._closed.add if closed else self._closed.discard)(key)

    def _before(self) -> None:
        self._rebuilding = True
        node = self.current
        self._kept = node.key if node is not None else self._kept

    def _after(self) -> None:
        for index in self._model.groups():
            self.setExpanded(index, self._model.searching or self._model.node(index).key not in self._closed)
        self._rebuilding = False
        kept = self._model.index_of(self._kept) if self._kept else QModelIndex()
        if kept.isValid():
            self.setCurrentIndex(kept)

    def sizeHintForRow(self, row: int) -> int:
        return max(self.fontMetrics().height() + theme().px(8), theme().px(28))
