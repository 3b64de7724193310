"""The CA, certificate and key files of the profile, before a packet is sent. What cannot be used is named; the rest
of the run goes on without it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mqassist.core.endpoint import Endpoint
from mqassist.core.facts import Fact, FactSpec
from mqassist.core.settings import CheckSettings
from mqassist.core.text import Text, say
from mqassist.probes._tls import moment
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.net.tls_files import LookedAt

REASONS = (
    "missing", "no-permission", "directory", "too-large", "empty", "der", "pkcs12", "pkcs7", "keystore",
    "not-pem", "wrong-kind", "damaged", "too-weak", "refused",
)  # fmt: skip
DATES = ("ok", "expired", "not-yet-valid")
_GOOD: tuple[tuple[str, str | None], ...] = (
    ("tls.files_broken", None),
    ("tls.files_half", None),
    ("tls.files_passphrase", "ok"),
    ("tls.files_pair", "ok"),
)
_CONVERTED = ("der", "pkcs12", "keystore")
"""Containers that only need another form; each has a fact of its own, because a fix needs to know which it is."""
_WEAK = ("TOO_SMALL", "TOO_WEAK")


def _applies(endpoint: Endpoint, settings: CheckSettings) -> bool:
    tls = settings.tls
    return endpoint.tls and bool(tls.ca or tls.cert or tls.key)


def _run(context: ProbeContext) -> Result:
    from mqassist.net.tls_context import client_context

    tls = context.settings.tls
    built = client_context(tls, context.credentials)
    facts: dict[str, Fact] = {}
    evidence: list[Text] = []
    if tls.ca and built.ca_error:
        _ca(tls.ca, facts, evidence)
    elif tls.ca and tls.verify:
        facts["tls.files_ca_count"] = built.anchor_count
    if tls.key and not tls.cert:
        facts["tls.files_half"] = "key"
        evidence.append(say("tls.files-only-key", about=("tls.files_half",), path=tls.key))
    if tls.cert:
        from mqassist.net.tls_files import look_at

        password = context.credentials.key_password
        given = password is not None and not password.is_blank
        _pair(look_at(tls.cert), look_at(tls.key, for_key=True) if tls.key else None, built.cert_error, given,
              facts, evidence)  # fmt: skip
    context.handover.give("tls-context", built)
    wrong = bool(evidence) and any(facts.get(name, good) != good for name, good in _GOOD)
    facts["tls.files_usable"] = not wrong
    if wrong:
        return Result("failed", evidence[0], facts, evidence)
    dated = facts.get("tls.files_cert_dates", "ok") == "ok" and facts.get("tls.files_cert_client_auth", True)
    return Result("passed" if dated else "warning", say("tls.files-good"), facts, evidence)


def _broken(look: LookedAt, role: str, reason: str, facts: dict[str, Fact], evidence: list[Text]) -> None:
    about = ("tls.files_broken", "tls.files_reason")
    evidence.append(say(f"tls.file-{reason}", about=about, path=look.path))
    if "tls.files_broken" not in facts:
        facts |= {"tls.files_broken": look.path, "tls.files_reason": reason, "tls.files_role": role}
        if reason in _CONVERTED:
            facts[f"tls.files_{reason}"] = look.path


def _ca(path: str, facts: dict[str, Fact], evidence: list[Text]) -> None:
    from mqassist.net.tls_files import look_at

    look = look_at(path)
    _broken(look, "ca", "refused" if look.state == "ok" else look.state, facts, evidence)


def _pair(
    cert: LookedAt, key: LookedAt | None, error: str, passphrase: bool, facts: dict[str, Fact], evidence: list[Text]
) -> None:
    if cert.certificates:
        _client_certificate(cert, facts, evidence)
    key_file = key or cert
    if cert.state != "ok":
        _broken(cert, "cert", cert.state, facts, evidence)
    if key is not None and key.state != "ok":
        _broken(key, "key", key.state, facts, evidence)
    if key is None and cert.state == "ok" and not cert.has_key:
        facts["tls.files_half"] = "cert"
        evidence.append(say("tls.files-only-certificate", about=("tls.files_half",), path=cert.path))
        return
    if key_file.encrypted:
        elsewhere = error == "KEY_VALUES_MISMATCH" or any(word in error for word in _WEAK) or cert.state != "ok"
        bad = bool(error) and not elsewhere
        state = "ok" if not bad else "wrong" if passphrase else "missing"
        if cert.state == "ok":
            facts["tls.files_passphrase"] = state
        facts["tls.files_key_path"] = key_file.path
        if bad:
            evidence.append(say(f"tls.passphrase-{state}", about=("tls.files_passphrase",), path=key_file.path))
            return
    if "tls.files_broken" in facts and facts["tls.files_role"] != "ca":
        return
    if error == "KEY_VALUES_MISMATCH" or "TYPE_MISMATCH" in error:
        facts |= {"tls.files_pair": "mismatch", "tls.files_key_path": key_file.path, "tls.files_cert_path": cert.path}
        evidence.append(say("tls.files-mismatch", about=("tls.files_pair",), cert=cert.path, key=key_file.path))
    elif error:
        weak = any(word in error for word in _WEAK)
        _broken(cert, "cert", "too-weak" if weak else "refused", facts, evidence)
    else:
        facts["tls.files_pair"] = "ok"


def _client_certificate(cert: LookedAt, facts: dict[str, Fact], evidence: list[Text]) -> None:
    from mqassist.net.der import CLIENT_AUTH

    leaf, now = cert.certificates[0], time.time()
    dates = "expired" if leaf.not_after < now else "not-yet-valid" if leaf.not_before > now else "ok"
    facts["tls.files_cert_path"] = cert.path
    facts["tls.files_cert_dates"] = dates
    facts["tls.files_cert_not_before"] = moment(leaf.not_before)
    facts["tls.files_cert_not_after"] = moment(leaf.not_after)
    facts["tls.files_cert_client_auth"] = leaf.may(CLIENT_AUTH)
    if dates != "ok":
        about = ("tls.files_cert_dates",)
        when = facts["tls.files_cert_not_after" if dates == "expired" else "tls.files_cert_not_before"]
        evidence.append(say(f"tls.client-{dates}", about=about, path=cert.path, date=str(when)))
    if not leaf.may(CLIENT_AUTH):
        evidence.append(say("tls.client-purpose", about=("tls.files_cert_client_auth",), path=cert.path))


PROBE = Probe(
    id="tls.files",
    layer="tls",
    run=_run,
    applies=_applies,
    gives=(
        FactSpec("tls.files_usable", "flag", "The CA, certificate and key files of the profile can be loaded."),
        FactSpec("tls.files_broken", "text", "Path of the first file that cannot be used."),
        FactSpec("tls.files_reason", "choice", "Why it cannot be used.", REASONS),
        FactSpec("tls.files_role", "choice", "What that file is for.", ("ca", "cert", "key")),
        FactSpec("tls.files_der", "text", "That file, if it is a binary certificate."),
        FactSpec("tls.files_pkcs12", "text", "That file, if it is a PKCS#12 container."),
        FactSpec("tls.files_keystore", "text", "That file, if it is a Java keystore."),
        FactSpec("tls.files_half", "choice", "Only this half of certificate and key was given.", ("cert", "key")),
        FactSpec("tls.files_ca_count", "number", "Certificates in the CA file."),
        FactSpec("tls.files_passphrase", "choice", "Whether the encrypted key opens.", ("ok", "missing", "wrong")),
        FactSpec("tls.files_pair", "choice", "Whether the key belongs to the certificate.", ("ok", "mismatch")),
        FactSpec("tls.files_key_path", "text", "Path of the client key."),
        FactSpec("tls.files_cert_path", "text", "Path of the client certificate."),
        FactSpec("tls.files_cert_dates", "choice", "The client certificate by our clock.", DATES),
        FactSpec("tls.files_cert_not_before", "text", "From when the client certificate is valid."),
        FactSpec("tls.files_cert_not_after", "text", "Until when the client certificate is valid."),
        FactSpec("tls.files_cert_client_auth", "flag", "The client certificate may be used by a TLS client."),
    ),
    budget=5.0,
)
