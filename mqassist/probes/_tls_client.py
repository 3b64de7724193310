"""Whose client certificates a server accepts, as its CertificateRequest names them, and whether ours is among them."""

from __future__ import annotations

from mqassist.core.facts import Fact
from mqassist.core.text import Text, say
from mqassist.net.der_names import name_content, name_text
from mqassist.net.tls_record import acceptable_issuers
from mqassist.probes.probe import ProbeContext

SHOWN = 5
MAX_ISSUERS = 50


def accepted_issuers(
    context: ProbeContext, request: bytes | None, facts: dict[str, Fact], *, tls_1_3: bool
) -> list[Text]:
    """Gives tls.client_issuers, and of a certificate file of the profile tls.client_issuer and
    tls.client_issuer_known; nothing where the server names nobody, because then any authority may do."""
    listed = tuple(dict.fromkeys(acceptable_issuers(request, tls_1_3=tls_1_3)))
    names = tuple(text for text in map(name_text, listed) if text)
    if not names:
        return []
    facts["tls.client_issuers"] = names[:MAX_ISSUERS]
    about = ("tls.client_issuers", "tls.client_issuer_known", "tls.client_result")
    shown = "; ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
    evidence = [say("tls.client-issuers", about=about, issuers=shown, count=len(names))]
    path = context.settings.tls.cert
    if not path:
        return evidence
    from mqassist.net.tls_files import look_at

    own = look_at(path).certificates
    if own:
        contents = {name_content(der) for der in listed}
        known = any(certificate.issuer in contents for certificate in own)
        issuer = name_text(_as_name(own[0].issuer))
        facts |= {"tls.client_issuer": issuer, "tls.client_issuer_known": known}
        key = "tls.client-issuer-known" if known else "tls.client-issuer-unknown"
        evidence.append(say(key, about=about, issuer=issuer))
    return evidence


def _as_name(content: bytes) -> bytes:
    """The sequence around it again, in the longest form that DER allows to read."""
    return b"\x30\x84" + len(content).to_bytes(4, "big") + content
