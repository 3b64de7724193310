"""Asks the same server under other names: does the certificate, or the refusal, depend on SNI?"""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.net.failure import WireError
from mqassist.net.tls_hello import SUITES_BEFORE
from mqassist.net.tls_record import TLS_1_2
from mqassist.probes import _tls
from mqassist.probes._stream import open_plain
from mqassist.probes._tls_ask import ask, sni_of
from mqassist.probes.probe import Probe, ProbeContext, Result

MADE_UP = "no-such-name.invalid"
"""RFC 6761 §6.4: nobody owns a name under .invalid."""


def _run(context: ProbeContext) -> Result:
    asked = context.text("tls.server_name", context.endpoint.host)
    sent = sni_of(asked) is not None
    facts: dict[str, Fact] = {"tls.sni_sent": sent}
    about: tuple[str, ...] = ("tls.sni_sent", "tls.alert", "tls.sni_without")
    evidence = [say("tls.sni-was-sent" if sent else "tls.sni-not-sent", about=about, name=asked)]
    if sent:
        outcome, _ = _certificate(context, None)
        facts["tls.sni_without"] = "accepted" if outcome == "ok" else "refused"
        evidence.append(say(f"tls.sni-without-{facts['tls.sni_without']}", about=about))
    else:
        evidence += _made_up(context, facts)
    host = context.endpoint.host
    if host != asked and sni_of(host) is not None:
        outcome, _ = _certificate(context, host)
        facts["tls.sni_host"] = "accepted" if outcome == "ok" else "refused"
        evidence.append(say(f"tls.sni-host-{facts['tls.sni_host']}", about=(*about, "tls.sni_host"), name=host))
    evidence += _other_certificate(context, sent, facts)
    return Result("passed", evidence[-1], facts, evidence)


def _made_up(context: ProbeContext, facts: dict[str, Fact]) -> list[Text]:
    """Without a name to send: a name that nobody has shows whether the server looks at names at all."""
    answer = ask(context, TLS_1_2, SUITES_BEFORE, MADE_UP)
    if not answer.is_tls:
        return []
    outcome = "accepted" if answer.hello is not None else "unrecognized" if answer.alert == 112 else "refused"
    facts["tls.sni_made_up"] = outcome
    return [say(f"tls.sni-made-up-{outcome}", about=("tls.sni_made_up", "tls.alert"), name=MADE_UP)]


def _other_certificate(context: ProbeContext, sent: bool, facts: dict[str, Fact]) -> list[Text]:
    """Only where the name did not fit: another certificate without SNI means that the server chooses by it."""
    from mqassist.net.certificates import read_certificate

    if not sent or facts.get("tls.sni_without") != "accepted" or context.text("tls.result") != "unverified":
        return []
    _, without = _certificate(context, None)
    _, again = _certificate(context, context.text("tls.server_name"))
    if not without or not again:
        return []
    # two servers behind one address would differ by chance: only a repeated answer counts
    _, twice = _certificate(context, None)
    differs = without != again and without == twice
    facts["tls.sni_decides"] = differs
    other = read_certificate(without)
    if not differs or other is None:
        return []
    names = other.names or (other.common_name,)
    facts["tls.sni_other_names"] = names
    return [say("tls.sni-other-certificate", about=("tls.sni_decides", "tls.verify"), names=", ".join(names[:10]))]


def _certificate(context: ProbeContext, name: str | None) -> tuple[str, bytes]:
    """("ok", the certificate sent for that SNI) or ("refused", b""), without judging it."""
    from mqassist.net.tls_context import client_context

    built = client_context(context.settings.tls, context.credentials, verify=False)
    try:
        connection = open_plain(context)
    except WireError:
        return "refused", b""
    try:
        connection.start_tls(built.context, name, context.settings.timeout)
        chain = connection.tls.sent_chain() if connection.tls is not None else ()
        return "ok", chain[0] if chain else b""
    except WireError:
        return "refused", b""
    finally:
        connection.close()


PROBE = Probe(
    id="tls.sni",
    layer="tls",
    run=_run,
    applies=_tls.applies,
    needs=("tls.handshake",),
    when="tls.alert in (112, 40, 80) and not tls.server_hello or tls.verify in ('hostname-mismatch', 'ip-mismatch')",
    deciding=True,
    why="why.tls.sni",
    gives=(
        FactSpec("tls.sni_sent", "flag", "A server name was sent; addresses never are."),
        FactSpec("tls.sni_without", "choice", "A handshake without a server name.", ("accepted", "refused")),
        FactSpec(
            "tls.sni_made_up", "choice", "A handshake with a name nobody has.", ("accepted", "unrecognized", "refused")
        ),
        FactSpec(
            "tls.sni_host", "choice", "A handshake with the endpoint's host as server name.", ("accepted", "refused")
        ),
        FactSpec("tls.sni_decides", "flag", "Without a server name another certificate comes, each time."),
        FactSpec("tls.sni_other_names", "list", "The names in that other certificate."),
    ),
    budget_for=lambda settings: 5 * settings.timeout + 5,
)
