"""A server that asked for a client certificate and then hung up: was one sent, and what was wrong with it?

Under TLS 1.3 the refusal comes after our handshake is done, and a client that writes at once often loses it (the RST
overtakes the alert; seen: RabbitMQ 3.10.8 and Mosquitto 2.0.11). So it is repeated where the refusal cannot be lost:
with TLS 1.2, inside the handshake, else with TLS 1.3 and nothing written."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.record import record
from mqassist.core.text import Text, say
from mqassist.net.failure import WireError
from mqassist.net.tls_record import TLS_1_2, own_certificate_was_sent
from mqassist.net.tls_stream import ALERTS, TlsStream
from mqassist.probes import _tls
from mqassist.probes._stream import open_plain
from mqassist.probes._tls_client import accepted_issuers
from mqassist.probes.probe import Probe, ProbeContext, Result

QUIET_S = 1.0
"""A server that has not refused us within this time of silence has accepted."""


@record
class Try:
    """`outcome`: accepted, refused (by an alert, or by closing right after our certificate), or unclear."""

    outcome: str
    alert: int = -1
    asked: bool = False
    sent: bool = False
    request: bytes | None = None
    version: str = ""


def _run(context: ProbeContext) -> Result:
    found = _handshake(context, TLS_1_2)
    if found.outcome == "unclear":
        later = _handshake(context, None)
        found = later if later.outcome != "unclear" or later.asked else found
    sent = found.sent if found.asked else context.facts.get("tls.certificate_sent") is True
    facts: dict[str, Fact] = {"tls.client_asked": True, "tls.client_sent": sent, "tls.client_result": found.outcome}
    if found.outcome == "refused":
        facts["tls.client_refusal"] = "alert" if found.alert >= 0 else "closed"
    about = ("tls.client_result", "tls.client_sent", "tls.client_alert")
    evidence: list[Text] = [say("tls.client-sent" if sent else "tls.client-none-sent", about=about)]
    if found.alert >= 0:
        facts |= {"tls.client_alert": found.alert, "tls.client_alert_name": ALERTS.get(found.alert, str(found.alert))}
        name = str(facts["tls.client_alert_name"])
        evidence.append(say("tls.client-alert", about=about, alert=found.alert, name=name, version=found.version))
    else:
        evidence.append(say(f"tls.client-{found.outcome}", about=about))
    evidence += accepted_issuers(context, found.request, facts, tls_1_3=found.version == "TLSv1.3")
    evidence += _fitting(context, facts)
    return Result("passed", evidence[1], facts, evidence)


def _handshake(context: ProbeContext, highest: int | None) -> Try:
    from mqassist.net.tls_context import client_context

    built = client_context(context.settings.tls, context.credentials, highest=highest)
    try:
        connection = open_plain(context)
    except WireError:
        return Try("unclear")
    try:
        name = context.text("tls.server_name", context.endpoint.host)
        connection.start_tls(built.context, name, context.settings.timeout)
        assert connection.tls is not None
        outcome, alert = "accepted", -1
        if connection.tls.version == "TLSv1.3":
            outcome, alert = _afterwards(context, connection.receive, connection.tls)
        return _tried(connection.tls, outcome, alert, connection.tls.version)
    except WireError as failure:
        tls = failure.tls
        if tls is None or tls.seen.certificate_request is None:
            return Try("unclear", failure.alert)
        refused = failure.alert >= 0 or failure.kind in ("closed", "reset")
        outcome = "refused" if refused and not failure.verify_code else "unclear"
        return _tried(tls, outcome, failure.alert, "TLSv1.2" if highest == TLS_1_2 else "TLSv1.3")
    finally:
        connection.close()


def _afterwards(context: ProbeContext, receive: object, tls: TlsStream) -> tuple[str, int]:
    """Reads without writing, so that no RST overtakes the alert."""
    assert callable(receive)
    try:
        data = receive(min(QUIET_S, context.settings.timeout))
    except WireError as failure:
        if failure.kind == "timed-out":
            return "accepted", -1
        return "refused", failure.alert
    return ("accepted" if data else "refused"), (tls.seen.alerts_received or [-1])[-1] or -1


def _tried(tls: TlsStream, outcome: str, alert: int, version: str) -> Try:
    return Try(
        outcome,
        alert,
        asked=tls.seen.certificate_request is not None,
        sent=own_certificate_was_sent(tls.seen.certificate_sent),
        request=tls.seen.certificate_request,
        version=version,
    )


def _fitting(context: ProbeContext, facts: dict[str, Fact]) -> list[Text]:
    """Client certificates beside the files of the profile that one of the accepted authorities issued."""
    names, tls = context.strings("tls.client_issuers"), context.settings.tls
    listed = facts.get("tls.client_issuers", names)
    beside = tls.cert or tls.ca
    if not isinstance(listed, tuple) or not listed or not beside or facts.get("tls.client_issuer_known") is True:
        return []
    from mqassist.net.certificate_chain import client_certificates_beside

    found = client_certificates_beside(beside, tuple(str(name) for name in listed))
    if not found:
        return []
    facts["tls.client_fitting"] = tuple(copy.where for copy in found[:10])
    about = ("tls.client_fitting", "tls.client_result", "tls.client_issuers")
    return [say("tls.client-fits", about=about, path=found[0].where, issuer=found[0].certificate.issuer)]


PROBE = Probe(
    id="tls.client_certificate",
    layer="tls",
    run=_run,
    applies=_tls.applies,
    needs=("tls.handshake", "tls.files", "websocket.upgrade", "amqp.handshake", "mqtt.connect"),
    when=(
        "tls.certificate_requested and (tls.result in ('refused', 'closed', 'reset')"
        " or first.end in ('answered', 'fin', 'reset', 'silent'))"
    ),
    deciding=True,
    why="why.tls.client_certificate",
    gives=(
        FactSpec("tls.client_asked", "flag", "The server asks for a client certificate."),
        FactSpec("tls.client_sent", "flag", "We sent one."),
        FactSpec("tls.client_result", "choice", "What became of it.", ("accepted", "refused", "unclear")),
        FactSpec("tls.client_refusal", "choice", "How the server refused us.", ("alert", "closed")),
        FactSpec("tls.client_alert", "number", "The alert with which the server refused us."),
        FactSpec("tls.client_alert_name", "text", "The name of that alert."),
        _tls.CLIENT_ISSUERS,
        _tls.CLIENT_ISSUER,
        _tls.CLIENT_ISSUER_KNOWN,
        FactSpec("tls.client_fitting", "list", "Files at hand that hold a client certificate of one of them."),
    ),
    budget_for=lambda settings: 4 * settings.timeout + 5,
)
