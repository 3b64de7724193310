"""The logs page: which log is open, how it is followed, and the reader below."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from functools import partial
from os.path import basename
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from mqassist.gui.pages.logs.clocks import Clocks
from mqassist.gui.pages.logs.log_menu import show_log_menu
from mqassist.gui.pages.logs.numbers import numbered
from mqassist.gui.pages.logs.reader import LogReader
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
NARROW = 860
"""Logical pixels at 100 % below which the words about the log stand under its name."""
FORMAT_NAMES = {
    "rabbitmq": "RabbitMQ", "rabbitmq-json": "RabbitMQ JSON", "rabbitmq-legacy": "RabbitMQ 3.6–3.8",
    "mosquitto": "Mosquitto", "emqx": "EMQX", "emqx-json": "EMQX JSON", "vernemq": "VerneMQ", "hivemq": "HiveMQ",
    "nanomq": "NanoMQ", "lavinmq": "LavinMQ", "haproxy": "HAProxy", "nginx": "nginx",
}  # fmt: skip


class LogsPage(QWidget):
    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        self.services = services
        self.shell = shell
        self.reader = LogReader(shell, self)
        lines = self.reader.lines
        self.clocks = Clocks(shell, self.reader.desk, lines.marks, lambda: lines.current_line)
        self.path = ElidedLabel(role="mono")
        self.about = ElidedLabel(colour="t3", mode=Qt.TextElideMode.ElideRight)
        self.zone = Chip("", checkable=True)
        self.open_button = IconButton("folder", "")
        self.add_button = Button(icon_name="plus")
        self.follow_button = Button(kind="quiet", icon_name="play")
        self.more = IconButton("more", "")
        self.empty = Welcome(shell)
        self._body = QStackedWidget()
        self._told_problems: tuple[LogProblem, ...] = ()
        self._take: Callable[[str], None] = self.open_log
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
        words = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        words.setSpacing(2)
        words.addWidget(self.path, 1)
        words.addWidget(self.about)
        self._words = words
        row.addLayout(words, 1)
        row.addWidget(self.zone)
        place.body.addLayout(row)
        bar.addWidget(place, 1)
        bar.addWidget(self.open_button)
        bar.addWidget(self.add_button)
        bar.addWidget(self.follow_button)
        bar.addWidget(self.more)
        self._bar = QWidget()
        self._bar.setLayout(bar)
        self._border = Line()
        box.addWidget(self._bar)
        box.addWidget(self.clocks)
        box.addWidget(self._border)
        self._bar.hide()
        self._border.hide()
        self._body.addWidget(self.empty)
        self._body.addWidget(self.reader)
        box.addWidget(self._body, 1)
        dress(self, ground="surface")

    def _connect(self) -> None:
        services = self.services
        self.open_button.clicked.connect(lambda: self._offer(self.open_button, self.open_log))
        self.add_button.clicked.connect(lambda: self._offer(self.add_button, self.add_log))
        self.empty.back_wanted.connect(lambda: self._body.setCurrentWidget(self.reader))
        self.empty.choose_wanted.connect(self.ask_for_log)
        self.empty.wanted.connect(self._wanted)
        self.follow_button.clicked.connect(self._toggle_follow)
        self.more.clicked.connect(lambda: show_log_menu(self))
        self.zone.toggled.connect(self._zone)
        self.reader.changed.connect(self._say)
        self.reader.told.connect(self.shell.set_status)
        self.clocks.told.connect(self.shell.set_status)
        self.clocks.moved.connect(self.reader.lines.go_to_line)
        theme().changed.connect(self._tint)
        self._tint()
        self.shell.run_finished.connect(self._run_finished)
        self.shell.bridge.background(lambda _token: warm_up(services))
        for name, splitter in self._splitters():
            splitter.splitterMoved.connect(partial(self._keep_splitter, name, splitter))

    # -- what the shell asks ----------------------------------------------------------------------

    def open_log(self, path: str, line: int | None = None) -> None:
        self._body.setCurrentWidget(self.reader)
        self._bar.show()
        self._border.show()
        self.reader.lines.setFocus()
        self.reader.open_log(path, line)
        recent = [path, *(each for each in self._recent() if each != path)][:MOST_RECENT]
        self._kept["recent"] = recent
        self.shell.settings.remember("logs", dict(self._kept))

    def add_log(self, source: str) -> None:
        """To be read together with what is open, by time."""
        self._body.setCurrentWidget(self.reader)
        self.reader.lines.setFocus()
        self.reader.add_log(source)

    def _wanted(self, source: str) -> None:
        """To open, or to add: whatever was asked for when the list of sources was called."""
        self._take(source)

    def _offer(self, button: QWidget, take: Callable[[str], None]) -> None:
        """A file, another source, or one that was open before."""
        menu = QMenu(self)
        menu.addAction(self.tr("A file …"), lambda: self._ask_for_file(take))
        menu.addAction(self.tr("Another source, or a log of this computer …"), lambda: self.ask_for_source(take))
        others = [path for path in self._recent() if path not in self.reader.desk.sources]
        if others:
            menu.addSeparator()
        for path in others:
            menu.addAction(path, partial(take, path))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def ask_for_source(self, take: Callable[[str], None]) -> None:
        self._take = take
        self.empty.show_recent([path for path in self._recent() if path not in self.reader.desk.sources])
        self.empty.show_back(bool(self.reader.desk.sources))
        self._body.setCurrentWidget(self.empty)
        self.empty.source.setFocus()

    def commands(self) -> Iterable[Command]:
        yield Command(self.tr("Open a log …"), self.ask_for_log, "folder")
        for path in self._recent():
            name = self.tr("Open {name}").format(name=basename(path))
            yield Command(name, partial(self.shell.open_log, path), "log", words=path)

    def close_down(self) -> None:
        self.reader.close_down()

    def ask_for_log(self) -> None:
        self._ask_for_file(self._take)

    def _ask_for_file(self, take: Callable[[str], None]) -> None:
        def chosen(paths: list[str]) -> None:
            for at, path in enumerate(paths):
                (take if not at else self.add_log)(path)

        filters = self.tr("Logs (*.log *.log.* *.gz *.xz *.zst *.txt);;All files (*)")
        self.shell.open_file(self, self.tr("Open a log"), filters, chosen)

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

    def set_wrap(self, on: bool) -> None:
        self.reader.lines.set_wrap(on)
        self._kept["wrap"] = on
        self._keep()

    def show_part(self, name: str, on: bool) -> None:
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
        self.empty.show_recent(self._recent())

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
        self.path.set_text(self._name())
        self.shell.set_title(", ".join(basename(source) for source in self.reader.desk.sources))
        form = self._format(document.format)
        one, several = self.tr("{size} · 1 line · {format}"), self.tr("{size} · {lines} lines · {format}")
        words = (one if document.line_count == 1 else several).format(
            size=size_words(document.size), lines=numbered(document.line_count), format=form
        )
        if not document.complete and not self.reader.following:
            share = round(document.progress * 100)
            words = self.tr("{words} · indexing {share} %").format(words=words, share=share)
        self.about.set_text(words)
        self._say_follow()

    def _name(self) -> str:
        """In a narrow window the end of the path says most."""
        sources = self.reader.desk.sources
        short = len(sources) > 1 or self._narrow
        names = [basename(source.rstrip("/\\")) or source if short else source for source in sources]
        if len(names) == 1:
            return names[0]
        return "   ".join(f"{chr(65 + at)} {name}" for at, name in enumerate(names))

    def _format(self, name: str) -> str:
        if name == "together":
            count = len(self.reader.desk.sources)
            return self.tr("{count} logs by time").format(count=count)
        if name == "application":
            return self.tr("application log")
        return FORMAT_NAMES.get(name, name) if name != "plain" else self.tr("unknown format")

    @property
    def _narrow(self) -> bool:
        return self.width() < theme().px(NARROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The name of the log needs its place more than the words beside it."""
        narrow = self._narrow
        self._words.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        words = "" if narrow else self.tr("Add a node's log")
        if self.add_button.text() != words:
            self.add_button.setText(words)
            self.add_button.updateGeometry()
        self._say()

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
        self.open_button.set_name(self.tr("Open a log"))
        self.add_button.setToolTip(self.tr("Add a node's log"))
        self.add_button.setAccessibleName(self.tr("Add a node's log"))
        self._fit()
        self.more.set_name(self.tr("More"))
        self.zone.setText(self.tr("This computer's time") if self.zone.isChecked() else "UTC")
        self.zone.setAccessibleName(self.tr("Times of this computer's zone"))
        self.zone.updateGeometry()
        self._say()
        self._say_follow()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.services = self.shell.services
            self.reader.refresh()
            self.retranslate()
        super().changeEvent(event)


def warm_up(services: Services) -> None:
    """In a thread: what the first log and its first explanation would have to wait for."""
    services.logs.warm_up()
    services.wording.advice("auth.bad-credentials", {})
    gc.freeze()  # formats and phrases stay: looking through them takes the screen thread's time
