"""What a practice broker is about to send on one connection, in order, and the tasks that live as long as it does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine

from mqassist.lab.link import Link

LAST_WORDS_S = 1.0
"""A peer that reads nothing more holds up the end no longer than this."""


class Outbox:
    """Writing never waits; whoever writes much asks for `size` first, in bytes."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._waiting = bytearray()
        self._more = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self.spawn(self._send_all())

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Ends with the connection at the latest."""
        self._tasks.append(asyncio.create_task(work))

    def write(self, data: bytes) -> None:
        self._waiting += data
        self._more.set()

    @property
    def size(self) -> int:
        return len(self._waiting)

    async def end(self) -> None:
        """Sends what is left, ends the tasks, closes the connection."""
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                await self._send()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._link.close()

    async def _send_all(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await self._more.wait()
                self._more.clear()
                await self._send()

    async def _send(self) -> None:
        data = bytes(self._waiting)
        self._waiting.clear()
        await self._link.send(data)
