"""Proves that an installation works as a whole: what it holds, a TLS handshake, diagnoses of practice endpoints.

Only loopback is used. Knows no screen and no terminal.
"""

from __future__ import annotations

from mqassist.contents import count, listed
from mqassist.core.cancel import CancelToken
from mqassist.core.capability import Capability
from mqassist.core.errors import ResourceError, UserError
from mqassist.core.target import parse_target
from mqassist.lab.stage import Lab
from mqassist.logs.service import LogService
from mqassist.run import RunService

REHEARSED = ("amqps-healthy", "mqtts-healthy", "certificate-other-name", "wrong-password", "mqtt-not-authorized")
"""Both protocols, with TLS and without, healthy and not: each must get the verdict that its scenario states."""
LOG_LINES = (
    "2026-01-01 10:00:00.000000+00:00 [info] <0.1.0> Server startup complete; 4 plugins started.",
    "2026-01-01 10:00:01.000000+00:00 [error] <0.2.0> Error on AMQP connection <0.2.0>: {handshake_timeout,handshake}",
)
LOG_CAUSE = "amqp.handshake-timeout"
LOG_REPEATED = 1_000
LOG_BUDGET_S = 30.0


def prove(run: RunService) -> tuple[Capability, ...]:
    """Takes some seconds. An essential one that is missing means: this installation is broken."""
    return (_contents(), _log(), *_rehearsals(run))


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


def _log() -> Capability:
    """Indexing and searching load libraries that a package may have lost, or that do not run on this processor."""
    import os
    import tempfile

    with tempfile.TemporaryDirectory(prefix="mqassist-") as folder:
        path = os.path.join(folder, "rabbit.log")
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for _ in range(LOG_REPEATED) for line in LOG_LINES)
        try:
            document = LogService().open(path)
            try:
                found = {each.cause: each.count for each in document.signatures(CancelToken(LOG_BUDGET_S))}
                errors = document.counts()["error"]
            finally:
                document.close()
        except Exception as error:  # noqa: BLE001 - whatever a broken library raises is the finding
            return Capability("log", "missing", f"{type(error).__name__}: {error}", essential=True)
    whole = errors == found.get(LOG_CAUSE) == LOG_REPEATED
    told = f"{document.format}, {errors} errors, {LOG_CAUSE} {found.get(LOG_CAUSE, 0)}"
    return Capability("log", "available" if whole else "missing", told, essential=True)


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
