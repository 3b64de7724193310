"""Stands between a person's own program and a broker: passes on, spoils as told, counts, and listens to the handshake.

Lives on the lab's thread, listens on loopback only. Keeps no payload.
"""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from mqassist.core.endpoint import Endpoint
from mqassist.core.errors import UserError
from mqassist.core.overheard import Counters, Line, RelayedConnection, RelaySnapshot
from mqassist.core.record import changed, record
from mqassist.lab.line_commands import apply
from mqassist.lab.link import Link, connect, loopback_sockets
from mqassist.lab.overhear import Ear
from mqassist.lab.stage import Lab, Listener

CONNECT_S = 10.0
KEPT = 200
"""Connections and handshakes that are remembered."""
QUEUED = 64
"""Pieces of up to 64 KiB that may be under way in one direction: a delay must not cost unbounded memory."""
SLICE_S = 0.05
T = TypeVar("T")


@record(frozen=False)
class _Row:
    number: int
    client: str
    opened_at: float
    began: float
    up: int = 0
    down: int = 0
    end: str = ""
    took: float = 0.0

    def told(self, now: float) -> RelayedConnection:
        seconds = self.took if self.end else now - self.began
        return RelayedConnection(self.number, self.client, self.opened_at, seconds, self.up, self.down, self.end)


class Relay:
    """`start` opens it, `do` sets the line while it runs, `snapshot` tells everything; all from any thread."""

    def __init__(
        self, lab: Lab, broker: Endpoint, line: Line, *, port: int = 0, ca: str | None = None, verify: bool = True
    ) -> None:
        self._lab = lab
        self._broker = broker
        self._line = line
        self._wanted_port = port
        self._back = _client_context(ca, verify) if line.tls == "strip" else None
        self._front = _front_context(lab) if line.tls == "front" else None
        self._counters = Counters()
        self._rows: deque[_Row] = deque(maxlen=KEPT)
        self._ears: deque[Ear] = deque(maxlen=KEPT)
        self._live: dict[int, _Pair] = {}
        self._listener: Listener | None = None
        self._rng = random.Random()  # noqa: S311 - jitter, nothing secret
        self.port = 0

    def start(self) -> None:
        """UserError if the port is taken."""
        try:
            sockets, self.port = loopback_sockets(port=self._wanted_port)
        except OSError as error:
            key = "lab.port-taken" if self._wanted_port else "lab.no-port"
            reason = error.strerror or str(error)
            raise UserError(key, reason, name="relay", port=self._wanted_port, reason=reason) from error
        self._listener = Listener(self._serve, sockets)
        self._lab.open(self._listener, self.stop)

    def stop(self) -> None:
        if self._listener is not None:
            listener, self._listener = self._listener, None
            self._lab.close(listener)

    def do(self, command: str) -> None:
        """One of the typed commands. Raises UserError."""
        self._on_thread(self._apply, command)

    def set_line(self, line: Line) -> None:
        """All of the line at once; how TLS is treated stays as it began."""
        self._line = changed(line, tls=self._line.tls)

    def snapshot(self) -> RelaySnapshot:
        return self._on_thread(self._snapshot)

    def _on_thread(self, work: Callable[..., T], *arguments: object) -> T:
        async def call() -> T:
            return work(*arguments)

        return self._lab.thread.run(call())

    # -- on the lab's thread --------------------------------------------------------------------

    def _apply(self, command: str) -> None:
        self._line, action = apply(self._line, command)
        for pair in list(self._live.values()):
            if action == "reset":
                self._count(reset=1)
                pair.end("reset")
            elif action == "close":
                pair.end("stopped")
            elif action == "half-close":
                pair.client.half_close()

    def _snapshot(self) -> RelaySnapshot:
        now = time.monotonic()
        target = _address(self._broker, self.port, self._line.tls)
        ca = self._lab.pki().authority() if self._front is not None else ""
        rows = tuple(row.told(now) for row in self._rows)
        counters = changed(self._counters, live=len(self._live))
        heard = tuple(ear.told() for ear in self._ears)
        return RelaySnapshot(target, str(self._broker), ca, self._line, counters, rows, heard)

    def _count(self, **more: int) -> None:
        counted = {name: getattr(self._counters, name) + number for name, number in more.items()}
        self._counters = changed(self._counters, **counted)

    async def _serve(self, client: Link) -> None:
        self._count(accepted=1)
        number = self._counters.accepted
        address, port = client.client
        row = _Row(number, f"{address}:{port}", time.time(), time.monotonic())
        self._rows.append(row)
        try:
            row.end = await self._relayed(client, row)
        except asyncio.CancelledError:
            row.end = "stopped"
            raise
        finally:
            row.end = row.end or "stopped"
            row.took = time.monotonic() - row.began

    async def _relayed(self, client: Link, row: _Row) -> str:
        if self._line.refuse:
            self._count(refused=1)
            client.reset()
            return "refused"
        inside_tls = self._line.tls != "as-is"
        if self._front is not None and await client.secure(self._front):
            await client.close()
            return "tls-failed-client"
        try:
            broker = await connect(self._broker.host, self._broker.port, CONNECT_S)
        except (OSError, TimeoutError):
            client.reset()
            return "unreachable"
        try:
            if self._back is not None and await broker.secure(self._back, server=False, server_name=self._broker.host):
                await client.close()
                return "tls-failed-broker"
            ear = Ear(row.number, row.client, inside_tls=inside_tls and self._front is not None)
            self._ears.append(ear)
            pair = self._live[row.number] = _Pair(self, client, broker, row, ear)
            return await pair.run()
        finally:
            self._live.pop(row.number, None)
            await broker.close()

    @property
    def line(self) -> Line:
        return self._line

    def passed(self, row: _Row, up: bool, size: int, dropped: bool) -> None:
        """Counts what arrived from one side."""
        if up:
            row.up += size
            self._count(bytes_up=size, bytes_dropped=size if dropped else 0)
        else:
            row.down += size
            self._count(bytes_down=size, bytes_dropped=size if dropped else 0)

    def delay(self) -> float:
        """Seconds that the next piece waits."""
        line = self._line
        return (line.delay_ms + line.jitter_ms * self._rng.random()) / 1000

    def was_cut(self) -> None:
        self._count(cut=1)


