"""A name server that answers as it is told: wrong codes, silence, delays, names without addresses."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


@dataclass(frozen=True)
class Answer:
    """What one name gives. `delay` in seconds; `silent` never answers, `silent_for`
    not the questions of these kinds ("AAAA"); the addresses are then those of the `cname`."""

    a: tuple[str, ...] = ()
    aaaa: tuple[str, ...] = ()
    cname: str = ""
    rcode: str = "NOERROR"
    delay: float = 0.0
    silent: bool = False
    silent_for: tuple[str, ...] = ()
    truncated: bool = False


NOT_FOUND = Answer(rcode="NXDOMAIN")


class NameServer:
    """Serves `answers` (by lower-case name without the last dot, "*" for all others) over UDP and TCP until stopped.

    `open_socket` makes the sockets where they are wanted: `NetLab.inside("server", …)` for a namespace.
    """

    def __init__(
        self,
        answers: Mapping[str, Answer],
        address: str,
        port: int = 53,
        open_socket: Callable[[Callable[[], socket.socket]], socket.socket] = lambda make: make(),
    ) -> None:
        self.answers = dict(answers)
        self.address, self.port = address, port
        self.asked: list[str] = []
        self._stopping = threading.Event()
        self._udp = open_socket(lambda: self._bound(socket.SOCK_DGRAM))
        self._tcp = open_socket(lambda: self._bound(socket.SOCK_STREAM))
        self._tcp.listen(8)
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._serve_udp, self._serve_tcp)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(10)

    def _bound(self, kind: socket.SocketKind) -> socket.socket:
        made = socket.socket(socket.AF_INET, kind)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.settimeout(0.1)
        made.bind((self.address, self.port))
        return made

    def _serve_udp(self) -> None:
        with self._udp:
            while not self._stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    question, client = self._udp.recvfrom(4096)
                    self._later(question, partial(self._to, client))

    def _to(self, client: tuple[str, int], reply: bytes) -> None:
        self._udp.sendto(reply, client)

    def _serve_tcp(self) -> None:
        with self._tcp:
            while not self._stopping.is_set():
                with contextlib.suppress(OSError):  # its timeout, or a client that left
                    client, _ = self._tcp.accept()
                    with client:
                        client.settimeout(1)
                        size = struct.unpack("!H", client.recv(2))[0]
                        reply = self._reply(client.recv(size))
                        if reply:
                            client.sendall(struct.pack("!H", len(reply)) + reply)

    def _later(self, question: bytes, send: Callable[[bytes], object]) -> None:
        """Answers now, or after the delay without holding up other questions."""
        answer = self._answer(dns.message.from_wire(question))
        if not answer.delay:
            reply = self._reply(question, over_udp=True)
            if reply:
                send(reply)
            return

        def delayed() -> None:
            if not self._stopping.wait(answer.delay):
                send(self._reply(question, over_udp=True))

        self._threads.append(threading.Thread(target=delayed, daemon=True))
        self._threads[-1].start()

    def _answer(self, query: dns.message.Message) -> Answer:
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        return self.answers.get(name) or self.answers.get("*") or NOT_FOUND

    def _reply(self, question: bytes, *, over_udp: bool = False) -> bytes:
        query = dns.message.from_wire(question)
        asked = query.question[0]
        self.asked.append(f"{asked.name.to_text(omit_final_dot=True)} {dns.rdatatype.to_text(asked.rdtype)}")
        answer = self._answer(query)
        if answer.silent or dns.rdatatype.to_text(asked.rdtype) in answer.silent_for:
            return b""
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        reply.set_rcode(dns.rcode.from_text(answer.rcode))
        if answer.truncated and over_udp:
            reply.flags |= dns.flags.TC
            return reply.to_wire()
        owner = asked.name
        if answer.cname:
            target = answer.cname.rstrip(".") + "."
            reply.answer.append(dns.rrset.from_text(owner, 60, "IN", "CNAME", target))
            owner = reply.answer[-1][0].target
        for kind, values in (("A", answer.a), ("AAAA", answer.aaaa)):
            if values and asked.rdtype == dns.rdatatype.from_text(kind):
                reply.answer.append(dns.rrset.from_text(owner, 60, "IN", kind, *values))
        return reply.to_wire()
