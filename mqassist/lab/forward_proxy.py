"""A practice proxy, HTTP CONNECT or SOCKS5, that leads nowhere but to its own scenario's peer."""

from __future__ import annotations

import asyncio
import base64
import contextlib

from mqassist.core.record import fresh, record
from mqassist.knowledge.files import Json
from mqassist.lab.link import Link, connect
from mqassist.lab.websocket import http_answer, read_request

_REASONS = {403: "Forbidden", 407: "Proxy Authentication Required", 502: "Bad Gateway", 503: "Service Unavailable"}


@record
class ProxyOptions:
    """`kind`: http, socks5, or silent (takes everything, answers nothing). `status` other than 200 refuses every
    CONNECT; `users` not empty asks for a login (Basic)."""

    kind: str = "http"
    status: int = 200
    users: Json = fresh(default_factory=dict)


class ForwardProxy:
    """`port` is the only port it leads to."""

    def __init__(self, options: ProxyOptions, port: int) -> None:
        self.options = options
        self.port = port

    async def serve(self, link: Link) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(120):
                if self.options.kind == "http":
                    await self._http(link)
                elif self.options.kind == "socks5":
                    await self._socks(link)
                else:
                    while await link.read():
                        pass
        await link.close()

    async def _http(self, link: Link) -> None:
        request = await read_request(link)
        if request is None:
            return
        status = self.options.status
        if self.options.users and not self._known(request.headers.get("proxy-authorization", "")):
            status = 407
        if status != 200:
            challenge = ('proxy-authenticate: Basic realm="practice"',) if status == 407 else ()
            await link.send(http_answer(status, _REASONS.get(status, "Refused"), b"", "text/plain", *challenge))
            return
        await link.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self._pass_on(link)

    def _known(self, header: str) -> bool:
        wanted = {base64.b64encode(f"{name}:{word}".encode()).decode() for name, word in self.options.users.items()}
        return header.removeprefix("Basic ") in wanted

    async def _socks(self, link: Link) -> None:
        """RFC 1928: no login, CONNECT only."""
        held = await _at_least(link, b"", 2)
        held = await _at_least(link, held, 2 + held[1])
        await link.send(b"\x05\x00")
        held = await _at_least(link, held[2 + held[1] :], 5)
        size = {1: 4, 4: 16}.get(held[3], 1 + held[4])
        held = await _at_least(link, held, 4 + size + 2)
        link.push_back(held[4 + size + 2 :])
        code = 0 if self.options.status == 200 else 5
        await link.send(bytes([5, code, 0, 1, 127, 0, 0, 1, 0, 0]))
        if not code:
            await self._pass_on(link)

    async def _pass_on(self, link: Link) -> None:
        try:
            other = await connect("127.0.0.1", self.port, 5)
        except OSError:
            return
        try:
            await _both_ways(link, other)
        finally:
            await other.close()


async def _at_least(link: Link, held: bytes, count: int) -> bytes:
    while len(held) < count:
        data = await link.read()
        if not data:
            raise ConnectionResetError
        held += data
    return held


async def _both_ways(one: Link, other: Link) -> None:
    async def pump(source: Link, sink: Link) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await source.read():
                await sink.send(data)

    pumps = [asyncio.create_task(pump(one, other)), asyncio.create_task(pump(other, one))]
    try:
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in pumps:
            each.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
