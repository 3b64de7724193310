"""How the stories and tables of a log are told: sentences for events and endings, spans of time. Knows no widget."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from mqassist.core.log import Story, StoryEvent
from mqassist.core.record import record
from mqassist.gui.theme.states import State

SILENCE_S = 5.0
"""From so many seconds on a pause between two lines is worth a row of its own."""


@record
class Row:
    """One row of a story. `begin` and `end` are seconds since 1970 for the bar, None without times."""

    state: State
    at: float | None
    after: float | None
    words: str
    line: int
    begin: float | None = None
    end: float | None = None


def rows_of(story: Story) -> list[Row]:
    """The events with the silences between them."""
    rows: list[Row] = []
    before: float | None = None
    for event in story.events:
        after = None if before is None or event.at is None else event.at - before
        if after is not None and after >= SILENCE_S and before is not None:
            rows.append(Row("not-reached", before, 0.0, silence(after), event.line, before, event.at))
        rows.append(Row(state_of(event), event.at, after, words_of(event, story), event.line, event.at, event.at))
        before = event.at if event.at is not None else before
    return rows


def state_of(event: StoryEvent) -> State:
    if event.kind in ("refused", "failed") or (event.cause is not None and event.kind == "closed"):
        return "broken"
    if event.cause is not None:
        return "warning"
    return "works" if event.kind in ("opened", "named", "logged-in") else "note"


def words_of(event: StoryEvent, story: Story) -> str:
    translate = QCoreApplication.translate
    head = event.text.split("\n")[0]
    if event.kind == "opened":
        return translate("Story", "Connection from {peer} accepted").format(peer=story.peer or "–")
    if event.kind == "named":
        return translate("Story", "Client named itself {client}").format(client=story.client or "–")
    if event.kind == "logged-in" and story.vhost:
        return translate("Story", "Login as {user}, virtual host {vhost} opened").format(
            user=story.user or "–", vhost=story.vhost
        )
    if event.kind == "logged-in":
        return translate("Story", "Login as {user}").format(user=story.user or "–")
    last = event.text.split("\n")[-1].strip()
    if event.kind == "closed":
        return translate("Story", "Closed: {words}").format(words=last or head)
    if event.kind == "refused":
        return translate("Story", "Refused: {words}").format(words=last or head)
    if event.kind == "failed":
        return translate("Story", "Ended with an error: {words}").format(words=last or head)
    return head


def silence(seconds: float) -> str:
    return QCoreApplication.translate("Story", "{time} of silence").format(time=span(seconds))


def span(seconds: float) -> str:
    """9 ms, 29.97 s, 4 min 5 s, 3 h 20 min."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def ending_words(story: Story) -> str:
    translate = QCoreApplication.translate
    words = {
        "open": translate("Story", "still open"),
        "closed": translate("Story", "closed in order"),
        "dropped": translate("Story", "gone without a word"),
        "refused": translate("Story", "login refused"),
        "heartbeat": translate("Story", "heartbeats missed"),
        "failed": translate("Story", "ended with an error"),
        "replaced": translate("Story", "replaced by the same client"),
        "stopped": translate("Story", "ended with the broker"),
    }
    return words[story.ending]


def ending_state(story: Story) -> State:
    states: dict[str, State] = {
        "open": "running", "closed": "works", "dropped": "warning", "refused": "broken", "heartbeat": "broken",
        "failed": "broken", "replaced": "warning", "stopped": "warning",
    }  # fmt: skip
    return states[story.ending]


def name_of(story: Story) -> str:
    """What a connection is best called by."""
    return story.client or story.user or story.peer or story.process
