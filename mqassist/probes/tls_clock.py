"""Our clock against another one, before a certificate is blamed for its dates."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import say
from mqassist.probes import _tls
from mqassist.probes._tls_fetch import http_date
from mqassist.probes.probe import Probe, ProbeContext, Result

MADE_AT = 1793491200
"""2026-11-01: this program did not exist before, so a clock that shows an earlier time is wrong."""
TOLERATED_S = 300
"""Kerberos' traditional five minutes: less never explains a certificate's dates."""


def _run(context: ProbeContext) -> Result:
    now = time.time()
    facts: dict[str, Fact] = {"tls.clock_now": _tls.moment(now)}
    about = ("tls.clock_now", "tls.clock_wrong", "tls.clock_skew_s", "tls.verify")
    evidence = [say("tls.clock-now", about=about, now=_tls.moment(now))]
    if now < MADE_AT:
        facts["tls.clock_wrong"] = True
        evidence.append(say("tls.clock-before-program", about=about, date=_tls.moment(MADE_AT)))
        return Result("passed", evidence[-1], facts, evidence)
    theirs = _date(context)
    if theirs is None:
        evidence.append(say("tls.clock-unchecked", about=about))
        return Result("passed", evidence[-1], facts, evidence)
    skew = now - theirs
    facts |= {"tls.clock_skew_s": round(skew, 1), "tls.clock_other": _tls.moment(theirs)}
    facts["tls.clock_wrong"] = abs(skew) > TOLERATED_S
    key = "tls.clock-differs" if facts["tls.clock_wrong"] else "tls.clock-agrees"
    evidence.append(say(key, about=about, other=_tls.moment(theirs), seconds=abs(skew)))
    return Result("passed", evidence[-1], facts, evidence)


def _date(context: ProbeContext) -> float | None:
    if not context.settings.management:
        return None
    try:
        parts = urlsplit(context.settings.management)
        url = f"http://{parts.hostname}:{parts.port or 15672}/" if parts.scheme == "http" and parts.hostname else ""
    except ValueError:
        return None
    return http_date(context, url, seconds=min(context.settings.timeout, 3.0))


PROBE = Probe(
    id="tls.clock",
    layer="tls",
    run=_run,
    applies=_tls.applies,
    needs=("tls.handshake",),
    when="tls.verify in ('expired', 'not-yet-valid', 'ca-expired')",
    deciding=True,
    why="why.tls.clock",
    gives=(
        FactSpec("tls.clock_now", "text", "The time by this computer's clock."),
        FactSpec("tls.clock_other", "text", "The time by the broker's management server."),
        FactSpec("tls.clock_skew_s", "number", "Seconds that our clock is ahead of it; negative if behind."),
        FactSpec("tls.clock_wrong", "flag", "Our clock is wrong by so much that certificates' dates mean nothing."),
    ),
    budget=8.0,
)
