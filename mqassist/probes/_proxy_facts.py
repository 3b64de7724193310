"""What a talk with a proxy says, as facts. Shared by the probes that use the given proxy or one of the environment."""

from __future__ import annotations

from typing import Literal, get_args

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.net.failure import WireError
from mqassist.net.proxy import Opened, Refused, printable

ProxyResult = Literal[
    "ok",
    "unreachable",
    "denied",
    "authentication-required",
    "authentication-failed",
    "no-shared-method",
    "bad-gateway",
    "timed-out",
    "closed",
    "not-a-proxy",
    "failed",
]

RESULTS: tuple[ProxyResult, ...] = get_args(ProxyResult)

TARGET_RESULTS = ("refused", "timed-out", "host-unreachable", "network-unreachable", "name-not-found")

ANSWER = (
    FactSpec("proxy.result", "choice", "What became of the tunnel through the given proxy.", RESULTS),
    FactSpec("proxy.status", "number", "The HTTP status or the SOCKS5 reply code that the proxy gave."),
    FactSpec("proxy.reply_text", "text", "The words beside that code, one bounded line."),
    FactSpec("proxy.reply_detail", "text", "What the proxy adds on its own error (X-Squid-Error), or what was odd."),
    FactSpec("proxy.target_result", "choice", "What the proxy said of its own way to the broker.", TARGET_RESULTS),
    FactSpec("proxy.auth_schemes", "list", "The ways to log in that the proxy offers."),
    FactSpec("proxy.tunnel_ms", "number", "Milliseconds from the request to the proxy's last word on it."),
)

_ABOUT = ("proxy.result", "proxy.status", "proxy.target_result", "proxy.auth_schemes", "path.open")


def answer_facts(answer: Opened | Refused, took_ms: float) -> dict[str, Fact]:
    """The facts of ANSWER for what the proxy said."""
    if isinstance(answer, Opened):
        return {
            "proxy.result": "ok",
            "proxy.status": answer.status,
            "proxy.reply_text": answer.text,
            "proxy.tunnel_ms": round(took_ms, 2),
        }
    facts: dict[str, Fact] = {"proxy.result": answer.result, "proxy.tunnel_ms": round(took_ms, 2)}
    if answer.status >= 0:
        facts["proxy.status"] = answer.status
        facts["proxy.reply_text"] = answer.text
    if answer.target:
        facts["proxy.target_result"] = answer.target
    if answer.methods:
        facts["proxy.auth_schemes"] = answer.methods
    if answer.detail:
        facts["proxy.reply_detail"] = answer.detail
    return facts


def failure_facts(error: WireError, took_ms: float) -> dict[str, Fact]:
    """The facts of ANSWER when the connection to the proxy, already open, came to an end without its word."""
    result: ProxyResult = "timed-out" if error.kind == "timed-out" else "closed"
    facts: dict[str, Fact] = {"proxy.result": result, "proxy.tunnel_ms": round(took_ms, 2)}
    if error.received:
        facts["proxy.reply_detail"] = printable(error.received, 80)
    return facts


def answer_line(answer: Opened | Refused, proxy: str, target: str, took_ms: float) -> Text:
    """One sentence on the proxy's answer."""
    if isinstance(answer, Opened):
        return say("proxy.opened", about=_ABOUT, proxy=proxy, target=target, status=answer.status, ms=took_ms)
    if answer.status < 0:
        return say("proxy.odd-answer", about=_ABOUT, proxy=proxy, detail=answer.detail, ms=took_ms)
    reply = f"{answer.status} {answer.text}".strip()
    return say("proxy.refused", about=_ABOUT, proxy=proxy, target=target, reply=reply, ms=took_ms)


def failure_line(error: WireError, proxy: str, target: str, took_ms: float) -> Text:
    key = "proxy.no-answer" if error.kind == "timed-out" else "proxy.hung-up"
    return say(key, about=_ABOUT, proxy=proxy, target=target, ms=took_ms)
