"""The scale of type, in points relative to the system's own size. Knows no widget."""

from __future__ import annotations

import sys
from typing import Literal

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

Role = Literal["hero", "verdict", "title", "section", "body", "caption", "tag", "mono"]

RATIOS: dict[Role, float] = {
    "hero": 1.85,
    "verdict": 1.69,
    "title": 1.54,
    "section": 1.15,
    "body": 1.0,
    "caption": 0.92,
    "tag": 0.85,
    "mono": 0.92,
}
NORMAL, MEDIUM, SEMIBOLD = QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold
_WEIGHTS: dict[Role, QFont.Weight] = {
    "hero": SEMIBOLD,
    "verdict": SEMIBOLD,
    "title": SEMIBOLD,
    "section": SEMIBOLD,
}
# Latin first, Chinese second: the other way round quotes and dots turn full width
_CHINESE = {"win32": ["Microsoft YaHei UI"], "darwin": ["PingFang SC"]}.get(
    sys.platform, ["Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei"]
)
_FIXED = {"win32": ["Cascadia Mono", "Consolas"], "darwin": ["SF Mono", "Menlo"]}.get(
    sys.platform, ["JetBrains Mono", "DejaVu Sans Mono"]
)
_SMALLEST_PT = 6.0


class Fonts:
    """All fonts of one scale. `percent` is of the system's size: 50 to 300."""

    def __init__(self, percent: int = 100) -> None:
        general = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        size = general.pointSizeF()
        if size <= 0:  # a system font given in pixels, at 96 dots per inch
            size = general.pixelSize() * 0.75
        self.percent = percent
        self.body_pt = max(_SMALLEST_PT, size * percent / 100)
        # by its real name: "Sans Serif" is nobody's, and Qt would take the Chinese font for Latin text too
        self._general = [QFontInfo(general).family(), *_CHINESE]
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
        self._fixed = [*_FIXED, fixed, *_CHINESE]
        self._made: dict[tuple[Role, QFont.Weight | None], QFont] = {}

    def font(self, role: Role = "body", weight: QFont.Weight | None = None) -> QFont:
        key = (role, weight)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._make(role, weight)
        return QFont(found)

    def _make(self, role: Role, weight: QFont.Weight | None) -> QFont:
        font = QFont()
        font.setFamilies(self._fixed if role == "mono" else self._general)
        font.setPointSizeF(self.body_pt * RATIOS[role])
        font.setWeight(weight or _WEIGHTS.get(role, NORMAL))
        if role == "mono":
            font.setStyleHint(QFont.StyleHint.Monospace)
            font.setFixedPitch(True)
            for ligature in ("liga", "calt", "clig"):  # -> must stay two characters
                font.setFeature(QFont.Tag(ligature), 0)
        else:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font
