"""A small SOCKS5 server for the tests (RFC 1928, RFC 1929): opens real tunnels, or refuses as it is told."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Self

from tests.support.ports import free_port

SUCCEEDED, RULESET, HOST_UNREACHABLE, REFUSED = 0, 2, 4, 5


class SocksServer:
    """Listens on 127.0.0.1. `login` demands this user and password; `reply` is given instead of a tunnel unless 0.

    `targets` are the host and port of every request, as the client sent them.
    """

    def __init__(self, *, login: tuple[str, str] | None = None, reply: int = SUCCEEDED) -> None:
        self.port = free_port()
        self.targets: list[tuple[str, int]] = []
        self._login = login
        self._reply = reply
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._listener.settimeout(0.1)
        self._start(self._accept)

    def url(self, user: str = "", password: str = "") -> str:
        """Both already encoded."""
        login = f"{user}:{password}@" if user else ""
        return f"socks5://{login}127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive(), "the SOCKS server hangs"
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start(self, run: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True, name=f"socks-{self.port}")
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            client.settimeout(5)
            if self._greet(client):
                self._tunnel(client)

    def _greet(self, client: socket.socket) -> bool:
        methods = _exactly(client, _exactly(client, 2)[1])
        wanted = 0 if self._login is None else 2
        if wanted not in methods:
            client.sendall(b"\x05\xff")
            return False
        client.sendall(bytes([5, wanted]))
        if self._login is None:
            return True
        user = _exactly(client, _exactly(client, 2)[1])
        password = _exactly(client, _exactly(client, 1)[0])
        right = (user.decode(), password.decode()) == self._login
        client.sendall(b"\x01\x00" if right else b"\x01\x01")
        return right

    def _tunnel(self, client: socket.socket) -> None:
        kind = _exactly(client, 4)[3]
        raw = _exactly(client, {1: 4, 4: 16}.get(kind) or _exactly(client, 1)[0])
        host = raw.decode() if kind == 3 else socket.inet_ntop(socket.AF_INET if kind == 1 else socket.AF_INET6, raw)
        port = int.from_bytes(_exactly(client, 2), "big")
        self.targets.append((host, port))
        code, upstream = self._reply, None
        if not code:
            try:
                upstream = socket.create_connection((host, port), 5)
            except OSError:
                code = REFUSED
        client.sendall(bytes([5, code, 0, 1, 0, 0, 0, 0, 0, 0]))
        if upstream is not None:
            with upstream:
                self._start(self._pump, upstream, client)
                self._pump(client, upstream)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            source.settimeout(0.1)
            while not self._stopping.is_set():
                try:
                    data = source.recv(65536)
                except TimeoutError:
                    continue
                if not data:
                    break
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def _exactly(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise OSError("the client closed")
        data += more
    return data
