"""The chain as it was sent against the chain as it should be, and who else would accept it: the trust stores at hand,
the TLS libraries of other languages. Runs where the chain is unusual, did not verify, or in a thorough check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes import _tls
from mqassist.probes._tls_try import try_handshake
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.net.certificate_runtimes import RuntimeOpinion
    from mqassist.net.certificates import Certificate
    from mqassist.net.tls_context import BuiltContext

STORES = ("given-ca", "system", "certifi")


def _run(context: ProbeContext) -> Result:
    from mqassist.net.certificates import read_certificate

    held = context.handover.take("tls-chain-kept")
    sent_ders: tuple[bytes, ...] = getattr(held, "certificates", ())
    verified_ders: tuple[bytes, ...] = getattr(held, "verified", ())
    facts: dict[str, Fact] = {"tls.chain_count": len(sent_ders)}
    if not sent_ders or read_certificate(sent_ders[0]) is None:
        return Result("failed", say("tls.chain-unreadable"), facts)
    evidence = _order(sent_ders, facts)
    verdict = context.text("tls.verify")
    if verdict == "ok":
        path = tuple(found for found in map(read_certificate, verified_ders) if found is not None)
        if path and len(path) == len(verified_ders):
            evidence += _runtimes(context, path, facts)
    elif verdict == "partial-root":
        # seen: OpenJDK 17 and Python with VERIFY_X509_PARTIAL_CHAIN take a trusted intermediate as the end of the chain
        facts["tls.accepted_by_runtimes"] = ("Python ≥ 3.13", "Java", "Go")
        evidence.append(say("tls.runtimes-partial", about=("tls.accepted_by_runtimes", "tls.verify")))
    if context.settings.thorough and verdict not in ("", "disabled"):
        evidence += _stores(context, facts)
    return Result("passed", _most_notable(evidence), facts, evidence)


def _most_notable(evidence: list[Text]) -> Text:
    """What somebody may fail on, before what is merely untidy."""
    ranked = (
        lambda key: key.startswith("tls.runtime-"),
        lambda key: key == "tls.chain-wrong-order",
        lambda key: key in ("tls.chain-root-sent", "tls.chain-repeated", "tls.chain-needless"),
    )
    return next((line for fits in ranked for line in evidence if fits(line.key)), evidence[0])


# -- as it was sent ------------------------------------------------------------------------------


def _order(sent: tuple[bytes, ...], facts: dict[str, Fact]) -> list[Text]:
    from mqassist.net.certificates import read_certificate
    from mqassist.net.chain_order import sent_order

    order = sent_order(sent)
    read = [read_certificate(der) for der in sent]
    names = [found.common_name if found is not None else "?" for found in read]
    facts |= {
        "tls.chain_sent": tuple(names),
        "tls.chain_should_be": tuple(names[at] for at in order.right),
        "tls.chain_order": "ok" if order.in_order else "wrong",
        "tls.chain_root_sent": order.root >= 0,
        "tls.chain_repeated": len(order.repeated),
        "tls.chain_needless": tuple(names[at] for at in order.needless),
        "tls.chain_needless_count": len(order.needless),
    }
    count, shown = len(sent), " → ".join(names)
    about: tuple[str, ...] = ("tls.chain_sent", "tls.chain_order", "tls.chain_root_sent", "tls.chain_needless_count")
    evidence = [say("tls.chain-sent", about=(*about, "tls.chain_repeated"), count=count, chain=shown)]
    if order.as_it_should_be:
        return evidence
    right = " → ".join(names[at] for at in order.right) or "–"
    if not order.in_order:
        evidence.append(say("tls.chain-wrong-order", about=("tls.chain_order", "tls.chain_should_be"), right=right))
    if order.root >= 0:
        evidence.append(say("tls.chain-root-sent", about=("tls.chain_root_sent",), name=names[order.root]))
    if order.repeated:
        repeated = ", ".join(names[at] for at in order.repeated)
        evidence.append(say("tls.chain-repeated", about=("tls.chain_repeated",), names=repeated))
    if order.needless:
        needless = ", ".join(names[at] for at in order.needless)
        evidence.append(say("tls.chain-needless", about=("tls.chain_needless_count",), names=needless))
    return evidence


# -- who else would accept it --------------------------------------------------------------------


def _runtimes(context: ProbeContext, path: tuple[Certificate, ...], facts: dict[str, Fact]) -> list[Text]:
    from mqassist.net.certificate_runtimes import RUNTIMES, opinions

    wanted = context.text("tls.server_name", context.endpoint.host)
    found = {entry.runtime: entry for entry in opinions(path, wanted)}
    found["python"] = _proved(context, found["python"], facts)
    by_opinion = {
        kind: tuple(RUNTIMES[entry.runtime] for entry in found.values() if entry.opinion == kind)
        for kind in ("accepts", "refuses", "unsure")
    }
    refusing = [entry for entry in found.values() if entry.opinion == "refuses"]
    reasons = tuple(dict.fromkeys(fault for entry in refusing for fault in entry.why))
    facts |= {
        "tls.accepted_by_runtimes": by_opinion["accepts"],
        "tls.refused_by_runtimes": by_opinion["refuses"],
        "tls.unsure_runtimes": by_opinion["unsure"],
        "tls.other_runtimes_refusing": sum(entry.runtime != "python" for entry in refusing),
        "tls.refusal_reasons": reasons,
    }
    about: tuple[str, ...] = ("tls.accepted_by_runtimes", "tls.refused_by_runtimes", "tls.other_runtimes_refusing")
    accepting = ", ".join(by_opinion["accepts"]) or "–"
    evidence = [say("tls.runtimes-accept", about=about, runtimes=accepting)]
    for fault in reasons:
        runtimes = ", ".join(RUNTIMES[entry.runtime] for entry in refusing if fault in entry.why)
        about = ("tls.refused_by_runtimes", "tls.other_runtimes_refusing", "tls.refusal_reasons", "tls.strict_verify")
        evidence.append(say(f"tls.runtime-{fault}", about=about, runtimes=runtimes))
    if by_opinion["unsure"]:
        about = ("tls.unsure_runtimes",)
        evidence.append(say("tls.runtimes-unsure", about=about, runtimes=", ".join(by_opinion["unsure"])))
    return evidence


def _proved(context: ProbeContext, opinion: RuntimeOpinion, facts: dict[str, Fact]) -> RuntimeOpinion:
    """Python's strictness is OpenSSL's: where the rules say no, or all is to be known, a handshake tells."""
    from mqassist.core.record import changed
    from mqassist.net.tls_context import client_context

    if opinion.opinion != "refuses" and not context.settings.thorough:
        return opinion
    outcome, code, _ = try_handshake(context, client_context(context.settings.tls, context.credentials, strict=True))
    if not outcome:
        return opinion
    facts["tls.strict_verify"] = "ok" if outcome == "ok" else "refused"
    if outcome == "ok":
        return opinion if opinion.opinion != "refuses" else changed(opinion, opinion="accepts", why=())
    facts["tls.strict_code"] = code
    return changed(opinion, opinion="refuses", why=opinion.why if opinion.opinion == "refuses" else ("strict-other",))


def _stores(context: ProbeContext, facts: dict[str, Fact]) -> list[Text]:
    """Each trust store at hand by a handshake of its own; the profile's store was judged by the main one."""
    from mqassist.net.tls_context import bundled_context, system_context

    given = bool(context.settings.tls.ca)
    trusted: list[str] = []
    untrusted: list[str] = []
    (trusted if context.text("tls.verify") == "ok" else untrusted).append("given-ca" if given else "system")
    others: dict[str, BuiltContext | None] = {"certifi": bundled_context()}
    if given:
        others["system"] = system_context()
    for store, built in others.items():
        outcome = try_handshake(context, built)[0] if built is not None else ""
        if outcome:
            (trusted if outcome == "ok" else untrusted).append(store)
    in_order = [store for store in STORES if store in trusted], [store for store in STORES if store in untrusted]
    facts |= {"tls.trusted_by": tuple(in_order[0]), "tls.not_trusted_by": tuple(in_order[1])}
    about: tuple[str, ...] = ("tls.trusted_by", "tls.not_trusted_by")
    return [
        *(say(f"tls.store-{store}-trusts", about=about) for store in in_order[0]),
        *(say(f"tls.store-{store}-trusts-not", about=about) for store in in_order[1]),
    ]


