"""A handshake over memory, what is seen of it, and what it offers."""

from __future__ import annotations

import ssl
import warnings
from pathlib import Path

import pytest

from mqassist.net.tls_context import offered_versions
from mqassist.net.tls_record import own_certificate_was_sent
from mqassist.net.tls_stream import TlsStream
from tests.support.pki import Pki


def test_our_own_certificate_is_seen_leaving(pki: Pki) -> None:
    """OpenSSL 3.2 and newer would compress it, as a message that nobody here can read; older ones cannot."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pki.server.cert, pki.server.key)
    server.load_verify_locations(pki.ca)
    server.verify_mode = ssl.CERT_REQUIRED
    ours = ssl.create_default_context(cafile=str(pki.ca))
    client = pki.identity("client")
    ours.load_cert_chain(client.cert, client.key)
    towards, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    peer = server.wrap_bio(towards, back, server_side=True)
    stream = TlsStream(ours, "localhost")
    for _ in range(8):
        done = stream.shake()
        towards.write(stream.pending_output())
        try:
            peer.do_handshake()
        except ssl.SSLWantReadError:
            stream.feed(back.read())
            continue
        if done:
            break
    assert stream.version == "TLSv1.3"
    assert own_certificate_was_sent(stream.seen.certificate_sent)
    assert ssl.DER_cert_to_PEM_cert(peer.getpeercert(binary_form=True) or b"") in Path(client.cert).read_text()
    # what keeps it so on an OpenSSL that could: SSL_OP_NO_TX_… and SSL_OP_NO_RX_CERTIFICATE_COMPRESSION
    assert ours.options >> 32 & 0b11 == 0b11


@pytest.mark.parametrize("level", [0, 1, 2])
def test_versions_that_the_security_level_forbids_are_not_offered(level: int) -> None:
    """An openssl.cnf without a lowest version leaves TLS 1.0 allowed by name, yet no handshake ends well with it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers(f"ALL:@SECLEVEL={level}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_2
    assert offered_versions(context) == (("TLSv1", "TLSv1.1", "TLSv1.2") if level == 0 else ("TLSv1.2",))
