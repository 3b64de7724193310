"""What ping, traceroute, tracert and tracepath print, ICMP packets, and the local routing decision."""

from __future__ import annotations

import socket
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.core.cancel import CancelToken
from mqassist.net import children
from mqassist.net.hops import start_hops
from mqassist.net.icmp import quoted_code, quoted_code6
from mqassist.net.resolve import Address
from mqassist.net.route import local_route, read_ping, read_trace

LINUX = """PING 10.77.2.2 (10.77.2.2) 56(84) bytes of data.
64 bytes from 10.77.2.2: icmp_seq=1 ttl=63 time=0.412 ms
64 bytes from 10.77.2.2: icmp_seq=2 ttl=63 time=0.388 ms

--- 10.77.2.2 ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 301ms
rtt min/avg/max/mdev = 0.388/0.400/0.412/0.012 ms
"""
LINUX_UNREACHABLE = """PING 10.77.2.77 (10.77.2.77) 56(84) bytes of data.
From 10.77.1.1 icmp_seq=1 Destination Host Unreachable

--- 10.77.2.77 ping statistics ---
2 packets transmitted, 0 received, +1 errors, 100% packet loss, time 1016ms
"""
BUSYBOX = """PING 10.77.2.2 (10.77.2.2): 56 data bytes
64 bytes from 10.77.2.2: seq=0 ttl=63 time=0.200 ms
"""
MACOS_IPV6 = "16 bytes from ::1, icmp_seq=0 hlim=64 time=0.110 ms\n"
WINDOWS_GERMAN = """Ping wird ausgeführt für 10.0.0.1 mit 32 Bytes Daten:
Antwort von 10.0.0.1: Bytes=32 Zeit<1ms TTL=64
Antwort von 10.0.0.1: Bytes=32 Zeit=3ms TTL=64
"""
WINDOWS_UNREACHABLE = """Pinging 10.0.0.9 with 32 bytes of data:
Reply from 10.0.0.2: Destination host unreachable.
"""


@pytest.mark.parametrize(
    ("output", "received", "best"),
    [
        (LINUX, 2, 0.388),
        (LINUX_UNREACHABLE, 0, None),
        (BUSYBOX, 1, 0.2),
        (MACOS_IPV6, 1, 0.11),
        (WINDOWS_GERMAN, 2, 1.0),
        (WINDOWS_UNREACHABLE, 0, None),
        ("ping: socket: Operation not permitted\n", 0, None),
        ("", 0, None),
    ],
)
def test_ping(output: str, received: int, best: float | None) -> None:
    found = read_ping(output)
    assert (found.received, found.best_ms) == (received, best)


def test_ping_tells_what_a_router_said() -> None:
    assert read_ping(LINUX_UNREACHABLE).said == "10.77.1.1: Destination Host Unreachable"


TRACEROUTE = """traceroute to 10.77.2.77 (10.77.2.77), 20 hops max, 60 byte packets
 1  10.77.1.1  0.031 ms
 2  *
 3  192.0.2.9  12.5 ms !X
"""
TRACEPATH = """ 1?: [LOCALHOST]                      pmtu 1500
 1:  10.77.1.1                                             0.060ms
 2:  10.77.2.2                                             0.051ms reached
     Resume: pmtu 1500 hops 2 back 2
"""
TRACERT = """
Tracing route to 10.1.2.3 over a maximum of 20 hops

  1    <1 ms    <1 ms    <1 ms  192.168.1.1
  2     *        *        *     Request timed out.
  3    11 ms    10 ms    12 ms  10.1.2.3

Trace complete.
"""


@pytest.mark.parametrize(
    ("output", "hops"),
    [
        (TRACEROUTE, [(1, "10.77.1.1", ""), (2, "", ""), (3, "192.0.2.9", "!X")]),
        (TRACEPATH, [(1, "10.77.1.1", ""), (2, "10.77.2.2", "")]),
        (TRACERT, [(1, "192.168.1.1", ""), (2, "", ""), (3, "10.1.2.3", "")]),
        (" 1  fd00:77:1::1  0.05 ms\n", [(1, "fd00:77:1::1", "")]),
        ("connect: Network is unreachable\n", []),
    ],
)
def test_traces(output: str, hops: list[tuple[int, str, str]]) -> None:
    assert [(hop.ttl, hop.ip, hop.mark) for hop in read_trace(output)] == hops


