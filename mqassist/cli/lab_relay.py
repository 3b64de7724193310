"""`mqassist lab relay` and `lab watch`: a relay for a person's own program, set by typed lines, told line by line."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from mqassist.cli.lab_arguments import Given
from mqassist.cli.output import complain, is_utf8, say_line, style_for, write_out
from mqassist.cli.stop import Stop
from mqassist.cli.words import Words
from mqassist.core.cancel import CancelToken
from mqassist.core.endpoint import Endpoint
from mqassist.core.errors import Cancelled, UserError
from mqassist.core.overheard import Line, Overheard, RelaySnapshot
from mqassist.core.record import as_plain
from mqassist.core.target import parse_target
from mqassist.report.cells import printable, wrapped

if TYPE_CHECKING:
    from mqassist.services import Relay, Services

SCHEMA = "mqassist.relay/1"
LOOK_S = 0.1
LONGEST = 4_096
"""Characters of one typed line."""


def relay(services: Services, words: Words, given: Given) -> int:
    """Until Ctrl-C, `quit`, the end of --seconds, or with --once the first program. Raises UserError."""
    if len(given.words) != 1:
        raise UserError("lab.no-target", "which broker?")
    broker = _broker(services, given.words[0])
    running = services.relay(broker, Line(tls=given.tls), port=given.port, ca=given.ca, verify=not given.no_verify)
    try:
        return _Session(services, words, given, running, broker).run()
    finally:
        running.stop()
        services.lab.stop()


def _broker(services: Services, word: str) -> Endpoint:
    """Of an address, or of a saved profile by its name. Raises UserError."""
    if "://" not in word and (profile := services.profiles.book().named(word)) is not None:
        word = profile.url
    target = parse_target(word)
    if target.endpoint is None:
        raise UserError("lab.target", "not a target", target=target.shown)
    return target.endpoint


class _Session:
    def __init__(self, services: Services, words: Words, given: Given, running: Relay, broker: Endpoint) -> None:
        self.services = services
        self.words = words
        self.given = given
        self.relay = running
        self.broker = broker
        self.token = CancelToken()
        self.style = style_for(sys.stdout, "any")
        self.opened: set[int] = set()
        self.ended: set[int] = set()
        self.told: set[int] = set()

    def run(self) -> int:
        Stop(self.token, lambda: None).install()
        for command in self.given.set:
            self.relay.do(command)
        self._begin(self.relay.snapshot())
        if self.given.command == "relay" and sys.stdin is not None:
            threading.Thread(target=self._read_commands, name="relay commands", daemon=True).start()
        waiting = self.token.child(self.given.seconds or None)
        try:
            while not (self.given.seconds and not waiting.remaining(1.0)):
                waiting.sleep(LOOK_S)
                self._look(self.relay.snapshot())
                if self.given.once and self.told:
                    break
        except Cancelled:
            pass
        self._end(self.relay.snapshot())
        return 0

    # -- what is typed --------------------------------------------------------------------------

    def _read_commands(self) -> None:
        while not self.token.cancelled:
            line = sys.stdin.readline(LONGEST)
            if not line:
                return  # nobody types: the relay goes on
            self._typed(line.strip())

    def _typed(self, line: str) -> None:
        plain: dict[str, Callable[[], object]] = {
            "quit": self.token.cancel,
            "help": lambda: complain(self.words.say("lab.relay.commands")),
            "status": lambda: self._status(self.relay.snapshot()),
        }
        if line in plain:
            plain[line]()
            return
        try:
            self.relay.do(line)
        except UserError as error:
            complain(self.words.of_error(error))
        else:
            if line:
                self._status(self.relay.snapshot())

    # -- what is told ---------------------------------------------------------------------------

    def _begin(self, state: RelaySnapshot) -> None:
        if self.given.json:
            self._line({"event": "listening", "target": state.target, "broker": state.broker, "ca": state.ca or None})
            return
        say_line(self.words.say("lab.relay.use", target=state.target, broker=state.broker))
        if state.ca:
            say_line(self.words.say("lab.relay.trust", file=state.ca))
        if self.given.command == "relay":
            say_line(self.words.say("lab.relay.commands"))
        else:
            say_line(self.words.say("lab.watch.waiting"))

    def _look(self, state: RelaySnapshot) -> None:
        for row in state.connections:
            if row.number not in self.opened:
                self.opened.add(row.number)
                if self.given.json:
                    self._line({"event": "opened", "connection": row.number, "client": row.client})
                elif self.given.command == "relay":
                    say_line(self.words.say("lab.relay.opened", number=row.number, client=row.client))
        for heard in state.overheard:
            if heard.complete and heard.number not in self.told:
                self.told.add(heard.number)
                self._tell(heard)
        for row in state.connections:
            if row.end and row.number not in self.ended:
                self.ended.add(row.number)
                if self.given.json:
                    self._line({"event": "ended", **as_plain(row)})
                elif self.given.command == "relay":
                    why = self.words.say(f"lab.end.{row.end}")
                    up, down = row.bytes_up, row.bytes_down
                    line = self.words.say(
                        "lab.relay.ended", number=row.number, seconds=row.seconds, why=why, up=up, down=down
                    )
                    say_line(line)

    def _tell(self, heard: Overheard) -> None:
        found = self.services.overheard(heard, self.broker)
        if self.given.json:
            causes = [
                {
                    "id": each.advice.cause,
                    "certain": each.certain,
                    "title": each.advice.title,
                    "summary": each.advice.summary,
                }
                for each in found
            ]
            said = dict(heard.said)
            self._line({"event": "handshake", "connection": heard.number, "protocol": heard.protocol or None,
                        "said": said, "facts": as_plain(dict(heard.facts)), "causes": causes})  # fmt: skip
            return
        title = self.words.say(f"lab.heard-of.{heard.protocol or 'nothing'}", number=heard.number, client=heard.client)
        lines = ["", self.style.paint("strong", title)]
        labels = {key: self.words.say(f"lab.heard.{key}") for key, _ in heard.said}
        lines += [f"  {labels[key]}: {printable(_worded(self.words, value))}" for key, value in heard.said]
        for each in found:
            kind = "broken" if each.certain else "undecided"
            title = each.advice.title if each.certain else self.words.say("lab.watch.perhaps", title=each.advice.title)
            lines += [f"  {self.style.paint(kind, self.style.shape(kind))} {title}"]
            lines += [f"    {line}" for line in wrapped(each.advice.summary, 94)] if each.certain else []
        if not found and heard.protocol in ("amqp", "mqtt"):
            kind = "works" if heard.facts.get("login.result") == "accepted" else "undecided"
            shape = self.style.paint(kind, self.style.shape(kind))
            lines.append(f"  {shape} {self.words.say(f'lab.watch.{kind}', broker=str(self.broker))}")
        write_out("\n".join(lines) + "\n")

    def _status(self, state: RelaySnapshot) -> None:
        if not self.given.json:
            say_line(line_sentence(self.words, state.line))
            say_line(self._counted(state))

    def _counted(self, state: RelaySnapshot) -> str:
        count = as_plain(state.counters)
        return self.words.say("lab.relay.counters", **count)

    def _end(self, state: RelaySnapshot) -> None:
        self._look(state)
        if self.given.json:
            self._line({"event": "end", "counters": as_plain(state.counters), "line": as_plain(state.line)})
        else:
            say_line(self._counted(state))

    def _line(self, document: dict[str, object]) -> None:
        write_out(json.dumps({"schema": SCHEMA, **document}, ensure_ascii=not is_utf8(sys.stdout)) + "\n")


def _worded(words: Words, value: str) -> str:
    """The few values that are words of ours."""
    return words.say(f"lab.value.{value}") if value in ("yes", "no", "given", "none", "empty") else value


def line_sentence(words: Words, line: Line) -> str:
    """How the line is set, in one line."""
    parts = []
    if line.delay_ms or line.jitter_ms:
        parts.append(words.say("lab.line.delayed", delay=line.delay_ms, jitter=line.jitter_ms))
    if line.bandwidth:
        parts.append(words.say("lab.line.slowed", bandwidth=line.bandwidth))
    if line.idle_cut:
        parts.append(words.say(f"lab.line.cut-{line.idle_how}", seconds=line.idle_cut))
    if line.drop:
        parts.append(words.say("lab.line.dropping"))
    if line.refuse:
        parts.append(words.say("lab.line.refusing"))
    return "; ".join(parts) if parts else words.say("lab.line.clear")
