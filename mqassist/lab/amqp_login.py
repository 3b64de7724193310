"""What a practice AMQP broker is like, how it introduces itself, and whom it lets in. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mqassist.core.record import fresh, record
from mqassist.knowledge.files import Json
from mqassist.net.amqp_codec import CodecError, Reader, Value, long_string, table
from mqassist.net.amqp_methods import method


@record
class AmqpOptions:
    """A scenario's `[peer]` table. Regular expressions for rights, as RabbitMQ's permissions.

    `refuse_login`, `refuse_open`, `close_with`: "CODE TEXT" of Connection.Close; `close_after`: seconds after OpenOk.
    `silent_at`, `hang_up_at`, `garbage_at`: the client's step that gets silence, a hang-up (`hang_up`: fin or reset)
    or bytes that are no AMQP: login, open, channel, publish. `idle_cut`: seconds without a byte of the client;
    `idle_how`: fin, reset or silent. Times in seconds.
    """

    product: str = "RabbitMQ"
    version: str = "3.10.8"
    mechanisms: tuple[str, ...] = ("AMQPLAIN", "PLAIN")
    says_403: bool = True
    users: Json = fresh(default_factory=lambda: {"app": "open-sesame"})
    vhosts: tuple[str, ...] = ("/",)
    closed_vhosts: tuple[str, ...] = ()
    configure: str = ".*"
    write: str = ".*"
    read: str = ".*"
    topic_write: str = ".*"
    channel_max: int = 2047
    frame_max: int = 131072
    heartbeat: int = 60
    queues: tuple[Json, ...] = ()
    exchanges: tuple[Json, ...] = ()
    confirms: str = "ack"
    alarm: str = ""
    login_delay: float = 0.0
    refuse_login: str = ""
    refuse_open: str = ""
    refuse_channel: str = ""
    close_with: str = ""
    close_after: float = 0.0
    silent_at: str = ""
    hang_up_at: str = ""
    hang_up: str = "fin"
    hang_up_after: float = 0.0
    garbage_at: str = ""
    garbage_after: float = 0.0
    beats: bool = True
    queue_limit: int = 0
    idle_cut: float = 0.0
    idle_how: str = "fin"


def start(options: AmqpOptions) -> bytes:
    """Connection.Start (§1.4.2.1)."""
    capabilities: dict[str, Value] = {
        "publisher_confirms": True, "exchange_exchange_bindings": True, "basic.nack": True,
        "consumer_cancel_notify": True, "connection.blocked": True, "consumer_priorities": True,
        "authentication_failure_close": options.says_403, "per_consumer_qos": True, "direct_reply_to": True,
    }  # fmt: skip
    properties: dict[str, Value] = {
        "capabilities": capabilities, "cluster_name": "practice", "product": options.product,
        "information": "A practice broker of mqassist", "platform": "Python", "version": options.version,
    }  # fmt: skip
    mechanisms = long_string(" ".join(options.mechanisms))
    return method(0, 10, 10, b"\0\x09" + table(properties) + mechanisms + long_string("en_US"))


def judge_login(
    options: AmqpOptions, mechanism: str, response: bytes, certificate: Mapping[str, Any] | None
) -> tuple[str, bool]:
    """(user name, whether it may come in). The password is compared and forgotten."""
    if mechanism not in options.mechanisms:
        return "", False
    if mechanism == "EXTERNAL":
        user = _common_name(certificate) if certificate else ""
        return user, user in options.users
    if mechanism == "PLAIN":  # RFC 4616 §2
        _, _, rest = response.partition(b"\0")
        name, _, password = rest.partition(b"\0")
        user, given = name.decode("utf-8", "replace"), password.decode("utf-8", "replace")
    else:
        try:
            fields = Reader(long_string(response)).table()
        except CodecError:
            return "", False
        user, given = str(fields.get("LOGIN", "")), str(fields.get("PASSWORD", ""))
    wanted = options.users.get(user)
    return user, bool(wanted) and wanted == given


def _common_name(certificate: Mapping[str, Any]) -> str:
    names = [value for part in certificate.get("subject", ()) for key, value in part if key == "commonName"]
    return str(names[0]) if names else ""