@given(st.text())
def test_no_output_of_a_tool_is_too_odd(output: str) -> None:
    assert read_ping(output).sent == 2
    assert all(1 <= hop.ttl <= 99 or hop.ttl == 0 for hop in read_trace(output))


# -- ICMP ---------------------------------------------------------------------------------------

TARGET = Address("10.77.2.2", 5672, is_ipv6=False)


def icmp(kind: int, code: int, to: str = "10.77.2.2", port: int = 5672, protocol: int = socket.IPPROTO_TCP) -> bytes:
    inner = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 60, 1, 0, 63, protocol, 0, bytes(4), socket.inet_aton(to))
    inner += struct.pack("!HHI", 40000, port, 7)
    outer = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 88, 1, 0, 64, 1, 0, socket.inet_aton("10.77.1.1"), bytes(4))
    return outer + struct.pack("!BBHI", kind, code, 0, 0) + inner


@pytest.mark.parametrize(
    ("packet", "code"),
    [
        (icmp(3, 13), 13),
        (icmp(3, 3), 3),
        (icmp(11, 0), None),
        (icmp(3, 3, port=5671), None),
        (icmp(3, 3, to="10.77.2.3"), None),
        (icmp(3, 3, protocol=socket.IPPROTO_UDP), None),
        (icmp(3, 3)[:45], None),
        (b"", None),
    ],
)
def test_only_errors_about_our_own_segment_count(packet: bytes, code: int | None) -> None:
    assert quoted_code(packet, TARGET) == code


@given(st.binary(max_size=120))
def test_no_icmp_packet_is_too_odd(packet: bytes) -> None:
    assert quoted_code(packet, TARGET) is None or len(packet) >= 52


def icmp6(kind: int, code: int, to: str = "fd00:77:2::2", port: int = 5672) -> bytes:
    inner = (
        struct.pack("!IHBB", 6 << 28, 20, socket.IPPROTO_TCP, 63) + bytes(16) + socket.inet_pton(socket.AF_INET6, to)
    )
    return struct.pack("!BBHI", kind, code, 0, 0) + inner + struct.pack("!HHI", 40000, port, 7)


@pytest.mark.parametrize(
    ("packet", "code"),
    [(icmp6(1, 1), 1), (icmp6(3, 0), None), (icmp6(1, 4, port=5671), None), (icmp6(1, 4)[:50], None), (b"\x01", None)],
)
def test_ipv6_errors_about_our_own_segment(packet: bytes, code: int | None) -> None:
    assert quoted_code6(packet, Address("fd00:77:2::2", 5672, is_ipv6=True)) == code


# -- the system itself ---------------------------------------------------------------------------


def test_the_local_decision_for_loopback() -> None:
    found = local_route(Address("127.0.0.1", 5672, is_ipv6=False))
    assert (found.kind, found.source) == ("ok", "127.0.0.1")


def test_a_trace_to_ourselves_ends_at_once() -> None:
    trace = start_hops(Address("127.0.0.1", 5672, is_ipv6=False))
    assert trace is not None
    assert [hop.ip for hop in trace.wait(CancelToken(), 2)] == ["127.0.0.1"]


def test_a_tool_that_does_not_end_is_ended() -> None:
    child = children.start(("sleep", "60"))
    assert child is not None
    began = time.monotonic()
    assert child.wait(CancelToken(), 0.2) == ""
    assert time.monotonic() - began < 2


def test_a_tool_that_is_not_there() -> None:
    assert children.start(("no-such-tool-here",)) is None


def test_tools_are_counted_and_given_back() -> None:
    running = [children.start(("sleep", "60")) for _ in range(children.CHILDREN_AT_ONCE + 3)]
    started = [child for child in running if child is not None]
    assert len(started) == children.CHILDREN_AT_ONCE
    for child in started:
        child.close()
    again = children.start(("true",))
    assert again is not None
    again.wait(CancelToken(), 5)
    assert again.exit_code == 0
