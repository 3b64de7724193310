"""Traces a route without any tool and without privileges: Linux hands ICMP errors to the socket that caused them.

One UDP datagram for every hop count, all at once; routers and the target answer with ICMP (RFC 792, RFC 4443).
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import sys
import threading
import time

from mqassist.core.cancel import CancelToken, slice_s
from mqassist.core.record import record
from mqassist.net.resolve import Address
from mqassist.net.route import MAX_HOPS, Hop

_IP_RECVERR, _IPV6_RECVERR = 11, 25  # <linux/in.h>, <linux/in6.h>: not in Python's socket module
_ICMP, _ICMP6 = 2, 3  # SO_EE_ORIGIN_* of <linux/errqueue.h>
_FIRST_PORT = 33434  # where traceroute has always sent to: nothing listens there
_MARKS = {0: "!N", 1: "!H", 2: "!P", 4: "!F", 9: "!X", 10: "!X", 13: "!X"}
"""ICMP unreachable codes (RFC 792, RFC 1812 §5.2.7.1) as traceroute marks them; 3, port unreachable, is the target."""
_MARKS6 = {0: "!N", 1: "!X", 3: "!H"}  # RFC 4443 §3.1


_free = threading.BoundedSemaphore(12)  # each holds twenty sockets


@record(frozen=False)
class _Sent:
    ttl: int
    sock: socket.socket
    at: float
    hop: Hop | None = None


class Hops:
    """A trace under way. `close()` drops it."""

    def __init__(self, address: Address) -> None:
        """Raises OSError where the system cannot do it."""
        self._address = address
        self._sent: list[_Sent] = []
        self._open = True
        try:
            for ttl in range(1, MAX_HOPS + 1):
                self._sent.append(self._send(ttl))
        except OSError:
            self.close()
            raise

    def _send(self, ttl: int) -> _Sent:
        address = self._address
        family = socket.AF_INET6 if address.is_ipv6 else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_DGRAM)
        try:
            sock.setblocking(False)
            if address.is_ipv6:
                sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVERR, 1)
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, ttl)
                sock.connect((address.ip, _FIRST_PORT + ttl, 0, address.scope))
            else:
                sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
                sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
                sock.connect((address.ip, _FIRST_PORT + ttl))
            sock.send(bytes(24))
        except OSError:
            sock.close()
            raise
        return _Sent(ttl, sock, time.monotonic())

    def wait(self, token: CancelToken, seconds: float) -> tuple[Hop, ...]:
        """The hops up to the last one that answered; silent ones in between have no address. Raises Cancelled.

        With 0 seconds those that have answered by now.
        """
        end = time.monotonic() + seconds
        try:
            while waiting := self._waiting():
                left = token.remaining(end - time.monotonic())
                poller = select.poll()
                for sent in waiting:
                    poller.register(sent.sock, select.POLLERR)
                ready = {number for number, _event in poller.poll(min(left, slice_s()) * 1000)}
                for sent in waiting:
                    if sent.sock.fileno() in ready:
                        sent.hop = self._read(sent)
                if left <= 0:
                    break
        finally:
            self.close()
        last = max((sent.ttl for sent in self._sent if sent.hop is not None), default=0)
        target = self._target_ttl()
        return tuple(sent.hop or Hop(sent.ttl, "") for sent in self._sent if sent.ttl <= min(last, target))

    def _waiting(self) -> list[_Sent]:
        target = self._target_ttl()
        return [sent for sent in self._sent if sent.hop is None and sent.ttl < target]

    def _target_ttl(self) -> int:
        """The first hop count at which the target itself answered, or a router refused to go on."""
        ended = (s.ttl for s in self._sent if s.hop and (s.hop.ip == self._address.ip or s.hop.mark))
        return min(ended, default=MAX_HOPS + 1)

    def _read(self, sent: _Sent) -> Hop | None:
        ms = round((time.monotonic() - sent.at) * 1000, 2)
        try:
            _data, notes, _flags, _from = sent.sock.recvmsg(512, 512, socket.MSG_ERRQUEUE)
        except OSError:
            return None
        for _level, kind, data in notes:
            if kind in (_IP_RECVERR, _IPV6_RECVERR) and len(data) >= 16:
                _errno, origin, icmp_type, code = struct.unpack_from("=IBBB", data)
                return _hop(sent.ttl, ms, origin, icmp_type, code, data[16:])
        return None

    def close(self) -> None:
        for sent in self._sent:
            with contextlib.suppress(OSError):
                sent.sock.close()
        if self._open:
            self._open = False
            _free.release()


def _hop(ttl: int, ms: float, origin: int, icmp_type: int, code: int, offender: bytes) -> Hop | None:
    """`offender` is the sockaddr of who sent the ICMP error."""
    if origin == _ICMP and len(offender) >= 8:
        mark = _MARKS.get(code, "") if icmp_type == 3 else ""
        return Hop(ttl, socket.inet_ntop(socket.AF_INET, offender[4:8]), ms, mark)
    if origin == _ICMP6 and len(offender) >= 24:
        mark = _MARKS6.get(code, "") if icmp_type == 1 else ""
        return Hop(ttl, socket.inet_ntop(socket.AF_INET6, offender[8:24]), ms, mark)
    return None


def start_hops(address: Address) -> Hops | None:
    """None where the system cannot do it (not Linux, no route, no descriptors), or too many are under way."""
    if not sys.platform.startswith("linux") or not _free.acquire(blocking=False):
        return None
    try:
        return Hops(address)
    except OSError:
        return None
