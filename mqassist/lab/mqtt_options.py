"""What a practice MQTT broker is like, and which topics a filter reaches. No I/O."""

from __future__ import annotations

from mqassist.core.record import fresh, record
from mqassist.knowledge.files import Json


@record
class MqttOptions:
    """A scenario's `[peer]` table. `users` empty: anybody may come, unless `anonymous` is false.

    `refuse` and `refuse_5`: the CONNACK code for MQTT 3 and 5 (-1: none). `publish_denied`, `subscribe_denied`: topic
    filters. `lies`: a denied subscription is granted and stays empty. `wrong_login`: CONNACK code for MQTT 3.
    `silent_at`, `hang_up_at`, `garbage_at`: connect, subscribe, publish, ping. Times in seconds, sizes in bytes.
    """

    versions: tuple[str, ...] = ("3.1", "3.1.1", "5")
    drops_unknown_version: bool = False
    anonymous: bool = False
    users: Json = fresh(default_factory=lambda: {"app": "open-sesame"})
    wrong_login: int = 5
    refuse: int = -1
    refuse_5: int = -1
    refuse_ids_over: int = 0
    wanted_id_prefix: str = ""
    properties: Json = fresh(default_factory=dict)
    publish_denied: tuple[str, ...] = ()
    subscribe_denied: tuple[str, ...] = ()
    lies: bool = False
    deny_by: str = "code"
    max_qos: int = 2
    max_packet: int = 0
    no_retain: bool = False
    no_wildcards: bool = False
    login_delay: float = 0.0
    silent_at: str = ""
    hang_up_at: str = ""
    hang_up: str = "fin"
    hang_up_after: float = 0.0
    garbage_at: str = ""
    disconnect_code: int = -1
    disconnect_after: float = 0.0
    collides: bool = False
    max_connections: int = 0
    idle_cut: float = 0.0
    idle_how: str = "fin"
    max_keepalive: int = 0


def filter_fits(pattern: str, topic: str) -> bool:
    """MQTT 3.1.1 §4.7: `+` is one level, `#` the rest; topics that begin with $ are not reached by wildcards."""
    if topic.startswith("$") and pattern[:1] in ("+", "#"):
        return False
    wanted, given = pattern.split("/"), topic.split("/")
    for at, part in enumerate(wanted):
        if part == "#":
            return True
        if at >= len(given) or part not in ("+", given[at]):
            return False
    return len(wanted) == len(given)


def filter_is_valid(pattern: str) -> bool:
    parts = pattern.split("/")
    if not pattern or "\0" in pattern:
        return False
    fits = all(part in ("+", "#") or not set("+#") & set(part) for part in parts)
    return fits and "#" not in parts[:-1]
