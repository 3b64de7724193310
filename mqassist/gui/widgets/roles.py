"""What own widgets are for a screen reader: Qt tells of a plain widget only that it is one."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_ROLES: dict[type[QObject], QAccessible.Role] = {}


def give_role(kind: type[QWidget], role: QAccessible.Role) -> None:
    """From the next widget of exactly this class on."""
    if not _ROLES:
        QAccessible.installFactory(_made)
    _ROLES[kind] = role


def _made(_class_name: str, thing: QObject) -> QAccessibleInterface | None:
    role = _ROLES.get(type(thing))
    return QAccessibleWidget(thing, role) if role is not None and isinstance(thing, QWidget) else None
