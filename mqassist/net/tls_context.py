"""The TLS settings of a profile as an OpenSSL context. Knows nothing of probes; says by name which file is wrong."""

from __future__ import annotations

import ssl

from mqassist.core.record import record
from mqassist.core.secret import Credentials
from mqassist.core.settings import TlsSettings


@record
class BuiltContext:
    """`broken` names the settings whose file OpenSSL refused ("ca", "cert"): the context was made without them."""

    context: ssl.SSLContext
    broken: tuple[str, ...] = ()


def client_context(
    settings: TlsSettings,
    credentials: Credentials,
    *,
    verify: bool | None = None,
    check_hostname: bool = True,
    with_certificate: bool = True,
) -> BuiltContext:
    """A client context with the profile's own trust anchors and certificate. Never raises for files.

    `verify` overrides the profile (False: look at what is there without judging). Without a readable CA file the
    system's anchors are asked: nothing becomes trusted by a broken file.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    broken: list[str] = []
    if not (settings.verify if verify is None else verify):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.check_hostname = check_hostname
        if not (settings.ca and _loads_ca(context, settings.ca, broken)):
            context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    if settings.cert and with_certificate:
        password = credentials.key_password
        try:
            context.load_cert_chain(settings.cert, settings.key, password.reveal() if password else "")
        except (OSError, ValueError):  # ssl.SSLError is an OSError; ValueError: a path or a passphrase it cannot take
            broken.append("cert")
    return BuiltContext(context, tuple(broken))


def _loads_ca(context: ssl.SSLContext, path: str, broken: list[str]) -> bool:
    try:
        context.load_verify_locations(cafile=path)
    except (OSError, ValueError):
        broken.append("ca")
        return False
    return True
