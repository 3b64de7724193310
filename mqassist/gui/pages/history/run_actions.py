"""The buttons above a report or a comparison: which of them there are depends on what is selected."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from mqassist.gui.pages.history.run_list import Shown
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.flow import FlowRow


class RunActions(FlowRow):
    def __init__(self, parent: QWidget | None = None) -> None:
        self.compare = Button(kind="filled", icon_name="swap")
        self.again = Button(icon_name="play")
        self.pin = Button(icon_name="mark")
        self.save = Button(icon_name="report")
        self.delete = Button(kind="danger", icon_name="x")
        super().__init__((self.compare, self.again, self.pin, self.save, self.delete), parent)

    def show_for(self, selected: Sequence[Shown], *, comparable: bool) -> None:
        """`comparable`: there is another run that the one that is selected can be compared with."""
        kept = [row for row in selected if row.report is None]
        one = selected[0] if len(selected) == 1 else None
        self.compare.setVisible(one is not None)
        self.compare.setEnabled(comparable)
        self.compare.setText(
            self.tr("Compare with your own run")
            if one is not None and one.report is not None
            else self.tr("Compare with the run before")
        )
        self.again.setText(self.tr("Check again"))
        self.again.setVisible(one is not None and bool(one.run.host))
        self.save.setText(self.tr("Save…"))
        self.save.setVisible(one is not None and one.report is None)
        self.pin.setVisible(bool(kept))
        self.pin.setText(self.tr("Unpin") if kept and all(row.run.pinned for row in kept) else self.tr("Pin"))
        self.delete.setVisible(bool(selected))
        self.delete.setText(self.tr("Close") if selected and not kept else self.tr("Delete"))
