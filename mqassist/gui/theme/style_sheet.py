"""The one small style sheet: what Fusion cannot take from a palette. Knows no widget of ours."""

from __future__ import annotations

from collections.abc import Callable

from mqassist.gui.theme.tokens import Tokens

WINDOW = "QMainWindow::separator { background: transparent; width: 1px; height: 1px; }"
"""The window's own, the same in every look: it paints the lines between its parts itself."""


def style_sheet(tokens: Tokens, px: Callable[[float], int]) -> str:
    """Fields, scroll bars, splitters, menus and tool tips. Rows of tables and lists are never styled by it: slow."""
    name = {key: value.name() for key, value in vars(tokens).items()}
    edge, radius = px(1), px(6)
    return f"""
QLineEdit, QSpinBox, QDoubleSpinBox {{ background: {name["surface"]}; color: {name["t1"]};
  border: 1px solid {name["field"]}; border-radius: {radius}px; padding: {px(4)}px {px(8)}px;
  placeholder-text-color: {name["t3"]};
  selection-background-color: {name["accentline"]}; selection-color: {name["t1"]}; }}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QPlainTextEdit:focus, QTextEdit:focus {{
  border: 2px solid {name["accent"]}; }}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus {{ padding: {px(4) - edge}px {px(8) - edge}px; }}
QLineEdit:disabled, QLineEdit[readOnly="true"], QSpinBox:disabled {{ background: {name["sunken"]};
  border-color: {name["line2"]}; }}
QPlainTextEdit, QTextEdit {{ background: {name["surface"]}; color: {name["t1"]};
  placeholder-text-color: {name["t3"]}; border: 1px solid {name["field"]};
  border-radius: {radius}px; selection-background-color: {name["accentline"]}; selection-color: {name["t1"]}; }}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{ width: 0;
  border: none; }}
QHeaderView::section {{ background: {name["sunken"]}; color: {name["t3"]}; border: none;
  border-bottom: 1px solid {name["line2"]}; padding: {px(4)}px {px(8)}px; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QToolTip {{ background: {name["surface"]}; color: {name["t1"]}; border: 1px solid {name["line2"]};
  padding: {px(4)}px; }}
QMenu {{ background: {name["surface"]}; color: {name["t1"]}; border: 1px solid {name["line2"]};
  padding: {px(4)}px; }}
QMenu::item {{ padding: {px(5)}px {px(24)}px {px(5)}px {px(12)}px; border-radius: {px(4)}px; }}
QMenu::item:selected {{ background: {name["sel"]}; }}
QMenu::item:disabled {{ color: {name["t3"]}; }}
QMenu::separator {{ height: 1px; background: {name["line"]}; margin: {px(4)}px; }}
QScrollBar:vertical {{ background: transparent; width: {px(10)}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(10)}px; margin: 0; }}
QScrollBar::handle {{ background: {name["line2"]}; border-radius: {px(3)}px; margin: {px(2)}px; }}
QScrollBar::handle:vertical {{ min-height: {px(32)}px; }}
QScrollBar::handle:horizontal {{ min-width: {px(32)}px; }}
QScrollBar::handle:hover {{ background: {name["field"]}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none;
  border: none; width: 0; height: 0; }}
QSplitter::handle {{ background: {name["line"]}; }}
"""
