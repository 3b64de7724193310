"""Why connections fell silent, as far as the connections beside them tell. Pure: knows stories, no log."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mqassist.core.log import Silences, Story

TOGETHER_S = 3.0
"""Connections whose silence ends so near to each other ended for one reason."""
LIMIT_S = 60.0
"""How long a broker waits where the line does not say it: RabbitMQ's default."""
_LIMIT = re.compile(r"timeout: (\d{1,5})s")


def silences_of(stories: Sequence[Story]) -> Silences:
    """Of all that ended in silence here."""
    silent = [story for story in stories if story.ending == "heartbeat" and story.ended is not None and story.address]
    told = [_reason(story, stories, silent) for story in silent]
    return Silences(len(silent), told.count("busy"), told.count("way"), told.count("gone"))


def _reason(story: Story, stories: Sequence[Story], silent: Sequence[Story]) -> str:
    assert story.ended is not None
    end = story.ended
    begin = end - _limit(story)
    beside = [other for other in stories if other is not story and other.address == story.address]
    if any(_was_heard(other, begin, end) for other in beside):
        return "busy"
    together = [other for other in silent if other is not story and abs((other.ended or 0) - end) <= TOGETHER_S]
    if any(other.address != story.address for other in together):
        return "way"
    return "gone" if together else ""


def _limit(story: Story) -> float:
    found = _LIMIT.search(story.events[-1].text)
    return float(found[1]) if found else LIMIT_S


def _was_heard(other: Story, begin: float, end: float) -> bool:
    """Whether something was heard of it while the other was silent, or it lived on."""
    if other.begun is not None and other.begun > end:
        return False
    if other.ending == "heartbeat" and other.ended is not None and other.ended <= end + TOGETHER_S:
        heard = other.events[:-1]
    elif other.ended is None or other.ended > end + TOGETHER_S:
        return other.begun is not None
    else:
        heard = other.events
    return any(event.at is not None and begin < event.at <= end for event in heard)
