"""Groups, profiles and local brokers as a tree for a view. Pure data in, Qt's model out; knows no store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from mqassist.core.local import LocalBroker
from mqassist.core.profile import LastRun, Profile
from mqassist.core.profile_book import Book, Group, found
from mqassist.gui.theme.states import State

Index = QModelIndex | QPersistentModelIndex
Kind = Literal["group", "profile", "local", "locals"]

MIME = "application/x-mqassist-profile"
NODE = Qt.ItemDataRole.UserRole + 1
STATES: dict[str, State] = {
    "works": "works",
    "warning": "warning",
    "broken": "broken",
    "undecided": "undecided",
    "stopped": "not-reached",
    "crashed": "note",
}


class Node:
    """A row. `key` is stable over rebuilding: a profile's id, a group's path, a broker's address."""

    __slots__ = ("asks_first", "children", "group", "key", "kind", "label", "parent", "profile", "row", "run", "url")

    def __init__(self, kind: Kind, key: str, label: str, parent: Node | None) -> None:
        self.kind = kind
        self.key = key
        self.label = label
        self.parent = parent
        self.children: list[Node] = []
        self.row = 0
        self.group: Group = ()
        self.profile: Profile | None = None
        self.run: LastRun | None = None
        self.url = ""
        self.asks_first = False

    def add(self, child: Node) -> Node:
        child.row = len(self.children)
        self.children.append(child)
        return child

    @property
    def tag(self) -> str:
        """What stands at the end of the row: the protocol, or a local broker's port."""
        if self.kind == "local":
            return self.url.rpartition(":")[2]
        if self.profile is None:
            return ""
        scheme = self.profile.url.partition("://")[0]
        return {"ws": "MQTT-WS", "wss": "MQTT-WSS"}.get(scheme, scheme.upper())

    @property
    def state(self) -> State:
        """The shape before the name; a profile that never ran is waiting."""
        return STATES.get(self.run.state, "waiting") if self.run is not None else "waiting"


class ProfileModel(QAbstractItemModel):
    """`move` is told of a drop: profile id, group, id of the profile it goes before ("" for the end); `rename` of a
    group and its new name."""

    def __init__(
        self,
        move: Callable[[str, Group, str], None],
        rename: Callable[[Group, str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._move = move
        self._rename = rename
        self._root = Node("group", "", "", None)
        self._book = Book()
        self._runs: Mapping[str, LastRun] = {}
        self._local: Sequence[LocalBroker] = ()
        self._words = ""
        self._local_title = ""
        self._tip: Callable[[Node], str] = lambda node: node.label
        self._spoken: Callable[[Node], str] = lambda node: node.label

    def set_words(self, tip: Callable[[Node], str], spoken: Callable[[Node], str], local_title: str) -> None:
        """How a row is told in a tool tip and to a screen reader, and what the local brokers stand under."""
        self._tip, self._spoken, self._local_title = tip, spoken, local_title
        self.rebuild()

    def set_book(self, book: Book, runs: Mapping[str, LastRun]) -> None:
        self._book, self._runs = book, runs
        self.rebuild()

    def set_local(self, brokers: Sequence[LocalBroker]) -> None:
        self._local = brokers
        self.rebuild()

    def search(self, words: str) -> None:
        self._words = words
        self.rebuild()

    @property
    def searching(self) -> bool:
        return bool(self._words.strip())

    def rebuild(self) -> None:
        """All anew: 500 profiles take some milliseconds, and nothing can be forgotten."""
        self.beginResetModel()
        self._root = Node("group", "", "", None)
        shown = found(self._book, self._words)
        groups: dict[Group, Node] = {(): self._root}
        if not self.searching:
            for group in self._book.all_groups():
                self._group(groups, group)
        for profile in shown:
            above = self._group(groups, profile.group)
            node = above.add(Node("profile", profile.id, profile.name, above))
            node.profile, node.group, node.run = profile, profile.group, self._runs.get(profile.id)
        for node in groups.values():
            inside = [each.profile for each in node.children if each.profile is not None]
            node.asks_first = bool(inside) and all(profile.production for profile in inside)
        # within a group, profiles first and the groups inside it after them
        for node in groups.values():
            node.children.sort(key=lambda each: each.kind != "profile") if node is not self._root else None
            for row, child in enumerate(node.children):
                child.row = row
        self._add_local()
        self.endResetModel()

    def _group(self, groups: dict[Group, Node], group: Group) -> Node:
        if group not in groups:
            above = self._group(groups, group[:-1])
            node = above.add(Node("group", "/".join(group), group[-1], above))
            node.group = group
            groups[group] = node
        return groups[group]

    def _add_local(self) -> None:
        words = self._words.casefold().split()
        matching = [each for each in self._local if all(word in f"{each.name} {each.url}".casefold() for word in words)]
        if not matching:
            return
        title = self._root.add(Node("locals", "local:", self._local_title, self._root))
        for each in matching:
            node = title.add(Node("local", each.url, each.name or each.process, title))
            node.url = each.url

    # -- finding ----------------------------------------------------------------------------------

    def node(self, index: Index) -> Node:
        found_node = index.internalPointer() if index.isValid() else None
        return found_node if isinstance(found_node, Node) else self._root

    def index_of(self, key: str) -> QModelIndex:
        """Invalid if no row has this key."""
        node = self._find(self._root, key)
        return QModelIndex() if node is None else self.createIndex(node.row, 0, node)

    def _find(self, node: Node, key: str) -> Node | None:
        for child in node.children:
            if child.key == key:
                return child
            inner = self._find(child, key)
            if inner is not None:
                return inner
        return None

    def groups(self) -> list[QModelIndex]:
        """Every row that can be opened."""
        indexes: list[QModelIndex] = []
        waiting = list(self._root.children)
        while waiting:
            node = waiting.pop()
            if node.kind in ("group", "locals"):
                indexes.append(self.createIndex(node.row, 0, node))
                waiting += node.children
        return indexes

    # -- Qt's side --------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's own
        node = self.node(parent)
        if column != 0 or not 0 <= row < len(node.children):
            return QModelIndex()
        return self.createIndex(row, 0, node.children[row])

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        above = self.node(index).parent if index.isValid() else None
        if above is None or above is self._root:
            return QModelIndex()
        return self.createIndex(above.row, 0, above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own
        return len(self.node(parent).children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        node = self.node(index)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return node.label
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(node)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(node)
        return node if role == NODE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not index.isValid():
            return base | Qt.ItemFlag.ItemIsDropEnabled
        kind = self.node(index).kind
        if kind == "profile" and not self.searching:
            return base | Qt.ItemFlag.ItemIsDragEnabled
        if kind == "group" and not self.searching:
            return base | Qt.ItemFlag.ItemIsDropEnabled | Qt.ItemFlag.ItemIsEditable
        return base

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        node = self.node(index)
        name = " ".join(str(value).replace("/", " ").split())
        if node.kind != "group" or not name or name == node.label:
            return False
        self._rename(node.group, name)
        return True

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        keys = [self.node(index).key for index in indexes if self.node(index).kind == "profile"]
        data.setData(MIME, "\n".join(keys).encode())
        return data

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        return data.hasFormat(MIME) and self.node(parent).kind == "group"

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Says False: the store does the move and the model is built anew, Qt must not remove the old row."""
        if self.canDropMimeData(data, action, row, column, parent):
            above = self.node(parent)
            following = above.children[row] if 0 <= row < len(above.children) else None
            before = following.key if following is not None and following.kind == "profile" else ""
            for key in bytes(data.data(MIME).data()).decode().split("\n"):
                self._move(key, above.group, before)
        return False
