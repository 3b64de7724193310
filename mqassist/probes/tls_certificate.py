"""Reads the certificates that did not verify, in full: what they are, which link is missing, what would be accepted."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes import _tls
from mqassist.probes._tls_try import try_handshake
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.net.certificate_chain import Copy, Gap
    from mqassist.net.certificates import Certificate

_CHAIN_VERDICTS = ("unknown-ca", "untrusted-root", "self-signed", "partial-root", "bad-signature", "other")
_PURPOSES = {"1.3.6.1.5.5.7.3.1": "serverAuth", "1.3.6.1.5.5.7.3.2": "clientAuth", "2.5.29.37.0": "any"}
FETCH_S, FETCH_BYTES = 2.0, 65536


def _run(context: ProbeContext) -> Result:
    from mqassist.net.certificates import read_certificate

    ders = _sent(context)
    sent = tuple(found for found in map(read_certificate, ders) if found is not None)
    if not sent:
        return Result("failed", say("tls.chain-unreadable"), {"tls.chain_count": len(ders)})
    facts: dict[str, Fact] = {"tls.chain_count": len(ders)}
    evidence = _leaf(context, sent[0], facts) + _dates(sent, facts)
    evidence += _intercepted(sent, facts)
    verdict = context.text("tls.verify")
    if verdict in _CHAIN_VERDICTS or (verdict == "ca-expired"):
        evidence += _chain(context, sent, facts)
    evidence += _other_verdicts(context, verdict, facts)
    summary = say("tls.chain-read", about=("tls.chain_count",), count=len(ders), subject=sent[0].subject)
    return Result("passed", summary, facts, evidence)


def _sent(context: ProbeContext) -> tuple[bytes, ...]:
    """Those of the handshake that failed; only if nothing was kept of it, those of another one."""
    held = context.handover.take("tls-chain")
    kept = getattr(held, "certificates", ())
    if kept:
        return tuple(kept)
    from mqassist.net.tls_context import client_context

    built = client_context(context.settings.tls, context.credentials, verify=False)
    return try_handshake(context, built)[2]


# -- the server's own certificate ---------------------------------------------------------------


def _leaf(context: ProbeContext, leaf: Certificate, facts: dict[str, Fact]) -> list[Text]:
    from mqassist.net.certificate_chain import name_fits

    names, wanted = leaf.names or (), context.text("tls.server_name", context.endpoint.host)
    facts |= {
        "tls.subject": leaf.subject,
        "tls.issuer": leaf.issuer,
        "tls.names": names,
        "tls.has_san": leaf.names is not None,
        "tls.not_before": _tls.moment(leaf.not_before),
        "tls.not_after": _tls.moment(leaf.not_after),
        "tls.days_left": round((leaf.not_after - time.time()) / 86400, 1),
        "tls.fingerprint": leaf.sha256,
        "tls.key_kind": leaf.key_kind,
        "tls.key_bits": leaf.key_bits,
        "tls.signature_hash": leaf.signature_hash,
        "tls.self_issued": leaf.self_issued,
        "tls.name_fits": name_fits(names or (leaf.common_name,), wanted),
    }
    if leaf.purposes is not None:
        facts["tls.purposes"] = tuple(_PURPOSES.get(purpose, purpose) for purpose in leaf.purposes)
    about: tuple[str, ...] = ("tls.subject", "tls.issuer", "tls.verify", "tls.self_issued")
    evidence = [say("tls.issued-by", about=about, subject=leaf.subject, issuer=leaf.issuer)]
    about = ("tls.names", "tls.has_san", "tls.name_fits", "tls.verify")
    if not facts["tls.name_fits"]:
        shown = ", ".join(names[:10]) or "–"
        key = "tls.names-are" if leaf.names is not None else "tls.only-common-name"
        evidence.append(say(key, about=about, names=shown, wanted=wanted, common_name=leaf.common_name))
    if context.text("tls.verify").startswith("weak"):
        about = ("tls.verify", "tls.key_bits", "tls.signature_hash")
        evidence.append(
            say("tls.key-is", about=about, kind=leaf.key_kind, bits=leaf.key_bits, hash=leaf.signature_hash or "–")
        )
    if context.text("tls.verify") == "wrong-purpose":
        purposes = ", ".join(str(purpose) for purpose in facts.get("tls.purposes", ()))  # type: ignore[union-attr]  # a tuple
        evidence.append(say("tls.purposes-are", about=("tls.verify", "tls.purposes"), purposes=purposes or "–"))
    return evidence


def _dates(sent: tuple[Certificate, ...], facts: dict[str, Fact]) -> list[Text]:
    now = time.time()
    leaf = sent[0]
    dates = "expired" if leaf.not_after < now else "not-yet-valid" if leaf.not_before > now else "ok"
    facts["tls.leaf_dates"] = dates
    evidence: list[Text] = []
    about = ("tls.verify", "tls.leaf_dates", "tls.not_after", "tls.expired_authority")
    if dates == "expired":
        days = (now - leaf.not_after) / 86400
        evidence.append(
            say("tls.ended", about=about, subject=leaf.subject, date=_tls.moment(leaf.not_after), days=days)
        )
    elif dates == "not-yet-valid":
        days = (leaf.not_before - now) / 86400
        evidence.append(
            say("tls.begins", about=about, subject=leaf.subject, date=_tls.moment(leaf.not_before), days=days)
        )
    for authority in sent[1:]:
        if authority.not_after < now:
            evidence += _ended_authority(authority, facts)
            break
    return evidence


def _ended_authority(authority: Certificate, facts: dict[str, Fact]) -> list[Text]:
    facts["tls.expired_authority"] = authority.subject
    facts["tls.expired_authority_not_after"] = _tls.moment(authority.not_after)
    about, date = ("tls.verify", "tls.expired_authority"), _tls.moment(authority.not_after)
    return [say("tls.authority-ended", about=about, subject=authority.subject, date=date)]


def _intercepted(sent: tuple[Certificate, ...], facts: dict[str, Fact]) -> list[Text]:
    from mqassist.net.certificate_chain import interceptor

    product = interceptor(sent)
    if not product:
        return []
    facts["tls.intercepted_by"] = product
    return [say("tls.intercepted", about=("tls.intercepted_by",), product=product, issuer=sent[0].issuer)]


# -- the chain -----------------------------------------------------------------------------------


def _chain(context: ProbeContext, sent: tuple[Certificate, ...], facts: dict[str, Fact]) -> list[Text]:
    from mqassist.net.certificate_chain import copies_beside, find_gap
    from mqassist.net.certificates import read_certificate
    from mqassist.net.der import sketch
    from mqassist.net.tls_context import client_context

    anchors = client_context(context.settings.tls, context.credentials, verify=True).anchors()
    # a system store holds 150 certificates: only those are read whose name is asked for
    wanted = {entry.issuer for entry in map(sketch, (c.der for c in sent)) if entry is not None}
    wanted |= {entry.subject for entry in map(sketch, (c.der for c in sent)) if entry is not None}
    fitting = (der for der in anchors if (entry := sketch(der)) is not None and entry.subject in wanted)
    trusted = tuple(found for found in map(read_certificate, fitting) if found is not None)
    if context.text("tls.verify") == "ca-expired":
        now = time.time()
        ended = next((c for c in trusted if c.not_after < now and any(s.issuer == c.subject for s in sent)), None)
        return _ended_authority(ended, facts) if ended is not None and "tls.expired_authority" not in facts else []
    copies = copies_beside(context.settings.tls.ca)
    gap = find_gap(sent, trusted, copies)
    if gap.kind in ("unknown", "intermediate") and sent[-1].issuer == gap.issuer:
        # it becomes an argument of a command: what begins otherwise could be an option of it
        urls = [url for url in sent[-1].issuer_urls if re.fullmatch(r"https?://[!-~]+", url)]
        facts |= {"tls.gap_url": urls[0]} if urls else {}
    if gap.kind in ("unknown", "intermediate") and not gap.where:
        fetched = _fetched(context, sent[-1])
        facts["tls.issuer_fetched"] = bool(fetched)
        if fetched:
            gap = find_gap(sent, trusted, (*copies, *fetched))
    facts["tls.anchor_count"] = len(anchors)
    return _gap_facts(gap, len(sent), facts)


def _gap_facts(gap: Gap, count: int, facts: dict[str, Fact]) -> list[Text]:
    facts |= {"tls.gap": gap.kind, "tls.gap_same_name": gap.same_name}
    if gap.kind != "unknown":
        facts["tls.intermediate_missing"] = gap.kind == "intermediate"
    about = ("tls.verify", "tls.gap")
    evidence = [say(f"tls.gap-{gap.kind}", about=about, count=count, issuer=gap.issuer or "–")]
    if gap.issuer:
        facts["tls.gap_issuer"] = gap.issuer
    if gap.where:
        facts["tls.gap_copy"] = gap.where
        evidence.append(say("tls.gap-copy", about=(*about, "tls.gap_copy"), issuer=gap.issuer, where=gap.where))
    if gap.same_name:
        evidence.append(say("tls.gap-same-name", about=(*about, "tls.gap_same_name"), issuer=gap.issuer))
    return evidence


def _fetched(context: ProbeContext, top: Certificate) -> tuple[Copy, ...]:
    """The issuer's certificate from where the certificate itself says it is (RFC 5280 §4.2.2.1), as browsers and
    Windows do: plain HTTP, one short try."""
    from mqassist.net.certificate_chain import Copy, read_any
    from mqassist.probes._tls_fetch import http_get

    for url in top.issuer_urls[:1]:
        body = http_get(context, url, seconds=FETCH_S, limit=FETCH_BYTES)
        return tuple(Copy(certificate, url) for certificate in read_any(body))
    return ()


def _other_verdicts(context: ProbeContext, verdict: str, facts: dict[str, Fact]) -> list[Text]:
    """What verification says under one changed condition: that is proof, where words could only argue."""
    from mqassist.net.tls_context import client_context, system_context

    settings, login = context.settings.tls, context.credentials
    if verdict == "disabled":
        built, fact, keys = client_context(settings, login, verify=True), "tls.would_verify", "tls.would"
    elif verdict in ("hostname-mismatch", "ip-mismatch"):
        built, fact, keys = client_context(settings, login, check_hostname=False), "tls.verify_without_name", "tls.name"
    elif verdict in _CHAIN_VERDICTS:
        built, fact, keys = system_context(), "tls.system_trusts", "tls.system"
    else:
        return []
    found, code, _ = try_handshake(context, built)
    if not found:
        return []
    about = ("tls.verify", fact)
    if fact == "tls.system_trusts":
        facts[fact] = found == "ok"
        return [say("tls.system-trusts" if found == "ok" else "tls.system-trusts-not", about=about)]
    facts[fact] = found
    if found == "ok":
        return [say(f"{keys}-ok", about=about)]
    return [say(f"{keys}-fails", about=about), say(f"tls.verify-{found}", about=about, code=code)]


PROBE = Probe(
    id="tls.certificate",
    layer="tls",
    run=_run,
    applies=_tls.applies,
    needs=("tls.handshake",),
    when="tls.result == 'unverified' or tls.verify == 'disabled'",
    deciding=True,
    why="why.tls.certificate",
    gives=(
        *_tls.CERTIFICATE_FACTS,
        _tls.CHAIN_COUNT,
        FactSpec("tls.not_before", "text", "From when the server's certificate is valid."),
        FactSpec("tls.fingerprint", "text", "SHA-256 of the server's certificate, hex."),
        FactSpec("tls.key_kind", "text", "Kind of its key: rsa, ec, ed25519 …"),
        FactSpec("tls.key_bits", "number", "Size of its key in bits, 0 if the kind has one size only."),
        FactSpec("tls.signature_hash", "text", "Hash of the signature on it."),
        FactSpec("tls.purposes", "list", "What it may be used for (extendedKeyUsage)."),
        FactSpec("tls.self_issued", "flag", "Its subject is its issuer."),
        FactSpec("tls.name_fits", "flag", "One of its names is the one we asked for."),
        FactSpec("tls.leaf_dates", "choice", "The server's own certificate by our clock.", _tls.DATES),
        FactSpec("tls.expired_authority", "text", "Subject of an expired authority in the chain."),
        FactSpec("tls.expired_authority_not_after", "text", "When that authority ended."),
        FactSpec("tls.intercepted_by", "text", "A product known to open TLS on the way, named in an issuer."),
        FactSpec("tls.anchor_count", "number", "Certificates that the profile trusts."),
        FactSpec("tls.gap", "choice", "What lacks between the certificates sent and those trusted.",
                 ("none", "intermediate", "root", "unknown")),
        FactSpec("tls.intermediate_missing", "flag", "The server left out a certificate between its own and the root."),
        FactSpec("tls.gap_issuer", "text", "The name of the first missing certificate."),
        FactSpec("tls.gap_copy", "text", "Where a copy of it was found."),
        FactSpec("tls.gap_url", "text", "Where the certificate says that its issuer's certificate can be fetched."),
        FactSpec("tls.gap_same_name", "flag", "One of that name is trusted, but it has another key."),
        FactSpec("tls.issuer_fetched", "flag", "The issuer could be fetched from where the certificate says it is."),
        FactSpec("tls.would_verify", "choice", "The verdict if verification were on.", _tls.VERIFY_CHOICES),
        FactSpec("tls.verify_without_name", "choice", "The verdict if the name did not count.", _tls.VERIFY_CHOICES),
        FactSpec("tls.system_trusts", "flag", "This computer's own trust store accepts the chain and the name."),
    ),
    budget_for=lambda settings: 3 * settings.timeout + 5,
)  # fmt: skip
