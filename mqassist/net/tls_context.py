"""The TLS settings of a profile as an OpenSSL context. Knows nothing of probes; says by name which file is wrong."""

from __future__ import annotations

import ssl

from mqassist.core.secret import Credentials
from mqassist.core.settings import TlsSettings


def client_context(settings: TlsSettings, credentials: Credentials, *, verify: bool | None = None) -> ssl.SSLContext:
    """A client context with the profile's own trust anchors and certificate.

    `verify` overrides the profile (False: look at what is there without judging). Raises OSError or ssl.SSLError
    for files that cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not (settings.verify if verify is None else verify):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif settings.ca:
        context.load_verify_locations(cafile=settings.ca)
    else:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    if settings.cert:
        password = credentials.key_password
        context.load_cert_chain(settings.cert, settings.key, password.reveal() if password else "")
    return context
