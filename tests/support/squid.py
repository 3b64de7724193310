"""Squid as the forward proxy of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.support.haproxy import Proxy, fill_ports, filled
from tests.support.ports import accepts
from tests.support.processes import Process

_BASE = """
http_port 127.0.0.1:{port}
pid_filename {dir}/squid.pid
cache_log {dir}/cache.log
access_log stdio:{dir}/access.log
coredump_dir {dir}
cache deny all
shutdown_lifetime 0 seconds
pinger_enable off
visible_hostname squid.test
workers 1
"""

ALLOW_ALL = "http_access allow all\n"
_BASIC_AUTH = "/usr/lib/squid/basic_ncsa_auth"


def _let_in(directory: Path) -> None:
    """Squid drops to its own user, who must reach the directory."""
    for each in (directory, *directory.parents):
        if each == Path("/tmp") or each.stat().st_uid != 0:
            break
        each.chmod(each.stat().st_mode | 0o055)


def with_login(directory: Path, user: str, password: str) -> str:
    """Configuration that lets only this login through (Basic)."""
    import subprocess

    directory.mkdir(parents=True, exist_ok=True)
    _let_in(directory)
    hashed = subprocess.run(
        ["openssl", "passwd", "-apr1", "-stdin"], input=password, capture_output=True, text=True, check=True
    ).stdout.strip()
    (directory / "users").write_text(f"{user}:{hashed}\n")
    return (
        f"auth_param basic program {_BASIC_AUTH} {directory}/users\nauth_param basic children 1\n"
        "auth_param basic realm test\nacl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all\n"
    )


def start_squid(directory: Path, conf: str = ALLOW_ALL, *, ports: Mapping[str, int] | None = None) -> Proxy:
    """`conf` holds the access rules and may use {port} and {dir}; by default every CONNECT is let through."""
    directory.mkdir(parents=True, exist_ok=True)
    _let_in(directory)
    directory.chmod(0o777)
    taken = fill_ports(_BASE + conf, ports)
    configuration = directory / "squid.conf"
    configuration.write_text(filled(_BASE + conf, taken, directory))
    # Squid 6 names its shared memory after the service: two Squids of one name would write into each other's
    command = ["squid", "-N", "-n", f"test{taken['port']}", "-f", str(configuration)]
    process = Process(command, directory / "squid.log")
    process.wait_for(lambda: accepts(taken["port"]), "squid listens")
    return Proxy(process, taken, directory)
