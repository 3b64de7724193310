"""HAProxy in front of the tests' brokers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.ports import accepts, free_port
from tests.support.processes import Process

_PREAMBLE = """
global
    maxconn 200
    nbthread 1
defaults
    mode tcp
    timeout connect 2s
    timeout client 60s
    timeout server 60s
"""


@dataclass
class Proxy:
    """A running proxy (HAProxy or Squid). `ports` maps each placeholder of its configuration."""

    process: Process
    ports: dict[str, int]
    directory: Path
    host: str = "localhost"

    @property
    def port(self) -> int:
        return self.ports["port"]

    @property
    def log(self) -> Path:
        return self.process.log

    def stop(self) -> None:
        self.process.stop()


def start_haproxy(
    directory: Path, conf: str, *, namespace: str | None = None, ports: Mapping[str, int] | None = None
) -> Proxy:
    """`conf` holds frontends, backends or listen sections and may use {port}, {port2} … and {dir}; the global and
    defaults sections are added unless it has its own "defaults". Bind with `bind :::{port} v4v6` for both families.
    """
    directory.mkdir(parents=True, exist_ok=True)
    text = conf if "defaults" in conf else _PREAMBLE + conf
    taken = fill_ports(conf, ports)
    configuration = directory / "haproxy.cfg"
    configuration.write_text(filled(text, taken, directory))
    process = Process(["haproxy", "-db", "-f", str(configuration)], directory / "haproxy.log", namespace=namespace)
    proxy = Proxy(process, taken, directory)
    if namespace is None:
        process.wait_for(lambda: all(accepts(port) for port in taken.values()), "haproxy listens")
    return proxy


def fill_ports(conf: str, ports: Mapping[str, int] | None) -> dict[str, int]:
    """A free port for each {port…} placeholder that `ports` does not name."""
    taken = dict(ports or {})
    for name in re.findall(r"\{(port\d*)\}", conf):
        taken.setdefault(name, free_port())
    return taken


def filled(text: str, ports: Mapping[str, int], directory: Path) -> str:
    for name, port in ports.items():
        text = text.replace(f"{{{name}}}", str(port))
    return text.replace("{dir}", str(directory))
