"""TLS listeners of the real brokers, and short words for what a test expects of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.pki import Identity

if TYPE_CHECKING:
    from mqassist.core.report import Report

OAKLEY_GROUP_2 = """\
-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----
"""
"""The 1024-bit group of RFC 2409 §6.2."""


def mosquitto_listener(identity: Identity, extra: str = "", *, port: str = "port") -> str:
    """A TLS listener of Mosquitto with this identity; `extra` are more lines of its section."""
    return (
        f"listener {{{port}}}\nallow_anonymous false\ncertfile {identity.cert}\nkeyfile {identity.key}\n{extra}\n"
    )


def haproxy_listener(identity: Identity, backend: int, options: str = "") -> str:
    """HAProxy that ends TLS before a plain broker on loopback: as most brokers behind a balancer are run.

    The bundle of certificate and key is written beside the certificate, as HAProxy wants it.
    """
    bundle = identity.cert.with_suffix(".bundle")
    bundle.write_bytes(identity.cert.read_bytes() + identity.key.read_bytes())
    return (
        f"frontend tls\n  bind :::{{port}} v4v6 ssl crt {bundle} {options}\n  default_backend broker\n"
        f"backend broker\n  server broker 127.0.0.1:{backend}\n"
    )


def assert_cause(report: Report, cause: str) -> None:
    """The one root cause, with evidence, and nothing that merely follows beside it."""
    verdict = report.verdict
    assert verdict.primary is not None, f"no cause for {facts(report)}"
    assert verdict.primary.cause == cause, f"{verdict.primary.cause}: {facts(report)}"
    assert verdict.primary.evidence, f"{cause} without evidence"
    errors = [other.cause for other in verdict.others if other.severity == "error"]
    assert not errors, f"beside {cause}: {errors}"
    assert verdict.status == ("degraded" if verdict.primary.severity == "warning" else "broken")


def assert_healthy(report: Report) -> None:
    """Healthy, with nothing named."""
    verdict = report.verdict
    named = verdict.primary.cause if verdict.primary else None
    assert verdict.status == "healthy", f"{named}: {facts(report)}"
    assert named is None
    assert not verdict.others


def facts(report: Report) -> dict[str, object]:
    """All facts of the run."""
    return {name: value for seen in report.observations for name, value in seen.facts.items()}


def ran(report: Report) -> set[str]:
    """The probes that ran."""
    return {seen.probe for seen in report.observations if seen.outcome not in ("skipped", "cancelled")}
