"""One verified handshake with the profile's own settings. Says how it ended and what the certificate is like;
why it failed is found out by the deciding probes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.observation import Exchange
from mqassist.core.text import Text, say
from mqassist.net.failure import WireError
from mqassist.probes import _tls
from mqassist.probes._shared import FIRST
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.net.der import CertificateSketch
    from mqassist.net.tls_context import BuiltContext
    from mqassist.net.tls_stream import TlsStream

LATE_END_S = 3.0
"""A close this long after an unanswered ClientHello is the peer's own patience ending, not an answer.
seen: RabbitMQ 3.10.8 resets after 5.0 s when the ClientHello never reaches it."""


DAY_S = 86400


class SentChain:
    """The certificates of the handshake, handed to the probes that read them: a second handshake might meet another
    server behind the same address. `verified` is the chain that OpenSSL built of them, () if it did not verify."""

    def __init__(self, certificates: tuple[bytes, ...], verified: tuple[bytes, ...] = ()) -> None:
        self.certificates = certificates
        self.verified = verified

    def close(self) -> None:
        """Nothing is held open."""


def _run(context: ProbeContext) -> Result:
    connection = context.handover.take_connection("tcp")
    if connection is None:
        return Result("skipped", say("tls.no-connection"))
    connection.rebind(context.token)
    name = context.settings.tls.server_name or context.endpoint.host
    facts: dict[str, Fact] = {"tls.server_name": name}
    if context.settings.thorough:
        facts["tls.listing_wanted"] = True
    began_ms = connection.age_ms
    try:
        took = connection.start_tls(_context(context).context, name, context.settings.timeout)
    except WireError as failure:
        result = _failed(context, failure, facts, connection.age_ms - began_ms)
        if failure.received:
            connection.transcript.append(Exchange(round(connection.age_ms, 2), "received", failure.received[:4096]))
        result.exchanges = list(connection.transcript)
        result.certificates = _sent(failure)
        connection.close()
        return result
    except BaseException:
        connection.close()
        raise
    tls = connection.tls
    assert tls is not None
    facts |= {"tls.result": "ok", "tls.handshake_ms": round(took, 2), "tls.server_hello": True}
    facts |= {"tls.version": tls.version, "tls.cipher": tls.cipher}
    verified = context.settings.tls.verify
    facts["tls.verify"] = "ok" if verified else "disabled"
    evidence = [say("tls.negotiated", about=("tls.version", "tls.result"), version=tls.version, cipher=tls.cipher)]
    evidence += _client_side(context, tls, facts, tls_1_3=tls.version == "TLSv1.3")
    evidence += _certificate(tls, facts)
    _keep_chain(context, tls, facts)
    if not verified:
        evidence.append(say("tls.not-verified", about=("tls.verify",)))
    exchanges = list(connection.transcript)
    context.handover.give("stream", connection)
    summary = say("tls.done", version=tls.version, ms=took)
    return Result("passed" if verified else "warning", summary, facts, evidence, exchanges, tls.sent_chain())


def _context(context: ProbeContext) -> BuiltContext:
    from mqassist.net.tls_context import BuiltContext, client_context

    prepared = context.handover.take("tls-context")
    if isinstance(prepared, BuiltContext):
        return prepared
    return client_context(context.settings.tls, context.credentials)


def _client_side(
    context: ProbeContext, tls: TlsStream, facts: dict[str, Fact], *, tls_1_3: bool
) -> list[Text]:
    """Whether the server asked for a certificate of ours, and whose it would accept."""
    from mqassist.net.tls_record import own_certificate_was_sent

    asked = tls.seen.certificate_request is not None
    facts["tls.certificate_requested"] = asked
    if not asked:
        return []
    from mqassist.probes._tls_client import accepted_issuers

    facts["tls.certificate_sent"] = own_certificate_was_sent(tls.seen.certificate_sent)
    return accepted_issuers(context, tls.seen.certificate_request, facts, tls_1_3=tls_1_3)


# -- a certificate that verified --------------------------------------------------------------


def _certificate(tls: TlsStream, facts: dict[str, Fact]) -> list[Text]:
    from mqassist.net.der import sketch

    names = tls.peer_names()
    if names.subject:
        facts |= {"tls.subject": names.subject, "tls.issuer": names.issuer, "tls.has_san": names.names is not None}
        facts["tls.names"] = names.names or ()
    # servers also send certificates that nobody needs, expired cross-signatures among them
    chain = [sketch(der) for der in tls.verified_chain() or tls.sent_chain()]
    leaf = chain[0] if chain else None
    if leaf is None:
        return []
    now = time.time()
    facts |= {"tls.not_after": _tls.moment(leaf.not_after), "tls.days_left": _days(leaf, now)}
    about, date, days = ("tls.not_after", "tls.days_left", "tls.subject"), _tls.moment(leaf.not_after), _days(leaf, now)
    evidence = [say("tls.valid-until", about=about, subject=names.subject, date=date, days=days)]
    if not names.subject:  # nobody reads the names of a certificate that was not verified
        evidence = [say("tls.unread-until", about=about, date=date, days=days)]
    if names.subject and names.names is None:
        evidence.append(say("tls.no-names", about=("tls.has_san",), subject=names.subject))
    first = min((entry for entry in chain if entry is not None), key=lambda entry: entry.not_after)
    facts |= {"tls.chain_days_left": _days(first, now), "tls.chain_not_after": _tls.moment(first.not_after)}
    soon = _ends_soon(first, now)
    facts["tls.chain_ends_soon"] = soon
    if soon:
        key = "tls.leaf-ends-soon" if first is leaf else "tls.authority-ends-soon"
        evidence.append(
            say(key, about=("tls.chain_ends_soon",), date=_tls.moment(first.not_after), days=_days(first, now))
        )
    return evidence


def _keep_chain(context: ProbeContext, tls: TlsStream, facts: dict[str, Fact]) -> None:
    """For the probe that compares it with what it should be, if there is anything to compare."""
    from mqassist.net.chain_order import may_displease, sent_order

    sent, verified = tls.sent_chain(), tls.verified_chain() if facts["tls.verify"] == "ok" else ()
    unusual = sent_order(sent).is_odd or may_displease(verified)
    facts["tls.chain_wanted"] = wanted = bool(sent) and (unusual or context.settings.thorough)
    if wanted:
        context.handover.give("tls-chain-kept", SentChain(sent, verified))


def _ends_soon(certificate: CertificateSketch, now: float) -> bool:
    """30 days before the end; for certificates of 40 to 120 days, which are renewed by machines, a quarter of their
    life, because those are healthy one day before they are renewed."""
    life = (certificate.not_after - certificate.not_before) / DAY_S
    return _days(certificate, now) < (life / 4 if 40 < life <= 120 else 30)


def _days(certificate: CertificateSketch, now: float) -> float:
    return round((certificate.not_after - now) / DAY_S, 1)


# -- a handshake that did not end well ---------------------------------------------------------


def _sent(failure: WireError) -> tuple[bytes, ...]:
    return failure.tls.sent_chain() if failure.tls is not None and failure.tls.seen.certificate_received else ()


def _failed(context: ProbeContext, failure: WireError, facts: dict[str, Fact], took_ms: float) -> Result:
    from mqassist.net.fingerprint import is_unexpected_message
    from mqassist.net.tls_record import TLS_1_3, read_answer

    answer = read_answer(failure.received)
    facts |= {"tls.result": _result(failure, answer.is_tls, answer.hello is not None, took_ms)}
    facts |= {"tls.server_hello": answer.hello is not None, "tls.end_ms": round(took_ms, 1)}
    facts["tls.peer_is_tls"] = answer.is_tls
    evidence: list[Text] = []
    if failure.tls is not None:
        if answer.hello is not None:
            evidence += _client_side(context, failure.tls, facts, tls_1_3=answer.hello.version == TLS_1_3)
        if chain := _sent(failure):
            context.handover.give("tls-chain", SentChain(chain))
            context.handover.give("tls-chain-kept", SentChain(chain))
            facts["tls.chain_wanted"] = True
    alert = failure.alert if failure.alert >= 0 else answer.alert
    if alert >= 0:
        from mqassist.net.tls_stream import ALERTS

        facts |= {"tls.alert": alert, "tls.alert_name": ALERTS.get(alert, f"alert {alert}")}
        about = ("tls.alert", "tls.result")
        evidence.append(say("tls.alert-received", about=about, alert=alert, name=str(facts["tls.alert_name"])))
    elif failure.verify_code:
        facts |= _verify(failure)
        about = ("tls.verify", "tls.result")
        evidence.append(say(f"tls.verify-{facts['tls.verify']}", about=about, code=failure.verify_code))
    elif failure.kind == "tls" and failure.tls is None:
        facts["tls.server_name_usable"] = False
        about = ("tls.server_name_usable", "tls.result")
        evidence.append(say("tls.server-name-unusable", about=about, name=str(facts["tls.server_name"])))
    elif facts["tls.result"] == "broken":
        facts["tls.reason"] = str(failure)[:200]
        evidence.append(say("tls.gave-up", about=("tls.reason", "tls.result"), reason=str(failure)[:200]))
    unanswered = answer.hello is None and facts["tls.result"] in ("not-tls", "closed", "reset")
    if unanswered or facts["tls.result"] == "silent" or is_unexpected_message(failure.received):
        facts |= _first(failure, took_ms, talks=facts["tls.result"] == "not-tls")
    summary = _summary(facts, failure)
    return Result("failed", summary, facts, evidence or [summary])


def _result(failure: WireError, is_tls: bool, hello: bool, took_ms: float) -> str:
    if failure.verify_code:
        return "unverified"
    if failure.received and not is_tls:
        return "not-tls"
    if failure.kind == "tls":
        return "refused" if failure.alert >= 0 else "broken"
    if failure.kind in ("closed", "reset"):
        late = not hello and took_ms > LATE_END_S * 1000
        return "silent" if late else failure.kind
    return "silent" if failure.kind == "timed-out" else "broken"


def _first(failure: WireError, took_ms: float, *, talks: bool) -> dict[str, Fact]:
    """`talks`: bytes came that are no TLS; a peer that goes on with them until our limit is not silent."""
    ends = {"timed-out": "answered" if talks else "silent", "closed": "fin", "reset": "reset"}
    return {
        "first.packet": "tls",
        "first.end": ends.get(failure.kind, "answered"),
        "first.end_ms": round(took_ms, 1),
        "first.received": len(failure.received),
        "first.hex": failure.received[:64].hex(),
    }


def _verify(failure: WireError) -> dict[str, Fact]:
    from mqassist.net.der import sketch

    verdict = _tls.VERIFY_BY_CODE.get(failure.verify_code, "other")
    chain = failure.tls.sent_chain() if failure.tls is not None else ()
    if verdict in ("expired", "not-yet-valid") and chain:
        leaf, now = sketch(chain[0]), time.time()
        if leaf is not None and leaf.not_before <= now <= leaf.not_after:
            verdict = "ca-expired" if verdict == "expired" else "other"
    return {"tls.verify": verdict, "tls.verify_code": failure.verify_code}


def _summary(facts: dict[str, Fact], failure: WireError) -> Text:
    result, about = str(facts["tls.result"]), ("tls.result", "first.end", "first.received")
    if result == "unverified" and "tls.verify" in facts:
        key, name = f"tls.unverified-{facts['tls.verify']}", str(facts["tls.server_name"])
        return say(key, about=("tls.verify", "tls.result"), name=name, code=failure.verify_code)
    milliseconds = float(facts["tls.end_ms"])  # type: ignore[arg-type]  # set above
    return say(f"tls.ended-{result}", about=about, ms=milliseconds, bytes=len(failure.received))


PROBE = Probe(
    id="tls.handshake",
    layer="tls",
    run=_run,
    applies=_tls.applies,
    needs=("tcp.connect", "proxy.connect", "tls.files"),
    when="path.open",
    gives=(
        _tls.RESULT,
        _tls.VERIFY,
        _tls.SERVER_NAME,
        *_tls.CERTIFICATE_FACTS,
        FactSpec("tls.server_name_usable", "flag", "That name can be sent and compared at all; only given if not."),
        FactSpec("tls.verify_code", "number", "OpenSSL's X509_V_ERR_ number when the certificate did not verify."),
        FactSpec("tls.version", "text", "The TLS version agreed on, as OpenSSL writes it."),
        FactSpec("tls.cipher", "text", "The cipher suite agreed on."),
        FactSpec("tls.handshake_ms", "number", "Time from ClientHello to the end of our handshake."),
        FactSpec("tls.end_ms", "number", "Time from ClientHello to the end of a handshake that failed."),
        FactSpec("tls.server_hello", "flag", "A ServerHello came: the port speaks TLS and found common ground."),
        FactSpec("tls.peer_is_tls", "flag", "The first bytes that came were a TLS record."),
        FactSpec("tls.alert", "number", "The alert that the peer sent (RFC 8446 section 6)."),
        FactSpec("tls.alert_name", "text", "The name of that alert."),
        FactSpec("tls.reason", "text", "OpenSSL's reason when it gave up on what the peer sent."),
        FactSpec("tls.certificate_requested", "flag", "The server asked for a client certificate."),
        FactSpec("tls.certificate_sent", "flag", "We sent one when asked."),
        _tls.CLIENT_ISSUERS,
        _tls.CLIENT_ISSUER,
        _tls.CLIENT_ISSUER_KNOWN,
        FactSpec("tls.chain_days_left", "number", "Days until the first certificate of the chain ends."),
        FactSpec("tls.chain_not_after", "text", "When the first certificate of the chain ends."),
        FactSpec("tls.listing_wanted", "flag", "A thorough check: versions and cipher suites are to be listed."),
        FactSpec("tls.chain_wanted", "flag", "The chain is worth reading in full: unusual, unverified, or asked for."),
        FactSpec("tls.chain_ends_soon", "flag", "That is so soon that it should have been renewed."),
        *FIRST,
    ),
    budget_for=lambda settings: settings.timeout + 3,
)
