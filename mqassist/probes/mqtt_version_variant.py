"""The same login in the other MQTT versions: a CONNACK proves that only the version was wrong."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.observation import Exchange
from mqassist.core.text import say
from mqassist.probes._mqtt_facts import OUTCOMES, VERSIONS
from mqassist.probes.probe import Probe, ProbeContext, Result

_ABOUT = ("mqtt.other_version", "mqtt.other_version_outcome", "mqtt.version", "mqtt.versions_tried")


def _run(context: ProbeContext) -> Result:
    from mqassist.core.record import changed
    from mqassist.net.mqtt import Version
    from mqassist.probes._mqtt import asked_login, try_login

    asked = asked_login(context)
    order: tuple[Version, ...] = ("3.1.1", "5", "3.1") if asked.version != "3.1" else ("3.1.1", "5")
    tried: list[str] = []
    exchanges: list[Exchange] = []
    for version in order:
        if version == asked.version or not context.logins.take():
            continue
        attempt = try_login(context, changed(asked, version=version, client_id=asked.client_id[:23]))
        exchanges += attempt.exchanges
        tried.append(version)
        if attempt.session is not None:
            attempt.session.close()
        if attempt.outcome == "accepted" or (attempt.outcome == "refused" and attempt.code not in (1, 0x84)):
            facts: dict[str, Fact] = {
                "mqtt.other_version_found": True,
                "mqtt.other_version": version,
                "mqtt.other_version_outcome": attempt.outcome,
                "mqtt.versions_tried": tuple(tried),
            }
            line = say("mqtt.version.works", about=_ABOUT, version=version, asked=asked.version, code=attempt.code)
            return Result("passed", line, facts, [line], exchanges)
    line = say("mqtt.version.none", about=_ABOUT, versions=", ".join(tried) or "–")
    facts = {"mqtt.versions_tried": tuple(tried)}
    if tried:
        facts["mqtt.other_version_found"] = False
    return Result("failed", line, facts, [line], exchanges)


PROBE = Probe(
    id="mqtt.version_variant",
    layer="protocol",
    run=_run,
    applies=lambda endpoint, _: endpoint.protocol == "mqtt",
    needs=("mqtt.connect", "mqtt.connect_again", "protocol.identify"),
    when="mqtt.refusal == 'version' or mqtt.malformed == 'trailing-bytes' or "
    "(mqtt.connect_outcome == 'closed' and not mqtt.closed_unasked"
    # a login is not sent again to a port that speaks something else
    " and (protocol.answer in ('mqtt', 'closes-on-data') or input.transport == 'websocket'))",
    gives=(
        FactSpec("mqtt.other_version_found", "flag", "The broker answers the login properly in another version."),
        FactSpec("mqtt.other_version", "choice", "Another MQTT version that the broker answers properly.", VERSIONS),
        FactSpec("mqtt.other_version_outcome", "choice", "What it answers there.", OUTCOMES),
        FactSpec("mqtt.versions_tried", "list", "Other versions that were tried."),
    ),
    budget_for=lambda settings: settings.timeout * 6 + 2,
    deciding=True,
    why="why.mqtt.version_variant",
)
