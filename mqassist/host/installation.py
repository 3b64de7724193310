"""Which Python and which libraries this program runs on. Reads their records, imports none of them but psutil."""

from __future__ import annotations

import platform
import sys

from mqassist.core.capability import Capability

LIBRARIES = (
    ("pika", "pika", True),
    ("paho", "paho-mqtt", True),
    ("dnspython", "dnspython", True),
    ("cryptography", "cryptography", True),
    ("truststore", "truststore", False),
)
"""Key of the sentences, name of the distribution, and whether checks need it."""


def installation_capabilities() -> tuple[Capability, ...]:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return (
        Capability("python", "available", f"{python} ({sys.executable})", essential=True),
        Capability("system", "available", system),
        *(_library(key, name, essential) for key, name, essential in LIBRARIES),
        _psutil(),
        _qt(),
    )


def _version(distribution: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def _library(key: str, distribution: str, essential: bool) -> Capability:
    found = _version(distribution)
    return Capability(key, "available" if found else "missing", found, essential)


def _psutil() -> Capability:
    """Installed is not enough: its binary part may not fit this machine."""
    try:
        import psutil

        psutil.net_if_addrs()
    except (ImportError, OSError) as error:
        return Capability("psutil", "limited", str(error)[:200])
    return Capability("psutil", "available", str(psutil.__version__))


def _qt() -> Capability:
    found = _version("PySide6-Essentials") or _version("PySide6")
    return Capability("qt", "available" if found else "missing", found)
