"""Which TLS versions and cipher suites the server takes, and which of them this client offers: by hand-made
ClientHellos, because OpenSSL refuses to ask for what it forbids itself."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.net.tls_hello import SUITES_BEFORE, SUITES_TLS_1_3
from mqassist.net.tls_record import TLS_1_3, VERSION_NAMES
from mqassist.probes import _tls
from mqassist.probes._tls_ask import ask, ask_all, sni_of
from mqassist.probes.probe import Probe, ProbeContext, Result

VERSIONS = (0x0301, 0x0302, 0x0303, 0x0304)
LISTED_SUITES = 8
"""One connection each: enough to see what family a server is limited to."""


def _run(context: ProbeContext) -> Result:
    from mqassist.net.tls_context import client_context, offered_versions

    name = sni_of(context.text("tls.server_name", context.endpoint.host))
    answers = ask_all(context, [(version, _all_suites(version)) for version in VERSIONS], name)
    taken = sorted({answer.hello.version for answer in answers if answer.hello is not None})
    theirs = tuple(VERSION_NAMES.get(version, hex(version)) for version in taken)
    ours = offered_versions()
    facts: dict[str, Fact] = {"tls.server_versions": theirs, "tls.our_versions": ours}
    facts["tls.versions_answer"] = any(answer.is_tls for answer in answers)
    alerts = [answer.alert for answer in answers if answer.alert >= 0]
    if not theirs:
        key = "tls.takes-nothing" if alerts else "tls.answers-nothing"
        line = say(key, about=("tls.server_versions", "tls.versions_answer"), alerts=", ".join(map(str, alerts)) or "–")
        return Result("passed", line, facts, [line])
    common = [version for version in taken if VERSION_NAMES.get(version) in ours]
    facts["tls.version_in_common"] = bool(common)
    about = ("tls.server_versions", "tls.our_versions", "tls.version_in_common")
    evidence = [say("tls.versions-are", about=about, theirs=", ".join(theirs), ours=", ".join(ours) or "–")]
    if common:
        suites = client_context(context.settings.tls, context.credentials, verify=False).suites()
        evidence += _ciphers(context, common[-1], suites, name, facts)
    return Result("passed", evidence[0], facts, evidence)


def _all_suites(version: int) -> tuple[int, ...]:
    return SUITES_TLS_1_3 if version == TLS_1_3 else SUITES_BEFORE


def _ciphers(
    context: ProbeContext, version: int, ours: tuple[int, ...], name: str | None, facts: dict[str, Fact]
) -> list[Text]:
    """Our own suites against every suite there is: taken with all and refused with ours is the proof."""
    from mqassist.net.tls_context import suite_names

    offered = tuple(suite for suite in ours if (suite >> 8 == 0x13) == (version == TLS_1_3))
    common = bool(offered) and ask(context, version, offered, name).hello is not None
    facts["tls.cipher_in_common"] = common
    about = ("tls.cipher_in_common", "tls.server_ciphers")
    if common:
        return [say("tls.ciphers-common", about=about, version=VERSION_NAMES[version])]
    left = _all_suites(version)
    found: list[int] = []
    while len(found) < LISTED_SUITES:
        hello = ask(context, version, left, name).hello
        if hello is None or hello.cipher not in left:
            break
        found.append(hello.cipher)
        left = tuple(suite for suite in left if suite != hello.cipher)
    known = suite_names()
    names = tuple(known.get(suite, f"0x{suite:04X}") for suite in found)
    facts["tls.server_ciphers"] = names
    version_name = VERSION_NAMES[version]
    return [
        say("tls.ciphers-are", about=about, version=version_name, theirs=", ".join(names) or "–", count=len(offered))
    ]


PROBE = Probe(
    id="tls.versions",
    layer="tls",
    run=_run,
    applies=_tls.applies,
    needs=("tls.handshake",),
    when=(
        "(tls.alert in (40, 47, 70, 71, 80, 86, 109) or tls.result in ('closed', 'reset')) and not tls.server_hello"
        " or tls.reason in ('UNSUPPORTED_PROTOCOL', 'WRONG_SSL_VERSION', 'VERSION_TOO_LOW')"
    ),
    deciding=True,
    why="why.tls.versions",
    gives=(
        FactSpec("tls.server_versions", "list", "TLS versions that the server takes."),
        FactSpec("tls.our_versions", "list", "TLS versions that this computer's OpenSSL offers."),
        FactSpec("tls.versions_answer", "flag", "Some ClientHello was answered with a TLS record."),
        FactSpec("tls.version_in_common", "flag", "At least one version is in both lists."),
        FactSpec("tls.cipher_in_common", "flag", "With the highest common version, one of our cipher suites is taken."),
        FactSpec("tls.server_ciphers", "list", "Cipher suites that the server takes there, best first, at most 8."),
    ),
    budget_for=lambda settings: 4 * settings.timeout + 5,
)
