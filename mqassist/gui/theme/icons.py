"""Icons from resources/icons/, tinted: they say currentColor, which Qt would draw black. Knows no widget."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from mqassist.gui.resources import resource

KEPT = 600
"""Drawn icons that are remembered: reading an SVG costs more than all else in painting a row."""
_RATIOS = (1.0, 1.25, 1.5, 2.0)


class Icons:
    """Each file is read once and drawn once for a colour, size and device pixel ratio."""

    def __init__(self) -> None:
        self._sources: dict[str, bytes] = {}
        self._made: dict[tuple[str, int, int, int], QIcon] = {}
        self._drawn: dict[tuple[str, int, int, float], QPixmap] = {}

    def icon(self, name: str, colour: QColor, disabled: QColor, size: int) -> QIcon:
        key = (name, colour.rgb(), disabled.rgb(), size)
        found = self._made.get(key)
        if found is None:
            found = QIcon()
            for ratio in _RATIOS:
                found.addPixmap(self.pixmap(name, colour, size, ratio), QIcon.Mode.Normal)
            found.addPixmap(self.pixmap(name, disabled, size, _RATIOS[-1]), QIcon.Mode.Disabled)
            self._made[key] = found
        return found

    def pixmap(self, name: str, colour: QColor, size: int, ratio: float) -> QPixmap:
        """`size` in logical pixels. Raises ResourceError for a name that is not there."""
        key = (name, colour.rgb(), size, ratio)
        found = self._drawn.get(key)
        if found is None:
            if len(self._drawn) >= KEPT:  # sizes and colours that are no longer used
                self._drawn.clear()
            found = self._drawn[key] = self._draw(name, colour, size, ratio)
        return found

    def _draw(self, name: str, colour: QColor, size: int, ratio: float) -> QPixmap:
        made = QPixmap(QSize(round(size * ratio), round(size * ratio)))
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.renderer(name, colour).render(painter, QRectF(0, 0, made.width(), made.height()))
        painter.end()
        made.setDevicePixelRatio(ratio)
        return made

    def renderer(self, name: str, colour: QColor) -> QSvgRenderer:
        source = self._sources.get(name)
        if source is None:
            with open(resource("icons", f"{name}.svg"), "rb") as file:
                source = self._sources[name] = file.read()
        return QSvgRenderer(QByteArray(source.replace(b"currentColor", colour.name().encode("ascii"))))
