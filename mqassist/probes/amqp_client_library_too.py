"""In a thorough check pika has a go where our own login went well, too: it may know fewer mechanisms."""

from __future__ import annotations

from mqassist.probes.amqp_client_library import GIVES, run
from mqassist.probes.probe import Probe

PROBE = Probe(
    id="amqp.client_library_too",
    layer="auth",
    run=run,
    applies=lambda endpoint, settings: endpoint.protocol == "amqp" and settings.thorough and settings.proxy is None,
    needs=("amqp.heartbeat",),
    when="login.result == 'accepted'",
    gives=GIVES,
    budget_for=lambda settings: settings.timeout * 2 + 4,
    deciding=True,
    why="why.amqp.client_library_too",
)
