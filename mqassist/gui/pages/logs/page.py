"""The logs page: which log is open, how it is followed, and the reader below."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from os.path import basename
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from mqassist.gui.pages.logs.painting import HIGHLIGHT_COLOURS, Highlight
from mqassist.gui.pages.logs.reader import LogReader
from mqassist.gui.pages.logs.row_painter import numbered
from mqassist.gui.pages.logs.welcome import Welcome, size_words
from mqassist.gui.shell import Command, Shell
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import Button, IconButton
from mqassist.gui.widgets.cards import Card, Line
from mqassist.gui.widgets.labels import Chip, ElidedLabel

if TYPE_CHECKING:
    from mqassist.core.log import LogProblem
    from mqassist.core.report import Report
    from mqassist.services import Services

MOST_RECENT = 8


class LogsPage(QWidget):
    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        self.services = services
        self.shell = shell
        self.reader = LogReader(shell)
        self.path = ElidedLabel(role="mono")
        self.about = ElidedLabel(colour="t3", mode=Qt.TextElideMode.ElideRight)
        self.zone = Chip("", checkable=True)
        self.open_button = Button(icon_name="folder")
        self.follow_button = Button(kind="quiet", icon_name="play")
        self.more = IconButton("more", "")
        self.empty = Welcome(shell)
        self._body = QStackedWidget()
        self._told_problems: tuple[LogProblem, ...] = ()
        self._kept: dict[str, Any] = dict(shell.settings.current.pages.get("logs") or {})
        self._build()
        self._connect()
        self._recall()
        self.retranslate()

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        bar = QHBoxLayout()
        bar.setContentsMargins(20, 10, 20, 10)
        bar.setSpacing(8)
        place = Card(margin=6)
        row = QHBoxLayout()
        row.setSpacing(10)
        self.icon = QLabel()
        row.addWidget(self.icon)
        row.addWidget(self.path, 1)
        row.addWidget(self.about)
        row.addWidget(self.zone)
        place.body.addLayout(row)
        bar.addWidget(place, 1)
        bar.addWidget(self.open_button)
        bar.addWidget(self.follow_button)
        bar.addWidget(self.more)
        self._bar = QWidget()
        self._bar.setLayout(bar)
        self._border = Line()
        box.addWidget(self._bar)
        box.addWidget(self._border)
        self._bar.hide()
        self._border.hide()
        self._body.addWidget(self.empty)
        self._body.addWidget(self.reader)
        box.addWidget(self._body, 1)
        dress(self, ground="surface")

    def _connect(self) -> None:
        services = self.services
        self.open_button.clicked.connect(self.ask_for_log)
        self.empty.choose_wanted.connect(self.ask_for_log)
        self.empty.wanted.connect(self.open_log)
        self.follow_button.clicked.connect(self._toggle_follow)
        self.more.clicked.connect(self._menu)
        self.zone.toggled.connect(self._zone)
        self.reader.changed.connect(self._say)
        self.reader.told.connect(self.shell.set_status)
        theme().changed.connect(self._tint)
        self._tint()
        self.shell.run_finished.connect(self._run_finished)
        self.shell.bridge.background(lambda _token: services.logs.warm_up())
        for name, splitter in self._splitters():
            splitter.splitterMoved.connect(partial(self._keep_splitter, name, splitter))

    # -- what the shell asks ----------------------------------------------------------------------

    def open_log(self, path: str, line: int | None = None) -> None:
        self._body.setCurrentWidget(self.reader)
        self._bar.show()
        self._border.show()
        self.reader.open_log(path, line)
        recent = [path, *(each for each in self._recent() if each != path)][:MOST_RECENT]
        self._kept["recent"] = recent
        self.shell.settings.remember("logs", dict(self._kept))

    def commands(self) -> Iterable[Command]:
        yield Command(self.tr("Open a log …"), self.ask_for_log, "folder")
        for path in self._recent():
            name = self.tr("Open {name}").format(name=basename(path))
            yield Command(name, partial(self.shell.open_log, path), "log", words=path)

    def close_down(self) -> None:
        self.reader.close_down()

    def ask_for_log(self) -> None:
        def take(paths: list[str]) -> None:
            if paths:
                self.open_log(paths[0])

        filters = self.tr("Logs (*.log *.log.* *.gz *.xz *.zst *.txt);;All files (*)")
        self.shell.open_file(self, self.tr("Open a log"), filters, take)

    def _run_finished(self, report: Report) -> None:
        self.reader.mark_run(report.log_matches)

    # -- following, zone, menu --------------------------------------------------------------------

    def _toggle_follow(self) -> None:
        if self.reader.paused:
            self.reader.go_on()
        else:
            self.reader.follow(not self.reader.following)

    def _zone(self, local: bool) -> None:
        self.reader.set_local_time(local)
        self._kept["local_time"] = local
        self._keep()
        self.retranslate()

    def _menu(self) -> None:
        menu = QMenu(self)
        lines = self.reader.lines
        wrap = QAction(self.tr("Wrap long lines"), menu, checkable=True, checked=lines.wrap)
        wrap.toggled.connect(self._wrap)
        menu.addAction(wrap)
        explained = QAction(self.tr("Show explanations"), menu, checkable=True)
        explained.setChecked(self.reader.wanted["explanation"])
        explained.toggled.connect(lambda on: self._show_part("explanation", on))
        menu.addAction(explained)
        stories = QAction(self.tr("Show stories"), menu, checkable=True, checked=self.reader.wanted["stories"])
        stories.toggled.connect(lambda on: self._show_part("stories", on))
        menu.addAction(stories)
        menu.addSeparator()
        words = self.reader.filters.search.search()
        for colour, name in zip(HIGHLIGHT_COLOURS, self._colours(), strict=True):
            action = QAction(self.tr("Highlight the searched words: {colour}").format(colour=name), menu)
            action.setEnabled(words is not None)
            action.triggered.connect(lambda _checked=False, colour=colour: self.highlight(colour))
            menu.addAction(action)
        clear = QAction(self.tr("Take all highlights away"), menu)
        clear.setEnabled(bool(lines.highlights))
        clear.triggered.connect(lambda: self._set_highlights(()))
        menu.addAction(clear)
        if self._recent():
            menu.addSeparator()
        for path in self._recent():
            action = QAction(path, menu)
            action.triggered.connect(lambda _checked=False, path=path: self.open_log(path))
            menu.addAction(action)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _colours(self) -> tuple[str, ...]:
        return self.tr("blue"), self.tr("green"), self.tr("amber"), self.tr("red")

    def _wrap(self, on: bool) -> None:
        self.reader.lines.set_wrap(on)
        self._kept["wrap"] = on
        self._keep()

    def highlight(self, colour: str) -> None:
        """The words in the search field stay tinted in every log from now on."""
        words = self.reader.filters.search.search()
        if words is not None:
            new = Highlight(words.text, colour, words.regex, words.ignore_case)
            others = tuple(each for each in self.reader.lines.highlights if each.text != new.text)
            self._set_highlights((*others, new))

    def _set_highlights(self, highlights: tuple[Highlight, ...]) -> None:
        self.reader.set_highlights(highlights)
        self._kept["highlights"] = [
            {"text": each.text, "colour": each.colour, "regex": each.regex, "ignore_case": each.ignore_case}
            for each in highlights
        ]
        self._keep()

    def _show_part(self, name: str, on: bool) -> None:
        self.reader.show_part(name, on)
        self._kept["parts"] = dict(self.reader.wanted)
        self._keep()

    def _splitters(self) -> tuple[tuple[str, QSplitter], ...]:
        return ("logs-beside", self.reader.beside), ("logs-below", self.reader.below)

    def _keep_splitter(self, name: str, splitter: QSplitter, *_moved: int) -> None:
        state = bytes(splitter.saveState().toBase64().data()).decode("ascii")
        self.shell.settings.change(splitters={**self.shell.settings.current.splitters, name: state})

    def _keep(self) -> None:
        self.shell.settings.remember("logs", dict(self._kept))

    def _recent(self) -> list[str]:
        found = self._kept.get("recent")
        return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []

    def _recall(self) -> None:
        kept = self._kept.get("highlights")
        found = [
            Highlight(str(each.get("text", "")), str(each.get("colour", "accent")), each.get("regex") is True,
                      each.get("ignore_case") is not False)
            for each in (kept if isinstance(kept, list) else []) if isinstance(each, dict)
        ]  # fmt: skip
        self.reader.set_highlights(each for each in found if each.text)
        self.reader.lines.set_wrap(self._kept.get("wrap") is True)
        parts = self._kept.get("parts")
        for name, on in parts.items() if isinstance(parts, dict) else ():
            if name in self.reader.wanted:
                self.reader.wanted[name] = on is True
        for name, splitter in self._splitters():
            state = self.shell.settings.current.splitters.get(name, "")
            if state:
                splitter.restoreState(QByteArray.fromBase64(state.encode("ascii")))
        self.zone.setChecked(self._kept.get("local_time") is True)

    def _tint(self) -> None:
        self.icon.setPixmap(theme().icon("doc").pixmap(theme().px(16)))

    # -- words ------------------------------------------------------------------------------------

    def _say(self) -> None:
        document = self.reader.desk.document
        self._say_problems()
        if document is None:
            self.path.set_text("")
            self.about.set_text("")
            return
        self.path.set_text(document.name)
        self.shell.set_title(basename(document.name))
        form = document.format if document.format != "plain" else self.tr("unknown format")
        words = self.tr("{size} · {lines} lines · {format}").format(
            size=size_words(document.size), lines=numbered(document.line_count), format=form
        )
        if not document.complete and not self.reader.following:
            share = round(document.progress * 100)
            words = self.tr("{words} · indexing {share} %").format(words=words, share=share)
        self.about.set_text(words)
        self._say_follow()

    def _say_problems(self) -> None:
        """What the log engine had to leave out is told where the log is."""
        document, strip = self.reader.desk.document, self.reader.strip
        problems = tuple(document.problems) if document is not None else ()
        if problems != self._told_problems:
            self._told_problems = problems
            for problem in problems[-1:]:
                strip.say("warning", self.shell.services.texts.sentence(problem.key, dict(problem.values)))

    def _say_follow(self) -> None:
        reader = self.reader
        if reader.paused:
            self.follow_button.setText(self.tr("Go on"))
            self.follow_button.set_icon_name("play")
        elif reader.following:
            self.follow_button.setText(self.tr("Following"))
            self.follow_button.set_icon_name("pause")
        else:
            self.follow_button.setText(self.tr("Follow"))
            self.follow_button.set_icon_name("play")

    def retranslate(self) -> None:
        self.open_button.setText(self.tr("Open a log"))
        self.more.set_name(self.tr("More"))
        self.zone.setText(self.tr("This computer's time") if self.zone.isChecked() else "UTC")
        self.zone.setAccessibleName(self.tr("Times of this computer's zone"))
        self.zone.updateGeometry()
        self._say()
        self._say_follow()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.services = self.shell.services
            self.retranslate()
        super().changeEvent(event)
