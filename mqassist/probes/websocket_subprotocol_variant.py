"""Asks for the upgrade with MQTT 3.1's old subprotocol name and with none: a picky server or a wrong port?"""

from __future__ import annotations

from mqassist.core.facts import FactSpec
from mqassist.core.text import say
from mqassist.probes.probe import Probe, ProbeContext, Result

_ABOUT = ("websocket.working_subprotocol", "websocket.result", "websocket.subprotocol")


def _run(context: ProbeContext) -> Result:
    from mqassist.net.failure import WireError
    from mqassist.probes._stream import open_fresh
    from mqassist.probes._websocket import path_of, upgrade

    exchanges = []
    for name, subprotocol in (("mqttv3.1", "mqttv3.1"), ("none", None)):
        try:
            connection = open_fresh(context)
        except WireError:
            break
        opening = upgrade(context, connection, path_of(context.endpoint), subprotocol)
        exchanges += connection.transcript
        if opening.stream is not None:
            opening.stream.close()
            line = say("websocket.subprotocol.works", about=_ABOUT, name=name)
            return Result("passed", line, {"websocket.working_subprotocol": name}, [line], exchanges)
    line = say("websocket.subprotocol.none", about=_ABOUT)
    return Result("failed", line, {}, [line], exchanges)


PROBE = Probe(
    id="websocket.subprotocol_variant",
    layer="protocol",
    run=_run,
    applies=lambda endpoint, _: endpoint.transport == "websocket",
    needs=("websocket.upgrade", "websocket.path_variant"),
    when="websocket.result in ('closed', 'reset', 'bad-subprotocol') or "
    "(websocket.result == 'refused' and websocket.status in (400, 403, 501))",
    gives=(
        FactSpec(
            "websocket.working_subprotocol",
            "choice",
            "With this subprotocol instead of mqtt the upgrade succeeds.",
            ("mqttv3.1", "none"),
        ),
    ),
    budget_for=lambda settings: settings.timeout * 6 + 2,
    deciding=True,
    why="why.websocket.subprotocol_variant",
)
