"""What a person is told of a known line: its cause in words, what would decide, which broker to check. No widget."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mqassist.report.explanation import general_advice
from mqassist.report.presented import named_by_log

if TYPE_CHECKING:
    from mqassist.core.advice import Advice
    from mqassist.core.log import KnownLine
    from mqassist.services import Services

_BROKER = re.compile(r"\S{2,60}:\d{1,5} -> (\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z.-]{2,60}):(\d{1,5})")
_SCHEMES = {"5671": "amqps", "5672": "amqp", "1883": "mqtt", "8883": "mqtts"}


def advice_of(known: KnownLine, services: Services) -> Advice | None:
    """From a line of a log, which does not tell all that a check would know; None for a phrase without a cause."""
    cause = None if known.cause is None else services.cause(known.cause)
    if cause is None:
        return None
    absent = frozenset(fix.if_known for fix in cause.fixes if fix.if_known)
    return general_advice(cause.id, services.wording, named_by_log(dict(known.facts)), absent)


def next_checks(cause_id: str, services: Services) -> list[str]:
    """Sentences on what would tell this cause from those that look like it."""
    cause = services.cause(cause_id)
    # who reads the broker's log need not be told to look into it
    names = () if cause is None else (name for name in cause.decided_by if not name.endswith("-broker-log"))
    keys = [f"decide.{name}" for name in names]
    found = [(key, services.wording.sentence(key)) for key in keys]
    return [sentence for key, sentence in found if sentence != key]


def broker_in(text: str) -> str:
    """The URL of the broker that a line of a connection names, "" if it names none."""
    found = _BROKER.search(text[:2000])
    if found is None:
        return ""
    scheme = _SCHEMES.get(found[2], "mqtt" if "MQTT" in text[:2000] else "amqp")
    return f"{scheme}://{found[1]}:{found[2]}"
