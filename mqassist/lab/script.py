"""Peers that are no brokers: greetings, canned answers to first bytes, drips, mirrors, silence and hang-ups."""

from __future__ import annotations

import asyncio

from mqassist.core.record import record
from mqassist.knowledge.files import Json
from mqassist.lab.link import Link

PATIENCE_S = 120.0
"""A script that waits for the client gives up after this long."""


@record
class ScriptOptions:
    """`say`: sent at once. `answers`: tables of `to` (what the client's first bytes begin with; "" is anything),
    `say`, and `then`. `then` (also for what no answer fits): silent, fin, reset, echo or drip. `wait`: seconds before
    the client's first bytes are answered. `at_accept`: fin or reset before a word. Texts name bytes as Latin-1, so
    "\\u0000" is a zero."""

    say: str = ""
    answers: tuple[Json, ...] = ()
    then: str = "silent"
    wait: float = 0.0
    at_accept: str = ""
    drip: str = ""
    drip_every: float = 0.2
    silence_ends_after: float = 0.0


class Script:
    """Plays the same to every client."""

    def __init__(self, options: ScriptOptions) -> None:
        self.options = options

    async def serve(self, link: Link) -> None:
        options = self.options
        try:
            async with asyncio.timeout(options.silence_ends_after or PATIENCE_S):
                if options.at_accept:
                    return await self._end(link, options.at_accept)
                await link.send(options.say.encode("latin-1"))
                first = await link.read()
                if not first:
                    return await link.close()
                if options.wait:
                    await asyncio.sleep(options.wait)
                text = first.decode("latin-1")
                for answer in options.answers:
                    if text.startswith(str(answer.get("to", ""))):
                        await link.send(str(answer.get("say", "")).encode("latin-1"))
                        return await self._then(link, str(answer.get("then", options.then)), first)
                await self._then(link, options.then, first)
        except (TimeoutError, ConnectionError):
            await link.close()

    async def _then(self, link: Link, what: str, first: bytes) -> None:
        if what in ("fin", "reset"):
            await self._end(link, what)
        elif what == "drip":
            for letter in self.options.drip.encode("latin-1"):
                await link.send(bytes([letter]))
                await asyncio.sleep(self.options.drip_every)
        if what == "echo":
            await link.send(first)
        while data := await link.read():
            if what == "echo":
                await link.send(data)
        await link.close()

    async def _end(self, link: Link, how: str) -> None:
        if how == "reset":
            link.reset()
        else:
            await link.close()
