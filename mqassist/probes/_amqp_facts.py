"""Facts that more than one AMQP probe gives, declared once."""

from __future__ import annotations

from mqassist.core.facts import FactSpec

REFUSALS = (
    "login",
    "vhost-not-found",
    "vhost-access",
    "vhost-down",
    "vhost-connection-limit",
    "user-connection-limit",
    "node-connection-limit",
    "connection-limit",
    "channel-limit",
    "channel-max",
    "frame",
    "forced",
    "maintenance",
    "other",
)

REFUSAL = FactSpec("amqp.refusal", "choice", "What the broker's Connection.Close means, read from its text.", REFUSALS)
CLOSE_CODE = FactSpec("amqp.close_code", "number", "Reply code of the broker's Connection.Close.")
CLOSE_TEXT = FactSpec("amqp.close_text", "text", "Reply text of the broker's Connection.Close, in its own words.")
CLOSE_STAGE = FactSpec(
    "amqp.close_stage",
    "choice",
    "During which step the broker's Connection.Close, FIN or RST came.",
    ("start", "login", "open", "rights", "observe"),
)
FRAME_TOO_LARGE = FactSpec("amqp.frame_too_large", "flag", "The broker complains of a frame's size, not of its form.")
LIMIT = FactSpec("amqp.limit", "number", "The limit that the broker's text names.")

NAME_TOO_LONG = FactSpec("amqp.name_too_long", "flag", "A name that was asked for has more bytes than AMQP can carry.")
USERNAME = FactSpec("amqp.username", "text", "The user name sent (not with EXTERNAL).")
VHOST = FactSpec("amqp.vhost", "text", "The virtual host asked for.")

CLOSED = (REFUSAL, CLOSE_CODE, CLOSE_TEXT, CLOSE_STAGE, LIMIT, FRAME_TOO_LARGE)
