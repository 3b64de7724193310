"""Why the answer is certain, what was measured, the broker's log, what was ruled out: beside the fixes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mqassist.core.advice import Wording
from mqassist.gui.pages.checkup.verdict_card import caption
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import KeyValueTable
from mqassist.gui.widgets.labels import Text
from mqassist.report.measured import Measure, measured
from mqassist.report.presented import Presented

FEW_NAMES = 3
FEW_LINES = 5


def figures_of(report: Presented, wording: Wording) -> tuple[Measure, ...]:
    """Where the way is open all along; else its figures are no answer to anything."""
    return measured(report, wording) if report.state in ("works", "warning") else ()


class Proof(QWidget):
    """Why this is certain, or what was measured: sentences of the evidence, the broker's log, what was ruled out."""

    def __init__(
        self,
        report: Presented,
        wording: Wording,
        open_log: Callable[[str, int], None] | None,
        advise: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        """`advise` shows which client settings follow from the figures."""
        super().__init__(parent)
        self._report = report
        self._advise = advise
        self._wording = wording
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(16, 10, 16, 12)
        self._box.setSpacing(6)
        self._lines = self.rows_of(report)
        figures = figures_of(report, wording)
        self.filled = bool(self._lines or figures)
        if self._lines:
            self._box.addWidget(caption(self._title()))
        for line in self._lines[:FEW_LINES]:
            self._box.addWidget(Text(line, selectable=True))
        self._rest(self._lines[FEW_LINES:])
        if report.root is not None and report.root.explanation:
            self._box.addWidget(Text(report.root.explanation, colour="t2", selectable=True))
        if figures:
            self._box.addSpacing(4 if self._lines else 0)
            self._figures(figures, columns=1 if report.causes or report.undecided else 2)
        if report.log_matches:
            self._logs(open_log)
        if report.ruled_out:
            self._names()
        if report.root is not None and report.root.references:
            self._box.addWidget(caption(self.tr("Read more")))
            for address in report.root.references:
                self._box.addWidget(Text(address, role="mono", colour="t2", selectable=True))
        self._box.addStretch(1)

    def _rest(self, lines: Sequence[str]) -> None:
        """What is left of the evidence comes with one press: the first lines decide."""
        if not lines:
            return
        more = Button(self.tr("{count} more").format(count=len(lines)), kind="link")
        shown = Text("\n\n".join(lines), selectable=True)
        self._box.addWidget(shown)
        self._box.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        shown.hide()

        def open_all() -> None:
            shown.show()
            more.hide()

        more.clicked.connect(open_all)

    @staticmethod
    def rows_of(report: Presented) -> tuple[str, ...]:
        return report.root.evidence if report.root is not None else ()

    def one_line(self) -> str:
        if not self._lines:
            return self.tr("Measured on this path")
        return f"{self._title()}  {self._lines[0]}"

    def _title(self) -> str:
        root = self._report.root
        return (
            self.tr("Why this is certain") if root is not None and root.confidence >= 0.95 else self.tr("What was seen")
        )

    def _figures(self, figures: Sequence[Measure], *, columns: int) -> None:
        self._box.addWidget(caption(self.tr("Measured on this path")))
        row = QHBoxLayout()
        row.setSpacing(24)
        each = -(-len(figures) // columns)
        for at in range(0, len(figures), each):
            table = KeyValueTable()
            table.set_rows([(figure.label, figure.text) for figure in figures[at : at + each]])
            row.addWidget(table, 1, Qt.AlignmentFlag.AlignTop)
        self._box.addLayout(row)
        link = Button(self.tr("Client settings, with the arithmetic"), kind="link")
        link.clicked.connect(lambda _on=False: self._advise())
        self._box.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)

    def _logs(self, open_log: Callable[[str, int], None] | None) -> None:
        ordered = sorted(self._report.log_matches, key=lambda hit: not hit.facts)
        count = len(ordered)
        row = QHBoxLayout()
        row.addWidget(caption(self.tr("In the broker's log: {count}").format(count=count)))
        row.addStretch(1)
        if open_log is not None:
            link = Button(self.tr("Show line {line}").format(line=ordered[0].line), kind="link")
            link.clicked.connect(lambda _on=False: open_log(ordered[0].file, ordered[0].line))
            row.addWidget(link)
        self._box.addLayout(row)
        self._box.addWidget(Text(ordered[0].text, role="mono", selectable=True))

    def _names(self) -> None:
        self._box.addWidget(caption(self.tr("Ruled out")))
        titles = [item.title for item in self._report.ruled_out]
        shown = Text("\n".join(titles[:FEW_NAMES]), colour="t2", selectable=True)
        self._box.addWidget(shown)
        if len(titles) > FEW_NAMES:
            more = Button(self.tr("{count} more").format(count=len(titles) - FEW_NAMES), kind="link")

            def open_all() -> None:
                shown.setText("\n".join(titles))
                more.hide()

            more.clicked.connect(open_all)
            self._box.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
