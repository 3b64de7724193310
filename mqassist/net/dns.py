"""Asks name servers directly, many questions side by side in one thread. dnspython reads and writes the messages."""

from __future__ import annotations

import errno
import select
import socket
import time
from typing import TYPE_CHECKING, Any

from mqassist.core.cancel import CancelToken, slice_s
from mqassist.core.record import record
from mqassist.net.connection import open_connection
from mqassist.net.failure import WireError
from mqassist.net.resolve import Address

if TYPE_CHECKING:
    import dns.message

PORT = 53
LARGEST_UDP = 4096
MOST_ADDRESSES = 64
LONGEST_CHAIN = 16


@record
class Question:
    """`name` is complete (no search suffix is added); `kind` is "A" or "AAAA"."""

    server: str
    name: str
    kind: str


@record
class Answer:
    """What one server said. `outcome` is the rcode's name (NOERROR, NXDOMAIN, SERVFAIL, REFUSED …), or "silent",
    "closed" (nobody listens on its port 53), "unreachable", "garbage" (not a DNS message), "invalid-name".

    `chain` are the targets of the aliases (CNAME), in order. `ms` counts from the question.
    """

    question: Question
    outcome: str
    addresses: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    ms: float = 0.0
    over_tcp: bool = False

    @property
    def understood(self) -> bool:
        """The server spoke about the name itself: it exists, or it does not."""
        return self.outcome in ("NOERROR", "NXDOMAIN")


class _Pending:
    """One question on its way: its socket, its query, when it was sent."""

    def __init__(self, question: Question, query: dns.message.QueryMessage, sock: socket.socket) -> None:
        self.question = question
        self.query = query
        self.sock = sock
        self.began = time.monotonic()
        self.sent = 0

    @property
    def ms(self) -> float:
        return (time.monotonic() - self.began) * 1000


def ask(questions: tuple[Question, ...], token: CancelToken, timeout: float, port: int = PORT) -> tuple[Answer, ...]:
    """Asks all of them at once over UDP, repeats after a third and two thirds of `timeout` (seconds), and over TCP
    what did not fit. One Answer a question, in their order. Raises Cancelled only."""
    pending: list[_Pending] = []
    answers: dict[Question, Answer] = {}
    try:
        for question in questions:
            begun = _begin(question, port)
            if isinstance(begun, Answer):
                answers[question] = begun
            else:
                pending.append(begun)
        _collect(pending, answers, token, timeout)
    finally:
        for each in pending:
            each.sock.close()
    for question, answer in list(answers.items()):
        if answer.outcome == "truncated":
            answers[question] = _over_tcp(question, token, timeout, port)
    return tuple(answers[question] for question in questions)


def _begin(question: Question, port: int) -> _Pending | Answer:
    import dns.exception
    import dns.message
    import dns.name

    try:
        name = dns.name.from_text(question.name.rstrip(".") + ".")
        query = dns.message.make_query(name, question.kind)
    except (dns.exception.DNSException, ValueError):
        return Answer(question, "invalid-name")
    try:
        where = socket.getaddrinfo(question.server, port, 0, socket.SOCK_DGRAM, 0, socket.AI_NUMERICHOST)[0]
        sock = socket.socket(where[0], socket.SOCK_DGRAM)
    except OSError:
        return Answer(question, "unreachable")
    try:
        sock.setblocking(False)
        sock.connect(where[4])
    except OSError:
        sock.close()
        return Answer(question, "unreachable")
    return _Pending(question, query, sock)


def _collect(pending: list[_Pending], answers: dict[Question, Answer], token: CancelToken, timeout: float) -> None:
    began = time.monotonic()
    while True:
        waiting = [each for each in pending if each.question not in answers]
        passed = time.monotonic() - began
        left = token.remaining(timeout - passed)
        if not waiting or left <= 0:
            break
        for each in waiting:
            if each.sent < 3 and passed >= timeout * each.sent / 3:
                each.sent += 1
                _settle(each, answers, _send(each))
        waiting = [each for each in waiting if each.question not in answers]
        for sock in _readable([each.sock for each in waiting], min(left, slice_s())):
            each = next(found for found in waiting if found.sock is sock)
            _settle(each, answers, _receive(each))
    for each in pending:
        if each.question not in answers:
            answers[each.question] = Answer(each.question, "silent", ms=each.ms)


def _settle(each: _Pending, answers: dict[Question, Answer], answer: Answer | None) -> None:
    if answer is not None and each.question not in answers:
        answers[each.question] = answer


