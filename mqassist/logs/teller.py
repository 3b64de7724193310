"""Puts the lines of a log together by connection: takes entries in order, gives stories. Knows no document."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from mqassist.core.log import Ending, EventKind, LogLine, Story, StoryEvent, message_of
from mqassist.logs.connections import Mention, ending_of, is_nameless, kind_of, mention_in
from mqassist.logs.known import Known

MAX_EVENTS = 500
MAX_OPEN = 50_000
MAX_NAMELESS = 200
MAX_EARLY, EARLY_S = 4, 5.0


class _Open:
    """A connection whose story is being read."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.events: list[StoryEvent] = []
        self.ending: Ending = "open"
        self.cause: str | None = None

    def is_another(self, mention: Mention, kind: EventKind) -> bool:
        """A port is used again, and maybe for something else."""
        if kind == "opened":  # RabbitMQ 4 accepts a WebSocket, and then what it carries
            return not (self.ending == "open" and mention.process and self.names.get("process") == mention.process)
        if mention.peer and mention.peer != self.names.get("peer", mention.peer):
            return True
        protocol = self.names.get("protocol", "")
        return bool(protocol and mention.protocol and mention.names_one and protocol != mention.protocol)

    @property
    def is_nameless(self) -> bool:
        """Opened, and nobody has said yet who it is."""
        return self.ending == "open" and not self.names.get("client") and not self.names.get("process")

    def add(self, mention: Mention, event: StoryEvent, ending: Ending | None) -> None:
        for name in ("peer", "process", "client", "user", "vhost", "protocol"):
            value = getattr(mention, name)
            if value and not self.names.get(name):
                self.names[name] = value
        if len(self.events) < MAX_EVENTS:
            self.events.append(event)
        told = self.ending in _TELLING
        if ending is not None and not (told and ending in ("closed", "failed")):
            self.ending = ending
        if event.cause is not None and (self.cause is None or (ending in _TELLING and not told)):
            self.cause = event.cause

    def story(self) -> Story:
        names, events = self.names, self.events
        times = [event.at for event in events if event.at is not None]
        begun = events[0].at if events[0].kind == "opened" else (times[0] if times else None)
        ended = times[-1] if times and self.ending != "open" else None
        return Story(
            names.get("peer", ""), names.get("process", ""), names.get("client", ""), names.get("user", ""),
            names.get("vhost", ""), names.get("protocol", ""), begun, ended, self.ending, self.cause, tuple(events),
        )  # fmt: skip


_TELLING = ("heartbeat", "refused", "replaced", "dropped", "failed", "stopped")
"""Endings that say why: a line that only says that it ended does not take their place."""


class Teller:
    """Takes entries in order; gives the stories that they make."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._early: OrderedDict[str, list[tuple[Mention, StoryEvent, Ending | None]]] = OrderedDict()
        """What processes said before a line told whose they are, as RabbitMQ does when it refuses an MQTT login."""
        self._nameless: list[_Open] = []
        """Of Mosquitto, which writes of clients that it refuses without their address."""
        self._done: list[_Open] = []

    def take(self, entry: Sequence[LogLine]) -> None:
        head = entry[0]
        text = message_of(entry)
        mention = mention_in(text, head.source)
        if not mention.names_one and not head.source:
            self._take_unnamed(entry, text)
            return
        kind = kind_of(text)
        keys = [key for key in (mention.peer, mention.process or head.source, _client_key(mention)) if key]
        story = next((self._open[key] for key in keys if key in self._open), None)
        if story is None and kind == "refused" and not mention.peer and not head.source:
            story = self._waiting(text)
        ending = ending_of(text) if kind not in ("opened", "named", "logged-in") else None
        quiet = head.level in ("info", "debug") and ending not in _TELLING
        event = self._event(entry, text, kind, quiet=quiet)
        if story is None or story.is_another(mention, kind):
            if not mention.names_one:
                if ending == "stopped":
                    self._stop(event)
                elif event.cause is not None:
                    self._keep_early(head.source, mention, event, ending)
                return
            story = _Open()
            self._done.append(story)
            if kind == "opened" and not mention.process:
                self._nameless = [*self._nameless[1 - MAX_NAMELESS :], story]
            for said in self._early.pop(head.source, ()):
                if event.at is None or said[1].at is None or event.at - said[1].at <= EARLY_S:
                    story.add(*said)
        story.add(mention, event, ending)
        for key in keys:
            self._open[key] = story
            self._open.move_to_end(key)
        while len(self._open) > MAX_OPEN:
            self._open.popitem(last=False)

    def _event(self, entry: Sequence[LogLine], text: str, kind: EventKind, *, quiet: bool = False) -> StoryEvent:
        found = None if quiet else self._known.of_entry(entry)
        return StoryEvent(
            entry[0].number, entry[-1].number, entry[0].at, kind, text, None if found is None else found.cause
        )  # fmt: skip

    def _take_unnamed(self, entry: Sequence[LogLine], text: str) -> None:
        """A line without a name that tells of an end: the broker's, or that of the connection which has no name yet."""
        ending = ending_of(text)
        if ending == "stopped":
            self._stop(self._event(entry, text, "closed"))
        elif is_nameless(text) and (one := self._waiting(text)) is not None:
            says_end = text.startswith("Client ")
            one.add(Mention(protocol="mqtt"), self._event(entry, text, kind_of(text)), ending if says_end else None)

    def _waiting(self, text: str) -> _Open | None:
        """The connection without a name that an entry must be about; None if it may be one or another."""
        self._nameless = [each for each in self._nameless if each.is_nameless]
        addresses = {each.names["peer"].rpartition(":")[0] for each in self._nameless}
        if len(addresses) != 1:
            return None
        # of several of one computer: who comes is refused at once, who is silent later
        return self._nameless[0 if ending_of(text) == "heartbeat" else -1]

    def _stop(self, event: StoryEvent) -> None:
        """The broker stopped, or starts again: no connection outlives that."""
        for story in {id(each): each for each in self._open.values()}.values():
            if story.ending == "open":
                story.add(Mention(), event, "stopped")
        self._open.clear()
        self._nameless.clear()

    def _keep_early(self, source: str, mention: Mention, event: StoryEvent, ending: Ending | None) -> None:
        said = self._early.setdefault(source, [])
        if len(said) < MAX_EARLY:
            said.append((mention, event, ending))
        while len(self._early) > MAX_OPEN:
            self._early.popitem(last=False)

    def stories(self) -> list[Story]:
        """In the order in which they began. Nothing is left in it: thousands of objects that go at once would keep the
        interpreter from the screen."""
        for told in (self._open, self._early):
            while told:
                told.popitem()
        self._done.reverse()
        found = []
        while self._done:
            story = self._done.pop()
            if story.events:
                found.append(story.story())
        return found


def _client_key(mention: Mention) -> str:
    """A client id tells whose line it is only where lines have no address (Mosquitto)."""
    return f"client {mention.client}" if mention.client and mention.protocol == "mqtt" else ""
