"""After a close without an answer: is a silent connection closed, too? Then, does the same login succeed later?"""

from __future__ import annotations

import time

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.observation import Exchange
from mqassist.core.text import say
from mqassist.probes._mqtt_facts import OUTCOMES
from mqassist.probes.probe import Probe, ProbeContext, Result

_LISTEN_S = 0.4
_PAUSE_S = 0.3
"""For other clients to leave."""
_ABOUT = ("mqtt.closed_unasked", "mqtt.again_outcome", "mqtt.accepted_later", "first.end")


def _run(context: ProbeContext) -> Result:
    from mqassist.net.failure import WireError
    from mqassist.probes._mqtt import asked_login, fresh_stream, try_login

    facts: dict[str, Fact] = {}
    exchanges: list[Exchange] = []
    lines = []
    try:
        stream = fresh_stream(context)
    except WireError as failure:
        if failure.kind in ("closed", "reset"):
            facts["mqtt.closed_unasked"] = True
    else:
        began = time.monotonic()
        try:
            facts["mqtt.closed_unasked"] = stream.receive(_LISTEN_S) == b""
        except WireError as failure:
            facts["mqtt.closed_unasked"] = failure.kind != "timed-out"
        finally:
            stream.close()
        ms = (time.monotonic() - began) * 1000
        exchanges += stream.transcript
        key = "mqtt.again.closed-unasked" if facts["mqtt.closed_unasked"] else "mqtt.again.stays-open"
        lines.append(say(key, about=_ABOUT, ms=ms))
    # where only CONNECT is closed on, the same CONNECT again would tell nothing and count as another failed login
    if facts.get("mqtt.closed_unasked") and context.logins.take():
        context.token.sleep(_PAUSE_S)
        attempt = try_login(context, asked_login(context))
        exchanges += attempt.exchanges
        if attempt.session is not None:
            attempt.session.close()
        facts["mqtt.again_outcome"] = attempt.outcome
        if attempt.outcome == "accepted":
            facts["mqtt.accepted_later"] = True
        key = "mqtt.again.accepted" if attempt.outcome == "accepted" else "mqtt.again.not-accepted"
        lines.append(say(key, about=_ABOUT, ms=attempt.ms))
    return Result("passed", lines[-1] if lines else None, facts, lines, exchanges)


PROBE = Probe(
    id="mqtt.connect_again",
    layer="protocol",
    run=_run,
    applies=lambda endpoint, _: endpoint.protocol == "mqtt",
    needs=("mqtt.connect",),
    when="mqtt.connect_outcome == 'closed' and first.received == 0",
    gives=(
        FactSpec("mqtt.closed_unasked", "flag", "A connection on which nothing was sent is closed within 0.4 s, too."),
        FactSpec("mqtt.accepted_later", "flag", "The second time it was accepted."),
        FactSpec("mqtt.again_outcome", "choice", "How the same login fared the second time.", OUTCOMES),
    ),
    budget_for=lambda settings: settings.timeout * 5 + 2,
    deciding=True,
    why="why.mqtt.connect_again",
)
