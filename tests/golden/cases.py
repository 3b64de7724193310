"""Reports that never change, and the wording they are told in: our own words of reports, made-up causes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from mqassist.core.endpoint import Endpoint
from mqassist.core.finding import Finding
from mqassist.core.observation import Observation
from mqassist.core.report import LogMatch, Report
from mqassist.core.secret import Redactor
from mqassist.core.text import say
from mqassist.core.verdict import Undecided, Verdict
from mqassist.diagnosis.causes import load_causes
from mqassist.diagnosis.wording import CauseWording
from mqassist.knowledge.texts import LANGUAGES, Language, Texts
from mqassist.report.formats import FORMATS, presented, render
from mqassist.report.style import Style

HERE = Path(__file__).parent
RESOURCES = HERE.parents[1] / "resources"
ENDINGS = {"text": "txt", "json": "json", "markdown": "md", "html": "html", "junit": "xml"}

AMQPS = Endpoint("amqp", "amqps", "mq.example.com", 5671, tls=True, vhost="prod", username="orders")
AMQP = Endpoint("amqp", "amqp", "mq.example.com", 5672, username="orders")

_RESOLVED = Observation(
    "dns.resolve",
    "dns",
    "passed",
    {"dns.addresses": ("203.0.113.21", "203.0.113.22"), "dns.result": "ok"},
    say("shown.resolved", host="mq.example.com", addresses="203.0.113.21, 203.0.113.22"),
    started_ms=0.4,
    took_ms=3.12,
)
_CONNECTED = Observation(
    "tcp.connect",
    "network",
    "passed",
    {"path.open": True, "tcp.address": "203.0.113.21", "tcp.dead_count": 1, "tcp.lost_ms": 5000.0},
    say("shown.connected", about=("tcp.address",), address="203.0.113.21", ms=11.6),
    started_ms=3.6,
    took_ms=12.4,
)


def _broken() -> Report:
    names = ("mq1.internal.example.com", "*.rabbit.example.com <b>|`x`")
    evidence = say("shown.names", about=("tls.names",), names=", ".join(names))
    handshake = Observation(
        "tls.handshake",
        "tls",
        "failed",
        {"tls.verify": "hostname-mismatch", "tls.names": names, "tls.protocol": "TLS 1.3 \x1b[31mred\u202e"},
        say("shown.mismatch", about=("tls.verify",), host="mq.example.com"),
        (evidence, say("shown.chain-good", about=("tls.verify",))),
        started_ms=16.1,
        took_ms=41.3,
    )
    contrast = Observation(
        "tls.contrast",
        "tls",
        "passed",
        {"tls.chain": "good"},
        say("shown.chain-good"),
        started_ms=57.5,
        took_ms=1079.0,
        why=say("why.tls.contrast"),
    )
    login = Observation("amqp.login", "auth", "skipped", started_ms=57.4, why=say("skipped.not-reached"))
    rights = Observation("amqp.rights", "permissions", "skipped", started_ms=57.4, why=say("skipped.not-reached"))
    left_out = Observation("tcp.each_address", "network", "skipped", started_ms=16, why=say("skipped.not-reached"))
    crash = 'Traceback (most recent call last):\n  File "x.py", line 1, in run\nValueError: <\x1b[0m>'
    greeting = Observation(
        "amqp.handshake", "protocol", "failed", summary=say("probe.crashed"), started_ms=57.6, took_ms=0.2, crash=crash
    )
    root = Finding(
        "tls.hostname-mismatch",
        "root",
        "error",
        0.97,
        (("tls.verify", "hostname-mismatch"),),
        (("tls.verify", "hostname-mismatch"),),
        (evidence, say("shown.chain-good")),
    )
    dead = Finding("dns.some-addresses-dead", "warning", "warning", 0.9, (("tcp.dead_count", 1),))
    verdict = Verdict(
        "broken",
        root,
        (dead,),
        folded=("tls.no-san",),
        ruled_out=("tls.expired",),
        reached="network",
        crashed=("amqp.handshake",),
    )
    return _report(
        "amqps://orders:•••@mq.example.com/prod",
        AMQPS,
        (_RESOLVED, _CONNECTED, left_out, handshake, contrast, login, rights, greeting),
        verdict,
        (LogMatch("rabbit@mq1.log", 48214, 'TLS server: "Bad Certificate" <0.1.2>', None, "source-port"),),
    )


def _healthy() -> Report:
    greeting = Observation(
        "amqp.handshake", "protocol", "passed", {}, say("shown.greeting"), started_ms=16.2, took_ms=4.4
    )
    login = Observation("amqp.login", "auth", "passed", {}, say("shown.opened"), started_ms=20.7, took_ms=9.9)
    skipped = Observation("tcp.each_address", "network", "skipped", started_ms=16, why=say("skipped.not-reached"))
    seen = (_RESOLVED, _CONNECTED, skipped, greeting, login)
    return _report("amqp://orders@mq.example.com", AMQP, seen, Verdict("healthy", reached="auth"))


def _undecided() -> Report:
    words = "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN."
    refused = Observation(
        "amqp.login",
        "auth",
        "failed",
        {"login.result": "refused"},
        say("shown.refused", about=("login.result",), words=words),
        started_ms=20.7,
        took_ms=88.2,
    )
    open_questions = (
        Undecided("auth.bad-credentials", ("broker.says_password",), ("broker-log", "other-client")),
        Undecided("auth.unknown-user", ("broker.says_user",), ("broker-log",)),
    )
    verdict = Verdict("broken", undecided=open_questions, reached="network")
    return _report("amqp://orders@mq.example.com", AMQP, (_RESOLVED, _CONNECTED, refused), verdict)


def _stopped() -> Report:
    login = Observation("amqp.login", "auth", "cancelled", started_ms=20.7, took_ms=800, why=say("skipped.stopped"))
    verdict = Verdict("healthy", reached="network", complete=False)
    return _report("amqp://orders@mq.example.com", AMQP, (_RESOLVED, _CONNECTED, login), verdict)


def _warned() -> Report:
    dead = Finding("dns.some-addresses-dead", "root", "warning", 0.9, (("tcp.dead_count", 1),))
    verdict = Verdict("degraded", dead, reached="network")
    return _report("amqp://orders@mq.example.com", AMQP, (_RESOLVED, _CONNECTED), verdict)


def _unreadable() -> Report:
    seen = Observation("input.target", "input", "failed", {"input.result": "unusable"}, say("probe.crashed"))
    return _report("http//\x1b[2J", None, (seen,), Verdict("broken"))


def _report(
    target: str,
    endpoint: Endpoint | None,
    seen: tuple[Observation, ...],
    verdict: Verdict,
    matches: tuple[LogMatch, ...] = (),
) -> Report:
    return Report("7f3a9c01", "0.1.0", "2026-01-31T12:00:00.000Z", 1142.7, target, endpoint, seen, verdict, matches)


CASES: dict[str, Callable[[], Report]] = {
    "broken": _broken,
    "healthy": _healthy,
    "undecided": _undecided,
    "stopped": _stopped,
    "warned": _warned,
    "unreadable": _unreadable,
}


def wording(language: Language, folder: Path) -> CauseWording:
    """The made-up causes and probes, with the product's own words of reports. `folder` is filled once."""
    if not folder.exists():
        shutil.copytree(HERE / "data", folder)
        for each in LANGUAGES:
            (folder / "lang" / each / "facts").mkdir()
            for table in ("report.toml", "run.toml", "facts/values.toml", "facts/way.toml"):
                shutil.copy(RESOURCES / "lang" / each / table, folder / "lang" / each / table)
    return CauseWording(Texts(language, folder), load_causes(folder))


def rendered(case: str, output: str, words: CauseWording, *, style: Style | None = None) -> str:
    ready = presented(CASES[case](), words, Redactor(), output)
    return render(output, [ready], words, style or Style(width=90, platform="linux"))


def expected_file(case: str, language: str, output: str) -> Path:
    return HERE / "expected" / language / f"{case}.{ENDINGS[output]}"


def every() -> list[tuple[str, Language, str]]:
    return [(case, language, output) for case in CASES for language in LANGUAGES for output in FORMATS]
