"""Proxies that misbehave: every check ends in a verdict, soon, and keeps little of what they send."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mqassist.core.report import Report
from tests.support.peer import Peer, Script, drip, endless, fin, half_close, noise, read, rst, send, silent

TIMEOUT = 1.0
SCRIPTS: dict[str, Script] = {
    "endless-header": [read(1), send(b"HTTP/1.1 200 OK\r\n"), endless(b"X-Long: header\r\n")],
    "endless-status": [read(1), send(b"HTTP/1.1 200 "), endless(b"O")],
    "endless-bytes": [endless()],
    "drip-header": [read(1), drip(b"HTTP/1.1 200 OK\r\nX: y\r\n" * 100, 0.05)],
    "drip-socks": [read(1), drip(b"\x05\x00\x05\x00\x00\x03\xff" + b"x" * 300, 0.05)],
    "noise": [read(1), noise(5000, 1), fin()],
    "half": [read(1), send(b"HTTP/1.1 2"), half_close(), silent()],
    "reset": [read(1), send(b"HTTP/1.1 407"), rst()],
    "socks-name-too-long": [read(1), send(b"\x05\x00"), read(1), send(b"\x05\x00\x00\x03\xff"), fin()],
    "escapes": [read(1), send(b"HTTP/1.1 403 \x1b[31m\x07red\x00\r\nX-Squid-Error: \x1b]0;x\x07\r\n\r\n"), fin()],
    "opens-and-closes": [read(1), send(b"HTTP/1.1 200 OK\r\n\r\n"), fin()],
    "opens-and-floods": [read(1), send(b"HTTP/1.1 200 OK\r\n\r\n"), endless()],
    "tls-record": [read(1), send(b"\x16\x03\x03\x40\x00" + bytes(16384)), silent()],
}


@pytest.mark.parametrize("kind", ["http", "socks5"])
@pytest.mark.parametrize("script", list(SCRIPTS.values()), ids=list(SCRIPTS))
def test_every_proxy_ends_in_a_verdict(
    scripted_peer: Callable[..., Peer], diagnose: Callable[..., Report], script: Script, kind: str
) -> None:
    proxy = f"{kind}://me:secret-of-the-proxy@127.0.0.1:{scripted_peer(script).port}"
    report = diagnose("amqp://app:x@mq.example:5672", proxy=proxy, timeout=TIMEOUT)
    assert report.verdict.status == "broken"
    assert report.took_ms < 15_000
    assert "secret-of-the-proxy" not in repr(report)
    assert len(repr(report)) < 200_000
    shown = [str(value) for seen in report.observations for value in seen.facts.values()]
    assert all(text.isprintable() for text in shown)
