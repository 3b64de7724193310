"""What a topic allows: which filter to subscribe to, whether it may be published to, and what is wrong with it."""

from __future__ import annotations

from mqassist.core.record import record

MAX_BYTES = 65_535

PROBLEMS = ("empty", "null-character", "too-long", "wildcard-in-word", "hash-not-last", "shared-without-filter")


@record
class Topic:
    """`filter` to subscribe to, `name` to publish to ("" if nothing may be published), `problem` of PROBLEMS or ""."""

    filter: str
    name: str
    named: bool
    shared: bool = False
    problem: str = ""

    @property
    def is_wildcard(self) -> bool:
        return "+" in self.filter or "#" in self.filter


def own_topic(run_id: str) -> Topic:
    name = f"mqassist/{run_id}"
    return Topic(name, name, named=False)


def read_topic(text: str, *, read_only: bool) -> Topic:
    """A topic the person named. A shared subscription is tried as a plain one: joining the group would take
    messages away from its members. Topics that begin with $ belong to the broker and are only read (§4.7.2)."""
    shared = text.startswith("$share/")
    plain = text
    if shared:
        parts = text.split("/", 2)
        plain = parts[2] if len(parts) == 3 and parts[1] else ""
    problem = "shared-without-filter" if shared and not plain else problem_of(plain)
    readable_only = read_only or plain.startswith("$") or "+" in plain or "#" in plain
    return Topic(plain, "" if readable_only else plain, named=True, shared=shared, problem=problem)


def problem_of(topic_filter: str) -> str:
    """MQTT 5 §4.7.1 and §4.7.3."""
    if not topic_filter:
        return "empty"
    if "\0" in topic_filter:
        return "null-character"
    if len(topic_filter.encode("utf-8", "replace")) > MAX_BYTES:
        return "too-long"
    levels = topic_filter.split("/")
    if any(len(level) > 1 and ("+" in level or "#" in level) for level in levels):
        return "wildcard-in-word"
    return "hash-not-last" if "#" in levels[:-1] else ""