PROBE = Probe(
    id="tls.chain",
    layer="tls",
    run=_run,
    applies=_tls.applies,
    needs=("tls.handshake",),
    # other people's clients come after this one's own way
    after=(
        "tls.certificate", "websocket.upgrade", "amqp.login", "amqp.rights", "amqp.heartbeat", "mqtt.connect",
        "mqtt.message_path", "mqtt.keepalive",
    ),
    when="tls.chain_wanted",
    deciding=True,
    why="why.tls.chain",
    gives=(
        _tls.CHAIN_COUNT,
        FactSpec("tls.chain_sent", "list", "The certificates as they were sent, by their common names."),
        FactSpec("tls.chain_should_be", "list", "Those of them that should be sent, in the right order."),
        FactSpec("tls.chain_order", "choice", "Each certifies the one before it.", ("ok", "wrong")),
        FactSpec("tls.chain_root_sent", "flag", "The root at the end of the chain was sent too."),
        FactSpec("tls.chain_repeated", "number", "Certificates that were sent once more."),
        FactSpec("tls.chain_needless", "list", "Certificates that do not belong to the chain."),
        FactSpec("tls.chain_needless_count", "number", "How many those are."),
        FactSpec("tls.accepted_by_runtimes", "list", "TLS libraries of other languages that accept the chain."),
        FactSpec("tls.refused_by_runtimes", "list", "Those that refuse it, although it verifies here."),
        FactSpec("tls.unsure_runtimes", "list", "Those of which it depends on version or settings."),
        FactSpec("tls.other_runtimes_refusing", "number", "How many of those are not Python."),
        FactSpec("tls.refusal_reasons", "list", "What they find fault with."),
        FactSpec("tls.strict_verify", "choice", "A handshake as strict as Python 3.13.", ("ok", "refused")),
        FactSpec("tls.strict_code", "number", "OpenSSL's X509_V_ERR_ number for that refusal."),
        FactSpec("tls.trusted_by", "list", "Trust stores that accept it: the given CA, the system's, certifi's."),
        FactSpec("tls.not_trusted_by", "list", "Trust stores that do not."),
    ),
    budget_for=lambda settings: 4 * settings.timeout + 5,
)  # fmt: skip
