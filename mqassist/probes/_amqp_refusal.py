"""What a broker's Connection.Close means. Texts differ by broker and version; a text nobody knows stays "other"."""

from __future__ import annotations

import re

from mqassist.core.facts import Fact
from mqassist.probes._amqp import Stop, close_facts

_PATTERNS: tuple[tuple[int, str, str], ...] = (
    # seen: RabbitMQ 3.10.8; `node connection limit` and `is reached` for it: rabbit_reader.erl of 3.11 and later
    (530, r"node connection limit \((?P<limit>\d+)\)", "node-connection-limit"),
    (530, r"node connection limit", "node-connection-limit"),
    (530, r"user connection limit \((?P<limit>\d+)\)", "user-connection-limit"),
    (530, r"access to vhost .* refused.*: connection limit \((?P<limit>\d+)\)", "vhost-connection-limit"),
    (530, r"maximum allowed user limit of \((?P<limit>\d+)\)", "channel-limit"),
    (0, r"number of channels opened \((?P<limit>\d+)\) has reached", "channel-max"),
    (530, r"connection limit", "connection-limit"),
    (541, r"vhost '.*' is down", "vhost-down"),
    (530, r"vhost .*not found", "vhost-not-found"),
    (530, r"access to vhost .* refused for user", "vhost-access"),
    # LavinMQ 2 (connection_factory.cr): no word of "refused"
    (530, r"doesn't have access to", "vhost-access"),
    (403, r"ACCESS_REFUSED", "login"),
    (320, r"maintenance mode", "maintenance"),
    (320, r"", "forced"),
    (501, r"", "frame"),
)


def refusal(stop: Stop, stage: str) -> dict[str, Fact]:
    """Facts of a Connection.Close: its figures, and what it means."""
    facts = close_facts(stop, stage)
    meaning, limit = read_refusal(stop.code, stop.text)
    # 403 is a matter of the login only while logging in; later it is a right (channel.close in most brokers)
    facts["amqp.refusal"] = "other" if meaning == "login" and stage != "login" else meaning
    if meaning == "frame":
        facts["amqp.frame_too_large"] = "frame_too_large" in stop.text
    if limit is not None:
        facts["amqp.limit"] = limit
    return facts


def read_refusal(code: int, text: str) -> tuple[str, int | None]:
    """(one of REFUSALS, the limit named in the text)."""
    for wanted, pattern, meaning in _PATTERNS:
        if wanted in (0, code):
            found = re.search(pattern, text, re.IGNORECASE)
            if found:
                named = found.groupdict().get("limit")
                return meaning, None if named is None else int(named[:9])
    return "other", None