class _Pair:
    """One relayed connection: a lane each way, and a watch on its idle time."""

    def __init__(self, relay: Relay, client: Link, broker: Link, row: _Row, ear: Ear) -> None:
        self.relay = relay
        self.client = client
        self.broker = broker
        self._row = row
        self._ear = ear
        self._why = ""
        self._over = asyncio.Event()

    async def run(self) -> str:
        tasks = [
            asyncio.create_task(work)
            for work in (self._lane(up=True), self._lane(up=False), self._watch_idle(), self._over.wait())
        ]
        lanes = tasks[:2]
        try:
            while not self._over.is_set() and not all(lane.done() for lane in lanes):
                await asyncio.wait([*(lane for lane in lanes if not lane.done()), tasks[3]],
                                   return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._ear.ended(by_broker=self._why.startswith("broker"))
        if self._why in ("reset", "client-reset", "broker-reset"):
            self.client.reset()
            self.broker.reset()
        else:
            await self.broker.close()
            await self.client.close()
        return self._why or "client-closed"

    def end(self, why: str) -> None:
        self._why = self._why or why
        self._over.set()

    async def _lane(self, *, up: bool) -> None:
        source, sink = (self.client, self.broker) if up else (self.broker, self.client)
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(QUEUED)
        sending = asyncio.create_task(self._send(queue, sink, "broker-closed" if up else "client-closed"))
        now = asyncio.get_running_loop().time
        due = 0.0
        try:
            while data := await source.read():
                dropped = self.relay.line.drop
                self.relay.passed(self._row, up, len(data), dropped)
                (self._ear.up if up else self._ear.down)(data)
                if not dropped:
                    due = max(due, now() + self.relay.delay())
                    await queue.put((due, data))
            await queue.put((due, b""))
            await sending
            side = "client" if up else "broker"
            self._why = self._why or f"{side}-{'reset' if source.was_reset else 'closed'}"
            if not up:
                self._ear.ended(by_broker=self._why.startswith("broker"))
            if source.was_reset or sink.tls is not None:
                self._over.set()  # TLS has no half-closed connections to pass on
            else:
                sink.half_close()
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send(self, queue: asyncio.Queue[tuple[float, bytes]], sink: Link, gone: str) -> None:
        """Until the empty piece: each when it is due, no faster than the line's bandwidth."""
        try:
            await self._send_all(queue, sink)
        except ConnectionError:
            self.end(gone)

    async def _send_all(self, queue: asyncio.Queue[tuple[float, bytes]], sink: Link) -> None:
        now = asyncio.get_running_loop().time
        while True:
            due, data = await queue.get()
            if due > now():
                await asyncio.sleep(due - now())
            if not data:
                return
            while data:
                bandwidth = self.relay.line.bandwidth
                piece = data if not bandwidth else data[: max(1, int(bandwidth * SLICE_S))]
                data = data[len(piece) :]
                await sink.send(piece)
                if bandwidth:
                    await asyncio.sleep(len(piece) / bandwidth)

    async def _watch_idle(self) -> None:
        now = asyncio.get_running_loop().time
        while not self._over.is_set():
            await asyncio.sleep(SLICE_S)
            line = self.relay.line
            quiet = now() - max(self.client.last_received_at, self.broker.last_received_at)
            if not line.idle_cut or quiet < line.idle_cut:
                continue
            self.relay.was_cut()
            if line.idle_how == "silent":
                self.client.go_deaf()
                self.broker.go_deaf()
                return
            self._why = "idle-cut"
            if line.idle_how == "reset":
                self.client.reset()
            else:
                self.client.hang_up()
            self._over.set()


def _client_context(ca: str | None, verify: bool) -> ssl.SSLContext:
    """For the way to a broker with TLS. Raises UserError for a CA file that cannot be read."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif ca:
        try:
            context.load_verify_locations(ca)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "PEM"
            raise UserError("lab.ca-unreadable", f"cannot read {ca}", file=ca, reason=str(reason)) from error
    return context


def _front_context(lab: Lab) -> ssl.SSLContext:
    identity = lab.pki().identity("server")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.cert, identity.key)
    return context


_SCHEMES = {("amqp", False): "amqp", ("amqp", True): "amqps", ("mqtt", False): "mqtt", ("mqtt", True): "mqtts"}
_WEB = {False: "ws", True: "wss"}


def _address(broker: Endpoint, port: int, tls: str) -> str:
    """What the program has to be given in place of the broker's address."""
    inside = {"front": True, "strip": False}.get(tls, broker.tls)
    scheme = _WEB[inside] if broker.transport == "websocket" else _SCHEMES[broker.protocol, inside]
    return str(changed(broker, scheme=scheme, host="127.0.0.1", port=port, tls=inside))
