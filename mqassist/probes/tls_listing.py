"""In a thorough check: every TLS version and cipher suite that the server takes, by hand-made ClientHellos.

Versions are asked first and suites only where a version is on: a refused ClientHello costs the broker's log two lines,
an answered one none (seen: RabbitMQ 3.10.8). A version's suites are asked in groups side by side, each until the server
refuses what is left of it. No handshake is finished, so nothing reaches the broker's protocol."""

from __future__ import annotations

import time
from functools import partial

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.record import record
from mqassist.core.text import Text, say
from mqassist.net.tls_hello import SUITES_BEFORE, SUITES_TLS_1_3
from mqassist.net.tls_record import SSL_3_0, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3, VERSION_NAMES, Answer, group_bits
from mqassist.net.tls_suites import DHE_SUITES, is_broken, suite_name, weaknesses
from mqassist.probes._tls_ask import ask, ask_all, at_once, first_flight, sni_of
from mqassist.probes.probe import Probe, ProbeContext, Result

VERSIONS = (TLS_1_3, TLS_1_2, TLS_1_1, TLS_1_0, SSL_3_0)
GROUPS = {TLS_1_3: 4, TLS_1_2: 6}
OLD_GROUPS = 3
"""More groups cost refusals, one each; fewer cost round trips. Of TLS 1.3 every suite is a group of its own."""
MAX_QUESTIONS = 40
"""Of one group: more than any server takes of it, unless it says yes to everything only to keep us busy."""
OLD_VERSIONS = (TLS_1_1, TLS_1_0, SSL_3_0)
"""RFC 8996, RFC 7568."""
SMALL_GROUP_BITS = 2048
"""RFC 9325 §4.4."""

_FACTS = {
    TLS_1_3: "tls.suites_tls_1_3",
    TLS_1_2: "tls.suites_tls_1_2",
    TLS_1_1: "tls.suites_tls_1_1",
    TLS_1_0: "tls.suites_tls_1_0",
    SSL_3_0: "tls.suites_ssl_3",
}


@record
class Group:
    """Part of a version's suites: those taken, how often was asked, and how often nothing readable came back."""

    version: int
    taken: tuple[int, ...]
    asked: int
    unanswered: int


def _run(context: ProbeContext) -> Result:
    began = time.monotonic()
    name = sni_of(context.text("tls.server_name", context.endpoint.host))
    first = ask_all(context, [(version, _all_suites(version)) for version in VERSIONS], name)
    chosen = {version: answer.hello.cipher for version, answer in zip(VERSIONS, first, strict=True)
              if answer.hello is not None and answer.hello.version == version}  # fmt: skip
    groups = at_once([
        partial(_drain, context, version, part, name)
        for version, cipher in chosen.items()
        for part in _parts(version, cipher)
    ])  # fmt: skip
    taken = {
        version: tuple(sorted({cipher, *(s for group in groups if group.version == version for s in group.taken)}))
        for version, cipher in chosen.items()
    }
    facts: dict[str, Fact] = {
        "tls.listing_connections": len(first) + sum(group.asked for group in groups),
        "tls.listing_unanswered": sum(not a.is_tls for a in first) + sum(group.unanswered for group in groups),
    }
    if taken:
        facts |= _judged(taken)
        facts |= _group_size(context, taken, name, facts)
    facts["tls.listing_ms"] = round((time.monotonic() - began) * 1000, 1)
    evidence = _evidence(taken, facts)
    return Result("passed" if taken else "failed", evidence[0], facts, evidence)


def _all_suites(version: int) -> tuple[int, ...]:
    return SUITES_TLS_1_3 if version == TLS_1_3 else SUITES_BEFORE


def _parts(version: int, chosen: int) -> list[tuple[int, ...]]:
    """The suites still to be asked, dealt out like cards: neighbours in the registry are mostly on or off together."""
    left = tuple(suite for suite in _all_suites(version) if suite != chosen)
    count = GROUPS.get(version, OLD_GROUPS)
    return [left[at::count] for at in range(count)]


def _drain(context: ProbeContext, version: int, suites: tuple[int, ...], name: str | None) -> Group:
    """Asks with all, then without the one chosen, until the server takes none of the rest."""
    taken: list[int] = []
    left, asked, answer = suites, 0, Answer(is_tls=True, complete=True)
    while left and asked < MAX_QUESTIONS:
        answer = ask(context, version, left, name)
        asked += 1
        hello = answer.hello
        if hello is None or hello.version != version or hello.cipher not in left:
            break
        taken.append(hello.cipher)
        left = tuple(suite for suite in left if suite != hello.cipher)
    return Group(version, tuple(taken), asked, int(not answer.is_tls))


def _judged(taken: dict[int, tuple[int, ...]]) -> dict[str, Fact]:
    from mqassist.net.tls_context import suite_names

    known = suite_names()
    facts: dict[str, Fact] = {
        _FACTS[version]: tuple(suite_name(suite, known) for suite in suites) for version, suites in taken.items()
    }
    every = sorted({suite for suites in taken.values() for suite in suites})
    weak = [suite for suite in every if weaknesses(suite)]
    return facts | {
        "tls.listed_versions": tuple(VERSION_NAMES[version] for version in taken),
        "tls.listed_suite_count": len(every),
        "tls.old_versions_on": any(version in OLD_VERSIONS for version in taken),
        "tls.weak_suites": tuple(suite_name(suite, known) for suite in weak),
        "tls.weak_suite_count": len(weak),
        "tls.only_broken_suites": all(is_broken(suite) for suite in every),
    }


