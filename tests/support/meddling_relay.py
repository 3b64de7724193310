"""A relay on loopback that changes what a client sends to a real broker, as if the client had other habits."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Callable
from typing import Self

Change = Callable[[bytes], bytes]
_RESET_ON_CLOSE = b"\x01\0\0\0\0\0\0\0"  # struct linger {1, 0}


class MeddlingRelay:
    """Passes connections on to a port of this machine; `change` gets each piece that the client sends."""

    def __init__(self, port: int, change: Change) -> None:
        self._to = port
        self._change = change
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._serving: list[threading.Thread] = [threading.Thread(target=self._accept, name="relay")]
        self._end, self._told = socket.socketpair()
        self.port = int(self._listener.getsockname()[1])
        self._serving[0].start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._told.close()
        for each in self._serving:
            each.join(10)
        self._listener.close()
        self._end.close()

    def _accept(self) -> None:
        while select.select([self._listener, self._end], [], [])[0] == [self._listener]:
            client, _ = self._listener.accept()
            self._serving.append(threading.Thread(target=self._serve, args=(client,), name="relay"))
            self._serving[-1].start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._to)) as broker, contextlib.suppress(OSError):
            while self._end not in (ready := select.select([client, broker, self._end], [], [])[0]):
                for source, sink in ((client, broker), (broker, client)):
                    if source in ready and not self._pass_on(source, sink, meddle=source is client):
                        return

    def _pass_on(self, source: socket.socket, sink: socket.socket, *, meddle: bool) -> bool:
        """False once that side has ended; a reset goes on as a reset."""
        try:
            data = source.recv(65536)
        except ConnectionResetError:
            sink.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            return False
        sink.sendall(self._change(data) if meddle else data)
        return bool(data)
