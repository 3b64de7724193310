"""A practice AMQP 0-9-1 broker: login, tuning, virtual hosts, heartbeats, alarms and the ways a connection can fail.

Behaves as RabbitMQ does, unless the options of its scenario say otherwise. # seen: RabbitMQ 3.10.8
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import struct
from typing import Literal

from mqassist.lab.amqp_channel import Channel
from mqassist.lab.amqp_client import Broken, ClientDecoder, ClientEvent, ContentBody, ContentHead, Header
from mqassist.lab.amqp_login import AmqpOptions, judge_login, start
from mqassist.lab.amqp_rights import ChannelRefused
from mqassist.lab.amqp_world import VirtualHost
from mqassist.lab.link import Link
from mqassist.lab.outbox import Outbox
from mqassist.net.amqp import PROTOCOL_HEADER, Method
from mqassist.net.amqp_codec import short_string
from mqassist.net.amqp_methods import HEARTBEAT, method

HANDSHAKE_S = 10.0
"""RabbitMQ's handshake_timeout."""
OUTBOX_LIMIT = 1 << 20
CLOSE_OK_S = 1.0
Stage = Literal["header", "login", "tune", "open", "running", "closing"]


class AmqpBroker:
    """Shared by all connections of one scenario."""

    def __init__(self, options: AmqpOptions) -> None:
        self.options = options
        names = (*options.vhosts, *options.closed_vhosts)
        self.hosts = {name: VirtualHost(name, options.queues, options.exchanges) for name in names}
        self.numbers = itertools.count(1)

    async def serve(self, link: Link) -> None:
        await Conversation(self, link).run()


class _Over(Exception):
    """The conversation has ended."""


