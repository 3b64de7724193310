"""The fault relay: where to point a program, the switches of the line, counters, the log of connections, and what the
program said of itself."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from mqassist.core.advice import Wording
from mqassist.core.overheard import Line, Mistake, Overheard, RelaySnapshot, TlsMode
from mqassist.gui.pages.lab.filter_bar import fill_choice
from mqassist.gui.pages.lab.slider import NamedSlider
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import CommandBox, KeyValueTable, MessageStrip, clear
from mqassist.gui.widgets.cards import Line as Separator
from mqassist.gui.widgets.fields import CheckBox, Choice, Field
from mqassist.gui.widgets.flow import FlowRow
from mqassist.gui.widgets.labels import Text

DELAYS = (0, 20, 50, 100, 200, 300, 500, 1000, 2000, 5000)
JITTERS = (0, 5, 10, 20, 50, 100, 200, 500, 1000)
IDLE = (0, 1, 2, 5, 10, 30, 60, 120, 240, 300, 600)
BANDWIDTHS = (0, 1_000_000, 100_000, 10_000, 1_000, 100)
LISTED = 12
"""Connections in the log; the relay remembers more."""
OWN_WORDS = ("yes", "no", "given", "none", "empty")


class RelayPanel(QWidget):
    """`line_changed` after each switch, `begin` and `end` as the person presses; `act` gives reset or half-close."""

    begin = Signal()
    end = Signal()
    line_changed = Signal()
    act = Signal(str)

    def __init__(
        self, copy: Callable[[str], None], wording: Callable[[], Wording], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._wording = wording
        self._state: RelaySnapshot | None = None
        self._heard: tuple[Overheard, tuple[Mistake, ...]] | None = None
        self._line = Line()
        self._intro = Text(role="caption", colour="t3")
        self._broker_label = QLabel()
        self.broker = Field(mono=True)
        self._broker_label.setBuddy(self.broker)
        self._tls_label = QLabel()
        self.tls = Choice()
        self._tls_label.setBuddy(self.tls)
        self.start, self.stop = Button(icon_name="play", kind="accent"), Button(icon_name="stop")
        self.strip = MessageStrip(closable=True)
        self.address = CommandBox(copy=copy)
        self._trust = Text(role="caption", colour="t3", selectable=True)
        self.delay = NamedSlider(DELAYS, self._delay_word)
        self.jitter = NamedSlider(JITTERS, self._jitter_word)
        self.bandwidth = NamedSlider(BANDWIDTHS, self._bandwidth_word)
        self.idle = NamedSlider(IDLE, self._idle_word)
        self.idle_how = Choice()
        self.drop, self.refuse = CheckBox(), CheckBox()
        self.reset, self.half_close, self.clear_line = Button(kind="danger"), Button(), Button(kind="link")
        self._counters = KeyValueTable()
        self._log_title = Text(weight=SEMIBOLD)
        self._log = KeyValueTable()
        self._app_title = Text(weight=SEMIBOLD)
        self._app_hint = Text(role="caption", colour="t3")
        self._said = KeyValueTable()
        self._mistakes = QVBoxLayout()
        for choice in (self.tls, self.idle_how):
            choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.setMinimumContentsLength(12)
        self._build()
        self._connect()
        self.retranslate()
        self.show_relay(None)

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 16)
        box.setSpacing(10)
        top: tuple[QWidget, ...] = (self._intro, self._broker_label, self.broker, self._tls_label, self.tls)
        for widget in top:
            box.addWidget(widget)
        box.addWidget(FlowRow((self.start, self.stop)))
        self.strip.hide()
        box.addWidget(self.strip)
        self._running: tuple[QWidget, ...] = (
            self.address, self._trust, self.delay, self.jitter, self.bandwidth, self.idle, self.idle_how, self.drop,
            self.refuse, FlowRow((self.reset, self.half_close, self.clear_line)), Separator(), self._counters,
            Separator(), self._app_title, self._app_hint, self._said,
        )  # fmt: skip
        for widget in self._running:
            box.addWidget(widget)
        self._mistakes.setSpacing(6)
        box.addLayout(self._mistakes)
        box.addWidget(self._log_title)
        box.addWidget(self._log)
        box.addStretch(1)

    def _connect(self) -> None:
        self.start.clicked.connect(self.begin)
        self.broker.returnPressed.connect(self.begin)
        self.stop.clicked.connect(self.end)
        for slider in (self.delay, self.jitter, self.bandwidth, self.idle):
            slider.moved.connect(lambda _value: self.line_changed.emit())
        self.idle_how.activated.connect(lambda _at: self.line_changed.emit())
        self.drop.toggled.connect(lambda _on: self.line_changed.emit())
        self.refuse.toggled.connect(lambda _on: self.line_changed.emit())
        self.reset.clicked.connect(lambda: self.act.emit("reset"))
        self.half_close.clicked.connect(lambda: self.act.emit("half-close"))
        self.clear_line.clicked.connect(self._clear)

    # -- what is chosen -------------------------------------------------------------------------

    @property
    def mode(self) -> TlsMode:
        found = self.tls.value()
        return "front" if found == "front" else "strip" if found == "strip" else "as-is"

    def line(self) -> Line:
        how = self.idle_how.value()
        return Line(
            delay_ms=self.delay.value,
            jitter_ms=self.jitter.value,
            bandwidth=int(self.bandwidth.value),
            drop=self.drop.isChecked(),
            refuse=self.refuse.isChecked(),
            idle_cut=self.idle.value,
            idle_how="reset" if how == "reset" else "silent" if how == "silent" else "fin",
            tls=self.mode,
        )

    def _clear(self) -> None:
        self._show_line(Line())
        self.line_changed.emit()

    def _show_line(self, line: Line) -> None:
        self.delay.set_value(line.delay_ms)
        self.jitter.set_value(line.jitter_ms)
        self.bandwidth.set_value(line.bandwidth)
        self.idle.set_value(line.idle_cut)
        self.idle_how.choose(line.idle_how)
        for box, on in ((self.drop, line.drop), (self.refuse, line.refuse)):
            box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(False)

    def _delay_word(self, ms: float) -> str:
        return self.tr("{ms} ms").format(ms=f"{ms:g}") if ms else self.tr("none")

    def _jitter_word(self, ms: float) -> str:
        return self.tr("up to {ms} ms").format(ms=f"{ms:g}") if ms else self.tr("none")

    def _idle_word(self, seconds: float) -> str:
        return self.tr("{seconds} s").format(seconds=f"{seconds:g}") if seconds else self.tr("never")

    def _bandwidth_word(self, value: float) -> str:
        if not value:
            return self.tr("unlimited")
        if value >= 1_000_000:
            return self.tr("{amount} MB/s").format(amount=f"{value / 1_000_000:g}")
        return self.tr("{amount} kB/s").format(amount=f"{value / 1_000:g}")

    # -- what is shown --------------------------------------------------------------------------

    def show_relay(
        self, state: RelaySnapshot | None, heard: tuple[Overheard, tuple[Mistake, ...]] | None = None
    ) -> None:
        """None: it does not run."""
        new = state != self._state or heard != self._heard or state is None
        self._state, self._heard = state, heard
        running = state is not None
        for widget in self._running:
            widget.setVisible(running)
        self._log_title.setVisible(running)
        self._log.setVisible(running)
        self.start.setVisible(not running)
        self.stop.setVisible(running)
        self.broker.setEnabled(not running)
        self.tls.setEnabled(not running)
        self._said.setVisible(running and heard is not None)
        self._app_hint.setVisible(running and heard is None)
        self._trust.setVisible(running and state is not None and bool(state.ca))
        if state is None:
            clear(self._mistakes)
        elif new:
            self._show_running(state)

    def _show_running(self, state: RelaySnapshot) -> None:
        self.address.set_text(state.target)
        self._trust.setText(self.tr("The program has to trust this authority: {file}").format(file=state.ca))
        self._counters.set_rows(self.counted())
        rows = []
        for row in reversed(state.connections[-LISTED:]):
            said = self._wording().sentence(f"lab.end.{row.end}") if row.end else self.tr("open")
            rows.append((f"#{row.number}  {_clock(row.opened_at)}", f"{said} ({row.seconds:.1f} s)"))
        self._log.set_rows(rows)
        self._log_title.setVisible(bool(rows))
        self._show_program()

    def counted(self) -> list[tuple[str, str]]:
        """The counters in words, as they are shown."""
        if self._state is None:
            return []
        count = self._state.counters
        open_now = self.tr("{live} open, {all} so far").format(live=count.live, all=count.accepted)
        return [
            (self.tr("Connections"), open_now),
            (self.tr("Turned away"), str(count.refused)),
            (self.tr("Cut when idle"), str(count.cut)),
            (self.tr("Reset"), str(count.reset)),
            (self.tr("Bytes to the broker"), f"{count.bytes_up:,}"),
            (self.tr("Bytes back"), f"{count.bytes_down:,}"),
            (self.tr("Bytes swallowed"), f"{count.bytes_dropped:,}"),
        ]

    def mistake_titles(self) -> list[str]:
        """What is said to be wrong with the program that connected last."""
        return [] if self._heard is None else [each.advice.title for each in self._heard[1]]

    def _show_program(self) -> None:
        clear(self._mistakes)
        if self._heard is None:
            return
        heard, mistakes = self._heard
        wording = self._wording()
        rows = []
        for key, value in heard.said:
            shown = wording.sentence(f"lab.value.{value}") if value in OWN_WORDS else value
            rows.append((wording.sentence(f"lab.heard.{key}"), _breakable(shown)))
        self._said.set_rows(rows)
        for each in mistakes:
            strip = MessageStrip()
            title = each.advice.title
            if not each.certain:
                title = wording.sentence("lab.watch.perhaps", {"title": title})
            strip.say("warning" if each.certain else "note", title, each.advice.summary if each.certain else "")
            self._mistakes.addWidget(strip)
        if not mistakes and heard.complete and heard.facts.get("login.result") == "accepted":
            strip = MessageStrip()
            strip.say("ok", wording.sentence("lab.watch.works"))
            self._mistakes.addWidget(strip)

    def program_words(self) -> str:
        """Everything that is shown of the program that connected last."""
        heard = self._heard
        return "" if heard is None else "\n".join(value for _key, value in heard[0].said)

    def retranslate(self) -> None:
        self._intro.setText(
            self.tr(
                "Stands between your own program and a broker: spoils the line as you like, and shows what your "
                "program sends when it connects. Passwords are never shown or kept."
            )
        )
        self._broker_label.setText(self.tr("Broker"))
        self.broker.setAccessibleName(self.tr("Address of the broker"))
        self.broker.setPlaceholderText("amqp://localhost:5672")
        self._tls_label.setText(self.tr("TLS"))
        fill_choice(self.tls, (("as-is", self.tr("pass on as it is")), ("front", self.tr("TLS for the program only")),
                              ("strip", self.tr("TLS for the broker only"))))  # fmt: skip
        self.tls.setAccessibleName(self.tr("TLS"))
        self.start.setText(self.tr("Start the relay"))
        self.stop.setText(self.tr("Stop the relay"))
        self.delay.set_name(self.tr("Extra delay"))
        self.jitter.set_name(self.tr("Jitter"))
        self.bandwidth.set_name(self.tr("Bandwidth"))
        self.idle.set_name(self.tr("Cut after idle"))
        fill_choice(self.idle_how, (("fin", self.tr("by closing")), ("reset", self.tr("by a reset")),
                                   ("silent", self.tr("silently, as a firewall forgets"))))  # fmt: skip
        self.idle_how.setAccessibleName(self.tr("How an idle connection is cut"))
        self.drop.setText(self.tr("Swallow everything"))
        self.refuse.setText(self.tr("Turn new connections away"))
        self.reset.setText(self.tr("Reset all now"))
        self.half_close.setText(self.tr("Half-close all"))
        self.clear_line.setText(self.tr("Clear the line"))
        self.address.setAccessibleName(self.tr("Point your program at this address"))
        self._app_title.setText(self.tr("Your program"))
        self._app_hint.setText(self.tr("Nothing has connected yet."))
        self._log_title.setText(self.tr("Connections"))
        if self._state is not None:
            self._show_running(self._state)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _breakable(text: str) -> str:
    """Long names may go on in the next line after these characters."""
    return re.sub(r"([_./@,-])(?=\S)", "\\1\u200b", text)


def _clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))