def _readable(sockets: list[socket.socket], seconds: float) -> list[socket.socket]:
    if not sockets:
        return []
    if hasattr(select, "poll"):
        poller = select.poll()
        by_number = {sock.fileno(): sock for sock in sockets}
        for number in by_number:
            poller.register(number, select.POLLIN)
        return [by_number[number] for number, _events in poller.poll(seconds * 1000)]
    return select.select(sockets, [], [], seconds)[0]


def _send(each: _Pending) -> Answer | None:
    try:
        each.sock.send(each.query.to_wire())
    except BlockingIOError:
        return None
    except OSError as error:
        return _refusal(each, error)
    return None


def _receive(each: _Pending) -> Answer | None:
    import dns.exception
    import dns.flags
    import dns.message

    try:
        data = each.sock.recv(LARGEST_UDP)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError as error:
        return _refusal(each, error)
    try:
        message = dns.message.from_wire(data, ignore_trailing=True, raise_on_truncation=False)
    except (dns.exception.DNSException, ValueError):
        return Answer(each.question, "garbage", ms=each.ms)
    if message.id != each.query.id or not message.flags & dns.flags.QR:
        # a late or forged answer says nothing about this question
        return None
    if message.flags & dns.flags.TC:
        return Answer(each.question, "truncated")
    return _answer(each.question, message, each.ms, over_tcp=False)


def _refusal(each: _Pending, error: OSError) -> Answer:
    code = getattr(error, "winerror", None) or error.errno
    closed = code in (errno.ECONNREFUSED, getattr(errno, "WSAECONNREFUSED", -1), getattr(errno, "WSAECONNRESET", -1))
    return Answer(each.question, "closed" if closed else "unreachable", ms=each.ms)


def _answer(question: Question, message: Any, ms: float, *, over_tcp: bool) -> Answer:
    """Follows the aliases of the answer section from the asked name (RFC 1034 §3.6.2)."""
    import dns.rcode
    import dns.rdatatype

    aliases: dict[Any, Any] = {}
    held: dict[Any, list[str]] = {}
    wanted = dns.rdatatype.from_text(question.kind)
    for group in message.answer:
        for entry in group:
            if entry.rdtype == dns.rdatatype.CNAME:
                aliases.setdefault(group.name, entry.target)
            elif entry.rdtype == wanted:
                held.setdefault(group.name, []).append(entry.address)
    name = message.question[0].name if message.question else None
    chain: list[str] = []
    while name in aliases and len(chain) < LONGEST_CHAIN:
        name = aliases[name]
        chain.append(name.to_text(omit_final_dot=True))
    addresses = tuple(sorted(set(held.get(name, []))))[:MOST_ADDRESSES]
    return Answer(question, dns.rcode.to_text(message.rcode()), addresses, tuple(chain), ms, over_tcp)


def _over_tcp(question: Question, token: CancelToken, timeout: float, port: int) -> Answer:
    """RFC 7766: two bytes of length, then the message."""
    import dns.exception
    import dns.message

    began = time.monotonic()

    def ms() -> float:
        return (time.monotonic() - began) * 1000

    query = dns.message.make_query(question.name.rstrip(".") + ".", question.kind)
    server, _, _scope = question.server.partition("%")
    try:
        connection = open_connection(Address(server, port, ":" in server), token, timeout)
    except WireError as failure:
        return Answer(question, "closed" if failure.kind == "refused" else "silent", ms=ms(), over_tcp=True)
    try:
        wire = query.to_wire()
        connection.send(len(wire).to_bytes(2, "big") + wire, timeout)
        data = b""
        while len(data) < 2 or len(data) < 2 + int.from_bytes(data[:2], "big"):
            left = timeout - (time.monotonic() - began)
            more = connection.receive(max(0.001, left)) if left > 0 else b""
            if not more:
                return Answer(question, "garbage" if data else "silent", ms=ms(), over_tcp=True)
            data += more
        message = dns.message.from_wire(data[2 : 2 + int.from_bytes(data[:2], "big")], ignore_trailing=True)
    except WireError:
        return Answer(question, "silent", ms=ms(), over_tcp=True)
    except (dns.exception.DNSException, ValueError):
        return Answer(question, "garbage", ms=ms(), over_tcp=True)
    finally:
        connection.close()
    return _answer(question, message, ms(), over_tcp=True)
