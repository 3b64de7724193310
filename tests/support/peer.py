"""A loopback peer that plays a script: for hostile and odd behaviour that no real broker shows on request."""

from __future__ import annotations

import contextlib
import random
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Self

from tests.support.pki import Identity
from tests.support.ports import free_port, has_ipv6

CHUNK = b"\xa5" * 65536


class Ended(Exception):
    """The script is over: the client or the test closed."""


@dataclass
class Conversation:
    """One connection as the script sees it. `received` is everything the client sent so far, in clear."""

    sock: socket.socket
    number: int
    stopping: threading.Event
    received: bytes = b""
    closed: bool = field(default=False)

    def receive(self, seconds: float = 60.0) -> bytes:
        """The next bytes; b"" once the client has closed."""
        end = time.monotonic() + seconds
        while not self.stopping.is_set() and time.monotonic() < end:
            try:
                data = self.sock.recv(65536)
            except (TimeoutError, ssl.SSLWantReadError):
                continue
            self.received += data
            return data
        raise Ended

    def send(self, data: bytes) -> None:
        view = memoryview(data)
        while view and not self.stopping.is_set():
            try:
                view = view[self.sock.send(view) :]
            except (TimeoutError, ssl.SSLWantWriteError):
                continue


Step = Callable[[Conversation], None]
Script = Sequence[Step] | Callable[[int], Sequence[Step]]
"""Steps, or a function that gives the steps of the n-th connection (from 0)."""


def send(data: bytes) -> Step:
    return lambda talk: talk.send(data)


def read(count: int = 1) -> Step:
    """Until that many more bytes have come; the script ends if the client closes before."""

    def step(talk: Conversation) -> None:
        wanted = len(talk.received) + count
        while len(talk.received) < wanted:
            if not talk.receive():
                raise Ended

    return step


def read_until(mark: bytes) -> Step:
    """Until these bytes have come."""

    def step(talk: Conversation) -> None:
        while mark not in talk.received:
            if not talk.receive():
                raise Ended

    return step


def answer(reply: Callable[[bytes], bytes]) -> Step:
    """Sends what `reply` makes of all that came so far."""
    return lambda talk: talk.send(reply(talk.received))


def wait(seconds: float) -> Step:
    """Does nothing for that long; what is being tested is the other side's patience."""

    def step(talk: Conversation) -> None:
        if talk.stopping.wait(seconds):
            raise Ended

    return step


def silent() -> Step:
    """Reads and says nothing until the client closes."""

    def step(talk: Conversation) -> None:
        while talk.receive():
            pass

    return step


def fin() -> Step:
    """Closes in good order and ends the script."""

    def step(talk: Conversation) -> None:
        with contextlib.suppress(OSError):
            talk.sock.shutdown(socket.SHUT_RDWR)
        raise Ended

    return step


def half_close() -> Step:
    """Sends FIN but goes on reading."""
    return lambda talk: talk.sock.shutdown(socket.SHUT_WR)


def rst() -> Step:
    """Resets the connection and ends the script."""

    def step(talk: Conversation) -> None:
        talk.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        talk.sock.close()
        talk.closed = True
        raise Ended

    return step


def endless(chunk: bytes = CHUNK) -> Step:
    """Sends the same again and again until the client closes."""

    def step(talk: Conversation) -> None:
        while not talk.stopping.is_set():
            talk.send(chunk)

    return step


def drip(data: bytes, every: float = 0.2) -> Step:
    """One byte at a time, for ever: after the data come zeros."""

    def step(talk: Conversation) -> None:
        for at in range(1_000_000):
            talk.send(data[at : at + 1] or b"\0")
            if talk.stopping.wait(every):
                raise Ended

    return step


def noise(count: int, seed: int) -> Step:
    """Random bytes, the same for the same seed."""
    return send(random.Random(seed).randbytes(count))


def tls(identity: Identity, *, client_ca: str = "", version: ssl.TLSVersion | None = None) -> Step:
    """The TLS handshake as server; the rest of the script runs inside. `client_ca` demands a client certificate."""

    def step(talk: Conversation) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT@SECLEVEL=0")  # serves weak keys too
        context.load_cert_chain(identity.cert, identity.key, identity.key_password or None)
        if client_ca:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(client_ca)
        if version is not None:
            context.minimum_version = context.maximum_version = version
        talk.sock.settimeout(10)
        talk.sock = context.wrap_socket(talk.sock, server_side=True)
        talk.sock.settimeout(0.1)

    return step


class Peer:
    """Listens on loopback and plays its script to every client; after the script it reads until the client closes.

    `conversations` are all connections so far, in the order of their arrival.
    """

    def __init__(
        self,
        script: Script,
        *,
        host: str = "localhost",
        port: int = 0,
        open_socket: Callable[[Callable[[], socket.socket]], socket.socket] = lambda make: make(),
    ) -> None:
        """`port` 0 takes a free one; `open_socket` makes the listeners where they are wanted (see NetLab.inside)."""
        self.host = host
        self.port = port or free_port()
        self.conversations: list[Conversation] = []
        self._script = script
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        for family, address in _addresses(host):
            listener = open_socket(partial(_listener, family, address, self.port))
            self._start(self._accept, listener)

    def url(self, scheme: str, login: str = "") -> str:
        """`login` is "user:password", already encoded."""
        path = "/mqtt" if scheme in ("ws", "wss") else ""
        return f"{scheme}://{login + '@' if login else ''}{self.host}:{self.port}{path}"

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive(), "a scripted peer hangs"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start(self, run: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True, name=f"peer-{self.port}")
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        with listener:
            while not self._stopping.is_set():
                try:
                    client, _ = listener.accept()
                except TimeoutError:
                    continue
                client.settimeout(0.1)
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                talk = Conversation(client, len(self.conversations), self._stopping)
                self.conversations.append(talk)
                self._start(self._play, talk)

    def _play(self, talk: Conversation) -> None:
        steps = self._script(talk.number) if callable(self._script) else self._script
        try:
            for step in steps:
                step(talk)
            while talk.receive():
                pass
        except (Ended, OSError):
            pass
        finally:
            if not talk.closed:
                talk.sock.close()


def _listener(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(64)
    listener.settimeout(0.1)
    return listener


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    if host == "localhost":
        both = [(socket.AF_INET, "127.0.0.1")]
        return [*both, (socket.AF_INET6, "::1")] if has_ipv6() else both
    return [(socket.AF_INET6 if ":" in host else socket.AF_INET, host)]