def _group_size(
    context: ProbeContext, taken: dict[int, tuple[int, ...]], name: str | None, facts: dict[str, Fact]
) -> dict[str, Fact]:
    """The server shows its Diffie-Hellman group only after the certificate: one more question, read further."""
    for version in (TLS_1_2, TLS_1_1, TLS_1_0, SSL_3_0):
        offered = tuple(suite for suite in taken.get(version, ()) if suite in DHE_SUITES)
        if offered:
            flight = first_flight(context, version, offered, name, lambda data: group_bits(data) is not None)
            bits = group_bits(flight) or 0
            count: dict[str, Fact] = {"tls.listing_connections": _number(facts, "tls.listing_connections") + 1}
            return count | ({"tls.dh_bits": bits, "tls.dh_small": bits < SMALL_GROUP_BITS} if bits else {})
    return {}


def _evidence(taken: dict[int, tuple[int, ...]], facts: dict[str, Fact]) -> list[Text]:
    about: tuple[str, ...] = ("tls.listing_connections",)
    asked = _number(facts, "tls.listing_connections")
    connections = say("tls.listing-cost", about=about, connections=asked)
    if not taken:
        return [say("tls.listing-nothing", about=about), connections]
    versions, count = ", ".join(VERSION_NAMES[version] for version in taken), _number(facts, "tls.listed_suite_count")
    about = ("tls.listed_versions", "tls.old_versions_on")
    evidence = [say("tls.listing-versions", about=about, versions=versions, count=count, asked=asked)]
    for version in taken:
        names = facts[_FACTS[version]]
        assert isinstance(names, tuple)
        about = (_FACTS[version], "tls.only_broken_suites")
        shown = ", ".join(str(name) for name in names)
        evidence.append(
            say("tls.listing-suites", about=about, version=VERSION_NAMES[version], count=len(names), suites=shown)
        )
    weak = facts["tls.weak_suites"]
    if isinstance(weak, tuple) and weak:
        about = ("tls.weak_suites", "tls.weak_suite_count", "tls.only_broken_suites")
        evidence.append(say("tls.listing-weak", about=about, suites=", ".join(str(name) for name in weak)))
    if "tls.dh_bits" in facts:
        about = ("tls.dh_bits", "tls.dh_small")
        evidence.append(say("tls.listing-group", about=about, bits=_number(facts, "tls.dh_bits")))
    if facts["tls.listing_unanswered"]:
        about, count = ("tls.listing_unanswered",), _number(facts, "tls.listing_unanswered")
        evidence.append(say("tls.listing-unanswered", about=about, count=count))
    return [*evidence, connections]


def _number(facts: dict[str, Fact], name: str) -> int:
    value = facts.get(name, 0)
    return int(value) if isinstance(value, int | float) else 0


PROBE = Probe(
    id="tls.listing",
    layer="tls",
    run=_run,
    applies=lambda endpoint, settings: endpoint.tls and settings.thorough,
    # the person's own way comes first: no ClientHello of ours may stand in its way
    needs=("tls.handshake",),
    after=(
        "tls.certificate", "tls.chain", "websocket.upgrade", "amqp.login", "amqp.rights", "amqp.heartbeat",
        "mqtt.connect", "mqtt.message_path", "mqtt.keepalive",
    ),
    # the first part keeps this module out of checks that are not thorough: it is not even loaded for them
    when="tls.listing_wanted and (tls.server_hello or tls.peer_is_tls)",
    deciding=True,
    why="why.tls.listing",
    gives=(
        FactSpec("tls.listing_connections", "number", "Connections that the listing made."),
        FactSpec("tls.listing_unanswered", "number", "How many of them got no TLS answer: gaps in the list."),
        FactSpec("tls.listing_ms", "number", "Time that the listing took."),
        FactSpec("tls.listed_versions", "list", "TLS versions that the server takes."),
        FactSpec("tls.listed_suite_count", "number", "Cipher suites that the server takes, over all versions."),
        FactSpec("tls.suites_tls_1_3", "list", "Cipher suites that it takes with TLS 1.3."),
        FactSpec("tls.suites_tls_1_2", "list", "Cipher suites that it takes with TLS 1.2."),
        FactSpec("tls.suites_tls_1_1", "list", "Cipher suites that it takes with TLS 1.1."),
        FactSpec("tls.suites_tls_1_0", "list", "Cipher suites that it takes with TLS 1.0."),
        FactSpec("tls.suites_ssl_3", "list", "Cipher suites that it takes with SSL 3.0."),
        FactSpec("tls.old_versions_on", "flag", "A version before TLS 1.2 is among them."),
        FactSpec("tls.weak_suites", "list", "Suites without encryption or authentication, export, RC4, DES or 3DES."),
        FactSpec("tls.weak_suite_count", "number", "How many those are."),
        FactSpec("tls.only_broken_suites", "flag", "Nothing but suites that anybody can read or forge is taken."),
        FactSpec("tls.dh_bits", "number", "Size of the server's Diffie-Hellman group, where it takes a DHE suite."),
        FactSpec("tls.dh_small", "flag", "That is below 2048 bits."),
    ),
    budget_for=lambda settings: 8 * settings.timeout + 20,
)  # fmt: skip
