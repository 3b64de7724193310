"""Between the relay's panel and the relay itself: starts and stops it, sets the line, and looks at it now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from mqassist.core.cancel import CancelToken
from mqassist.core.endpoint import Endpoint
from mqassist.core.errors import UserError
from mqassist.core.overheard import Mistake, Overheard, RelaySnapshot
from mqassist.core.target import parse_target
from mqassist.gui.pages.lab.relay_panel import RelayPanel
from mqassist.gui.shell import Shell

if TYPE_CHECKING:
    from mqassist.services import Relay

LOOK_MS = 400
Seen = tuple[RelaySnapshot, tuple[Overheard, tuple[Mistake, ...]] | None]


class RelayDesk(QObject):
    def __init__(self, panel: RelayPanel, shell: Shell, parent: QObject) -> None:
        super().__init__(parent)
        self._panel = panel
        self._shell = shell
        self._relay: Relay | None = None
        self._broker: Endpoint | None = None
        self._looking = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        panel.begin.connect(self._begin)
        panel.end.connect(self._end)
        panel.line_changed.connect(self._set_line)
        panel.act.connect(self._act)

    def _begin(self) -> None:
        if self._relay is not None:
            return
        text = self._panel.broker.text().strip()
        broker = parse_target(text).endpoint if text else None
        if broker is None:
            key = "lab.target" if text else "lab.no-target"
            self._say(UserError(key, "no broker", target=parse_target(text).shown if text else ""))
            return
        self._panel.strip.hide()
        self._panel.start.set_busy(True)
        services, line = self._shell.services, self._panel.line()
        self._broker = broker
        self._shell.bridge.background(lambda _token: services.relay(broker, line), self._started, self._failed, self)

    def _started(self, relay: Relay) -> None:
        self._panel.start.set_busy(False)
        self._relay = relay
        self._timer.start()
        self._look()

    def _failed(self, error: Exception) -> None:
        self._panel.start.set_busy(False)
        if not isinstance(error, UserError):
            raise error
        self._say(error)

    def _say(self, error: UserError) -> None:
        sentence = self._shell.services.wording.sentence(f"error.{error.reference}", error.parameters)
        self._panel.strip.say("error", sentence)

    def _end(self) -> None:
        relay, self._relay = self._relay, None
        self._timer.stop()
        self._panel.show_relay(None)
        if relay is not None:
            self._shell.bridge.background(lambda _token: relay.stop(), owner=self)

    def close_down(self) -> None:
        """The lab ends the relay with everything else."""
        self._timer.stop()
        self._relay = None

    def _set_line(self) -> None:
        if self._relay is not None:
            self._relay.set_line(self._panel.line())

    def _act(self, action: str) -> None:
        relay = self._relay
        if relay is not None:
            self._shell.bridge.background(lambda _token: relay.do(action), lambda _none: self._look(), owner=self)

    def _look(self) -> None:
        relay, broker, services = self._relay, self._broker, self._shell.services
        if relay is None or broker is None or self._looking:
            return
        self._looking = True

        def look(_token: CancelToken) -> Seen:
            state = relay.snapshot()
            last = next((each for each in reversed(state.overheard) if each.said), None)
            return state, None if last is None else (last, services.overheard(last, broker))

        def seen(found: Seen) -> None:
            self._looking = False
            if self._relay is relay:
                self._panel.show_relay(*found)

        def failed(_error: Exception) -> None:
            self._looking = False  # it was stopped meanwhile

        self._shell.bridge.background(look, seen, failed, self)
