"""Which ICMP error answers our SYN, and who sent it: the errno hides both. Needs the right to open a raw socket."""

from __future__ import annotations

import socket
import struct
import time

from mqassist.core.cancel import CancelToken
from mqassist.core.record import record
from mqassist.net.connection import wait_for
from mqassist.net.failure import WireError
from mqassist.net.resolve import Address


@record
class IcmpError:
    """Destination unreachable: `code` as in RFC 792 and RFC 1812 §5.2.7.1, for IPv6 as in RFC 4443 §3.1."""

    sender: str
    code: int


class IcmpEar:
    """Hears the ICMP errors of this machine while it is open. Used by one thread."""

    def __init__(self, *, is_ipv6: bool) -> None:
        """Raises OSError (mostly EPERM) where a raw socket is not allowed."""
        if is_ipv6:
            self._sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        else:
            self._sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self._sock.setblocking(False)

    def about(self, address: Address, token: CancelToken, seconds: float) -> IcmpError | None:
        """The first destination-unreachable that quotes a TCP segment to this address and port."""
        end = time.monotonic() + seconds
        while True:
            try:
                data, (sender, *_rest) = self._sock.recvfrom(1024)
            except BlockingIOError:
                try:
                    wait_for(self._sock, token, end, writing=False)
                except WireError:
                    return None
                continue
            except OSError:
                return None
            code = quoted_code6(data, address) if address.is_ipv6 else quoted_code(data, address)
            if code is not None:
                return IcmpError(str(sender), code)

    def close(self) -> None:
        self._sock.close()


def quoted_code(packet: bytes, address: Address) -> int | None:
    """The code if this IPv4 packet is a destination-unreachable about our TCP segment to `address`, else None."""
    if len(packet) < 20:
        return None
    icmp = packet[(packet[0] & 15) * 4 :]
    if len(icmp) < 8 + 20 + 4 or icmp[0] != 3:  # RFC 792: type 3, then the IP header and 8 bytes of what we sent
        return None
    quoted = icmp[8:]
    segment = quoted[(quoted[0] & 15) * 4 :]
    if quoted[9] != socket.IPPROTO_TCP or len(segment) < 4:
        return None
    if socket.inet_ntop(socket.AF_INET, quoted[16:20]) != address.ip:
        return None
    return icmp[1] if struct.unpack("!H", segment[2:4])[0] == address.port else None


def quoted_code6(message: bytes, address: Address) -> int | None:
    """The same for an ICMPv6 message, which the system gives without its IPv6 header (RFC 3542 §3)."""
    if len(message) < 8 + 40 + 4 or message[0] != 1:  # RFC 4443 §3.1: type 1, then what we sent
        return None
    quoted, segment = message[8:48], message[48:]
    if quoted[6] != socket.IPPROTO_TCP or socket.inet_ntop(socket.AF_INET6, quoted[24:40]) != address.ip:
        return None
    return message[1] if struct.unpack("!H", segment[2:4])[0] == address.port else None
