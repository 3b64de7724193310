"""When the proxy gave no usable answer: is it a proxy at all, of which kind, and does it still answer for itself?"""

from __future__ import annotations

import time

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.proxy_target import parse_proxy
from mqassist.core.text import Text, say
from mqassist.net.failure import WireError
from mqassist.net.proxy import printable
from mqassist.probes._tunnel import dial_proxy
from mqassist.probes.probe import Probe, ProbeContext, Result

# RFC 9110 §7.6.2: a proxy that gets Max-Forwards: 0 must answer itself and may not go on to anybody
OWN_REQUEST = b"OPTIONS * HTTP/1.1\r\nHost: %s\r\nMax-Forwards: 0\r\nConnection: close\r\n\r\n"
GREETING = b"\x05\x02\x00\x02"  # RFC 1928 §3

_ABOUT = ("proxy.answers_http", "proxy.answers_socks5", "proxy.banner")


def _run(context: ProbeContext) -> Result:
    proxy = parse_proxy(context.settings.proxy or "")
    facts: dict[str, Fact] = {}
    evidence: list[Text] = []
    host = proxy.authority.encode("ascii", "replace")
    for kind, packet in (("http", OWN_REQUEST % host), ("socks5", GREETING)):
        began = time.monotonic()
        answer = _ask(context, packet)
        ms = (time.monotonic() - began) * 1000
        speaks = _is_http(answer) if kind == "http" else _is_socks5(answer)
        facts[f"proxy.answers_{kind}"] = speaks
        key = f"proxy.{'speaks' if speaks else 'speaks-not'}-{kind}"
        evidence.append(say(key, about=_ABOUT, proxy=proxy.authority, ms=ms))
        if answer and not speaks and "proxy.banner" not in facts:
            facts["proxy.banner"] = printable(answer, 80)
            evidence.append(say("proxy.banner", about=_ABOUT, proxy=proxy.authority, banner=printable(answer, 80)))
    return Result("passed", say("proxy.identified", about=_ABOUT, proxy=proxy.authority), facts, evidence)


def _ask(context: ProbeContext, packet: bytes) -> bytes:
    try:
        connection = dial_proxy(context, parse_proxy(context.settings.proxy or ""))
    except WireError:
        return b""
    try:
        connection.send(packet, context.settings.timeout)
        return connection.receive(min(context.settings.timeout, 2.0), 256)
    except WireError:
        return connection.raw_received
    finally:
        connection.close()


def _is_http(answer: bytes) -> bool:
    return answer.startswith(b"HTTP/1.")


def _is_socks5(answer: bytes) -> bool:
    return len(answer) == 2 and answer[0] == 5 and answer[1] in (0, 1, 2, 0xFF)


PROBE = Probe(
    id="proxy.identify",
    layer="proxy",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is not None,
    needs=("proxy.connect",),
    when="proxy.result in ('timed-out', 'closed', 'not-a-proxy')",
    deciding=True,
    why="why.proxy.identify",
    gives=(
        FactSpec("proxy.answers_http", "flag", "The proxy's port answers an HTTP request meant for itself."),
        FactSpec("proxy.answers_socks5", "flag", "The proxy's port answers a SOCKS5 greeting."),
        FactSpec("proxy.banner", "text", "What else the proxy's port said, one bounded line."),
    ),
    budget_for=lambda settings: settings.timeout * 3 + 5,
)
