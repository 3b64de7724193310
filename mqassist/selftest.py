"""Proves that an installation works as a whole: what it holds, a TLS handshake, diagnoses of practice endpoints.

Only loopback is used. Knows no screen and no terminal.
"""

from __future__ import annotations

from mqassist.contents import count, listed
from mqassist.core.capability import Capability
from mqassist.core.errors import ResourceError, UserError
from mqassist.core.target import parse_target
from mqassist.lab.stage import Lab
from mqassist.run import RunService

REHEARSED = ("amqps-healthy", "mqtts-healthy", "certificate-other-name", "wrong-password", "mqtt-not-authorized")
"""Both protocols, with TLS and without, healthy and not: each must get the verdict that its scenario states."""


def prove(run: RunService) -> tuple[Capability, ...]:
    """Takes some seconds. An essential one that is missing means: this installation is broken."""
    return (_contents(), *_rehearsals(run))


def _contents() -> Capability:
    """Without a list (a checkout) nothing may be empty; with one all must agree."""
    try:
        held, expected = count(), listed()
    except (ResourceError, RuntimeError) as error:
        return Capability("contents", "missing", str(error), essential=True)
    wrong = [
        f"{name}: {held.get(name, 0)} ({wanted})"
        for name, wanted in (expected or dict.fromkeys(held, 0)).items()
        if (held.get(name, 0) != wanted if expected else not held[name])
    ]
    if wrong:
        return Capability("contents", "missing", ", ".join(wrong), essential=True)
    told = ", ".join(f"{name} {number}" for name, number in held.items())
    return Capability("contents", "available" if expected else "limited", told, essential=True)


def _rehearsals(run: RunService) -> list[Capability]:
    lab = Lab()
    try:
        return [_rehearsed(lab, run, name) for name in REHEARSED]
    finally:
        lab.stop()


def _rehearsed(lab: Lab, run: RunService, name: str) -> Capability:
    try:
        playing = lab.start(name)
    except (UserError, ResourceError) as error:
        return Capability(f"rehearsal.{name}", "missing", str(error), essential=True)
    target = parse_target(playing.target)
    report = run.check(target, playing.settings)
    playing.stop()
    found = report.verdict
    cause = "" if found.primary is None else found.primary.cause
    told = f"{found.status} {cause}".rstrip()
    wanted = (playing.scenario.status, playing.scenario.cause)
    return Capability(
        f"rehearsal.{name}", "available" if (found.status, cause) == wanted else "missing", told, essential=True
    )
