"""The TLS settings of a profile as an OpenSSL context. Knows nothing of probes; says by name which file is wrong."""

from __future__ import annotations

import ssl

from mqassist.core.record import record
from mqassist.core.secret import Credentials
from mqassist.core.settings import TlsSettings


@record
class BuiltContext:
    """`ca_error` and `cert_error` are OpenSSL's or the system's words for files that the context was made without."""

    context: ssl.SSLContext
    ca_error: str = ""
    cert_error: str = ""

    def close(self) -> None:
        """Nothing is held open; a context can be handed from probe to probe like a connection."""

    @property
    def anchor_count(self) -> int:
        """How many authorities OpenSSL has loaded."""
        return int(self.context.cert_store_stats()["x509_ca"])

    def anchors(self) -> tuple[bytes, ...]:
        """The DER certificates that this context trusts, as far as OpenSSL has loaded them."""
        return tuple(self.context.get_ca_certs(binary_form=True))

    def suites(self) -> tuple[int, ...]:
        """The cipher suites that it offers, as numbers of the TLS registry."""
        return tuple(int(entry["id"]) & 0xFFFF for entry in self.context.get_ciphers())


def client_context(
    settings: TlsSettings,
    credentials: Credentials,
    *,
    verify: bool | None = None,
    check_hostname: bool = True,
    with_certificate: bool = True,
    highest: int | None = None,
    strict: bool = False,
) -> BuiltContext:
    """A client context with the profile's own trust anchors and certificate. Never raises for files.

    `verify` overrides the profile (False: look at what is there without judging); `highest` is the number of the
    highest TLS version to offer, None for the system's own; `strict` judges as Python 3.13 does by default. Without a
    readable CA file the system's anchors are asked: nothing becomes trusted by a broken file.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ca_error = cert_error = ""
    if not (settings.verify if verify is None else verify):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.check_hostname = check_hostname
        ca_error = _load_ca(context, settings.ca) if settings.ca else ""
        if ca_error or not settings.ca or settings.system_too:
            context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    if settings.cert and with_certificate:
        password = credentials.key_password
        try:
            context.load_cert_chain(settings.cert, settings.key, password.reveal() if password else "")
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError; ValueError: what it cannot take at all
            cert_error = _words(error)
    if strict:
        # docs.python.org, ssl.create_default_context, "changed in version 3.13"
        context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    if highest is not None:
        context.maximum_version = ssl.TLSVersion(highest)
    return BuiltContext(context, ca_error, cert_error)


def system_context() -> BuiltContext:
    """Trusts what this computer's own applications trust: Keychain, the Windows store, the distribution's bundle."""
    import truststore

    return BuiltContext(truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


def bundled_context() -> BuiltContext | None:
    """Trusts Mozilla's list as the package certifi carries it; None where that is not installed. Many Python clients
    take it instead of the system's store."""
    import importlib

    try:
        bundle = importlib.import_module("certifi").where()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cafile=bundle)
    except (ImportError, AttributeError, OSError, ValueError):
        return None
    return BuiltContext(context)


def offered_versions(context: ssl.SSLContext | None = None) -> tuple[str, ...]:
    """The TLS versions that OpenSSL offers with that context, else by the system's own policy (openssl.cnf)."""
    context = context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    lowest, highest = int(context.minimum_version), int(context.maximum_version)
    if context.security_level > 0 and ssl.OPENSSL_VERSION_INFO >= (3,):
        # OpenSSL 3.0 changes: SSL 3, TLS 1.0 and 1.1 work at level 0 only (3.5 does not ask for them)
        lowest = max(lowest, int(ssl.TLSVersion.TLSv1_2))
    usable = [version for version in ssl.TLSVersion if version > 0 and lowest <= version]
    return tuple(_NAMES[version] for version in usable if version in _NAMES and (highest < 0 or version <= highest))


def suite_names() -> dict[int, str]:
    """OpenSSL's names of all cipher suites it knows, by their numbers in the TLS registry."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    return {int(entry["id"]) & 0xFFFF: str(entry["name"]) for entry in context.get_ciphers()}


_NAMES = {0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "TLSv1.3"}


def _load_ca(context: ssl.SSLContext, path: str) -> str:
    try:
        context.load_verify_locations(cafile=path)
    except (OSError, ValueError) as error:
        return _words(error)
    return ""


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return error.reason or "SSL"
    return getattr(error, "strerror", None) or type(error).__name__
