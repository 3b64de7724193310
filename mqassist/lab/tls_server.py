"""The TLS side of a practice peer: the certificate it shows, what it asks of clients, how it spoils a handshake."""

from __future__ import annotations

import asyncio
import ssl
import warnings

from mqassist.core.record import record
from mqassist.lab.link import Link
from mqassist.lab.pki import Pki

HANDSHAKE_S = 10.0
_VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}


@record
class TlsOptions:
    """`identity` is one of the lab's certificates. `client`: "" (none), "ask" or "require" a certificate. `lowest` and
    `highest` TLS version. `alert` above 0: every ClientHello is answered with that alert (RFC 8446 §6.2), but only
    those that name no server, or another one than `only_name`, if that is set. `instead`: silent, fin or reset."""

    identity: str = "server"
    client: str = ""
    client_ca: str = "ca"
    lowest: str = ""
    highest: str = ""
    alert: int = 0
    only_name: str = ""
    instead: str = ""


class TlsServer:
    """Shared by all connections of one scenario."""

    def __init__(self, options: TlsOptions, pki: Pki) -> None:
        self.options = options
        spoils = bool(options.instead) or (options.alert > 0 and not options.only_name)
        self._context = None if spoils else _context(options, pki)

    async def secure(self, link: Link) -> bool:
        """True once the rest may run inside TLS; else the link has ended."""
        options = self.options
        try:
            async with asyncio.timeout(HANDSHAKE_S):
                if self._context is None:
                    await self._spoil(link)
                    return False
                failed = await self._greet(link) or await link.secure(self._context)
        except TimeoutError:
            failed = "timed out"
        except ConnectionError:
            failed = "gone"
        if failed:
            await link.close()
        return not failed and not options.instead

    async def _greet(self, link: Link) -> str:
        """Who does not begin with TLS is told so. # seen: RabbitMQ 3.10.8 sends this alert to plain bytes"""
        first = await link.read()
        link.push_back(first)
        if not first or first[:1] == b"\x16":
            return ""
        await link.send(bytes([21, 3, 1, 0, 2, 2, 10]))
        return "plain"

    async def _spoil(self, link: Link) -> None:
        first = await link.read()
        if self.options.alert and first[:1] == b"\x16":
            await link.send(bytes([21, 3, 3, 0, 2, 2, self.options.alert]))
        elif self.options.alert:
            await link.send(bytes([21, 3, 3, 0, 2, 2, 10]))
        elif self.options.instead == "reset":
            link.reset()
            return
        elif self.options.instead == "silent":
            while await link.read():
                pass
        await link.close()


def _context(options: TlsOptions, pki: Pki) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT@SECLEVEL=0")  # shows weak keys and old versions too: that is what it is there for
    identity = pki.identity(options.identity)
    context.load_cert_chain(identity.cert, identity.key)
    if options.client:
        context.verify_mode = ssl.CERT_REQUIRED if options.client == "require" else ssl.CERT_OPTIONAL
        context.load_verify_locations(pki.authority(options.client_ca))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old versions are what some scenarios are about
        context.minimum_version = _VERSIONS[options.lowest or ("1.0" if options.highest else "1.2")]
        if options.highest:
            context.maximum_version = _VERSIONS[options.highest]
    if options.only_name:

        def choose(session: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> int | None:
            del session
            return None if name == options.only_name else options.alert or ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

        context.sni_callback = choose
    return context
