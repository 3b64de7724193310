"""Options that say nothing to the targets beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mqassist.cli.arguments import CheckArguments
from mqassist.core.target import Target

_ONLY_FOR = {
    "AMQP": ("vhost", "queue", "queue_arguments", "exchange", "routing_key"),
    "MQTT": ("client_id", "mqtt_version", "topic", "will_topic", "qos"),
    "TLS": ("ca", "cert", "key", "key_password_env", "server_name", "no_verify"),
}


def unfit_options(options: CheckArguments, targets: Sequence[Target]) -> Iterator[tuple[str, str]]:
    """Each option that was given and fits none of the targets, with what it is for: AMQP, MQTT or TLS.

    It must not look as if what it asks for had been checked. Nothing is said beside a target that cannot be read.
    """
    endpoints = [target.endpoint for target in targets if target.endpoint is not None]
    if len(endpoints) < len(targets):
        return
    kinds = {endpoint.protocol.upper() for endpoint in endpoints} | {"TLS" for endpoint in endpoints if endpoint.tls}
    for kind, names in _ONLY_FOR.items():
        for name in names:
            if kind not in kinds and getattr(options, name) not in (None, False):
                yield f"--{name.replace('_', '-')}", kind
