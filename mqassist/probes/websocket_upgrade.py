"""Asks for the WebSocket upgrade and hands the upgraded stream over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes._shared import FIRST, PROTOCOL_SPOKEN
from mqassist.probes._stream import take_first
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.probes._websocket import Opening

RESULTS = (
    *("open", "refused", "not-http", "bad-accept", "bad-subprotocol", "too-long"),
    *("closed", "reset", "silent"),
)
_ABOUT = ("websocket.result", "websocket.status", "websocket.path", "websocket.server", "first.packet", "first.end")
_WORD_LIMIT = 200


def _run(context: ProbeContext) -> Result:
    from mqassist.probes._websocket import SUBPROTOCOL, path_of, upgrade  # only paid for where WebSocket is spoken

    connection = take_first(context)
    if connection is None:
        return Result("skipped", say("stream.not-open"))
    path = path_of(context.endpoint)
    facts: dict[str, Fact] = {"websocket.path": path, "websocket.path_given": bool(context.endpoint.path)}
    opening = upgrade(context, connection, path, SUBPROTOCOL)
    facts["websocket.ms"] = round(opening.ms, 2)
    exchanges = connection.transcript
    if opening.answer is not None and opening.answer.status:
        answer = opening.answer
        facts["websocket.status"] = answer.status
        for fact, header in (("server", "server"), ("location", "location"), ("subprotocol", "sec-websocket-protocol")):
            if answer.header(header):
                facts[f"websocket.{fact}"] = answer.header(header)[:_WORD_LIMIT]
    if opening.stream is not None:
        facts["websocket.result"] = "open"
        context.handover.give("websocket", opening.stream)
        line = say("websocket.open", about=_ABOUT, path=path, ms=opening.ms)
        return Result("passed", line, facts, [line], exchanges)
    result = _result(opening)
    facts |= {
        "websocket.result": result,
        "protocol.spoken": False,
        "first.packet": "websocket",
        "first.end": opening.end,
        "first.end_ms": round(opening.ms, 1),
        "first.received": len(opening.received),
        "first.hex": opening.received[:64].hex(),
    }
    line = _line(result, path, opening)
    return Result("failed", line, facts, [line], exchanges)


def _result(opening: Opening) -> str:
    if opening.answer is not None:
        return "refused" if opening.answer.result == "status" else opening.answer.result
    return {"fin": "closed", "reset": "reset", "silent": "silent"}.get(opening.end, "not-http")


def _line(result: str, path: str, opening: Opening) -> Text:
    if result == "refused" and opening.answer is not None:
        status, reason = opening.answer.status, opening.answer.reason[:_WORD_LIMIT]
        return say("websocket.refused", about=_ABOUT, path=path, status=status, reason=reason, ms=opening.ms)
    if result in ("closed", "reset"):
        key = "websocket.closed" if result == "closed" else "websocket.reset"
        return say(key, about=_ABOUT, path=path, ms=opening.ms, received=len(opening.received))
    if result == "silent":
        return say("websocket.silent", about=_ABOUT, path=path, ms=opening.ms)
    return say(f"websocket.{result}", about=_ABOUT, path=path, hex=opening.received[:32].hex(" "))


PROBE = Probe(
    id="websocket.upgrade",
    layer="protocol",
    run=_run,
    applies=lambda endpoint, _: endpoint.transport == "websocket",
    needs=("tcp.connect", "proxy.connect", "tls.handshake"),
    when="path.open",
    gives=(
        PROTOCOL_SPOKEN,
        *FIRST,
        FactSpec("websocket.result", "choice", "What became of the upgrade request.", RESULTS),
        FactSpec("websocket.status", "number", "HTTP status of the answer."),
        FactSpec("websocket.path", "text", "Path asked for."),
        FactSpec("websocket.path_given", "flag", "The URL names a path; otherwise the usual one was taken."),
        FactSpec("websocket.subprotocol", "text", "Subprotocol the server chose."),
        FactSpec("websocket.server", "text", "What the HTTP server calls itself."),
        FactSpec("websocket.location", "text", "Where a redirect points to."),
        FactSpec("websocket.ms", "number", "Milliseconds from the request to its answer."),
    ),
    budget_for=lambda settings: settings.timeout * 2 + 2,
)
