"""A user's patterns at RabbitMQ as the management API shows them, and whether a name fits. Sends no message.

Permissions are per virtual host (configure, write, read), topic permissions per exchange (write, read of routing keys).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from mqassist.core.record import record
from mqassist.core.text import Text, say
from mqassist.net.failure import WireError

if TYPE_CHECKING:
    from mqassist.probes.probe import ProbeContext

RIGHTS = ("configure", "write", "read")
MAX_PATTERN = 1000
_NOTHING = ("", "^$")


@record
class Asked:
    """`answer` is the decoded JSON, None where it was not to be had: then `why_not` says so."""

    answer: object = None
    why_not: Text | None = None


def ask_as_user(context: ProbeContext, user: str, path: str) -> Asked:
    """GET of an API path with this user's own login; counts as one."""
    from mqassist.probes._amqp_login import DEFAULT_PASSWORD
    from mqassist.probes._management import ask

    base, given = context.settings.management, context.credentials.password
    if base is None or not context.logins.take():
        return Asked(None, say("amqp.pattern-not-asked"))
    word = DEFAULT_PASSWORD if given is None else given.reveal()
    try:
        status, answer = ask(context, base, path, user, word)
    except WireError as error:
        return Asked(None, say("amqp.whoami-unreachable", kind=error.kind))
    if status != 200 or answer is None:
        return Asked(None, say("amqp.pattern-not-shown", status=status))
    return Asked(answer)


def permissions_path(vhost: str, user: str, *, topics: bool = False) -> str:
    kind = "topic-permissions" if topics else "permissions"
    return f"/api/{kind}/{quote(vhost, safe='')}/{quote(user, safe='')}"


def texts_of(answer: object, rights: tuple[str, ...] = RIGHTS) -> dict[str, str] | None:
    """The patterns in one entry of the API, None if one is missing."""
    found = {right: answer.get(right) for right in rights} if isinstance(answer, dict) else {}
    texts = {right: value[:MAX_PATTERN] for right, value in found.items() if isinstance(value, str)}
    return texts if len(texts) == len(rights) else None


def of_exchange(answer: object, exchange: str) -> dict[str, str] | None:
    """The topic patterns on one exchange, None where there are none: then every routing key is allowed."""
    if not isinstance(answer, list):
        return None
    entry = next((each for each in answer if isinstance(each, dict) and each.get("exchange") == exchange), None)
    return texts_of(entry, ("write", "read"))


def widened(pattern: str, name: str) -> str:
    """The pattern that fits this one name as well; RabbitMQ looks for it anywhere in a name unless it is anchored."""
    exact = f"^{re.escape(name)}$"
    return exact if pattern in _NOTHING else f"{pattern}|{exact}"


def fits(pattern: str, name: str, variables: Mapping[str, str] | None = None) -> bool | None:
    """As rabbit_auth_backend_internal.erl looks: anywhere in the name, {username} and the like filled in first. None
    if the pattern is none that we can read."""
    filled = pattern
    for word, value in (variables or {}).items():
        filled = filled.replace(f"{{{word}}}", value)
    if not filled:
        return False  # seen: RabbitMQ 3.10.8 takes "" as "^$"
    try:
        return re.search(filled, name) is not None
    except (re.error, RecursionError):
        return None