class Conversation:
    """One connection. Everything but reading, waiting and the writer is synchronous."""

    def __init__(self, broker: AmqpBroker, link: Link) -> None:
        self.broker = broker
        self.options = broker.options
        self.link = link
        self.user = ""
        self.host = VirtualHost("")
        self.frame_max = broker.options.frame_max
        self._stage: Stage = "header"
        self._decoder = ClientDecoder()
        self._channels: dict[int, Channel] = {}
        self._outbox = Outbox(link)
        self._blocked = False
        self._limit: asyncio.Timeout | None = None

    def next_number(self) -> int:
        return next(self.broker.numbers)

    def write(self, data: bytes) -> None:
        """Sent by the writer's task, in order."""
        self._outbox.write(data)

    def has_room(self) -> bool:
        return self._outbox.size < OUTBOX_LIMIT

    # -- the life of a connection ---------------------------------------------------------------

    async def run(self) -> None:
        self._outbox.start()
        try:
            async with asyncio.timeout(HANDSHAKE_S) as self._limit:
                while True:
                    await self._read_once()
        except TimeoutError:
            self.link.reset()
        except (_Over, ConnectionError):
            pass
        finally:
            await self._end()

    async def _end(self) -> None:
        for channel in self._channels.values():
            channel.end()
        self.host.forget(self)
        await self._outbox.end()

    async def _read_once(self) -> None:
        data = await self.link.read()
        if not data:
            raise _Over
        try:
            for event in self._decoder.feed(data):
                await self._take(event)
        except _Blocked:
            await self._only_read()

    async def _take(self, event: ClientEvent) -> None:
        if isinstance(event, Method):
            await self._call(event)
        elif isinstance(event, Header):
            self._header(event)
        elif isinstance(event, ContentHead | ContentBody):
            self._content(event)
        elif isinstance(event, Broken):
            await self._broken(event)

    def _header(self, header: Header) -> None:
        if not header.fits:
            self.write(PROTOCOL_HEADER)
            raise _Over
        self._stage = "login"
        self.write(start(self.options))

    async def _broken(self, event: Broken) -> None:
        if event.kind == "too-large":
            sizes = f"{event.size},{self.frame_max - 8}"
            text = f"FRAME_ERROR - {event.reason}, all octets = <<>>: {{frame_too_large,{sizes}}}"
        else:
            text = f"FRAME_ERROR - {event.reason}: invalid"
        await self._close(501, text)

    # -- what the client says -------------------------------------------------------------------

    async def _call(self, call: Method) -> None:
        if call.name == "connection.close":
            if self.options.silent_at != "close":
                self.write(method(0, 10, 51))
            raise _Over
        if call.name == "connection.close-ok":
            raise _Over
        if self._stage == "running" and call.channel:
            await self._on_channel(call)
        elif call.name == "connection.start-ok" and self._stage == "login":
            await self._start_ok(call)
        elif call.name == "connection.tune-ok" and self._stage == "tune":
            self._tune_ok(call)
        elif call.name == "connection.open" and self._stage == "open":
            await self._open(call)
        elif call.name != "connection.update-secret":
            await self._close(503, f"COMMAND_INVALID - {call.name} in state {self._stage}", call)

    async def _trouble_at(self, step: str) -> None:
        """What the scenario has in store for this step of the client."""
        options = self.options
        if options.silent_at == step:
            await self._only_read()
        if options.garbage_at == step:
            self.write(b"\x01\x00\x00\x00\x00\x00\x04garbage, not a frame")
            await self._only_read()
        if options.hang_up_at == step:
            if options.hang_up_after:
                await asyncio.sleep(options.hang_up_after)
            self._hang_up(options.hang_up)

    def _hang_up(self, how: str) -> None:
        if how == "reset":
            self.link.reset()
        raise _Over

    async def _only_read(self) -> None:
        """Takes everything and answers nothing, until the client goes."""
        if self._limit is not None:
            self._limit.reschedule(None)
        while await self.link.read():
            pass
        raise _Over

    async def _start_ok(self, call: Method) -> None:
        options = self.options
        await self._trouble_at("login")
        if options.login_delay:
            await asyncio.sleep(options.login_delay)
        mechanism = call.text("mechanism")
        refusal = options.refuse_login
        certificate = None if self.link.tls is None else self.link.tls.getpeercert()
        self.user, known = judge_login(options, mechanism, call.raw("response"), certificate)
        if not refusal and not known:
            refusal = (
                f"403 ACCESS_REFUSED - Login was refused using authentication mechanism {mechanism}. For details see "
                "the broker logfile."
            )
        if refusal:
            if not options.says_403:
                await asyncio.sleep(0.2)
                self._hang_up("reset")
            await self._close_with(refusal, None)
        self._stage = "tune"
        self.write(method(0, 10, 30, struct.pack("!HIH", options.channel_max, options.frame_max, options.heartbeat)))

    def _tune_ok(self, call: Method) -> None:
        limit = self.options.frame_max
        frame_max, channel_max = call.number("frame_max"), call.number("channel_max")
        if not 4096 <= frame_max <= limit or not 0 < channel_max <= self.options.channel_max:
            self._hang_up("reset")
        self.frame_max = frame_max
        self._decoder.max_frame = frame_max
        self._stage = "open"
        beat = call.number("heartbeat")
        if beat:
            self._outbox.spawn(self._beat(float(beat)))

    async def _open(self, call: Method) -> None:
        await self._trouble_at("open")
        name = call.text("vhost")
        if self.options.refuse_open:
            await self._close_with(self.options.refuse_open, call)
        if name not in self.broker.hosts:
            await self._close(530, f"NOT_ALLOWED - vhost {name} not found", call)
        if name in self.options.closed_vhosts:
            await self._close(530, f"NOT_ALLOWED - access to vhost '{name}' refused for user '{self.user}'", call)
        self.host = self.broker.hosts[name]
        self._stage = "running"
        if self._limit is not None:
            self._limit.reschedule(None)
        self.write(method(0, 10, 41, b"\0"))
        if self.options.idle_cut:
            self._outbox.spawn(self._cut_when_idle())
        for seconds, act in ((self.options.close_after, self._close_later), (self.options.garbage_after, self._spoil)):
            if seconds:
                self._outbox.spawn(act(seconds))
        if self.options.hang_up_after and not self.options.hang_up_at:
            self._outbox.spawn(self._drop_later(self.options.hang_up_after))

    # -- channels -------------------------------------------------------------------------------

    async def _on_channel(self, call: Method) -> None:
        channel = self._channels.get(call.channel)
        if call.name == "channel.open":
            await self._trouble_at("channel")
            if self.options.refuse_channel:
                await self._close_with(self.options.refuse_channel, None)
            if channel is not None:
                await self._close(504, "CHANNEL_ERROR - second 'channel.open' seen", call)
            self._channels[call.channel] = made = Channel(self, call.channel)
            made.open_ok()
        elif channel is None:
            await self._close(504, "CHANNEL_ERROR - expected 'channel.open'", call)
        elif call.name in ("channel.close", "channel.close-ok"):
            del self._channels[call.channel]
            if call.name == "channel.close":
                channel.close_ok()
        elif not channel.closing:
            if call.name in ("basic.publish", "queue.declare"):
                await self._trouble_at("publish" if call.name == "basic.publish" else "declare")
            try:
                channel.take(call)
            except ChannelRefused as refusal:
                if refusal.hard:
                    await self._close(refusal.code, refusal.text, call)
                channel.refuse(refusal, call)

    def _content(self, event: ContentHead | ContentBody) -> None:
        channel = self._channels.get(event.channel)
        if channel is None or channel.closing:
            return
        try:
            channel.content(event)
        except ChannelRefused as refusal:
            channel.refuse(refusal, Method(event.channel, "basic.publish", 60, 40, {}))

    def publisher_blocked(self) -> bool:
        """In alarm the first publish is answered with connection.blocked, and nothing more is read."""
        if not self.options.alarm:
            return False
        if not self._blocked:
            self._blocked = True
            self.write(method(0, 10, 60, short_string(self.options.alarm)))
        raise _Blocked

    # -- the end and the unusual ----------------------------------------------------------------

    async def _close_with(self, refusal: str, call: Method | None) -> None:
        code, _, text = refusal.partition(" ")
        await self._close(int(code), text, call)

    async def _close(self, code: int, text: str, call: Method | None = None) -> None:
        """Connection.Close, a short wait for the client's close-ok, then the end."""
        about = (0, 0) if call is None else (call.class_id, call.method_id)
        said = text.encode()[:255].decode("utf-8", "ignore")
        self.write(method(0, 10, 50, struct.pack("!H", code) + short_string(said) + struct.pack("!HH", *about)))
        self._stage = "closing"
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_OK_S):
                while data := await self.link.read():
                    names = [event.name for event in self._decoder.feed(data) if isinstance(event, Method)]
                    if "connection.close-ok" in names:
                        break
        raise _Over

    async def _close_later(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        code, _, text = self.options.close_with.partition(" ")
        self.write(method(0, 10, 50, struct.pack("!H", int(code)) + short_string(text) + bytes(4)))

    async def _spoil(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.write(b"\x2a\x2a\x2a these bytes are no frame \x2a\x2a\x2a")

    async def _drop_later(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if self.options.hang_up == "reset":
            self.link.reset()
        else:
            self.link.hang_up()

    async def _beat(self, interval: float) -> None:
        """§4.2.7: sends every half interval; a client that was silent for two is given up."""
        now = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(interval / 2)
            if now() - self.link.last_received_at > 2 * interval:
                self.link.reset()
                return
            if self.options.beats:
                self.write(HEARTBEAT)

    async def _cut_when_idle(self) -> None:
        await self.link.idle_for(self.options.idle_cut)
        self.link.cut(self.options.idle_how)


class _Blocked(Exception):
    """Publishers are blocked: the connection reads nothing any more."""
