"""Asks for the same upgrade on the other usual paths: the first one that opens is where the broker listens."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import say
from mqassist.probes.probe import Probe, ProbeContext, Result

_ABOUT = ("websocket.working_path", "websocket.tried_paths", "websocket.status", "websocket.result")


def _run(context: ProbeContext) -> Result:
    from mqassist.net.failure import WireError
    from mqassist.probes._stream import open_fresh
    from mqassist.probes._websocket import SUBPROTOCOL, USUAL_PATHS, path_of, upgrade

    asked = path_of(context.endpoint)
    toggled = asked.rstrip("/") if asked.endswith("/") else f"{asked}/"
    tried: list[str] = []
    exchanges = []
    for path in dict.fromkeys((*USUAL_PATHS, toggled)):
        if path == asked or not path:
            continue
        try:
            connection = open_fresh(context)
        except WireError:
            break
        opening = upgrade(context, connection, path, SUBPROTOCOL)
        exchanges += connection.transcript
        tried.append(path)
        if opening.stream is not None:
            opening.stream.close()
            facts: dict[str, Fact] = {"websocket.working_path": path, "websocket.tried_paths": tuple(tried)}
            line = say("websocket.path.works", about=_ABOUT, path=path, asked=asked)
            return Result("passed", line, facts, [line], exchanges)
        if opening.end == "silent":
            break
    facts = {"websocket.tried_paths": tuple(tried)}
    line = say("websocket.path.none", about=_ABOUT, paths=", ".join(tried) or "–")
    return Result("failed", line, facts, [line], exchanges)


PROBE = Probe(
    id="websocket.path_variant",
    layer="protocol",
    run=_run,
    applies=lambda endpoint, _: endpoint.transport == "websocket",
    needs=("websocket.upgrade",),
    when="websocket.result == 'refused' and websocket.status in (400, 403, 404, 405, 426, 501)",
    gives=(
        FactSpec("websocket.working_path", "text", "Another path on which the upgrade succeeds."),
        FactSpec("websocket.tried_paths", "list", "Other paths that were tried."),
    ),
    budget_for=lambda settings: settings.timeout * 9 + 2,
    deciding=True,
    why="why.websocket.path_variant",
)
