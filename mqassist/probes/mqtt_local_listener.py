"""When Mosquitto listens on this machine's loopback addresses only: does it take anonymous clients there, as it does
when nobody configured a listener?"""

from __future__ import annotations

from mqassist.core.facts import FactSpec
from mqassist.core.text import say
from mqassist.probes.probe import Probe, ProbeContext, Result

_ABOUT = ("mqtt.local_anonymous", "host.listening", "host.listener_process")


def _run(context: ProbeContext) -> Result:
    from mqassist.core.record import changed
    from mqassist.net.failure import WireError
    from mqassist.probes._mqtt import asked_login, connect

    port = context.endpoint.port
    for ip in context.strings("host.listener_addresses"):
        try:
            address = context.wire.resolve(ip, port, token=context.token).addresses[0]
            stream = context.wire.connect(address, token=context.token)
        except (WireError, IndexError):
            continue
        login = changed(asked_login(context), version="3.1.1", username=None, password=None)
        attempt = connect(stream, login, context.settings.timeout)
        if attempt.session is not None:
            attempt.session.close()
        if attempt.outcome in ("accepted", "refused"):
            accepted = attempt.outcome == "accepted"
            key = "mqtt.local.anonymous" if accepted else "mqtt.local.guarded"
            line = say(key, about=_ABOUT, address=ip, port=port, code=attempt.code)
            return Result("passed", line, {"mqtt.local_anonymous": accepted}, [line], list(attempt.exchanges))
    line = say("mqtt.local.no-answer", about=_ABOUT, port=port)
    return Result("passed", line, {}, [line])


PROBE = Probe(
    id="mqtt.local_listener",
    layer="network",
    run=_run,
    applies=lambda endpoint, settings: (
        endpoint.protocol == "mqtt" and not endpoint.tls and endpoint.transport == "tcp" and settings.proxy is None
    ),
    needs=("host.listeners",),
    when="tcp.result == 'refused' and host.listening == 'loopback-only' and host.listener_process == 'mosquitto'",
    gives=(FactSpec("mqtt.local_anonymous", "flag", "On a loopback address the broker takes anonymous clients."),),
    budget_for=lambda settings: settings.timeout * 4 + 2,
    deciding=True,
    why="why.mqtt.local_listener",
)
